import type { Axis } from '../../solver/wire/panel.ts';
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
  const out: Points = { k: [], low: [], high: [] };
  const bySweep = rows.sweepColumns.get(metric);
  const column = bySweep ?? rows.columns.get(metric);
  if (column === undefined) return out;
  const list = block === null ? null : rows.visits[block]!;
  // Indices into the column: of sweeps, of rows, or through the block's list of its rows.
  const upTo = (k: number): number => {
    if (bySweep !== undefined) return rows.sweepK.upTo(k);
    const count = rows.rowsUpTo(k);
    return list === null ? count : list.upTo(count - 1);
  };
  const first = upTo(fromK);
  const last = upTo(toK);
  let bucket = -1;
  let start = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let some = false;
  // k of the first NaN, ∞ and −∞ of the bucket; 0 for none.
  const odd: [number, number, number] = [0, 0, 0];
  const close = () => {
    if (some) push(out, start, low, high);
    for (let i = 0; i < odd.length; i++) {
      if (odd[i]! > 0) push(out, odd[i]!, kinds[i]!, kinds[i]!);
      odd[i] = 0;
    }
    some = false;
    low = Number.POSITIVE_INFINITY;
    high = Number.NEGATIVE_INFINITY;
  };
  for (let i = first; i < last; i++) {
    const at = bySweep !== undefined || list === null ? i : list.get(i);
    const k = bySweep !== undefined ? rows.sweepK.get(i) : rows.k.get(at);
    const value: number = column.get(at);
    const now = Math.floor((k - 1) / width);
    if (now !== bucket) {
      close();
      bucket = now;
    }
    if (Number.isFinite(value)) {
      if (!some) start = k;
      some = true;
      if (value < low) low = value;
      if (value > high) high = value;
    } else {
      const kind = Number.isNaN(value) ? 0 : value > 0 ? 1 : 2;
      if (odd[kind] === 0) odd[kind] = k;
    }
  }
  close();
  return out;
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
