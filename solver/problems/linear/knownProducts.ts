import type { Kernels } from '../../kernels/index.ts';

/** Computes out[l] = A_cᵀ v, c the l-th of the coordinates. */
type Compute = (
  coordinates: Int32Array,
  count: number,
  v: Float64Array,
  vStart: number,
  out: Float64Array,
) => void;

/**
 * A_cᵀ v of the vector v that was asked about last, so that a gap, the scores of all blocks and a gap of some of them at one
 * point cost its products once. Only what is computed depends on what was asked before, never a value.
 */
export class KnownProducts {
  readonly #kernels: Kernels;
  readonly #rows: number;
  readonly #size: number;
  readonly #compute: Compute;
  #v: Float64Array | null = null;
  /** By coordinate: the product, where `#at` is `#now`. */
  #products = new Float64Array(0);
  #at = new Float64Array(0);
  #now = 0;
  #asked = new Int32Array(0);
  #found = new Float64Array(0);

  constructor(kernels: Kernels, rows: number, size: number, compute: Compute) {
    this.#kernels = kernels;
    this.#rows = rows;
    this.#size = size;
    this.#compute = compute;
  }

  /** out[l] ← A_cᵀ v, c the l-th of the coordinates, v from v[vStart]; those not known are computed. */
  dots(
    coordinates: Int32Array,
    count: number,
    v: Float64Array,
    vStart: number,
    out: Float64Array,
  ): void {
    this.#turn(v, vStart);
    const asked = this.#asked;
    let missing = 0;
    for (let l = 0; l < count; l++) {
      const c = coordinates[l]!;
      if (this.#at[c] !== this.#now) asked[missing++] = c;
    }
    // All are computed before any counts as known: the work may be interrupted. Its own copy of v lies where the loops are fast.
    if (missing > 0) this.#compute(asked, missing, this.#v as Float64Array, 0, this.#found);
    for (let l = 0; l < missing; l++) {
      const c = asked[l]!;
      this.#products[c] = this.#found[l]!;
      this.#at[c] = this.#now;
    }
    for (let l = 0; l < count; l++) out[l] = this.#products[coordinates[l]!]!;
  }

  /** Forgets what is known where v is another vector. */
  #turn(v: Float64Array, vStart: number): void {
    if (this.#v === null) {
      this.#v = this.#kernels.array(this.#rows).fill(Number.NaN);
      this.#products = new Float64Array(this.#size);
      this.#at = new Float64Array(this.#size);
      this.#asked = new Int32Array(this.#size);
      this.#found = new Float64Array(this.#size);
    }
    const last = this.#v;
    const rows = this.#rows;
    for (let i = 0; i < rows; i++) {
      const value = v[vStart + i]!;
      // 0 and −0 may give products that differ by their sign.
      if (value === last[i] && (value !== 0 || Object.is(value, last[i]))) continue;
      last.set(v.subarray(vStart, vStart + rows));
      this.#now++;
      return;
    }
  }
}
