import { type Cholesky, cholesky, choleskySolve } from './cholesky.ts';
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
