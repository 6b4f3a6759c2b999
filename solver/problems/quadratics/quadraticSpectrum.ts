import type { Block, Estimate, Poll } from '../../core/problem.ts';
import { cholesky, choleskySolve } from '../../kernels/cholesky.ts';
import type { DenseMatrix } from '../../kernels/columns.ts';
import { symmetricEigenvalues } from '../../kernels/eigen.ts';
import { lanczos } from '../../kernels/lanczos.ts';
import { dot, maxAbs } from '../../kernels/vector.ts';

/** Up to this size eigenvalues are computed exactly, beyond by Lanczos; up to four times this, the minimum is solved for. */
const denseSize = 256;

/** The ends of a spectrum. */
export interface Extremes {
  readonly least: Estimate;
  readonly greatest: Estimate;
}

/** The ends of the spectrum of a diagonal block. */
export function blockExtremes(
  H: DenseMatrix,
  block: Block,
  blockOf: (block: Block) => Float64Array,
  poll: Poll,
): Extremes {
  const d = block.size;
  const N = H.rows;
  if (d <= denseSize) {
    const values = symmetricEigenvalues(blockOf(block).slice(), d, poll);
    return {
      least: { value: values[0]!, error: 0 },
      greatest: { value: values[d - 1]!, error: 0 },
    };
  }
  const apply = (v: Float64Array, out: Float64Array): void => {
    for (let k = 0; k < d; k++) {
      out[k] = dot(H.values, (block.start + k) * N + block.start, v, 0, d);
    }
  };
  return lanczos(apply, d, { steps: 300, tolerance: 1e-10, both: true, poll });
}

/** Is H positive definite, as far as its least eigenvalue could be bounded? */
export function definiteness(
  H: DenseMatrix,
  product: (v: Float64Array, out: Float64Array) => void,
  poll: Poll,
): { readonly definite: boolean; readonly least: Estimate } {
  const N = H.rows;
  const { least, greatest } =
    N <= denseSize
      ? exactEnds(H, poll)
      : lanczos(product, N, { steps: 300, tolerance: 1e-10, both: true, poll });
  // Rounding puts the least eigenvalue of a singular matrix anywhere within N ulp of the largest.
  const slack = N * 2.3e-16 * Math.max(Math.abs(greatest.value), Math.abs(least.value));
  return {
    definite: least.value - least.error > slack,
    least: { value: least.value, error: least.error + slack },
  };
}

function exactEnds(H: DenseMatrix, poll: Poll): Extremes {
  const values = symmetricEigenvalues(H.values.slice(), H.rows, poll);
  return {
    least: { value: values[0]!, error: 0 },
    greatest: { value: values[H.rows - 1]!, error: 0 },
  };
}

/** min f = −½cᵀH⁻¹c, lowered by what rounding may have raised it; 0 for c = 0; null for an H that is not definite. */
export function leastValue(
  H: DenseMatrix,
  c: Float64Array,
  definite: boolean,
  poll: Poll,
): number | null {
  const N = H.rows;
  if (!definite) return null;
  if (maxAbs(c, 0, N) === 0) return 0;
  if (N > 4 * denseSize) return null;
  const factor = cholesky(H.values.slice(), N, poll);
  if (factor === null || factor.rank < N) return null;
  const solution = c.slice();
  choleskySolve(factor, solution, new Float64Array(N));
  const least = -0.5 * dot(c, 0, solution, 0, N);
  return least - 4 * N * 2.3e-16 * Math.abs(least);
}

/** H_bb, (d, d), row-major. */
export function diagonalBlock(H: DenseMatrix, block: Block): Float64Array {
  const d = block.size;
  const out = new Float64Array(d * d);
  for (let k = 0; k < d; k++) {
    const from = (block.start + k) * H.rows + block.start;
    for (let l = 0; l < d; l++) out[k * d + l] = H.values[from + l]!;
  }
  return out;
}
