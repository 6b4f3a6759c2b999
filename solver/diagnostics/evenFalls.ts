import type { Problem } from '../core/problem.ts';

/** Falls are the same that differ by no more than this fraction of them. */
const EVEN = 1e-10;

/** What is known of how evenly F falls: plain data. */
export interface EvenFalls {
  /** F after the last step and at the end of the last sweep. */
  F: number;
  before: number;
  /** The step that is being looked at. */
  k: number;
  /** So many sweeps in a row F fell by the same, and by how much. */
  sweeps: number;
  amount: number;
  /** So many sweeps in a row no block's updates lowered F by another amount than before. */
  byBlock: number;
  /** By block: the fall of F at its last update, and at its first one in these sweeps. NaN: none. Empty: not looked at. */
  readonly latest: Float64Array;
  readonly first: Float64Array;
  /** In this sweep: the falls' sum, that of their differences from `first`, and of what rounding may have made of them. */
  total: number;
  apart: number;
  rounding: number;
}

/** From here on, where F has this value; blocks are looked at where the problem's are. */
export function evenFalls(F: number, k: number, blocks: number): EvenFalls {
  const none = () => new Float64Array(blocks).fill(Number.NaN);
  const sums = { total: 0, apart: 0, rounding: 0 };
  const counts = { sweeps: 0, amount: Number.NaN, byBlock: 0 };
  return { F, before: F, k, ...counts, latest: none(), first: none(), ...sums };
}

/** No bound is known, and no block has a penalty, up to where every fall can be even. */
export function canFallEvenly({ blocks, penalty }: Problem, bounded: boolean): boolean {
  return !bounded && blocks.every(block => penalty.isZero(block));
}

const roundingOf = (a: number, b: number) =>
  8 * Number.EPSILON * Math.max(Math.abs(a), Math.abs(b));

/** Step k moved this block, and F is what it left. Of several that moved at once the first has the fall. */
export function fell(known: EvenFalls, k: number, block: number, F: number): void {
  const { latest, first } = known;
  const fall = known.F - F;
  known.F = F;
  known.k = k;
  if (latest.length === 0) return;
  latest[block] = fall;
  if (Number.isNaN(first[block]!)) first[block] = fall;
  known.total += fall;
  known.apart += Math.abs(fall - first[block]!);
  known.rounding += roundingOf(F, F + fall);
}

/**
 * A sweep ended: in how many sweeps in a row F has fallen evenly, and by how much in the last. Evenly: by the same in each of
 * them, as a fixed order of updates gives; or each block's updates by the same as the block's first one in them, whatever
 * visits the blocks, which a linear F gives under any ordering. The same: to 10⁻¹⁰, far above the rounding of F.
 */
export function sweepFell(known: EvenFalls): { readonly sweeps: number; readonly fall: number } {
  const { F, before, amount, total } = known;
  const fall = before - F;
  const exact = roundingOf(before, F) <= EVEN * fall;
  if (exact && Math.abs(fall - amount) <= EVEN * amount) known.sweeps++;
  else {
    known.sweeps = 1;
    known.amount = fall;
  }
  if (known.apart <= EVEN * total && known.rounding <= EVEN * total) known.byBlock++;
  else {
    known.byBlock = 1;
    known.first.set(known.latest);
  }
  known.before = F;
  known.total = 0;
  known.apart = 0;
  known.rounding = 0;
  return { sweeps: Math.max(known.sweeps, known.byBlock), fall };
}
