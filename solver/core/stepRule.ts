import type { Options, PartMeta } from './part.ts';

/** How far a block moves: t in prox_{t r}(x − t ∇). Pure. */
export interface StepRule {
  readonly name: string;
  /**
   * t for a block whose last step was `last`, whose curvature is bounded by L (null where unknown).
   * `accept(t)` tells whether f at the trial point lies below its quadratic model with 1/t.
   */
  choose(last: number, L: number | null, accept: (t: number) => boolean): number;
}

export interface StepRulePart extends PartMeta {
  create(options: Options): StepRule;
}
