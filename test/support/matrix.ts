// Small instances of every problem of the registry, and every way to run them that `assemble` accepts: what the engine's
// theorems are quantified over. A part that is added to the registry is in it at once.
import type { CheckedConfig } from '../../solver/config/checked.ts';
import { isRefusal, type Options, type PartMeta } from '../../solver/core/part.ts';
import type { BlocksSpec, Dataset, Poll, Problem, ProblemPart } from '../../solver/core/problem.ts';
import { normals, stream } from '../../solver/core/random.ts';
import type { DenseMatrix, Matrix } from '../../solver/kernels/matrix.ts';
import { mergeBlocks } from '../../solver/problems/merge.ts';
import { registry } from '../../solver/registry.ts';
import { assemble, defaults, type Recipe } from '../../solver/run/recipe.ts';
import { column, randomMatrix, toSparse } from '../unit/problems/cases.ts';
import { moduleInstance } from './module-instance.ts';

/** A small problem, built anew at each call, so that two runs share nothing. */
export interface Instance {
  readonly title: string;
  readonly problem: string;
  /** 1 where blocks are single coordinates. */
  readonly blocks: 'coordinates' | 'sizes' | 'groups';
  readonly build: () => Problem;
}

const columns = Array.from({ length: 7 }, (_, j) => `c${j}`);
const blockSpecs: Readonly<Record<Instance['blocks'], BlocksSpec>> = {
  coordinates: 'coordinates',
  sizes: { size: 3 },
  groups: { groups: { far: ['c6', 'c0'], near: ['c1', 'c2', 'c4', 'c3'], last: ['c5'] } },
};

/** 24 rows of 7 correlated columns, whose scales differ by powers of two; labels are a noisy sign. */
export function samples(labels: boolean, rows = 24, names = columns): Dataset {
  const p = names.length;
  const draw = stream(19, rows, p);
  const values = normals(rows * p, draw);
  for (let j = 1; j < p; j++) {
    for (let i = 0; i < rows; i++) {
      values[i + j * rows] = values[i + j * rows]! + 0.7 * values[i + (j - 1) * rows]!;
    }
  }
  for (let j = 0; j < p; j++) {
    for (let i = 0; i < rows; i++)
      values[i + j * rows] = 2 ** ((j % 3) - 1) * values[i + j * rows]!;
  }
  const y = normals(rows, draw).map((noise, i) => {
    const signal = 1 + 2 * values[i]! - values[i + 2 * rows]! + values[i + 3 * rows]! + noise;
    return labels ? (signal > 1 ? 1 : 0) : signal;
  });
  return { source: 'samples', columns: names, X: dense(rows, p, values), y, target: 'y' };
}

function dense(rows: number, columns: number, values: Float64Array): DenseMatrix {
  return { kind: 'dense', rows, columns, values };
}

function thin(data: Dataset): Dataset {
  const X = data.X as DenseMatrix;
  const values = X.values.map((value, k) => (k % 3 === 0 ? 0 : value));
  return { ...data, X: toSparse({ ...X, values }) };
}

/** What small sizes and what other options than the defaults a problem is also built with. */
const small: Readonly<Record<string, Options>> = { quadratic: { size: 7 } };
const further: Readonly<Record<string, readonly Options[]>> = {
  leastSquares: [{ ridge: 0.3 }],
  logistic: [{ l1Ratio: 0.4 }],
};

function optionsOf(part: ProblemPart): readonly Options[] {
  const usual = { ...defaults(part.options), ...small[part.name] };
  const flipped = Object.entries(part.options).flatMap(([name, spec]): [string, unknown][] =>
    spec.type === 'boolean'
      ? [[name, !spec.default]]
      : spec.type === 'choice' && spec.values.length > 1
        ? [[name, spec.values.at(-1)]]
        : [],
  );
  const other = { ...usual, ...Object.fromEntries(flipped), ...further[part.name]?.[0] } as Options;
  return JSON.stringify(other) === JSON.stringify(usual) ? [usual] : [usual, other];
}

/** Builds a problem of the registry; a refusal is a mistake of the test. */
export function buildProblem(
  name: string,
  options: Options,
  blocks: BlocksSpec,
  data: Dataset | null,
  files: Readonly<Record<string, Matrix>> = {},
): Problem {
  const part: ProblemPart | undefined = registry.problems.find(other => other.name === name);
  if (part === undefined) throw new Error(`no problem ${name}`);
  const built = part.build({
    data,
    options: { ...defaults(part.options), ...options },
    blocks,
    files,
    seed: 1,
    poll: () => {},
  });
  if (isRefusal(built)) throw new Error(built.refusal);
  return built;
}

const ofRegistry: readonly Instance[] = registry.problems.flatMap((part: ProblemPart) =>
  (Object.keys(blockSpecs) as Instance['blocks'][]).flatMap(blocks =>
    optionsOf(part).map((options, variant): Instance => {
      const labels = part.exampleData === 'breastCancer';
      const full = part.exampleData === null ? null : samples(labels);
      const data = full !== null && variant > 0 ? thin(full) : full;
      const spec =
        part.exampleData === null && blocks === 'groups' ? { size: 4 } : blockSpecs[blocks];
      return {
        title: `${part.name}${variant > 0 ? ', other options, sparse' : ''}, ${blocks}`,
        problem: part.name,
        blocks,
        build: () => buildProblem(part.name, options, spec, data),
      };
    }),
  ),
);

const linear = column([1, -2, 3, 0, 1, 2, -1]);
const matrixInstances: readonly Instance[] = (['coordinates', 'sizes'] as const).map(blocks => ({
  title: `quadratic of a file, ${blocks}`,
  problem: 'quadratic',
  blocks,
  build: () =>
    buildProblem('quadratic', { matrix: 'H', linear: 'c' }, blockSpecs[blocks], null, {
      matrix: randomMatrix(7),
      linear,
    }),
}));

/** Every kind of problem: registry × blocks × options, and a problem module that does not know its curvature. */
export const instances: readonly Instance[] = [
  ...ofRegistry,
  ...matrixInstances,
  { title: 'a module', problem: 'module', blocks: 'sizes', build: moduleInstance },
];

/** One way to run a problem: its method with options, ordering and step rule. */
export interface Way {
  readonly title: string;
  readonly method: string;
  readonly methodOptions: Options;
  readonly ordering: string;
  readonly step: string;
}

/** Every value of every option that is a choice, combined; other options have their defaults. */
function choices(part: PartMeta): readonly Options[] {
  let all: Options[] = [defaults(part.options)];
  for (const [name, spec] of Object.entries(part.options)) {
    if (spec.type !== 'choice') continue;
    all = all.flatMap(options => spec.values.map(value => ({ ...options, [name]: value })));
  }
  return all;
}

/** Every method × its choices × ordering × step rule, before a problem has its say. */
export const ways: readonly Way[] = registry.methods.flatMap(part =>
  choices(part).flatMap(methodOptions =>
    registry.orderings.flatMap(({ name: ordering }) =>
      registry.steps.map(({ name: step }) => {
        const chosen = Object.keys(part.options)
          .filter(name => part.options[name as never]?.['type'] === 'choice')
          .map(name => `, ${name} ${methodOptions[name]}`);
        const title = `${part.name}${chosen.join('')}, ${ordering}, ${step}`;
        return { title, method: part.name, methodOptions, ordering, step };
      }),
    ),
  ),
);

export interface RecipeOptions {
  readonly config?: Partial<CheckedConfig>;
  /** Wraps the problem that the method sees. */
  readonly wrap?: (problem: Problem) => Problem;
  readonly poll?: Poll;
}

/** The way's recipe for an instance, never stopping by itself; null where `assemble` refuses. */
export function recipeOf(
  instance: Pick<Instance, 'build'>,
  way: Way,
  { config = {}, wrap = problem => problem, poll = () => {} }: RecipeOptions = {},
): Recipe | null {
  const method = registry.methods.find(part => part.name === way.method);
  const own = instance.build();
  const problem = wrap(method?.oneBlock ? mergeBlocks(own, () => {}) : own);
  const recipe = assemble(problem, { ...configOf(way, problem), ...config }, poll);
  return isRefusal(recipe) ? null : recipe;
}

/** Pairs of instance and way that `assemble` accepts. */
export function accepted(
  among: readonly Instance[] = instances,
  which: (way: Way) => boolean = () => true,
): readonly (readonly [Instance, Way])[] {
  return among.flatMap(instance => {
    const problem = instance.build();
    return ways
      .filter(way => which(way) && recipeOf({ build: () => problem }, way) !== null)
      .map(way => [instance, way] as const);
  });
}

/** Each accepted way once for each problem of the registry, on its instances in turn: every pair of parts, thinned. */
export function thinned(
  which: (way: Way) => boolean = () => true,
): readonly (readonly [Instance, Way])[] {
  const seen = new Map<string, (readonly [Instance, Way])[]>();
  for (const pair of accepted(instances, which)) {
    const key = `${pair[0].problem}: ${pair[1].title}`;
    seen.set(key, [...(seen.get(key) ?? []), pair]);
  }
  return [...seen.values()].map((pairs, turn) => pairs[turn % pairs.length]!);
}

function configOf(way: Way, problem: Problem): CheckedConfig {
  const names = problem.blocks.map(block => block.name);
  const cache = problem.newCache(problem.start);
  const L = problem.blocks.map(block => {
    const known = problem.lipschitz(cache, problem.start, block);
    return known ?? problem.sharpness(cache, problem.start, block).value;
  });
  const ordering = registry.orderings.find(part => part.name === way.ordering);
  const step = registry.steps.find(part => part.name === way.step);
  return {
    problem: { kind: 'builtIn', name: problem.name },
    data: null,
    target: null,
    start: null,
    problemOptions: {},
    blocks: 'natural',
    method: way.method,
    methodOptions: way.methodOptions,
    ordering: way.ordering,
    // The last block twice, the first again at the end.
    orderingOptions: {
      ...defaults(ordering?.options ?? {}),
      ...(way.ordering === 'custom'
        ? { order: [names.at(-1)!, ...[...names].reverse(), names[0]!] }
        : {}),
    },
    step: way.step,
    stepOptions: {
      ...defaults(step?.options ?? {}),
      ...(way.step === 'fixed' ? { size: 0.9 / Math.max(...L) } : {}),
    },
    diagnostics: null,
    seed: 5,
    stopOnEntry: true,
    stopWhen: { steps: 1e9 },
    cwd: '.',
  };
}
