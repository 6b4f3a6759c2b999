import type { NewtonModel } from '../../core/problem.ts';
import { blockSharpness, lipschitzFrom } from '../curvature.ts';
import { addWeightedColumn, type Design, dotColumn } from './design.ts';
import type { Loss } from './losses.ts';
import type { PartialOf } from './onDevice.ts';

/** Curvatures of rows below this fraction of sup ℓ″ are raised to it, so that no column of the model is flat. */
const FLOOR = 1e-12;

/**
 * The quadratic model of f = (1/n) Σ ℓ_i((A x)_i) + ridge/2 ‖β‖² about c: H = AᵀDA/n + ridge, D = ℓ″ at c. Cache: v with
 * ∇m(z) = sign · Aᵀv/n + ridge z, v = w + sign · D A(z − c), w the loss's; then the diagonal of D.
 */
export function newtonModel(a: Design, loss: Loss, ridge: number, partial: PartialOf): NewtonModel {
  const { n } = a;
  const { sign, residual, curvature } = loss;
  return {
    newCache(cache) {
      const made = new Float64Array(2 * n);
      made.set(cache.subarray(residual, residual + n));
      const weights = made.subarray(n);
      if (loss.weights === null) weights.fill(1);
      else loss.weights(cache, weights);
      for (let i = 0; i < n; i++) weights[i] = Math.max(weights[i]!, FLOOR * curvature);
      return made;
    },
    shift(cache, block, delta) {
      for (let k = 0; k < block.size; k++)
        if (delta[k] !== 0)
          addWeightedColumn(a, block.start + k, sign * delta[k]!, cache, n, cache);
    },
    gradient(cache, z, block, out) {
      for (let k = 0; k < block.size; k++) {
        const c = block.start + k;
        out[k] = partial(dotColumn(a, c, cache, 0), n, z, c);
      }
    },
    curvature: (cache, block) =>
      lipschitzFrom(blockSharpness({ a, factor: 1, ridge, w: cache.subarray(n) }, block)),
  };
}
