import { isRefusal, type Options, type Refusal } from '../../../solver/core/part.ts';
import type { Block, BlocksSpec, Dataset, Poll, Problem } from '../../../solver/core/problem.ts';
import { normals, stream } from '../../../solver/core/random.ts';
import type { DenseMatrix, Matrix, SparseMatrix } from '../../../solver/kernels/columns.ts';
import { jsKernels } from '../../../solver/kernels/index.ts';
import { problems } from '../../../solver/problems/index.ts';

/** What a problem of the table is built from. */
interface Recipe {
  readonly problem: string;
  readonly options?: Options;
  readonly blocks?: BlocksSpec;
  readonly data?: Dataset;
  readonly files?: Readonly<Record<string, Matrix>>;
  readonly poll?: Poll;
}

/** Builds a problem, or says the refusal. Options left out have their defaults. */
export function build(recipe: Recipe): Problem | Refusal {
  const part = problems.find(candidate => candidate.name === recipe.problem);
  if (part === undefined) throw new Error(`no problem ${recipe.problem}`);
  const defaults = Object.entries(part.options).map(([name, spec]) => [name, spec.default]);
  return part.build({
    data: recipe.data ?? null,
    options: { ...Object.fromEntries(defaults), ...recipe.options },
    blocks: recipe.blocks ?? 'coordinates',
    files: recipe.files ?? {},
    seed: 1,
    kernels: jsKernels,
    poll: recipe.poll ?? (() => {}),
  });
}

export function built(recipe: Recipe): Problem {
  const problem = build(recipe);
  if (isRefusal(problem)) throw new Error(problem.refusal);
  return problem;
}

export function refusalOf(recipe: Recipe): string {
  const problem = build(recipe);
  return isRefusal(problem) ? problem.refusal : 'built';
}

/** n samples of p correlated columns, one of them constant and one all zeros; every third entry 0 when thin. */
export function samples(n: number, p: number, labels: boolean, thin = false): Dataset {
  const draw = stream(7, n, p);
  const values = normals(n * p, draw);
  for (let j = 1; j < p; j++) {
    for (let i = 0; i < n; i++)
      values[i + j * n] = values[i + j * n]! + 0.5 * values[i + (j - 1) * n]!;
  }
  if (thin) for (let k = 0; k < values.length; k++) if (k % 3 !== 0) values[k] = 0;
  values.fill(2, (p - 2) * n, (p - 1) * n);
  values.fill(0, (p - 1) * n);
  const noise = normals(n, draw);
  const y = Float64Array.from(noise, (e, i) => {
    const signal = 3 + 2 * values[i]! - values[i + 2 * n]! + e;
    return labels ? (signal > 3 ? 5 : 2) : signal;
  });
  const columns = Array.from({ length: p }, (_, j) => `c${j}`);
  return {
    source: 'samples',
    columns,
    X: { kind: 'dense', rows: n, columns: p, values },
    y,
    target: 'y',
  };
}

export function toSparse(X: DenseMatrix): SparseMatrix {
  const starts = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for (let j = 0; j < X.columns; j++) {
    for (let i = 0; i < X.rows; i++) {
      const value = X.values[i + j * X.rows]!;
      if (value === 0) continue;
      indices.push(i);
      values.push(value);
    }
    starts.push(values.length);
  }
  return {
    kind: 'sparse',
    rows: X.rows,
    columns: X.columns,
    starts: Int32Array.from(starts),
    indices: Int32Array.from(indices),
    values: Float64Array.from(values),
  };
}

export const sparseSamples = (n: number, p: number, labels: boolean): Dataset => {
  const data = samples(n, p, labels, true);
  return { ...data, X: toSparse(data.X as DenseMatrix) };
};

const groups = {
  groups: { far: ['c7', 'c0', 'c4'], near: ['c1', 'c2', 'c3', 'c5'], last: ['c6', 'c9', 'c8'] },
} as const;

/** A random PSD matrix with eigenvalues from 0.1 to 10, or one of them −1. */
export function randomMatrix(n: number, negative = false): DenseMatrix {
  const draw = stream(11, n);
  const values = new Float64Array(n * n);
  for (let k = 0; k < n; k++)
    values[k + k * n] = negative && k === 0 ? -1 : 0.1 * 100 ** (k / (n - 1));
  // H ← (I − 2uuᵀ)H(I − 2uuᵀ) keeps the eigenvalues.
  for (let round = 0; round < 3; round++) {
    const u = normals(n, draw);
    const norm = Math.hypot(...u);
    for (let k = 0; k < n; k++) u[k] = u[k]! / norm;
    reflect(values, u, n, 1, n);
    reflect(values, u, n, n, 1);
  }
  for (let j = 0; j < n; j++) for (let i = 0; i < j; i++) values[i + j * n] = values[j + i * n]!;
  return { kind: 'dense', rows: n, columns: n, values };
}

function reflect(H: Float64Array, u: Float64Array, n: number, line: number, along: number): void {
  for (let l = 0; l < n; l++) {
    let s = 0;
    for (let k = 0; k < n; k++) s += u[k]! * H[l * line + k * along]!;
    for (let k = 0; k < n; k++) {
      H[l * line + k * along] = H[l * line + k * along]! - 2 * s * u[k]!;
    }
  }
}

export const column = (values: readonly number[]): DenseMatrix => ({
  kind: 'dense',
  rows: values.length,
  columns: 1,
  values: Float64Array.from(values),
});

/** Every kind of problem, design and blocks that the theorems range over. */
export const table: readonly (readonly [string, Recipe])[] = [
  ...(['coordinates', { size: 4 }, groups] as const).flatMap(blocks =>
    (
      [
        ['leastSquares', { ridge: 0, intercept: false }],
        ['leastSquares', { ridge: 0.3 }],
        ['lasso', { standardize: true }],
        ['lasso', { lambda: 0.05, intercept: false }],
        ['elasticNet', { standardize: true }],
        ['groupLasso', {}],
        ['groupLasso', { groupWeights: 'one', intercept: false }],
        ['logistic', { standardize: true }],
        ['logistic', { l1Ratio: 0.4, intercept: false }],
      ] as const
    ).flatMap(([problem, options]) =>
      [false, true].map(thin => {
        const labels = problem === 'logistic';
        const data = thin ? sparseSamples(41, 10, labels) : samples(41, 10, labels);
        const title = `${problem} ${JSON.stringify(options)}, ${thin ? 'sparse' : 'dense'}, ${JSON.stringify(blocks)}`;
        return [title, { problem, options, blocks, data }] as const;
      }),
    ),
  ),
  ['quadratic sunYe', { problem: 'quadratic' }],
  [
    'quadratic, blocks of 4',
    {
      problem: 'quadratic',
      blocks: { size: 4 },
      files: { matrix: randomMatrix(11), linear: column([1, -2, 3, 0, 1, 2, -1, 0.5, 4, -3, 1]) },
    },
  ],
  [
    'quadratic, indefinite',
    { problem: 'quadratic', blocks: { size: 4 }, files: { matrix: randomMatrix(11, true) } },
  ],
];

/** The table's problems. */
export const all: readonly (readonly [string, () => Problem])[] = table.map(([title, recipe]) => [
  title,
  () => built(recipe),
]);

/** A point with a few exact zeros. */
export function point(problem: Problem, ...keys: readonly number[]): Float64Array {
  const x = normals(problem.size, stream(3, ...keys));
  for (let c = 0; c < x.length; c += 3) x[c] = 0;
  return x;
}

export function vector(size: number, ...keys: readonly number[]): Float64Array {
  return normals(size, stream(5, size, ...keys));
}

export const slice = (x: Float64Array, block: Block): Float64Array =>
  x.slice(block.start, block.start + block.size);

export function gradientOf(problem: Problem, x: Float64Array, block: Block): Float64Array {
  const out = new Float64Array(block.size);
  problem.gradient(problem.newCache(x), x, block, out);
  return out;
}

export function objective(problem: Problem, x: Float64Array): number {
  const f = problem.value(problem.newCache(x), x);
  return problem.blocks.reduce((sum, block) => sum + problem.penalty.value(x, block), f);
}

/** x + U_b delta. */
export function moved(x: Float64Array, block: Block, delta: Float64Array): Float64Array {
  const out = x.slice();
  for (let k = 0; k < block.size; k++) out[block.start + k] = out[block.start + k]! + delta[k]!;
  return out;
}

export function dotOf(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0);
}

export const normOf = (a: Float64Array): number => Math.sqrt(dotOf(a, a));
