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

export const noPoll = (): void => {};

/** More rotations per eigenvalue than this were never seen; reaching it means a NaN. */
const maximumIterations = 60;

/**
 * Eigenvalues of the symmetric tridiagonal T with `diagonal` (n) and `below` (below[i] = T_{i,i-1}, below[0] unused), by
 * implicit QL with Wilkinson's shift; `diagonal` receives them in ascending order, `below` is destroyed. `vectors` holds
 * n rows of `width` entries and is multiplied by the rotations: rows of Qᵀ become the eigenvectors of Q T Qᵀ; one column
 * of it e_k gives the k-th entries of the eigenvectors of T; width 0: values only. NaN everywhere when T holds one.
 * Source: Golub & Van Loan, Matrix Computations, algorithm 8.3.3.
 */
export function tridiagonalEigen(
  diagonal: Float64Array,
  below: Float64Array,
  n: number,
  vectors: Float64Array,
  width: number,
  poll = noPoll,
): void {
  // From here e[i] couples i and i + 1.
  const e = below;
  for (let i = 1; i < n; i++) e[i - 1] = e[i]!;
  if (n > 0) e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let iteration = 0; ; iteration++) {
      let m = l;
      while (m < n - 1) {
        const size = Math.abs(diagonal[m]!) + Math.abs(diagonal[m + 1]!);
        if (Math.abs(e[m]!) + size === size) break;
        m++;
      }
      if (m === l) break;
      if (iteration === maximumIterations) {
        diagonal.fill(Number.NaN, 0, n);
        return;
      }
      sweep(diagonal, e, l, m, vectors, width);
      poll();
    }
  }
  sortAscending(diagonal, n, vectors, width);
}

/** One implicit QL step on the unreduced part l … m. */
function sweep(
  d: Float64Array,
  e: Float64Array,
  l: number,
  m: number,
  vectors: Float64Array,
  width: number,
): void {
  let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  let r = Math.hypot(g, 1);
  g = d[m]! - d[l]! + e[l]! / (g + (g >= 0 ? r : -r));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // Underflow split the matrix: finish this part from here.
      d[i + 1] = d[i + 1]! - p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    r = (d[i]! - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
    const upper = i * width;
    const lower = upper + width;
    for (let k = 0; k < width; k++) {
      const v = vectors[lower + k]!;
      const w = vectors[upper + k]!;
      vectors[lower + k] = s * w + c * v;
      vectors[upper + k] = c * w - s * v;
    }
  }
  d[l] = d[l]! - p;
  e[l] = g;
  e[m] = 0;
}

function sortAscending(d: Float64Array, n: number, vectors: Float64Array, width: number): void {
  if (width === 0) {
    d.subarray(0, n).sort();
    return;
  }
  for (let i = 0; i < n - 1; i++) {
    let least = i;
    for (let j = i + 1; j < n; j++) if (d[j]! < d[least]!) least = j;
    if (least === i) continue;
    const held = d[i]!;
    d[i] = d[least]!;
    d[least] = held;
    for (let k = 0; k < width; k++) {
      const v = vectors[i * width + k]!;
      vectors[i * width + k] = vectors[least * width + k]!;
      vectors[least * width + k] = v;
    }
  }
}
