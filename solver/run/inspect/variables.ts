import { exactText } from '../../breakpoints/sentences.ts';
import { type Diagnostic, isOfUpdates } from '../../core/diagnostic.ts';
import type { Block, Problem } from '../../core/problem.ts';
import type { ScopeName, VariableView } from '../../wire/protocol.ts';
import type { Run } from '../run.ts';

/** Variables of a scope, or of what `path` names in it. Costly ones are lazy: their own path yields the one value. */
export function variables(
  run: Run,
  scope: ScopeName,
  path: readonly string[],
  start: number,
  count: number,
): readonly VariableView[] {
  const all = path.length === 0 ? roots(run, scope) : inside(run, scope, path);
  return all.slice(start, start + count);
}

function roots(run: Run, scope: ScopeName): readonly VariableView[] {
  switch (scope) {
    case 'Block':
      return ofBlock(run);
    case 'Sweep':
      return ofSweep(run);
    case 'Run':
      return ofRun(run);
    case 'Parameters':
      return ofParameters(run);
  }
}

function ofBlock(run: Run): readonly VariableView[] {
  const block = current(run);
  if (!block) return [];
  return [
    text('block', block.name, 'block'),
    ...metricsOf(run, 'block').map(part => ({
      ...measured(run, part, block),
      // Set here, a step is this block's; without a block's name it would be every block's.
      ...(part.name === 'stepSize' ? { expression: `stepSize("${block.name}")` } : {}),
      ...(part.name === 'stepSize' && !run.recipe.methodPart.stepSizeFixed
        ? { settable: true }
        : {}),
    })),
    number('sharpness ±', run.inspector.sharpnessError(block)),
    {
      ...text('frozen', exactText(run.state.frozen[block.index] === 1), undefined),
      type: 'boolean',
      settable: true,
      expression: `frozen("${block.name}")`,
    },
    number('size', block.size),
    vector('x', block.size, ['x', block.name]),
    vector('gradient', block.size, ['gradient', block.name]),
  ];
}

/** The block's metric; in words where it is known only from updates and the block has had none. */
function measured(run: Run, part: Diagnostic, block: Block): VariableView {
  const { name } = part;
  const value = run.inspector.metric(name, block);
  const isToCome = isOfUpdates(part) && !run.inspector.hasMoved(block);
  return isToCome ? text(name, NOT_YET, name) : number(name, value, name);
}

const NOT_YET = 'not yet: known after the block’s first update';

/**
 * Metrics of every update, by their declarations: of the run all; of a block those that its next update would read and
 * that are drawn, and whatever is recorded, such as a decrease that is only known after the update.
 */
function metricsOf(run: Run, of: Diagnostic['of']): readonly Diagnostic[] {
  const { inspector } = run;
  return [...inspector.metrics.values()].filter(
    part =>
      part.of === of &&
      part.cost === 'block' &&
      inspector.unrecorded(part.name, false) === null &&
      (of === 'run' || inspector.isRecorded(part) || part.draw.kind !== 'none'),
  );
}

function ofSweep(run: Run): readonly VariableView[] {
  const { state } = run;
  const { inspector } = run;
  const sweepMetrics = [...inspector.metrics.values()].filter(
    ({ name, cost }) => cost === 'sweep' && inspector.unrecorded(name, false) === null,
  );
  return [
    number('sweep', state.sweep, 'sweep'),
    number('place', state.place),
    { ...text('ordering', state.ordering.name, 'ordering'), settable: true },
    text('next ordering', state.pendingOrdering?.name ?? 'the same', undefined),
    ...sweepMetrics.map(
      (part): VariableView => ({
        name: part.name,
        value: '',
        type: 'number',
        expression: part.name,
        lazy: true,
        children: [part.name],
      }),
    ),
  ];
}

function ofRun(run: Run): readonly VariableView[] {
  const { state, recipe } = run;
  const points = Object.keys(state.points);
  return [
    number('k', state.k, 'k'),
    number('end', run.end),
    ...metricsOf(run, 'run').map(({ name }) =>
      number(name, run.inspector.metric(name, null), name),
    ),
    number('block gradients', state.gradients),
    number('prox calls', state.proxes),
    number('function values', state.values),
    ...(run.outcome ? [text('outcome', run.outcome.text, undefined)] : []),
    ...points.map(
      (name): VariableView => ({
        name,
        value: `${recipe.problem.size} coordinates${name === recipe.method.iterate ? ', the iterate' : ''}`,
        type: 'point',
        children: [name],
        childCount: recipe.problem.blocks.length,
      }),
    ),
    ...Object.entries(state.vectors).map(
      ([name, values]): VariableView => ({
        name,
        value: `${values.length} numbers`,
        type: 'vector',
        children: [name],
        childCount: values.length,
      }),
    ),
  ];
}

function ofParameters(run: Run): readonly VariableView[] {
  const { state, recipe } = run;
  const settable = Object.entries(state.parameters).map(([name, value]) => ({
    ...number(name, value, name),
    settable: true,
  }));
  const scalars = Object.entries(state.scalars).map(([name, value]) => number(name, value, name));
  const problem = Object.entries(recipe.problem.parameters).map(([name, value]) =>
    typeof value === 'number' ? number(name, value) : text(name, String(value), undefined),
  );
  return [
    text('method', recipe.methodPart.name, undefined),
    text('step', recipe.step.name, undefined),
    number('seed', recipe.seed),
    ...settable,
    ...scalars,
    ...problem,
    ...Object.entries(recipe.stopWhen).map(([name, value]) =>
      number(`stopWhen.${name}`, value as number),
    ),
  ];
}

function inside(run: Run, scope: ScopeName, path: readonly string[]): readonly VariableView[] {
  const [first = '', second] = path;
  const { problem } = run;
  if (scope === 'Sweep') return [number(first, run.inspector.metric(first, null), first)];
  const block = second === undefined ? null : run.inspector.blockNamed(second);
  if (scope === 'Block' && block) {
    if (first === 'gradient') return coordinates(block, run.inspector.gradient(block));
    return coordinates(block, run.inspector.values(block)).map((view, i) => ({
      ...view,
      settable: true,
      expression: `value("${block.name}", ${i})`,
    }));
  }
  const point = run.state.points[first];
  if (point) {
    if (block) return coordinates(block, point.x.subarray(block.start, block.start + block.size));
    return problem.blocks.map(other =>
      other.size === 1
        ? number(other.name, point.x[other.start] as number)
        : {
            name: other.name,
            value: `${other.size} numbers`,
            type: 'vector',
            children: [first, other.name],
            childCount: other.size,
          },
    );
  }
  const values = run.state.vectors[first];
  if (!values) return [];
  const names = namesFor(values.length, problem);
  return Array.from(values, (value, i) => number(names[i] ?? String(i), value));
}

/** What the entries of a vector of this length belong to: coordinates, blocks; none where it is neither as long as x nor as the blocks. */
function namesFor(length: number, { blocks, size }: Problem): readonly string[] {
  if (length === size) return blocks.flatMap(other => other.coordinates);
  return length === blocks.length ? blocks.map(other => other.name) : [];
}

function current(run: Run): Block | null {
  return run.inspector.nextBlocks()[0] ?? null;
}

function coordinates(block: Block, values: Float64Array): readonly VariableView[] {
  return block.coordinates.map((name, i) => number(name, values[i] as number));
}

function number(name: string, value: number, expression?: string): VariableView {
  return {
    name,
    value: exactText(value),
    type: 'number',
    ...(expression === undefined ? {} : { expression }),
  };
}

function text(name: string, value: string, expression: string | undefined): VariableView {
  return { name, value, type: 'name', ...(expression === undefined ? {} : { expression }) };
}

function vector(name: string, size: number, path: readonly string[]): VariableView {
  return {
    name,
    value: size === 1 ? '1 number' : `${size} numbers`,
    type: 'vector',
    children: path,
    childCount: size,
  };
}
