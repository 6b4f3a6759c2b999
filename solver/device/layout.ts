import { type Poll, pollWork } from '../core/problem.ts';
import { formatNumber } from '../core/words.ts';
import type { DenseMatrix } from '../kernels/columns.ts';
import { type Shape, slabRows } from './shape.ts';

/** Numbers beyond these lose their digits, or themselves, in float32. */
const LARGEST = 1e30;
const SMALLEST = 1e-30;
/** Columns that are turned into rows at a time: what they take of a few rows stays in the processor's cache. */
const TILE = 16;

/** The numbers of a slab as they lie on the device, in shared memory; a clause where float32 cannot hold them. */
export function heldNumbers(
  X: DenseMatrix,
  shape: Shape,
  slab: number,
  poll: Poll,
): { readonly values: Float32Array; readonly largest: number } | string {
  const { stride } = shape;
  const length = slabRows(shape);
  const values = new Float32Array(new SharedArrayBuffer(4 * length * stride));
  const from = slab * length;
  const to = Math.min(from + length, X.rows);
  let largest = 0;
  let work = 0;
  for (let tile = 0; tile < X.columns; tile += TILE) {
    const end = Math.min(tile + TILE, X.columns);
    for (let i = from; i < to; i++)
      for (let j = tile; j < end; j++) values[(i - from) * stride + j] = X.values[j * X.rows + i]!;
    for (let j = tile; j < end; j++) {
      let most = 0;
      for (let i = from; i < to; i++) most = Math.max(most, Math.abs(X.values[j * X.rows + i]!));
      if (!(most <= LARGEST) || (most > 0 && most < SMALLEST))
        return `a column of the data reaches ${formatNumber(most)}, which float32 cannot compute with`;
      largest = Math.max(largest, most);
    }
    work += (end - tile) * (to - from);
    if (work < pollWork) continue;
    poll();
    work = 0;
  }
  return { values, largest };
}
