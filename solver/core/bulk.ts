import type { Matrix } from '../kernels/columns.ts';
import type { Products } from '../kernels/products.ts';
import type { Block, Cache } from './block.ts';

/**
 * Work over all blocks at once. Calls are synchronous; the implementation calls the problem's poll, which throws when the
 * user asked to pause. `out` may be longer than the result.
 */
export interface Bulk {
  /** out = ∇f(x), all coordinates, or those of these blocks alone. */
  gradient(cache: Cache, x: Float64Array, out: Float64Array, among?: readonly Block[]): void;
  /**
   * out[b] = ‖x_b − prox_{r_b/L}(x_b − ∇_b f(x)/L)‖₂ with L = curvature(b) > 0: how far each block would move with 1/L.
   * The largest of them, blocks marked in `idle` not counted, is right to the bit, and so is every one that equals it; a
   * smaller one may be approximate.
   */
  moves(
    cache: Cache,
    x: Float64Array,
    curvature: (block: Block) => number,
    out: Float64Array,
    idle?: Uint8Array,
  ): void;
  /** out = the mean of ∇f_i(x) over the rows, all coordinates; null where f is no finite sum. */
  readonly batchGradient:
    | ((cache: Cache, x: Float64Array, rows: Int32Array, out: Float64Array) => void)
    | null;
  /** out = ∇²f(x) v for each of the vectors; null where the problem has no Hessian-vector product over all coordinates. */
  readonly hessianVectors:
    | ((
        cache: Cache,
        x: Float64Array,
        vectors: readonly Float64Array[],
        out: readonly Float64Array[],
      ) => void)
    | null;
}

/** Bulk work by the products of a device, in float32; every call throws `Lost` where it cannot be asked, or is found wrong. */
export interface DeviceWork extends Bulk {
  /** What a device would have to hold. */
  readonly X: Matrix;
  /** The device that holds it; null: none does. */
  readonly products: Products | null;
}
