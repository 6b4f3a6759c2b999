/**
 * Products with a dense matrix X (n, p) that a device holds in float32. Calls are synchronous and poll while they wait; what
 * the poll throws leaves nothing behind. A call throws `Lost` where the device cannot be asked any more. A vector whose
 * largest entry is not finite is for plain loops: false, and nothing was computed.
 */
export interface Products {
  /** Can it be asked? Once it cannot, it never can again. */
  readonly ready: boolean;
  /** What computes, in words. */
  readonly device: string;
  /** γ: every computed X_jᵀv is off by at most γ ‖X_j‖₂ ‖v‖₂ + `least` · max|v|, whatever the order of the sums. */
  readonly slack: number;
  readonly least: number;
  /** out[j] ≈ X_jᵀ v, v from v[vStart]. */
  transposed(v: Float64Array, vStart: number, out: Float64Array): boolean;
  /** out[j] ≈ Σ over the listed rows of X_ij v_i. */
  rows(rows: Int32Array, v: Float64Array, vStart: number, out: Float64Array): boolean;
  /** out[j] ≈ X_jᵀ (w ∘ (X v + shift)), v from v[vStart]; w null: ones. What is between the two products stays on the device, in float32. */
  weighted(
    w: Float64Array | null,
    v: Float64Array,
    vStart: number,
    shift: number,
    out: Float64Array,
  ): boolean;
  /** It was found wrong: it is asked no more. */
  give(up: string): Lost;
  /** Why it is not ready, as a clause; null: it is. */
  readonly trouble: string | null;
}

/** The device cannot be asked any more; the message is a clause that says why. */
export class Lost extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'Lost';
  }
}

/** Is there a device that can be asked? */
export function askable(products: Products | null): products is Products {
  return products?.ready === true;
}
