import type { Axis } from '../../solver/wire/panel.ts';
import { chunkEnd, within } from './column.ts';
import type { HistoryRows } from './rows.ts';

/**
 * Lowest and highest value of each bucket that holds one. Buckets hold `width` steps and start at multiples of it,
 * (j·width, (j + 1)·width], so that a point once drawn stays where it is while the run goes on.
 * A bucket with NaN, ∞ or −∞ gets a point of its own for each of them, after the finite values' point.
 */
export interface Points {
  /** Step of the first value in the bucket that the point stands for. */
  readonly k: number[];
  readonly low: number[];
  readonly high: number[];
}

const kinds = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const;

/** Points of one metric of one block (by index) or, for `null`, of every row, with fromK < k ≤ toK. */
export function decimate(
  rows: HistoryRows,
  metric: string,
  block: number | null,
  width: number,
  fromK: number,
  toK: number,
): Points {
  const bySweep = rows.sweepColumns.get(metric);
  const column = bySweep ?? rows.columns.get(metric);
  const buckets = new Buckets(1, width);
  if (column === undefined) return buckets.points[0]!;
  // Indices into the column: of sweeps, of rows, or through the block's list of its rows.
  const steps = bySweep === undefined ? rows.k : rows.sweepK;
  const list = bySweep !== undefined || block === null ? null : rows.visits[block]!;
  const upTo = (k: number): number => {
    const count = steps.upTo(k);
    return list === null ? count : list.upTo(count - 1);
  };
  const last = upTo(toK);
  for (let i = upTo(fromK); i < last; i++) {
    const at = list === null ? i : list.get(i);
    buckets.see(0, steps.get(at), column.get(at));
  }
  return buckets.done()[0]!;
}

/** The same points of each block, by index, of a metric that has one on every row: the rows are read once, in their order. */
export function decimateBlocks(
  rows: HistoryRows,
  metric: string,
  width: number,
  fromK: number,
  toK: number,
): readonly Points[] {
  const column = rows.columns.get(metric);
  const buckets = new Buckets(rows.visits.length, width);
  if (column === undefined) return buckets.points;
  const last = rows.rowsUpTo(toK);
  for (let row = rows.rowsUpTo(fromK); row < last; ) {
    const end = Math.min(last, chunkEnd(row));
    const [block, values] = [rows.block.chunkOf(row), column.chunkOf(row)];
    for (; row < end; row++)
      buckets.see(block[within(row)]!, rows.k.get(row), values[within(row)]!);
  }
  return buckets.done();
}

/** Gathers the points of several curves from values in the order of their steps, bucket by bucket. */
class Buckets {
  readonly points: readonly Points[];
  readonly #width: number;
  /** The last step of the bucket that is open. */
  #edge = Number.NEGATIVE_INFINITY;
  /** Of each curve: the step of its first finite value in the bucket, 0 for none, and its lowest and highest one. */
  readonly #start: Float64Array;
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  /** k of the first NaN, ∞ and −∞ of the bucket; 0 for none. */
  readonly #odd: Float64Array;
  #someOdd = false;

  constructor(curves: number, width: number) {
    this.points = Array.from({ length: curves }, () => ({ k: [], low: [], high: [] }));
    this.#width = width;
    this.#start = new Float64Array(curves);
    this.#low = new Float64Array(curves);
    this.#high = new Float64Array(curves);
    this.#odd = new Float64Array(curves * kinds.length);
  }

  see(curve: number, k: number, value: number): void {
    if (k > this.#edge) {
      this.#close();
      this.#edge = Math.ceil(k / this.#width) * this.#width;
    }
    // Neither NaN nor infinite.
    if (value - value === 0) {
      if (this.#start[curve] === 0) {
        this.#start[curve] = k;
        this.#low[curve] = value;
        this.#high[curve] = value;
      } else if (value < this.#low[curve]!) this.#low[curve] = value;
      else if (value > this.#high[curve]!) this.#high[curve] = value;
    } else {
      const at = curve * kinds.length + (Number.isNaN(value) ? 0 : value > 0 ? 1 : 2);
      if (this.#odd[at] === 0) this.#odd[at] = k;
      this.#someOdd = true;
    }
  }

  /** The points; no value follows. */
  done(): readonly Points[] {
    this.#close();
    return this.points;
  }

  #close(): void {
    const odd = this.#odd;
    for (let curve = 0; curve < this.points.length; curve++) {
      const points = this.points[curve]!;
      if (this.#start[curve]! > 0)
        push(points, this.#start[curve]!, this.#low[curve]!, this.#high[curve]!);
      this.#start[curve] = 0;
      if (!this.#someOdd) continue;
      for (const [i, kind] of kinds.entries()) {
        const at = curve * kinds.length + i;
        if (odd[at]! > 0) push(points, odd[at]!, kind, kind);
        odd[at] = 0;
      }
    }
    this.#someOdd = false;
  }
}

function push(out: Points, k: number, low: number, high: number): void {
  out.k.push(k);
  out.low.push(low);
  out.high.push(high);
}

/** The smallest power of two of steps a bucket must hold so that `steps` fit into `buckets`. */
export function bucketWidth(steps: number, buckets: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(steps / Math.max(1, buckets))));
}

/**
 * Place of step k on the axis; grows with k. k = 0 is 0, and the end of sweep s is s, whatever its length;
 * within a sweep that is not complete the length of the two before it (else the number of blocks) is taken.
 */
export function place(rows: HistoryRows, axis: Axis, k: number, blocks: number): number {
  if (axis === 'step' || k <= 0) return k;
  if (axis === 'pass') return rows.at('passes', k);
  const at = rows.sweepStarts.upTo(k) - 1;
  if (at < 0) return k / blocks;
  const { sweepStarts, sweepNumbers } = rows;
  const start = sweepStarts.get(at);
  const number = sweepNumbers.get(at);
  const done = k - start + 1;
  // Where rows were thinned only some starts are known; the sweeps between two of them are taken to be equally long.
  if (at + 1 < sweepStarts.length) {
    const sweeps = sweepNumbers.get(at + 1) - number;
    return number - 1 + sweeps * (done / (sweepStarts.get(at + 1) - start));
  }
  const lengthOf = (i: number) =>
    (sweepStarts.get(i + 1) - sweepStarts.get(i)) / (sweepNumbers.get(i + 1) - sweepNumbers.get(i));
  // One sweep may have been cut short by a swap, so the longer of two counts; without two, at least one step a block.
  const before =
    at > 1 ? Math.max(lengthOf(at - 1), lengthOf(at - 2)) : at > 0 ? lengthOf(0) : blocks;
  return number - 1 + Math.min(1, done / Math.max(before, at > 1 ? 0 : blocks, done));
}
