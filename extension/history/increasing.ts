import { type Column, floats, type Numbers } from './column.ts';

/** Numbers a chunk of a list holds: many short lists take little, and a long one is never copied to grow. */
const SHIFT = 10;
const CHUNK = 1 << SHIFT;
const MASK = CHUNK - 1;
/** The first chunk starts this small and doubles. */
const FIRST = 16;

/** A growing list of increasing numbers, for the many short lists that chunks of a column would be too large for. */
export class Increasing {
  #chunks: Numbers[] = [];
  readonly #make: (length: number) => Numbers;
  length = 0;

  /** `large`: of numbers beyond 2³¹. */
  constructor(large = false) {
    this.#make = large ? length => new Float64Array(length) : length => new Int32Array(length);
  }

  get(index: number): number {
    return this.#chunks[index >> SHIFT]?.[index & MASK] as number;
  }

  push(value: number): void {
    const within = this.length & MASK;
    let chunk = this.#chunks[this.length >> SHIFT];
    if (chunk === undefined || within >= chunk.length) chunk = this.#grow(chunk);
    chunk[within] = value;
    this.length++;
  }

  /** How many of the values are ≤ limit. */
  upTo(limit: number): number {
    return countUpTo(this, limit);
  }

  /** Of the first `count` values keeps those at the ascending indices `kept`; keeps all later values. */
  keep(kept: Int32Array, count: number): void {
    for (let i = 0; i < kept.length; i++) this.#set(i, this.get(kept[i]!));
    let at = kept.length;
    for (let i = count; i < this.length; i++) this.#set(at++, this.get(i));
    this.#cutTo(at);
  }

  /** Has the other list's values from here on; that one is used no more. */
  become(other: Increasing): void {
    this.#chunks = other.#chunks;
    this.length = other.length;
  }

  /** Drops the values > limit. */
  truncateAfter(limit: number): void {
    this.#cutTo(this.upTo(limit));
  }

  get bytes(): number {
    const first = this.#chunks[0];
    if (first === undefined) return 0;
    return first.byteLength + (this.#chunks.length - 1) * CHUNK * first.BYTES_PER_ELEMENT;
  }

  #set(index: number, value: number): void {
    this.#chunks[index >> SHIFT]![index & MASK] = value;
  }

  #cutTo(length: number): void {
    this.length = length;
    this.#chunks.length = (length + MASK) >> SHIFT;
  }

  #grow(full: Numbers | undefined): Numbers {
    const size = full !== undefined ? 2 * full.length : this.length === 0 ? FIRST : CHUNK;
    const grown = this.#make(size);
    if (full !== undefined) grown.set(full as never);
    this.#chunks[this.length >> SHIFT] = grown;
    return grown;
  }
}

/** How many of the values, which increase or stay, are ≤ limit. */
function countUpTo(
  list: { readonly length: number; get(index: number): number },
  limit: number,
): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list.get(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The steps of rows, ascending: those of a run's first rows are counted as long as each step has one row, the others stored. */
export class Steps {
  readonly #from: number;
  /** The first rows are those of the steps from + 1 … from + counted. */
  #counted = 0;
  readonly #stored: Column<Float64Array> = floats();

  /** Of rows of steps after `from`. */
  constructor(from: number) {
    this.#from = from;
  }

  get length(): number {
    return this.#counted + this.#stored.length;
  }

  get(row: number): number {
    if (row >= this.#counted) return this.#stored.get(row - this.#counted);
    return row >= 0 ? this.#from + row + 1 : Number.NaN;
  }

  /** How many rows have a step ≤ k. */
  upTo(k: number): number {
    const stored = this.#stored;
    if (!(stored.get(0) <= k))
      return Math.min(this.#counted, Math.max(0, Math.floor(k) - this.#from));
    return this.#counted + countUpTo(stored, k);
  }

  push(k: number): void {
    if (this.#stored.length === 0 && k === this.#from + this.#counted + 1) this.#counted++;
    else this.#stored.push(k);
  }

  /** Appends values[from …]. */
  pushAll(values: Float64Array, from = 0): void {
    let at = from;
    if (this.#stored.length === 0)
      while (at < values.length && values[at] === this.#from + this.#counted + 1) {
        this.#counted++;
        at++;
      }
    this.#stored.pushAll(values, at);
  }

  /** A copy of the steps of the rows from `row` on. */
  tail(row: number): Float64Array {
    return Float64Array.from({ length: Math.max(0, this.length - row) }, (_, i) =>
      this.get(row + i),
    );
  }

  /** Keeps the first `length` rows. */
  truncate(length: number): void {
    this.#stored.truncate(Math.max(0, length - this.#counted));
    this.#counted = Math.min(this.#counted, length);
  }

  /** No steps yet, of rows after the same one. */
  fresh(): Steps {
    return new Steps(this.#from);
  }

  /** Appends the steps of another's rows kept[from … to). */
  pushSome(other: Steps, kept: Int32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) this.push(other.get(kept[i]!));
  }

  /** Appends the steps of another's rows from … to − 1. */
  pushRange(other: Steps, from: number, to: number): void {
    for (let row = from; row < to; row++) this.push(other.get(row));
  }

  /** Has the other's steps from here on; that one is used no more. */
  become(other: Steps): void {
    this.#counted = other.#counted;
    this.#stored.become(other.#stored);
  }

  get bytes(): number {
    return this.#stored.bytes;
  }
}
