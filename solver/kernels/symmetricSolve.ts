import { type Eigen, symmetricEigen } from './eigen.ts';

/** Factors of the most recently used matrices, one per slot: a cache, never part of the state. */
export interface Factors {
  /** out = H⁺ b over d entries, the least-norm solution where H is singular; `out` and `b` may be the same. */
  solve(slot: number, H: Float64Array, d: number, b: Float64Array, out: Float64Array): void;
  /** Eigenvalues and eigenvectors of H. */
  eigen(slot: number, H: Float64Array, d: number): Eigen;
}

interface Slot {
  readonly matrix: Float64Array;
  cholesky?: Cholesky | null;
  eigen?: Eigen;
}

/**
 * Remembers the factors of symmetric PSD matrices H (d, d), row-major. A slot is reused when all entries of the matrix
 * are equal, whichever array holds them. Factoring polls and may be abandoned.
 */
export function rememberFactors(poll: () => void = () => {}): Factors {
  const slots = new Map<number, Slot>();
  const find = (slot: number, H: Float64Array, d: number): Slot => {
    const known = slots.get(slot);
    if (known !== undefined && sameEntries(known.matrix, H, d * d)) return known;
    const fresh: Slot = { matrix: H.slice(0, d * d) };
    slots.set(slot, fresh);
    return fresh;
  };
  const eigen = (slot: number, H: Float64Array, d: number): Eigen => {
    const found = find(slot, H, d);
    if (found.eigen === undefined) found.eigen = symmetricEigen(found.matrix.slice(), d, poll);
    return found.eigen;
  };
  return {
    solve(slot, H, d, b, out) {
      if (d === 1) {
        out[0] = b[0] === 0 ? 0 : b[0]! / H[0]!;
        return;
      }
      const found = find(slot, H, d);
      if (found.cholesky === undefined) found.cholesky = cholesky(found.matrix.slice(), d, poll);
      if (found.cholesky !== null && found.cholesky.rank === d) {
        if (out !== b) for (let k = 0; k < d; k++) out[k] = b[k]!;
        choleskySolve(found.cholesky, out, new Float64Array(d));
      } else pseudoSolve(eigen(slot, H, d), d, b, out);
    },
    eigen,
  };
}

/** out = Σ v_k (v_kᵀ b)/h_k over the eigenvalues above d·ε·h_max. */
function pseudoSolve(
  { values, vectors }: Eigen,
  d: number,
  b: Float64Array,
  out: Float64Array,
): void {
  const tolerance = d * 2.3e-16 * values[d - 1]!;
  const solution = new Float64Array(d);
  for (let k = 0; k < d; k++) {
    // A NaN passes, so that it is seen.
    if (values[k]! <= tolerance) continue;
    let along = 0;
    for (let l = 0; l < d; l++) along += vectors[k * d + l]! * b[l]!;
    along /= values[k]!;
    for (let l = 0; l < d; l++) solution[l] = solution[l]! + along * vectors[k * d + l]!;
  }
  out.set(solution);
}

function sameEntries(a: Float64Array, b: Float64Array, n: number): boolean {
  if (a.length !== n) return false;
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** PᵀAP = L Lᵀ of rank r: L is (n, n) row-major, its first r columns count; row i of it belongs to index order[i] of A. */
export interface Cholesky {
  readonly n: number;
  readonly rank: number;
  readonly order: Int32Array;
  readonly factor: Float64Array;
}

/**
 * Cholesky factor of a symmetric PSD matrix with diagonal pivoting: stops when no remaining pivot exceeds n·ε times the
 * largest diagonal entry, so a singular A gives its numerical rank. `a` (n, n) row-major, symmetric, is destroyed; null
 * when a remaining pivot is negative beyond that (A is not PSD) or NaN. `poll` is called once a column.
 * Source: Higham, Accuracy and Stability of Numerical Algorithms, 10.3.
 */
export function cholesky(a: Float64Array, n: number, poll: () => void = () => {}): Cholesky | null {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const column = new Float64Array(n);
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(a[i * n + i]!));
  const tolerance = n * 2.3e-16 * largest;
  if (!(largest < Number.POSITIVE_INFINITY)) return null;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (a[i * n + i]! > a[pivot * n + pivot]!) pivot = i;
    const size = a[pivot * n + pivot]!;
    if (!(size > tolerance))
      return remainderIsZero(a, n, k, 100 * tolerance) ? { n, rank: k, order, factor: a } : null;
    if (pivot !== k) swap(a, n, k, pivot, order);
    const root = Math.sqrt(size);
    a[k * n + k] = root;
    for (let i = k + 1; i < n; i++) {
      const l = a[i * n + k]! / root;
      a[i * n + k] = l;
      column[i] = l;
      if (l === 0) continue;
      const row = i * n;
      for (let j = k + 1; j <= i; j++) a[row + j] = a[row + j]! - l * column[j]!;
    }
    poll();
  }
  return { n, rank: n, order, factor: a };
}

/**
 * b ← a solution of A x = b (in place, first n entries). For a singular A the entries outside the pivots are 0, which
 * solves the system whenever b lies in A's range. `scratch` has n entries.
 */
export function choleskySolve(c: Cholesky, b: Float64Array, scratch: Float64Array): void {
  const { n, rank, order, factor } = c;
  for (let i = 0; i < rank; i++) {
    let s = b[order[i]!]!;
    for (let j = 0; j < i; j++) s -= factor[i * n + j]! * scratch[j]!;
    scratch[i] = s / factor[i * n + i]!;
  }
  for (let i = rank - 1; i >= 0; i--) {
    const x = scratch[i]! / factor[i * n + i]!;
    scratch[i] = x;
    for (let j = 0; j < i; j++) scratch[j] = scratch[j]! - factor[i * n + j]! * x;
  }
  b.fill(0, 0, n);
  for (let i = 0; i < rank; i++) b[order[i]!] = scratch[i]!;
}

/** Are all entries of the Schur complement from row k on within the tolerance of 0? */
function remainderIsZero(a: Float64Array, n: number, k: number, tolerance: number): boolean {
  for (let i = k; i < n; i++) {
    for (let j = k; j <= i; j++) if (!(Math.abs(a[i * n + j]!) <= tolerance)) return false;
  }
  return true;
}

/** Exchanges rows and columns i < j of the lower triangle, and the order. */
function swap(a: Float64Array, n: number, i: number, j: number, order: Int32Array): void {
  const held = order[i]!;
  order[i] = order[j]!;
  order[j] = held;
  const exchange = (p: number, q: number): void => {
    const value = a[p]!;
    a[p] = a[q]!;
    a[q] = value;
  };
  for (let k = 0; k < i; k++) exchange(i * n + k, j * n + k);
  for (let k = i + 1; k < j; k++) exchange(k * n + i, j * n + k);
  for (let k = j + 1; k < n; k++) exchange(k * n + i, k * n + j);
  exchange(i * n + i, j * n + j);
}
