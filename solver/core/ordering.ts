import type { Options, PartMeta } from './part.ts';
import type { Block } from './problem.ts';

export interface OrderingContext {
  /** The blocks to order: those of the problem, or some of them. */
  readonly blocks: readonly Block[];
  readonly seed: number;
  readonly options: Options;
  /** L_b at the start, by place in `blocks`; a problem that does not know it is probed for it. */
  readonly lipschitz: () => Float64Array;
}

/** Which set of blocks moves next, as one update: a pure function of seed, sweep, place and scores. May memoise a sweep's permutation. */
export interface Ordering {
  /** Updates in a sweep. */
  readonly length: number;
  /**
   * Places in `blocks` of those that move at a place of a sweep, each once; holds until the next call. `since` is the first
   * sweep this ordering ordered. `scores` costs one pass.
   */
  next(sweep: number, place: number, since: number, scores: () => Float64Array): readonly number[];
}

/** An ordering of one block at a time. */
export function oneByOne(
  length: number,
  block: (sweep: number, place: number, since: number, scores: () => Float64Array) => number,
): Ordering {
  const set = [0];
  return {
    length,
    next(sweep, place, since, scores) {
      set[0] = block(sweep, place, since, scores);
      return set;
    },
  };
}

/** An ordering of some blocks of a problem, from one of their places in this list. */
export function orderingOf(among: readonly number[], ordering: Ordering): Ordering {
  const set: number[] = [];
  return {
    length: ordering.length,
    next(sweep, place, since, scores) {
      const places = ordering.next(sweep, place, since, scores);
      if (set.length !== places.length) set.length = places.length;
      for (let i = 0; i < places.length; i++) set[i] = among[places[i]!]!;
      return set;
    },
  };
}

/** The blocks of a whole sweep as one set. */
export function allAtOnce(ordering: Ordering): Ordering {
  const set: number[] = [];
  return {
    length: 1,
    next(sweep, _place, since, scores) {
      set.length = 0;
      for (let place = 0; place < ordering.length; place++)
        for (const block of ordering.next(sweep, place, since, scores)) set.push(block);
      return set;
    },
  };
}

export interface OrderingPart extends PartMeta {
  /** Visits each block exactly once a sweep. */
  readonly eachBlockOnce: boolean;
  /** Moves more than one block at a time. */
  readonly sets: boolean;
  /** Reads the score |d_b| of every block at every update. */
  readonly scored: boolean;
  /** Orders whatever blocks it is given, not only all of a problem: a method may choose them. */
  readonly ofAny: boolean;
  /** Why these options do not fit these blocks: what is wrong and what would be accepted; null where they do. */
  fits(
    options: Options,
    blocks: readonly Block[],
  ): { readonly wrong: string; readonly accepted: string } | null;
  create(context: OrderingContext): Ordering;
}
