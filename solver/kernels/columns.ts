import { axpy, dot, dot2, maxAbs, squaredNorm, weightedAxpy, weightedDot } from './vector.ts';

/*
 * Loops over one column of a design matrix X (n, p), dense or sparse. Sums run in the lanes that vector.ts states; for a
 * sparse column the lanes count its stored entries. A vector v over the rows is given as array and first index.
 */

/** Multiply-adds of one pass over column j. */
export function columnWork(X: Matrix, j: number): number {
  return X.kind === 'dense' ? X.rows : X.starts[j + 1]! - X.starts[j]!;
}

/** max_i |X_ij|. */
export function columnMaxAbs(X: Matrix, j: number): number {
  const from = X.kind === 'dense' ? j * X.rows : X.starts[j]!;
  return maxAbs(X.values, from, columnWork(X, j));
}

/** Σ_i X_ij v_i. */
export function columnDot(X: Matrix, j: number, v: Float64Array, vStart: number): number {
  if (X.kind === 'dense') return dot(X.values, j * X.rows, v, vStart, X.rows);
  const { indices, values } = X;
  const end = X.starts[j + 1]!;
  let p = X.starts[j]!;
  const whole = end - ((end - p) % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (; p < whole; p += 4) {
    s0 += values[p]! * v[vStart + indices[p]!]!;
    s1 += values[p + 1]! * v[vStart + indices[p + 1]!]!;
    s2 += values[p + 2]! * v[vStart + indices[p + 2]!]!;
    s3 += values[p + 3]! * v[vStart + indices[p + 3]!]!;
  }
  let s = s0 + s2 + (s1 + s3);
  for (; p < end; p++) s += values[p]! * v[vStart + indices[p]!]!;
  return s;
}

const pair = new Float64Array(2);

/** out[l] = `columnDot` of column listed[l] − shift for l = from … end − 1, to the bit. */
export function columnDots(
  X: Matrix,
  listed: Int32Array,
  from: number,
  end: number,
  shift: number,
  v: Float64Array,
  vStart: number,
  out: Float64Array,
): void {
  let l = from;
  if (X.kind === 'dense') {
    for (; l + 1 < end; l += 2) {
      const j = listed[l]! - shift;
      const k = listed[l + 1]! - shift;
      dot2(X.values, j * X.rows, k * X.rows, v, vStart, X.rows, pair);
      out[l] = pair[0]!;
      out[l + 1] = pair[1]!;
    }
  }
  for (; l < end; l++) out[l] = columnDot(X, listed[l]! - shift, v, vStart);
}

/**
 * v ← v + c X_·j. Returns ‖v‖² over the rows, as `axpy` does, for a dense column; −1 for a sparse one, which touches few
 * rows.
 */
export function columnAxpy(
  X: Matrix,
  j: number,
  c: number,
  v: Float64Array,
  vStart: number,
): number {
  if (X.kind === 'dense') return axpy(c, X.values, j * X.rows, v, vStart, X.rows);
  const { indices, values } = X;
  const end = X.starts[j + 1]!;
  for (let p = X.starts[j]!; p < end; p++) {
    const i = vStart + indices[p]!;
    v[i] = v[i]! + c * values[p]!;
  }
  return -1;
}

/** v ← v + (c w) ⊙ X_·j over the rows, v from its first entry and w from w[wStart]. */
export function columnWeightedAxpy(
  X: Matrix,
  j: number,
  c: number,
  w: Float64Array,
  wStart: number,
  v: Float64Array,
): void {
  if (X.kind === 'dense') {
    weightedAxpy(c, w, wStart, X.values, j * X.rows, v, X.rows);
    return;
  }
  const { indices, values } = X;
  const end = X.starts[j + 1]!;
  for (let p = X.starts[j]!; p < end; p++) {
    const i = indices[p]!;
    v[i] = v[i]! + c * w[wStart + i]! * values[p]!;
  }
}

/** ‖r‖² is summed afresh once what was added to it exceeds this many times its size, or after so many moves. */
export const RENEWAL = { size: 4, moves: 1024 } as const;

/**
 * r ← r + c X_·j for a sparse column, r the first X.rows entries of `cache`. The two behind them are ‖r‖², to which Σ (r_i′ −
 * r_i)(r_i′ + r_i) is added, and the sum of what was added since it was computed from r: beyond RENEWAL it is computed
 * again, so that it is off by less than 8 (√rows + √moves) ε of itself, and a move costs its column and not all rows.
 */
export function columnMove(X: SparseMatrix, j: number, c: number, cache: Float64Array): void {
  const { indices, values, rows } = X;
  const end = X.starts[j + 1]!;
  let change = 0;
  let size = 0;
  for (let p = X.starts[j]!; p < end; p++) {
    const i = indices[p]!;
    const before = cache[i]!;
    const now = before + c * values[p]!;
    cache[i] = now;
    const term = (now - before) * (now + before);
    change += term;
    size += Math.abs(term);
  }
  const squares = cache[rows]! + change;
  const added = cache[rows + 1]! + (size + squares / (RENEWAL.moves / RENEWAL.size));
  const holds = added <= RENEWAL.size * squares;
  cache[rows] = holds ? squares : squaredNorm(cache, 0, rows);
  cache[rows + 1] = holds ? added : 0;
}

/** Σ_i X_ij². */
export function columnSquaredNorm(X: Matrix, j: number): number {
  if (X.kind === 'dense') return squaredNorm(X.values, j * X.rows, X.rows);
  return squaredNorm(X.values, X.starts[j]!, X.starts[j + 1]! - X.starts[j]!);
}

/** Σ_i w_i X_ij². */
export function columnWeightedSquaredNorm(
  X: Matrix,
  j: number,
  w: Float64Array,
  wStart: number,
): number {
  if (X.kind === 'dense') {
    const start = j * X.rows;
    return weightedDot(X.values, start, w, wStart, X.values, start, X.rows);
  }
  const { indices, values } = X;
  const end = X.starts[j + 1]!;
  let s = 0;
  for (let p = X.starts[j]!; p < end; p++) s += values[p]! * w[wStart + indices[p]!]! * values[p]!;
  return s;
}

/** Σ over the listed rows, repeats counted, of X_ij v_i; the lanes count the list. A sparse column is searched by bisection. */
export function columnRowsDot(
  X: Matrix,
  j: number,
  rows: Int32Array,
  v: Float64Array,
  vStart: number,
): number {
  const n = rows.length;
  const whole = n - (n % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  if (X.kind === 'dense') {
    const { values } = X;
    const start = j * X.rows;
    for (; k < whole; k += 4) {
      const i0 = rows[k]!;
      const i1 = rows[k + 1]!;
      const i2 = rows[k + 2]!;
      const i3 = rows[k + 3]!;
      s0 += values[start + i0]! * v[vStart + i0]!;
      s1 += values[start + i1]! * v[vStart + i1]!;
      s2 += values[start + i2]! * v[vStart + i2]!;
      s3 += values[start + i3]! * v[vStart + i3]!;
    }
    let s = s0 + s2 + (s1 + s3);
    for (; k < n; k++) s += values[start + rows[k]!]! * v[vStart + rows[k]!]!;
    return s;
  }
  const from = X.starts[j]!;
  const to = X.starts[j + 1]!;
  if (from === to) return 0;
  for (; k < whole; k += 4) {
    s0 += entry(X.indices, X.values, from, to, rows[k]!) * v[vStart + rows[k]!]!;
    s1 += entry(X.indices, X.values, from, to, rows[k + 1]!) * v[vStart + rows[k + 1]!]!;
    s2 += entry(X.indices, X.values, from, to, rows[k + 2]!) * v[vStart + rows[k + 2]!]!;
    s3 += entry(X.indices, X.values, from, to, rows[k + 3]!) * v[vStart + rows[k + 3]!]!;
  }
  let s = s0 + s2 + (s1 + s3);
  for (; k < n; k++) s += entry(X.indices, X.values, from, to, rows[k]!) * v[vStart + rows[k]!]!;
  return s;
}

/** The value stored at a row in the entries from … to − 1 of one sparse column, 0 where there is none. */
function entry(
  indices: Int32Array,
  values: Float64Array,
  from: number,
  to: number,
  row: number,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (indices[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low < to && indices[low] === row ? values[low]! : 0;
}

/** Dense (m, n), column-major: entry (i, j) at values[i + j m]. */
export interface DenseMatrix {
  readonly kind: 'dense';
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Compressed sparse columns: column j holds values[p], rows indices[p], p = starts[j] … starts[j + 1] − 1, rows ascending. */
export interface SparseMatrix {
  readonly kind: 'sparse';
  readonly rows: number;
  readonly columns: number;
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

export type Matrix = DenseMatrix | SparseMatrix;
