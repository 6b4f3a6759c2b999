import type { Axis } from '../../solver/wire/panel.ts';
import type { Rows } from './rows.ts';

/**
 * Place of step k on the axis; grows with k. k = 0 is 0, and the end of sweep s is s, whatever its length;
 * within a sweep that is not complete the length of the two before it (else the number of blocks) is taken.
 */
export function place(rows: Rows, axis: Axis, k: number, blocks: number): number {
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
