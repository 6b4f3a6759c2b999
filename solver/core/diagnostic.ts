import type { Entry, Method, MethodPart, Proposal } from './method.ts';
import type { PartMeta } from './part.ts';
import type { Block, Problem } from './problem.ts';
import type { State } from './state.ts';
import type { Verdict } from './verdict.ts';

/** What a diagnostic may read around one block update. Values computed once are shared by all diagnostics of the step. */
export interface Reading {
  readonly problem: Problem;
  readonly method: Method;
  /** Before the commit for `read` diagnostics, after it for `commit` and `sweep` ones. */
  readonly state: State;
  readonly proposal: Proposal;
  /** What the proposal does to the block. */
  readonly entry: Entry;
  readonly block: Block;
  /** Exact ∇_b f at the point that was read, first d entries. */
  gradient(): Float64Array;
  /** Bound on the block's curvature, L_b; where the problem knows none, what was probed at the start. */
  lipschitz(): number;
  /** L_b where the problem itself bounds the block's curvature, else ∞. */
  curvatureBound(): number;
  /** L_b of any block at the iterate. */
  readonly lipschitzOf: (block: Block) => number;
  /** λ_max of the block's Hessian at the point that was read. */
  sharpness(): number;
  /** λ_max of Λ_b^{-1/2} ∇²_bb f Λ_b^{-1/2} at the point that was read; NaN where the problem has no matrix metric. */
  metricSharpness(): number;
  /** F at the iterate (before, for `read`; after, for `commit` and `sweep`), from a cache that has not drifted. */
  objective(): number;
  /** F at the iterate before the update. */
  objectiveBefore(): number;
  /** Exact ∇f at the iterate, all blocks; sweep diagnostics only. */
  readonly fullGradient: () => Float64Array;
  gap(): number;
  /** The largest of F − gap here and at the ends of the sweeps so far, and the problem's own bound; NaN where none is known. */
  lowerBound(): number;
}

/** How a metric is shown by whoever draws it. */
export interface Draw {
  /** `lines`: one a block (of many blocks a heatmap); `heat`: a heatmap always; `none`: in tables only. */
  readonly kind: 'lines' | 'heat' | 'none';
  /** Which value stands for several in a heatmap's cell. */
  readonly reducer: 'last' | 'max' | 'mean';
  /** Values above it are too large: a number, or a number over another metric of the same block. */
  readonly limit: Limit | null;
  /** Another metric in whose chart this one is drawn too. */
  readonly within: string | null;
  /** On a logarithmic axis the best lower bound of F is subtracted. */
  readonly aboveBound: boolean;
  /** A value holds until the next one. */
  readonly stepped: boolean;
}

export interface Limit {
  readonly number: number;
  readonly over: string | null;
  /** The line's name in a legend: "2 / step size". */
  readonly text: string;
  /** Title of the column that holds the value over its limit, times the number: "Step × sharpness". */
  readonly ratio: string;
}

export interface Diagnostic extends PartMeta {
  readonly formula: string;
  readonly unit: string;
  readonly scale: 'log' | 'linear';
  readonly cost: 'block' | 'sweep';
  readonly of: 'block' | 'run';
  readonly byDefault: boolean;
  readonly draw: Draw;
  /** Does it read what F was before the update (`objectiveBefore`)? */
  readonly needsBefore?: boolean;
  /** The finding that is judged by it. */
  readonly verdict?: Verdict;
  /** When it is evaluated: at the point that was read, after the commit, or when the sweep has ended. */
  readonly when: 'read' | 'commit' | 'sweep';
  /** What is wrong, and what would be accepted; null where it can be had. */
  fits(
    problem: Problem,
    method: MethodPart,
  ): { readonly wrong: string; readonly accepted: string } | null;
  evaluate(reading: Reading): number;
}
