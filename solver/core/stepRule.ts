import type { Options, PartMeta } from './part.ts';

/**
 * What a trial step shows: `still`: the block would not move, whatever t; `accepted`: f at the trial point lies on or below
 * its quadratic model with 1/t; `refused`: it lies above, or the point or f is not finite.
 */
export type Trial = 'still' | 'accepted' | 'refused';

/** How far a block moves: t in prox_{t r}(x − t ∇). Pure. */
export interface StepRule {
  readonly name: string;
  /** Does t depend on `last` and `first`? Where it does not, they are NaN, and no curvature is probed for them. */
  readonly searches: boolean;
  /**
   * t for a block whose last step was `last`, whose curvature at the start gave the step `first`, and whose curvature is
   * bounded by L (null where unknown).
   */
  choose(last: number, first: number, L: number | null, trial: (t: number) => Trial): number;
}

export interface StepRulePart extends PartMeta {
  create(options: Options): StepRule;
}
