// Small instances of every problem of the registry, and a problem module: what the engine's theorems are quantified
// over.
import { isRefusal, type Options } from '../../../solver/core/part.ts';
import type { BlocksSpec, Dataset, Problem, ProblemPart } from '../../../solver/core/problem.ts';
import { normals, stream } from '../../../solver/core/random.ts';
import type { DenseMatrix, Matrix } from '../../../solver/kernels/columns.ts';
import { jsKernels } from '../../../solver/kernels/index.ts';
import { type Spec, userFunctions } from '../../../solver/modules/functions.ts';
import { box, l1 } from '../../../solver/modules/index.ts';
import { moduleBlocks, moduleProblem } from '../../../solver/modules/problem.ts';
import { registry } from '../../../solver/registry.ts';
import { defaults } from '../../../solver/run/fitting.ts';
import { column, randomMatrix, toSparse } from '../../unit/problems/cases.ts';

/** A small problem, built anew at each call, so that two runs share nothing. */
export interface Instance {
  readonly title: string;
  readonly problem: string;
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

/** Small sizes, and the options other than the defaults that a problem is also built with. */
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
    kernels: jsKernels,
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

/** The Sun–Ye family. */
export const sunYe = (delta: number, size: number): Instance => ({
  title: `sunYe ${delta}`,
  problem: 'quadratic',
  blocks: 'coordinates',
  build: () => buildProblem('quadratic', { size, delta }, 'coordinates', null),
});

/** ½xᵀHx − cᵀx with these rows of H. */
export function quadratic(rows: readonly (readonly number[])[], c: readonly number[]): Instance {
  const n = rows.length;
  const dense = (columns: number, values: readonly number[]) => ({
    kind: 'dense' as const,
    rows: n,
    columns,
    values: Float64Array.from(values),
  });
  return {
    title: 'quadratic',
    problem: 'quadratic',
    blocks: 'coordinates',
    build: () =>
      buildProblem('quadratic', { matrix: 'H', linear: 'c' }, 'coordinates', null, {
        matrix: dense(n, rows.flat()),
        linear: dense(1, c),
      }),
  };
}

const [n, d] = [10, 5];
const A = normals(n * d, stream(23, 'module'));

type Parts = Readonly<Record<string, Float64Array>>;
const starts: Readonly<Record<string, number>> = { pair: 0, inside: 2, free: 4 };

/** mean log(1 + (a_iᵀx − b_i)²) over ten rows; an ℓ1 norm on two coordinates, a box around two, one free. */
const spec: Spec = {
  name: 'a module',
  blocks: { pair: 2, inside: 2, free: 1 },
  start: { pair: [0.5, -1], inside: [0.2, 0.4], free: [2] },
  value(x) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.log1p(residual(x, i) ** 2);
    return sum / n;
  },
  gradient(x, block) {
    const sum = new Float64Array(x[block]!.length);
    for (let i = 0; i < n; i++) addRow(x, block, i, sum);
    return sum.map(value => value / n);
  },
  rows: n,
  rowGradient(x, block, row) {
    const out = new Float64Array(x[block]!.length);
    addRow(x, block, row, out);
    return out;
  },
  penalty: { pair: l1(0.05), inside: box(-0.3, 0.6) },
};

function residual(x: Parts, i: number): number {
  let r = -1 + (i % 3);
  for (const block in starts) {
    const part = x[block]!;
    for (let k = 0; k < part.length; k++) r += A[i * d + starts[block]! + k]! * part[k]!;
  }
  return r;
}

function addRow(x: Parts, block: string, i: number, out: Float64Array): void {
  const r = residual(x, i);
  const weight = (2 * r) / (1 + r * r);
  for (let k = 0; k < out.length; k++) {
    out[k] = out[k]! + weight * A[i * d + starts[block]! + k]!;
  }
}

export function moduleInstance(): Problem {
  const blocks = moduleBlocks(spec.blocks);
  const functions = userFunctions(spec, {
    blocks,
    size: d,
    files: new Set(),
    frame: () => '',
    restart: () => {},
    watch: { enter() {}, leave() {} },
  });
  return moduleProblem('a module', spec, blocks, functions, () => {});
}
