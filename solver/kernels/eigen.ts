import { noPoll, tridiagonalEigen } from './tridiagonal.ts';

/**
 * All eigenvalues of a symmetric matrix, ascending, each to about 1e-15 of the largest. `a` is (n, n) row-major; its
 * lower triangle is read and the array is destroyed. Householder reduction, then implicit QL; `poll` is called about once
 * every n² multiply-adds, and may throw to abandon the work.
 * Source: Golub & Van Loan, Matrix Computations, 8.3.
 */
export function symmetricEigenvalues(a: Float64Array, n: number, poll = noPoll): Float64Array {
  const diagonal = new Float64Array(n);
  const below = new Float64Array(n);
  tridiagonalize(a, n, diagonal, below, new Float64Array(n), poll);
  tridiagonalEigen(diagonal, below, n, new Float64Array(0), 0, poll);
  return diagonal;
}

/** λ_max of a symmetric (n, n) matrix; `a` is destroyed as in `symmetricEigenvalues`. */
export function largestEigenvalue(a: Float64Array, n: number, poll = noPoll): number {
  return n === 1 ? a[0]! : symmetricEigenvalues(a, n, poll)[n - 1]!;
}

/** A = Σ_k values[k] v_k v_kᵀ; values ascend, v_k is row k of `vectors` (n, n). */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Eigenvalues and eigenvectors of a symmetric matrix; `a` (n, n) row-major, lower triangle, is destroyed. */
export function symmetricEigen(a: Float64Array, n: number, poll = noPoll): Eigen {
  const values = new Float64Array(n);
  const below = new Float64Array(n);
  const scales = new Float64Array(n);
  tridiagonalize(a, n, values, below, scales, poll);
  // Row k of `vectors` starts as column k of Q = H_{n-1} … H_1 and is rotated into eigenvector k.
  const vectors = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    vectors[k * n + k] = 1;
    for (let i = 1; i < n; i++) reflect(vectors, k * n, a, i * n, i, scales[i]!);
    poll();
  }
  tridiagonalEigen(values, below, n, vectors, n, poll);
  return { values, vectors };
}

/**
 * QᵀAQ = T: `diagonal` and `below` (below[i] = T_{i,i-1}) receive T, row i of `a` keeps the Householder vector u of step i
 * in its first i entries, scales[i] its h: the reflection is I − u uᵀ/h (h = 0: none).
 */
function tridiagonalize(
  a: Float64Array,
  n: number,
  diagonal: Float64Array,
  below: Float64Array,
  scales: Float64Array,
  poll: () => void,
): void {
  const p = new Float64Array(n);
  for (let i = n - 1; i > 0; i--) {
    const row = i * n;
    let scale = 0;
    for (let k = 0; k < i - 1; k++) scale += Math.abs(a[row + k]!);
    if (scale === 0) {
      below[i] = a[row + i - 1]!;
      scales[i] = 0;
      continue;
    }
    scale += Math.abs(a[row + i - 1]!);
    let h = 0;
    for (let k = 0; k < i; k++) {
      const u = a[row + k]! / scale;
      a[row + k] = u;
      h += u * u;
    }
    const last = a[row + i - 1]!;
    const g = last >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
    below[i] = scale * g;
    h -= last * g;
    a[row + i - 1] = last - g;
    scales[i] = h;
    rankTwoUpdate(a, n, i, h, p);
    poll();
  }
  for (let i = 0; i < n; i++) diagonal[i] = a[i * n + i]!;
}

/** A ← (I − uuᵀ/h) A (I − uuᵀ/h) on the leading i rows, lower triangle, u in row i of `a`; `p` is scratch. */
function rankTwoUpdate(a: Float64Array, n: number, i: number, h: number, p: Float64Array): void {
  const row = i * n;
  p.fill(0, 0, i);
  for (let j = 0; j < i; j++) {
    const start = j * n;
    const u = a[row + j]!;
    let s = 0;
    for (let k = 0; k < j; k++) {
      const value = a[start + k]!;
      s += value * a[row + k]!;
      p[k] = p[k]! + value * u;
    }
    p[j] = p[j]! + s + a[start + j]! * u;
  }
  let up = 0;
  for (let j = 0; j < i; j++) {
    p[j] = p[j]! / h;
    up += p[j]! * a[row + j]!;
  }
  const half = up / (2 * h);
  for (let j = 0; j < i; j++) p[j] = p[j]! - half * a[row + j]!;
  for (let j = 0; j < i; j++) {
    const start = j * n;
    const u = a[row + j]!;
    const q = p[j]!;
    for (let k = 0; k <= j; k++) {
      a[start + k] = a[start + k]! - (u * p[k]! + q * a[row + k]!);
    }
  }
}

/** v ← (I − uuᵀ/h) v on the first i entries of v. */
function reflect(
  v: Float64Array,
  vStart: number,
  u: Float64Array,
  uStart: number,
  i: number,
  h: number,
): void {
  if (h === 0) return;
  let s = 0;
  for (let k = 0; k < i; k++) s += u[uStart + k]! * v[vStart + k]!;
  s /= h;
  for (let k = 0; k < i; k++) v[vStart + k] = v[vStart + k]! - s * u[uStart + k]!;
}
