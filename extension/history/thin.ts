import type { Column } from './column.ts';
import type { Increasing } from './increasing.ts';

/** The part of the rows that thinning reads. */
interface ThinnedRows {
  readonly columns: ReadonlyMap<string, Column<Float64Array>>;
  readonly visits: readonly unknown[];
  readonly k: Readable;
  readonly block: Column<Int32Array>;
}

/**
 * Marks per metric in a window: the row of its lowest and highest finite value, of its first one, of the first NaN, ∞ and
 * −∞.
 */
const MARKS = 6;
const [LOW, HIGH, FIRST, NAN, UP, DOWN] = [0, 1, 2, 3, 4, 5] as const;

/** Rows of one piece of the work: about a millisecond. */
export const PIECE = 4096;

/** A column of numbers that can be read by row. */
interface Readable {
  get(row: number): number;
}

/**
 * The rows that stay when those of the first `count` are thinned to windows of `width` steps, (j·width, (j + 1)·width]:
 * for each block its first and last row in the window and those with the extremes of its metrics, and for the run the
 * extremes of its metrics. Drawing with buckets of `width` steps or more therefore gives the same picture, and thinning
 * twice equals thinning once. `byBlock` false: blocks are not distinguished.
 */
export function* keptRows(
  rows: ThinnedRows,
  count: number,
  width: number,
  ofRun: ReadonlySet<string>,
  byBlock: boolean,
): Generator<number, Int32Array> {
  const own: Readable[] = [];
  const common: Readable[] = [];
  for (const [name, column] of rows.columns)
    (ofRun.has(name) || !byBlock ? common : own).push(column);
  const blocks = byBlock ? rows.visits.length : 0;
  const keep = new Keep(count, [
    ...Array.from({ length: blocks }, () => own),
    // The last of the slots is the run's.
    common,
  ]);
  let window = -1;
  for (let row = 0; row < count; row++) {
    const now = Math.floor((rows.k.get(row) - 1) / width);
    if (now !== window) keep.close();
    window = now;
    if (byBlock) keep.see(rows.block.get(row), row);
    keep.see(blocks, row);
    if ((row + 1) % PIECE === 0) yield PIECE;
  }
  keep.close();
  return keep.kept();
}

/** The same of the rows of sweeps, which belong to the run. */
export function keptSweeps(
  sweepK: Increasing,
  columns: readonly Readable[],
  count: number,
  width: number,
): Int32Array {
  const keep = new Keep(count, [columns]);
  let window = -1;
  for (let row = 0; row < count; row++) {
    const now = Math.floor((sweepK.get(row) - 1) / width);
    if (now !== window) keep.close();
    window = now;
    keep.see(0, row);
  }
  keep.close();
  return keep.kept();
}

/** Marks the rows to keep, window by window; a slot is a block, or the run. */
class Keep {
  readonly #slots: readonly (readonly Readable[])[];
  readonly #marked: Uint8Array;
  /** Where each slot's marks begin. */
  readonly #starts: Int32Array;
  readonly #marks: Int32Array;
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  /** Slots that were seen in the window. */
  readonly #seen: Int32Array;
  #seenCount = 0;

  constructor(count: number, slots: readonly (readonly Readable[])[]) {
    this.#slots = slots;
    this.#marked = new Uint8Array(count);
    this.#starts = new Int32Array(slots.length + 1);
    for (const [i, metrics] of slots.entries())
      this.#starts[i + 1] = this.#starts[i]! + metrics.length * MARKS;
    this.#marks = new Int32Array(this.#starts[slots.length]!).fill(-1);
    this.#first = new Int32Array(slots.length).fill(-1);
    this.#last = new Int32Array(slots.length);
    this.#seen = new Int32Array(slots.length);
  }

  see(slot: number, row: number): void {
    if (this.#first[slot]! < 0) {
      this.#first[slot] = row;
      this.#seen[this.#seenCount++] = slot;
    }
    this.#last[slot] = row;
    const metrics = this.#slots[slot]!;
    const marks = this.#marks;
    let at = this.#starts[slot]!;
    for (let i = 0; i < metrics.length; i++, at += MARKS) {
      const column = metrics[i]!;
      const value = column.get(row);
      if (Number.isFinite(value)) {
        if (marks[at + FIRST]! < 0) {
          marks[at + FIRST] = row;
          marks[at + LOW] = row;
          marks[at + HIGH] = row;
        } else {
          if (value < column.get(marks[at + LOW]!)) marks[at + LOW] = row;
          if (value > column.get(marks[at + HIGH]!)) marks[at + HIGH] = row;
        }
      } else {
        const kind = Number.isNaN(value) ? NAN : value > 0 ? UP : DOWN;
        if (marks[at + kind]! < 0) marks[at + kind] = row;
      }
    }
  }

  /** The window ends: its rows are chosen. */
  close(): void {
    for (let i = 0; i < this.#seenCount; i++) {
      const slot = this.#seen[i]!;
      this.#marked[this.#first[slot]!] = 1;
      this.#marked[this.#last[slot]!] = 1;
      this.#first[slot] = -1;
      for (let at = this.#starts[slot]!; at < this.#starts[slot + 1]!; at++) {
        if (this.#marks[at]! >= 0) this.#marked[this.#marks[at]!] = 1;
        this.#marks[at] = -1;
      }
    }
    this.#seenCount = 0;
  }

  kept(): Int32Array {
    let count = 0;
    for (const mark of this.#marked) count += mark;
    const out = new Int32Array(count);
    let at = 0;
    for (let row = 0; row < this.#marked.length; row++)
      if (this.#marked[row] === 1) out[at++] = row;
    return out;
  }
}
