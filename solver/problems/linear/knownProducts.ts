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
  /** Its bytes; where the last v was, and its bytes. */
  #own: Uint8Array = new Uint8Array(0);
  #source: Float64Array | null = null;
  #from = 0;
  #bytes: Uint8Array = new Uint8Array(0);
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

  /** Forgets what is known where v is another vector, in any bit: 0 and −0 may give products that differ by their sign. */
  #turn(v: Float64Array, vStart: number): void {
    if (this.#v === null) {
      this.#v = this.#kernels.array(this.#rows);
      this.#own = bytesOf(this.#v, 0, this.#rows);
      this.#products = new Float64Array(this.#size);
      this.#at = new Float64Array(this.#size);
      this.#asked = new Int32Array(this.#size);
      this.#found = new Float64Array(this.#size);
    }
    if (this.#source !== v || this.#from !== vStart) {
      this.#source = v;
      this.#from = vStart;
      this.#bytes = bytesOf(v, vStart, this.#rows);
    }
    if (this.#now > 0 && Buffer.compare(this.#bytes, this.#own) === 0) return;
    this.#own.set(this.#bytes);
    this.#now++;
  }
}

function bytesOf(v: Float64Array, start: number, count: number): Uint8Array {
  return new Uint8Array(v.buffer, v.byteOffset + 8 * start, 8 * count);
}
