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
