import type { Block, Cache } from '../../core/problem.ts';
import type { Design } from './design.ts';

/**
 * A mean loss of a linear model, f = (1/n) Σ ℓ_i(A x). The cache begins with n numbers that move by sign · A δ; the
 * vector w of n numbers at `residual` in it gives ∇f = sign · Aᵀ w/n.
 */
export interface Loss {
  readonly sign: 1 | -1;
  readonly residual: number;
  /** Length of a cache. */
  readonly length: number;
  /** Does a cache keep ‖r‖² of a sparse A behind r, which moves change as `columnMove` does? */
  readonly tracks: boolean;
  /** The cache at x = 0, up to `refresh`. */
  begin(cache: Cache): void;
  /**
   * Recomputes what depends on the first n entries, in the rows that the columns of `block` touch (null: all). `squares`:
   * their squared norm, negative where it was not computed.
   */
  refresh(cache: Cache, block: Block | null, squares: number): void;
  /** (1/n) Σ ℓ_i. */
  value(cache: Cache): number;
  /** w ← the second derivatives ℓ_i″ at the cache's point; null where they are 1. */
  readonly weights: ((cache: Cache, w: Float64Array) => void) | null;
  /** sup ℓ″. */
  readonly curvature: number;
}

/**
 * ½(y_i − (Ax)_i)². Cache: r = y − Ax and ‖r‖², which every move by a dense column computes and one by a sparse column changes
 * (`columnMove`, with one number more behind it).
 */
export function squaredLoss(y: Float64Array, { X, kernels }: Design): Loss {
  const n = y.length;
  const tracks = X.kind === 'sparse';
  return {
    sign: -1,
    residual: 0,
    length: tracks ? n + 2 : n + 1,
    tracks,
    begin(cache) {
      cache.set(y);
      cache[n] = kernels.squaredNorm(y, 0, n);
    },
    refresh(cache, block, squares) {
      // Where nothing moved, the old norm is kept. (NaN is not negative.)
      if (!tracks && !(squares < 0)) cache[n] = squares;
      if (tracks && block === null) cache.set([kernels.squaredNorm(cache, 0, n), 0], n);
    },
    value: cache => cache[n]! / (2 * n),
    weights: null,
    curvature: 1,
  };
}

/** log(1 + exp(−y_i z_i)), z = Ax, y_i = ±1. Cache: z, then w_i = −y_i/(1 + exp(y_i z_i)), the derivative in z_i. */
export function logisticLoss(y: Float64Array, a: Design): Loss {
  const n = y.length;
  const { X, offset, kernels } = a;
  return {
    sign: 1,
    residual: n,
    length: 2 * n,
    tracks: false,
    begin: cache => cache.fill(0),
    refresh(cache, block) {
      if (block === null || X.kind === 'dense' || block.start < offset) {
        kernels.logisticResidual(cache, y, n);
        return;
      }
      const from = X.starts[block.start - offset]!;
      const to = X.starts[block.start - offset + block.size]!;
      if (to - from >= n) kernels.logisticResidual(cache, y, n);
      else kernels.logisticResidualAt(cache, y, n, X.indices, from, to);
    },
    value: cache => kernels.sumLogisticLoss(cache, y, n) / n,
    weights: (cache, w) => kernels.logisticCurvature(cache, n, w),
    curvature: 0.25,
  };
}
