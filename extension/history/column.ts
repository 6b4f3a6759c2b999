/** Rows a chunk holds: 128 kB of float64. Growing never copies what is there. */
const SHIFT = 14;
const CHUNK = 1 << SHIFT;
const MASK = CHUNK - 1;
/** The first chunk starts this small and doubles, so that a short branch costs little. */
const FIRST = 256;

export type Numbers = Float64Array | Int32Array;

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

  /** The chunk that holds a row, at `within(row)`, and the rows after it up to `chunkEnd(row)`. */
  chunkOf(index: number): T {
    return this.chunks[index >> SHIFT]!;
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
    const first = this.chunks[0];
    if (first === undefined) return 0;
    return first.byteLength + (this.chunks.length - 1) * CHUNK * first.BYTES_PER_ELEMENT;
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

/** Where an index is in its chunk. */
export function within(index: number): number {
  return index & MASK;
}

/** The first index that is in a later chunk, of every column. */
export function chunkEnd(index: number): number {
  return (index | MASK) + 1;
}

export const floats = (): Column<Float64Array> => new Column(length => new Float64Array(length));
export const integers = (): Column<Int32Array> => new Column(length => new Int32Array(length));
