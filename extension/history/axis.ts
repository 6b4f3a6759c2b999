import type { Axis } from '../../solver/wire/panel.ts';
import type { Rows } from './rows.ts';

/**
 * Place of step k on the axis; grows with k. k = 0 is 0, and the end of sweep s is s, whatever its length;
 * within a sweep that is not complete the length of the sweep before it (else the number of blocks) is taken.
 */
export function place(rows: Rows, axis: Axis, k: number, blocks: number): number {
  if (axis === 'step' || k <= 0) return k;
  if (axis === 'pass') return rows.at('passes', k);
  const at = rows.sweepStarts.upTo(k) - 1;
  if (at < 0) return k / blocks;
  const start = rows.sweepStarts.get(at);
  const done = k - start + 1;
  return rows.sweepNumbers.get(at) - 1 + Math.min(1, done / sweepLength(rows, at, blocks, done));
}

function sweepLength(rows: Rows, at: number, blocks: number, done: number): number {
  const { sweepStarts } = rows;
  if (at + 1 < sweepStarts.length) return sweepStarts.get(at + 1) - sweepStarts.get(at);
  const before = at > 0 ? sweepStarts.get(at) - sweepStarts.get(at - 1) : blocks;
  return Math.max(before, blocks, done);
}
