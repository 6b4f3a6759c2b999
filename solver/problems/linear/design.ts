import { isRefusal, type Refusal } from '../../core/part.ts';
import {
  type Block,
  type BlocksSpec,
  type Dataset,
  type Poll,
  type ProblemInputs,
  pollWork,
} from '../../core/problem.ts';
import { refuse } from '../../core/words.ts';
import { columnWork, type Matrix } from '../../kernels/columns.ts';
import type { Kernels } from '../../kernels/index.ts';
import { partition } from '../blocks.ts';
import { booleanOption } from '../options.ts';
import { KnownProducts } from './knownProducts.ts';
import { arrange } from './standardize.ts';

/**
 * The matrix A of a linear model: a column of ones where there is an intercept, then the data's columns in the order of
 * the blocks, scaled as asked. Coordinate c of x multiplies column c of A; A has n rows.
 */
export interface Design {
  readonly X: Matrix;
  readonly n: number;
  /** Coordinates, the intercept included. */
  readonly size: number;
  readonly offset: 0 | 1;
  readonly blocks: readonly Block[];
  /** Multiply-adds of Aᵀv. */
  readonly work: number;
  readonly notes: readonly string[];
  readonly kernels: Kernels;
  readonly poll: Poll;
  /** Aᵀv of the vector asked about last. */
  readonly known: KnownProducts;
}

/** A from data; shares the data's values when nothing is reordered or scaled. */
export function design(
  data: Dataset,
  spec: BlocksSpec,
  options: { readonly intercept: boolean; readonly standardize: boolean },
  kernels: Kernels,
  poll: Poll,
): Design | Refusal {
  const parts = partition(data.columns, spec, options.intercept);
  if (isRefusal(parts)) return parts;
  const { X: arranged, notes } = arrange(data.X, parts.order, options.standardize, kernels, poll);
  const X = kernels.place(arranged);
  const n = X.rows;
  let work = parts.offset * n;
  for (let j = 0; j < X.columns; j++) work += columnWork(X, j);
  const { blocks, offset } = parts;
  const size = X.columns + offset;
  const bare = { X, n, size, offset, blocks, work, notes, kernels, poll };
  const known = new KnownProducts(kernels, n, size, (...asked) => dotColumns(bare, ...asked));
  return { ...bare, known };
}

/** Σ_i A_ic v_i, v from v[vStart]. */
export function dotColumn(
  a: Omit<Design, 'known'>,
  c: number,
  v: Float64Array,
  vStart: number,
): number {
  return c < a.offset
    ? a.kernels.sum(v, vStart, a.n)
    : a.kernels.columnDot(a.X, c - a.offset, v, vStart);
}

/** out[l] = `dotColumn` of the l-th listed coordinate, to the bit; polls between them. */
export function dotColumns(
  a: Omit<Design, 'known'>,
  coordinates: Int32Array,
  count: number,
  v: Float64Array,
  vStart: number,
  out: Float64Array,
): void {
  const most = Math.max(2, Math.floor(pollWork / a.n));
  let l = 0;
  while (l < count) {
    if (coordinates[l]! < a.offset) {
      out[l] = dotColumn(a, coordinates[l]!, v, vStart);
      l++;
      continue;
    }
    const limit = Math.min(count, l + most);
    let end = l + 1;
    while (end < limit && coordinates[end]! >= a.offset) end++;
    a.kernels.columnDots(a.X, coordinates, l, end, a.offset, v, vStart, out);
    if (end - l === most) a.poll();
    l = end;
  }
}

/** Σ over the listed rows of A_ic v_i. */
export function dotRows(
  a: Design,
  c: number,
  rows: Int32Array,
  v: Float64Array,
  vStart: number,
): number {
  if (c >= a.offset) return a.kernels.columnRowsDot(a.X, c - a.offset, rows, v, vStart);
  let s = 0;
  for (let k = 0; k < rows.length; k++) s += v[vStart + rows[k]!]!;
  return s;
}

/** v[0…n) ← v + t A_·c. Returns ‖v‖² as `columnAxpy` does. */
export function addColumn(a: Design, c: number, t: number, v: Float64Array): number {
  return c < a.offset
    ? a.kernels.addScalar(t, v, 0, a.n)
    : a.kernels.columnAxpy(a.X, c - a.offset, t, v, 0);
}

/** v[0…n) ← v + t w ⊙ A_·c, w of n entries from w[wStart]. */
export function addWeightedColumn(
  a: Design,
  c: number,
  t: number,
  w: Float64Array,
  wStart: number,
  v: Float64Array,
): void {
  if (c >= a.offset) a.kernels.columnWeightedAxpy(a.X, c - a.offset, t, w, wStart, v);
  else for (let i = 0; i < a.n; i++) v[i] = v[i]! + t * w[wStart + i]!;
}

/**
 * v[0…n) ← v + sign · A[:, from … from + count) t, columns ascending, entries of t that are 0 skipped; polls. Returns
 * ‖v‖² where the last column gave it, else −1. `tracked`: v is a residual of a sparse A, behind which ‖v‖² is kept as
 * `columnMove` does.
 */
export function addColumns(
  a: Design,
  from: number,
  count: number,
  sign: 1 | -1,
  t: Float64Array,
  tStart: number,
  v: Float64Array,
  poll: Poll,
  tracked = false,
): number {
  let squares = -1;
  let work = 0;
  for (let k = 0; k < count; k++) {
    const value = t[tStart + k]!;
    if (value === 0) continue;
    const c = from + k;
    if (tracked && c >= a.offset && a.X.kind === 'sparse') {
      a.kernels.columnMove(a.X, c - a.offset, sign * value, v);
    } else {
      squares = addColumn(a, c, sign * value, v);
      if (tracked) v.set([squares, 0], a.n);
    }
    work += a.n;
    if (work >= pollWork) {
      poll();
      work = 0;
    }
  }
  return squares;
}

/** max |A_ic| over the rows and the coordinates of a block. */
export function largestEntry(a: Design, { start, size }: Block): number {
  let largest = start < a.offset ? 1 : 0;
  for (let c = Math.max(start, a.offset); c < start + size; c++)
    largest = Math.max(largest, a.kernels.columnMaxAbs(a.X, c - a.offset));
  return largest;
}

/** Σ_i w_i A_ic², w from w[0]; w null: Σ_i A_ic². */
export function squaredColumn(a: Design, c: number, w: Float64Array | null): number {
  if (c < a.offset) return w === null ? a.n : a.kernels.sum(w, 0, a.n);
  const j = c - a.offset;
  return w === null
    ? a.kernels.columnSquaredNorm(a.X, j)
    : a.kernels.columnWeightedSquaredNorm(a.X, j, w, 0);
}

/** The design that a linear problem's inputs ask for, and its y. */
export function linearDesign(
  inputs: ProblemInputs,
): (Design & { readonly y: Float64Array }) | Refusal {
  const { data, blocks, options, kernels, poll } = inputs;
  if (data === null) {
    return refuse('data', null, 'gives this problem no rows', 'a table of samples');
  }
  const intercept = booleanOption(options, 'intercept');
  const standardize = booleanOption(options, 'standardize');
  const built = design(data, blocks, { intercept, standardize }, kernels, poll);
  return isRefusal(built) ? built : { ...built, y: data.y };
}
