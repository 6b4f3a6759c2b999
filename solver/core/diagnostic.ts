import type { CoordinateSweep } from '../kernels/sweep.ts';
import type { Entry, Method, MethodPart, Phase, Proposal } from './method.ts';
import type { NumberOption, PartMeta } from './part.ts';
import type { Block, Estimate, Problem } from './problem.ts';
import type { Point, State } from './state.ts';

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
  /** The point that was read; for `read` diagnostics. */
  readonly point: Point;
  /** Exact ∇_b f at the point that was read, first d entries. */
  gradient(): Float64Array;
  /** Bound on the block's curvature, L_b; where the problem knows none, what was probed at the start. */
  lipschitz(): number;
  /** Bound on `stepSharpness` at every point: of the Euclidean norm L_b where the problem proves it, else ∞. */
  stepCurvatureBound(): number;
  /** L_b of any block at the iterate. */
  readonly lipschitzOf: (block: Block) => number;
  /** λ_max of the block's Hessian at the point that was read. */
  sharpness(): number;
  /** The block's curvature in the norm that the method's steps are meant in: λ_max of Λ_b^{-1/2} ∇²_bb f Λ_b^{-1/2}; of the Euclidean norm `sharpness`. */
  stepSharpness(): number;
  /**
   * λ_max(D^{1/2} ∇²_SS f D^{1/2}) of the set S of blocks that the update moves, D their steps, at the point that was read:
   * a bound from above where that is within the limit, else what Lanczos found from below. NaN where it is not known.
   */
  jointSharpness(limit: number): JointSharpness;
  /** F at the iterate (before, for `read`; after, for `commit` and `sweep`), from a cache that has not drifted. */
  objective(): number;
  /** F at the iterate before the update. */
  objectiveBefore(): number;
  /** Exact ∇f at the iterate, all blocks; sweep diagnostics only. */
  readonly fullGradient: () => Float64Array;
  gap(): number;
  /** The best lower bound of F that the run knows at this step (`Bounds`); NaN where it knows none. Asking learns nothing. */
  lowerBound(): number;
}

/** A value for this many blocks together, with the residual of what found it. */
export interface JointSharpness extends Estimate {
  readonly blocks: number;
}

/** How views draw a metric. */
export interface Draw {
  /** `lines`: one a block (of many blocks a heatmap); `heat`: a heatmap always; `none`: in tables only. */
  readonly kind: 'lines' | 'heat' | 'none';
  /** Which value stands for several in a heatmap's cell. */
  readonly reducer: 'last' | 'max' | 'mean';
  /** Values above it are too large: a number, or a number over another metric of the same block. */
  readonly limit: Limit | null;
  /** Another metric in whose chart this one is drawn too. */
  readonly within: string | null;
  /** The metric of the run that its chart draws in its place on a logarithmic axis, where that is measured. */
  readonly onLog: string | null;
  /** A value holds until the next one. */
  readonly stepped: boolean;
}

export interface Limit {
  readonly number: number;
  readonly over: string | null;
  /** A metric that is 1 where the limit does not hold for the block's update; null: it always does. */
  readonly unless: string | null;
  /** The line's name in a legend: "2 / step size". */
  readonly text: string;
  /** Title of the column that holds the value over its limit, times the number: "Step × sharpness". */
  readonly ratio: string;
}

/** How the editor shows a metric beside the code. */
export interface Inline {
  /** The phase of the listing whose line it stands at; `run`: the line before all sweeps. */
  readonly at: Phase | 'run';
  /** What it is called at a block's line; null: it does not stand there. */
  readonly label: string | null;
  /** The pseudo-code's letter for it; null: it has none. */
  readonly letter: string | null;
}

export interface Diagnostic extends PartMeta {
  readonly formula: string;
  readonly unit: string;
  readonly scale: 'log' | 'linear';
  readonly cost: 'block' | 'sweep';
  readonly of: 'block' | 'run';
  readonly byDefault: boolean;
  readonly draw: Draw;
  /** Left out: the editor shows it in hovers only. The first metric with a label has bars at a block's line. */
  readonly inline?: Inline;
  /** Another metric that is measured wherever this one is, if it can be had there: at no cost, or at what this one costs. */
  readonly beside?: string | ((problem: Problem) => string | undefined);
  /** Is it judged by lower bounds of F? A run that records it learns them at x₀ and at the ends of its sweeps. */
  readonly needsBound?: true;
  /** Does it read what F was before the update (`objectiveBefore`)? */
  readonly needsBefore?: boolean;
  /** The finding that is judged by it. */
  readonly verdict?: Verdict;
  /** When it is evaluated: at the point that was read, after the commit, or when the sweep has ended. */
  readonly when: 'read' | 'commit' | 'sweep';
  /** Why the metric is not available here, and what would be accepted; null where it is. */
  fits(
    problem: Problem,
    method: MethodPart,
  ): { readonly wrong: string; readonly accepted: string } | null;
  evaluate(reading: Reading): number;
  /** As of every `Measure`. */
  readonly batched?: NonNullable<Measure['batched']>;
}

/** A finding without its name and step, which the recorder adds. */
export interface FindingDetail {
  readonly block: string | null;
  /** One sentence with its evidence. */
  readonly text: string;
  /** Names and values that the sentence is based on. */
  readonly evidence: Readonly<Record<string, number | string>>;
}

/** A possible cause of another finding: the block (null: several together), a sentence, and the values it is based on. */
export type Suspicion = FindingDetail;

/** Updates of single coordinates that were made in one call, as `CoordinateSweep` holds them. */
export interface Batch {
  readonly problem: Problem;
  /** After the last of them. */
  readonly state: State;
  readonly sweep: CoordinateSweep;
  /** The updates k + 1 … k + count. */
  readonly k: number;
  readonly count: number;
  /** F before the first of them, and the gradient work until then. */
  readonly objective: number;
  readonly work: number;
  /** λ_max of a block's Hessian, which is constant, and the proven bound on it, ∞ where there is none. */
  readonly sharpness: (block: number) => number;
  readonly bound: (block: number) => number;
  /** The best lower bound of F known at a step; NaN for none. */
  readonly lowerBound: (k: number) => number;
}

/** A number that a verdict reads at every update, measured while the finding is on. Every diagnostic is one. */
export interface Measure {
  readonly when: 'read' | 'commit';
  /** Looked at only in updates of several blocks; NaN in others. */
  readonly ofSets?: true;
  evaluate(reading: Reading): number;
  /** out[u] = what `evaluate` gives at update u, to the bit; without it no run that measures it makes its updates in batches. */
  batched?(batch: Batch, out: Float64Array): void;
}

/** What a watcher sees of one block's part of step k, after the update. Valid during the call only. */
export interface Sight {
  readonly k: number;
  readonly entry: Entry;
  /** The values of the watcher's `needs`, in their order. */
  readonly values: Float64Array;
  /** The current suspicion of the other watchers. */
  readonly suspicion: () => Suspicion | null;
}

/**
 * Watches a run and reports what goes wrong, once per episode. All it remembers is in `memory`, plain data that is copied
 * with the keyframes and that no iterate reads.
 */
export interface Watcher {
  readonly needs: readonly Measure[];
  memory: unknown;
  /** The run begins with objective F, or an edit at step k changed it to F: forget what came before. */
  begun?(k: number, F: number): void;
  moved?(sight: Sight): FindingDetail | null;
  /** The sweep ended with step k; what is read stands there. */
  sweepEnded?(k: number, reading: Reading): FindingDetail | null;
  suspicion?(): Suspicion | null;
}

/** The rule that turns a metric into a finding, with its thresholds. */
export interface Verdict {
  /** Name of the finding; permanent, as a registry key is. */
  readonly finding: string;
  readonly title: string;
  /** One sentence: what is wrong when it is found. */
  readonly summary: string;
  /** Does a debugger stop at it by default? */
  readonly stops: boolean;
  /** Its thresholds, set by `findings` in launch.json. */
  readonly options: Readonly<Record<string, NumberOption & { readonly default: number }>>;
  /** Does it apply to this method? Left out: to every method. */
  readonly fits?: (method: MethodPart) => boolean;
  create(problem: Problem, options: Readonly<Record<string, number>>, method: MethodPart): Watcher;
}

/** What is known of a finding before any run. */
export interface FindingPart extends Pick<Verdict, 'title' | 'summary' | 'options'> {
  readonly name: string;
  /** Does a debugger stop at it by default? null: the run ends there in any case, or has not begun. */
  readonly stops: boolean | null;
  /** Why it cannot be switched off, in one sentence; null where it can. */
  readonly always: string | null;
}

/** Lines per block or for the run; a heatmap cell shows its largest value, because that is what goes wrong. */
export const lines = {
  kind: 'lines',
  reducer: 'max',
  limit: null,
  within: null,
  onLog: null,
  stepped: false,
} as const satisfies Draw;

export const always: Diagnostic['fits'] = () => null;

/** Is it known of a block only from updates that were made, as a decrease is? */
export function isOfUpdates({ of, when }: Pick<Diagnostic, 'of' | 'when'>): boolean {
  return of === 'block' && when === 'commit';
}

/** Shared fields of metrics per block that are read at the update's read point. */
export const ofBlock = {
  options: {},
  cost: 'block',
  of: 'block',
  when: 'read',
  fits: always,
  draw: lines as Draw,
} as const;
/** Shared fields of metrics of the run that are evaluated at the end of a sweep. */
export const ofSweep = {
  options: {},
  cost: 'sweep',
  of: 'run',
  when: 'sweep',
  draw: lines as Draw,
} as const;
