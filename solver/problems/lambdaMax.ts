import { euclideanNorm } from '../kernels/prox.ts';
import { maxAbs, squaredNorm, sum } from '../kernels/vector.ts';
import { correlations } from './correlations.ts';
import type { Design } from './design.ts';

/** y − ȳ where there is an intercept, else y: the residual at β = 0 with the intercept fitted. */
export function squaredLossAtZero(a: Design, y: Float64Array): Float64Array {
  if (a.offset === 0) return y;
  const mean = sum(y, 0, a.n) / a.n;
  return y.map(value => value - mean);
}

/**
 * ‖v‖²/(2n), F at β = 0 with the intercept fitted, v the residual there. Where that is nothing but the rounding of a constant
 * y, it is no measure of a gap: ε times F without the intercept stands for it.
 */
export function nullObjective(a: Design, y: Float64Array, v: Float64Array): number {
  const F = squaredNorm(v, 0, a.n) / (2 * a.n);
  const without = squaredNorm(y, 0, a.n) / (2 * a.n);
  return F <= (16 * Number.EPSILON) ** 2 * without ? Number.EPSILON * without : F;
}

/** max_j |X_jᵀ v|/n: the smallest λ whose lasso solution is zero, v the residual there. */
export function largestCorrelation(a: Design, v: Float64Array): number {
  return maxAbs(correlations(a, v), a.offset, a.size - a.offset);
}

/** max_g ‖X_gᵀ v‖/(n w_g): the same for the group lasso with weights w, one a block. */
export function largestGroupCorrelation(a: Design, v: Float64Array, weights: Float64Array): number {
  const u = correlations(a, v);
  let largest = 0;
  for (const { index, start, size } of a.blocks) {
    if (start < a.offset) continue;
    largest = Math.max(largest, euclideanNorm(u, start, size) / weights[index]!);
  }
  return largest;
}
