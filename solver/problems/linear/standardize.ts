import { type Poll, pollWork } from '../../core/problem.ts';
import type { DenseMatrix, Matrix, SparseMatrix } from '../../kernels/columns.ts';
import type { Kernels } from '../../kernels/index.ts';

interface Arranged {
  readonly X: Matrix;
  readonly notes: readonly string[];
}

/**
 * The columns order[0], order[1], … of X. Standardised: dense columns are centred and divided by their population
 * standard deviation, sparse ones divided without centring, which would fill them; constant columns keep their scale.
 * The result is X itself where nothing changes.
 */
export function arrange(
  X: Matrix,
  order: Int32Array,
  standardize: boolean,
  kernels: Kernels,
  poll: Poll,
): Arranged {
  const inOrder = order.every((j, c) => j === c);
  if (inOrder && !standardize) return { X, notes: [] };
  const scale = standardize ? kernels : null;
  if (X.kind === 'dense') return { X: arrangeDense(X, order, scale, poll), notes: [] };
  const notes = standardize
    ? ['The data is sparse: its columns were divided by their standard deviation but not centred.']
    : [];
  return { X: arrangeSparse(X, order, scale, poll), notes };
}

function arrangeDense(
  X: DenseMatrix,
  order: Int32Array,
  scale: Kernels | null,
  poll: Poll,
): DenseMatrix {
  const n = X.rows;
  const values = new Float64Array(n * order.length);
  let work = 0;
  for (let c = 0; c < order.length; c++) {
    const from = order[c]! * n;
    const to = c * n;
    values.set(X.values.subarray(from, from + n), to);
    if (scale) standardizeColumn(scale, values, to, n);
    work += 4 * n;
    if (work >= pollWork) {
      poll();
      work = 0;
    }
  }
  return { kind: 'dense', rows: n, columns: order.length, values };
}

/** Centres n entries from `start` and divides them by their population standard deviation; a constant column becomes 0. */
function standardizeColumn(kernels: Kernels, values: Float64Array, start: number, n: number): void {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = start; i < start + n; i++) {
    least = Math.min(least, values[i]!);
    greatest = Math.max(greatest, values[i]!);
  }
  if (least === greatest) {
    values.fill(0, start, start + n);
    return;
  }
  rescale(values, start, n, Math.max(-least, greatest));
  // The second round removes what rounding of a large mean left.
  for (let round = 0; round < 2; round++) {
    const mean = kernels.sum(values, start, n) / n;
    for (let i = start; i < start + n; i++) values[i] = values[i]! - mean;
  }
  const deviation = Math.sqrt(kernels.squaredNorm(values, start, n) / n);
  for (let i = start; i < start + n; i++) values[i] = values[i]! / deviation;
}

/** Squares beyond these of the largest entry would overflow, or vanish. */
const [smallest, largest] = [1e-140, 1e140];

/**
 * Multiplies n entries by a power of two where the largest, `size`, is so far from 1 that squares would not be doubles: a
 * standardised column is the same for it, and the product is exact.
 */
function rescale(values: Float64Array, start: number, n: number, size: number): void {
  if (size >= smallest && size <= largest) return;
  // In two halves: the power that leads from the least double to 1 is beyond all doubles.
  const half = Math.floor(Math.log2(size) / 2);
  for (let i = start; i < start + n; i++) values[i] = values[i]! * 2 ** -half * 2 ** -half;
}

function arrangeSparse(
  X: SparseMatrix,
  order: Int32Array,
  scale: Kernels | null,
  poll: Poll,
): SparseMatrix {
  const starts = new Int32Array(order.length + 1);
  const indices = new Int32Array(X.indices.length);
  const values = new Float64Array(X.values.length);
  let work = 0;
  for (let c = 0; c < order.length; c++) {
    const j = order[c]!;
    const from = X.starts[j]!;
    const to = X.starts[j + 1]!;
    const start = starts[c]!;
    starts[c + 1] = start + to - from;
    indices.set(X.indices.subarray(from, to), start);
    values.set(X.values.subarray(from, to), start);
    if (scale) scaleColumn(scale, values, start, to - from, X.rows);
    work += 4 * (to - from) + 4;
    if (work >= pollWork) {
      poll();
      work = 0;
    }
  }
  return { kind: 'sparse', rows: X.rows, columns: order.length, starts, indices, values };
}

/**
 * Divides the stored entries of a column of n rows by its population standard deviation, its zeros included, summed about
 * the mean; a constant column stays as it is.
 */
function scaleColumn(
  kernels: Kernels,
  values: Float64Array,
  from: number,
  stored: number,
  n: number,
): void {
  const size = kernels.maxAbs(values, from, stored);
  if (size === 0) return;
  const rescaled = size < smallest || size > largest;
  const scaled = rescaled ? values.slice(from, from + stored) : values;
  const start = rescaled ? 0 : from;
  rescale(scaled, start, stored, size);
  const mean = kernels.sum(scaled, start, stored) / n;
  let squares = (n - stored) * mean * mean;
  for (let p = start; p < start + stored; p++) {
    const d = scaled[p]! - mean;
    squares += d * d;
  }
  const deviation = Math.sqrt(squares / n);
  if (!(deviation > 1e-14 * Math.abs(mean))) return;
  for (let p = 0; p < stored; p++) values[from + p] = scaled[start + p]! / deviation;
}
