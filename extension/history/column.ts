/** Rows a chunk holds: 128 kB of float64. Growing never copies what is there. */
const SHIFT = 14;
const CHUNK = 1 << SHIFT;
const MASK = CHUNK - 1;
/** The first chunk starts this small and doubles, so that a short branch costs little. */
const FIRST = 256;

type Numbers = Float64Array | Int32Array;

/** A growing column of numbers in chunks. Indices from 0. */
export class Column<T extends Numbers> {
  readonly chunks: T[] = [];
  length = 0;
  readonly #make: (length: number) => T;

  constructor(make: (length: number) => T) {
    this.#make = make;
  }

  get(index: number): number {
    const chunk = this.chunks[index >> SHIFT];
    if (chunk === undefined || index >= this.length || index < 0) return Number.NaN;
    return chunk[index & MASK]!;
  }

  push(value: number): void {
    const chunk = this.#chunkFor(this.length);
    chunk[this.length++ & MASK] = value;
  }

  /** Appends values[from …]; the values are copied. */
  pushAll(values: T, from = 0): void {
    for (let at = from; at < values.length; ) {
      const chunk = this.#chunkFor(this.length);
      const start = this.length & MASK;
      const count = Math.min(chunk.length - start, values.length - at);
      chunk.set(values.subarray(at, at + count), start);
      this.length += count;
      at += count;
    }
  }

  /** A copy of the values from index `from` on. */
  tail(from: number): T {
    const out = this.#make(Math.max(0, this.length - from));
    for (let i = 0; i < out.length; i++) out[i] = this.get(from + i);
    return out;
  }

  /** Keeps the first `length` values and frees the chunks beyond them. */
  truncate(length: number): void {
    if (length >= this.length) return;
    this.length = length;
    this.chunks.length = (length + MASK) >> SHIFT;
  }

  get bytes(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  }

  #chunkFor(index: number): T {
    const at = index >> SHIFT;
    const chunk = this.chunks[at];
    if (chunk !== undefined && (index & MASK) < chunk.length) return chunk;
    const grown = this.#make(at > 0 ? CHUNK : chunk === undefined ? FIRST : chunk.length * 2);
    if (chunk !== undefined) grown.set(chunk as never);
    this.chunks[at] = grown;
    return grown;
  }
}

export const floats = (): Column<Float64Array> => new Column(length => new Float64Array(length));
export const integers = (): Column<Int32Array> => new Column(length => new Int32Array(length));

/** A growing list of increasing numbers, for the many short lists that chunks of a column would be too large for. */
export class Increasing {
  #values = new Int32Array(16);
  length = 0;

  get(index: number): number {
    return this.#values[index]!;
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Int32Array(Math.ceil(this.length * 1.5));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length++] = value;
  }

  /** How many of the values are ≤ limit. */
  upTo(limit: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#values[middle]! <= limit) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Drops the values > limit. */
  truncateAfter(limit: number): void {
    this.length = this.upTo(limit);
  }

  get bytes(): number {
    return this.#values.byteLength;
  }
}
