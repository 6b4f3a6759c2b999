import { unknownOption, wrongOption } from '../../config/options.ts';
import { isRefusal, type Options, type Refusal } from '../../core/part.ts';
import type { Block, Problem } from '../../core/problem.ts';
import { newPoint, type State } from '../../core/state.ts';
import { listed, printable } from '../../core/words.ts';
import { registry } from '../../registry.ts';
import type { Edit } from '../../wire/protocol.ts';
import { defaults, orderingRefusal } from '../fitting.ts';
import type { Recipe } from '../recipe.ts';

/** Why an edit cannot be made now, in one sentence, or null. */
export function editRefusal(recipe: Recipe, state: State, edit: Edit): Refusal | null {
  const { problem, methodPart } = recipe;
  const refusal = (text: string): Refusal => ({ refusal: text });
  if ('block' in edit && edit.block !== null && !blockNamed(problem, edit.block)) {
    return refusal(
      `block: "${printable(edit.block)}" is not a block of this run; accepted: ${listed(problem.blocks.map(({ name }) => name))}`,
    );
  }
  switch (edit.kind) {
    case 'ordering': {
      const part = registry.orderings.find(candidate => candidate.name === edit.ordering);
      if (!part)
        return refusal(
          `ordering: "${edit.ordering}" is unknown; accepted: ${registry.orderings.map(other => other.name).join(', ')}`,
        );
      const options = orderingOptions(edit);
      if (isRefusal(options)) return options;
      const fault = orderingRefusal(part, options, methodPart, problem);
      if (fault)
        return refusal(
          `${fault.attribute}: "${fault.value}" ${fault.wrong}; accepted: ${fault.accepted}`,
        );
      if (edit.when === 'now' && methodPart.eachBlockOnce && state.place > 0) {
        return refusal(
          `when: "now" would cut a sweep short, and ${methodPart.name} needs each block once a sweep; accepted: sweep`,
        );
      }
      return null;
    }
    case 'stepSize':
      if (methodPart.stepSizeFixed)
        return refusal(
          `stepSize: "${edit.value}" cannot be set: ${methodPart.stepSizeFixed}; accepted: nothing`,
        );
      if (edit.value !== null && !(edit.value > 0 && Number.isFinite(edit.value))) {
        return refusal(
          `stepSize: "${edit.value}" is not a step size; accepted: a finite number > 0`,
        );
      }
      return null;
    case 'frozen':
      return null;
    case 'value': {
      const block = blockNamed(problem, edit.block);
      if (!Number.isInteger(edit.index) || edit.index < 0 || edit.index >= (block?.size ?? 0)) {
        return refusal(
          `index: "${edit.index}" is not a coordinate of ${printable(edit.block)}; accepted: 0 to ${(block?.size ?? 1) - 1}`,
        );
      }
      return Number.isFinite(edit.value)
        ? null
        : refusal(`value: "${edit.value}" is not finite; accepted: a finite number`);
    }
    case 'parameter':
      return parameterRefusal(recipe, edit.name, edit.value);
    case 'device':
      return null;
  }
}

function parameterRefusal(recipe: Recipe, name: string, value: number): Refusal | null {
  const known = Object.keys(recipe.method.parameters);
  if (!known.includes(name)) {
    return {
      refusal: `parameter: "${name}" is not a parameter of ${recipe.methodPart.name}; accepted: ${known.join(', ') || 'none'}`,
    };
  }
  const spec = recipe.methodPart.options[name];
  const range = spec as
    | { minimum?: number; exclusiveMinimum?: number; maximum?: number; type?: string }
    | undefined;
  const rows = recipe.problem.finiteSum?.rows ?? null;
  const maximum = range?.maximum ?? (spec?.type === 'integer' && rows !== null ? rows : undefined);
  const fits =
    Number.isFinite(value) &&
    (range?.minimum === undefined || value >= range.minimum) &&
    (range?.exclusiveMinimum === undefined || value > range.exclusiveMinimum) &&
    (maximum === undefined || value <= maximum) &&
    (spec?.type !== 'integer' || Number.isInteger(value));
  if (fits) return null;
  const low =
    range?.minimum !== undefined
      ? `from ${range.minimum}`
      : `above ${range?.exclusiveMinimum ?? 0}`;
  return {
    refusal: `${name}: "${value}" is out of range; accepted: ${spec?.type === 'integer' ? 'a whole number' : 'a number'} ${low}${maximum === undefined ? '' : ` to ${maximum}`}`,
  };
}

/** Applies an edit that was not refused. Besides `commit` the only writer of a state. */
export function applyEdit(recipe: Recipe, state: State, edit: Edit): void {
  const { problem } = recipe;
  switch (edit.kind) {
    case 'ordering': {
      const options = orderingOptions(edit);
      if (isRefusal(options)) throw new Error(options.refusal);
      state.pendingOrdering = { name: edit.ordering, options, since: state.sweep };
      if (state.place === 0) takeOver(state);
      else if (edit.when === 'now') beginSweep(state);
      return;
    }
    case 'stepSize': {
      const value = edit.value ?? Number.NaN;
      if (edit.block === null) state.stepOverride.fill(value);
      else state.stepOverride[requireBlock(problem, edit.block).index] = value;
      return;
    }
    case 'frozen':
      state.frozen[requireBlock(problem, edit.block).index] = edit.value ? 1 : 0;
      return;
    case 'value': {
      const block = requireBlock(problem, edit.block);
      const x = iterate(recipe, state).slice();
      x[block.start + edit.index] = edit.value;
      restartNow(recipe, state, x, state.parameters);
      return;
    }
    case 'parameter': {
      const parameters = { ...state.parameters, [edit.name]: edit.value };
      restartNow(recipe, state, iterate(recipe, state), parameters);
      return;
    }
    case 'device':
      state.device = false;
      return;
  }
}

/** Restarts the method. One that prepares its sweeps cannot go on in the middle of one: it begins a sweep. */
function restartNow(
  recipe: Recipe,
  state: State,
  x: Float64Array,
  parameters: Readonly<Record<string, number>>,
): void {
  restartMethod(recipe, state, x, parameters);
  if (recipe.method.beginSweep && state.place > 0) beginSweep(state);
}

function beginSweep(state: State): void {
  state.sweep++;
  state.place = 0;
  takeOver(state);
}

/** At the start of a sweep the ordering that waits takes over. */
function takeOver(state: State): void {
  if (!state.pendingOrdering) return;
  state.ordering = { ...state.pendingOrdering, since: state.sweep };
  state.pendingOrdering = null;
}

/** The method's memories anew, at x; counters, steps and orderings stay. Where it throws, nothing has changed. */
export function restartMethod(
  recipe: Recipe,
  state: State,
  x: Float64Array,
  parameters: Readonly<Record<string, number>>,
): void {
  const start = recipe.method.start(x, parameters);
  state.points = Object.fromEntries(
    Object.entries(start.points).map(([name, at]) => [name, newPoint(recipe.problem, at.slice())]),
  );
  state.parameters = { ...parameters };
  state.vectors = { ...start.vectors };
  state.scalars = { ...start.scalars };
}

/** One phrase: what the edit did. */
export function describeEdit(edit: Edit, before: string): string {
  switch (edit.kind) {
    case 'ordering':
      return `${before} → ${edit.ordering}`;
    case 'stepSize':
      return `step of ${edit.block === null ? 'all blocks' : printable(edit.block)} ${edit.value === null ? 'back to its rule' : `= ${edit.value}`}`;
    case 'frozen':
      return `${printable(edit.block)} ${edit.value ? 'frozen' : 'thawed'}`;
    case 'value':
      return `${printable(edit.block)}[${edit.index}] = ${edit.value}`;
    case 'parameter':
      return `${edit.name} = ${edit.value}`;
    case 'device':
      return 'graphics device given up';
  }
}

function orderingOptions(edit: Edit & { kind: 'ordering' }): Options | Refusal {
  const part = registry.orderings.find(candidate => candidate.name === edit.ordering);
  if (!part)
    return {
      refusal: `ordering: "${edit.ordering}" is unknown; accepted: ${registry.orderings.map(other => other.name).join(', ')}`,
    };
  const given = edit.options ?? {};
  const fault =
    unknownOption('orderingOptions', given, part) ??
    wrongOption('orderingOptions', given, part, { orderingOptions: given });
  if (fault) return fault;
  return { ...defaults(part.options), ...(given as Options) };
}

function iterate(recipe: Recipe, state: State): Float64Array {
  const point = state.points[recipe.method.iterate];
  if (!point) throw new Error('no iterate');
  return point.x;
}

function blockNamed(problem: Problem, name: string): Block | undefined {
  return problem.blocks.find(block => block.name === name);
}

function requireBlock(problem: Problem, name: string): Block {
  const block = blockNamed(problem, name);
  if (!block) throw new Error(`no block ${name}`);
  return block;
}

/** The state at k = 0. */
export function firstState(recipe: Recipe): State {
  const { problem, method, config } = recipe;
  const state: State = {
    k: 0,
    sweep: 1,
    place: 0,
    points: {},
    vectors: {},
    scalars: {},
    parameters: { ...method.parameters },
    steps: new Float64Array(problem.blocks.length).fill(Number.NaN),
    stepOverride: new Float64Array(problem.blocks.length).fill(Number.NaN),
    frozen: new Uint8Array(problem.blocks.length),
    device: recipe.backend.name === 'gpu',
    ordering: { name: config.ordering, options: config.orderingOptions, since: 1 },
    pendingOrdering: null,
    work: 0,
    gradients: 0,
    proxes: 0,
    values: 0,
  };
  restartMethod(recipe, state, recipe.x0, method.parameters);
  return state;
}
