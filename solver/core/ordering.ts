import type { Options, PartMeta } from './part.ts';
import type { Block } from './problem.ts';

export interface OrderingContext {
  readonly blocks: readonly Block[];
  readonly seed: number;
  readonly options: Options;
  /** L_b at the start, by block index. */
  readonly lipschitz: Float64Array;
}

/** Which block moves next: a pure function of seed, sweep, place and scores. May memoise a sweep's permutation. */
export interface Ordering {
  /** Updates in a sweep. */
  readonly length: number;
  /** Index of the block at a place of a sweep; `since` is the first sweep this ordering ordered. `scores` costs one pass. */
  block(sweep: number, place: number, since: number, scores: () => Float64Array): number;
}

export interface OrderingPart extends PartMeta {
  /** Visits each block exactly once a sweep. */
  readonly eachBlockOnce: boolean;
  /** Reads the score |d_b| of every block at every update. */
  readonly scored: boolean;
  /** Why these options do not fit these blocks: what is wrong and what would be accepted; null where they do. */
  fits(
    options: Options,
    blocks: readonly Block[],
  ): { readonly wrong: string; readonly accepted: string } | null;
  create(context: OrderingContext): Ordering;
}
