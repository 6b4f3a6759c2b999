import type { Entry, Proposal } from '../core/method.ts';
import type { Block } from '../core/problem.ts';
import type { Finding } from '../wire/protocol.ts';
import { nonfinite } from './findings.ts';

/** The first term of the proposal that is not a finite number: gradient, step size, new value. */
export function firstNonfinite(k: number, { entries }: Proposal): Finding | null {
  for (let e = 0; e < entries.length; e++) {
    const found = inEntry(k, entries[e]!);
    if (found) return found;
  }
  return null;
}

function inEntry(k: number, { block, gradient, stepSize, moves }: Entry): Finding | null {
  let at = firstIn(gradient, block.size);
  if (at >= 0) return refuse(k, block, coordinate('gradient', block, at), gradient[at]!);
  if (stepSize === Number.POSITIVE_INFINITY) return refuse(k, block, 'step size', stepSize);
  for (let m = 0; m < moves.length; m++) {
    const { value } = moves[m]!;
    at = firstIn(value, block.size);
    if (at >= 0) return refuse(k, block, coordinate('new value', block, at), value[at]!);
  }
  return null;
}

function firstIn(values: Float64Array, size: number): number {
  for (let i = 0; i < size; i++) if (!Number.isFinite(values[i]!)) return i;
  return -1;
}

function refuse(k: number, block: Block, term: string, value: number): Finding {
  return nonfinite(k + 1, block, term, value, ' The update is not made.');
}

function coordinate(term: string, block: Block, i: number): string {
  return block.size === 1 ? term : `${term} in coordinate ${block.coordinates[i] ?? i}`;
}
