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

  /** An empty column of the same kind. */
  fresh(): Column<T> {
    return new Column(this.#make);
  }

  /** Appends the values of another column at the indices kept[from … to). */
  pushSome(other: Column<T>, kept: Int32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) this.push(other.get(kept[i]!));
  }

  /** Appends the values of another column at the indices from … to − 1. */
  pushRange(other: Column<T>, from: number, to: number): void {
    for (let at = from; at < to; ) {
      const start = at & MASK;
      const count = Math.min(CHUNK - start, to - at);
      this.pushAll(other.chunks[at >> SHIFT]!.subarray(start, start + count) as T);
      at += count;
    }
  }

  /** Has the other column's values from here on; that one is used no more. */
  become(other: Column<T>): void {
    this.chunks.length = 0;
    for (const chunk of other.chunks) this.chunks.push(chunk);
    this.length = other.length;
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
  #values: Numbers;
  length = 0;

  /** `large`: of numbers beyond 2³¹. */
  constructor(large = false) {
    this.#values = large ? new Float64Array(16) : new Int32Array(16);
  }

  get(index: number): number {
    return this.#values[index]!;
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      this.#resize(Math.ceil(this.length * 1.125));
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

  /** Of the first `count` values keeps those at the ascending indices `kept`; keeps all later values. */
  keep(kept: Int32Array, count: number): void {
    const values = this.#values;
    for (let i = 0; i < kept.length; i++) values[i] = values[kept[i]!]!;
    values.copyWithin(kept.length, count, this.length);
    this.length -= count - kept.length;
    this.#releaseUnused();
  }

  /** Has the other list's values from here on; that one is used no more. */
  become(other: Increasing): void {
    this.#values = other.#values;
    this.length = other.length;
    this.#releaseUnused();
  }

  /** Gives back the memory that is not used. */
  #releaseUnused(): void {
    this.#resize(Math.max(16, this.length));
  }

  #resize(size: number): void {
    const values =
      this.#values instanceof Int32Array ? new Int32Array(size) : new Float64Array(size);
    values.set(this.#values.subarray(0, this.length));
    this.#values = values;
  }

  /** Drops the values > limit. */
  truncateAfter(limit: number): void {
    this.length = this.upTo(limit);
  }

  get bytes(): number {
    return this.#values.byteLength;
  }
}
