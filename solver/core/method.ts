import type { Kernels } from '../kernels/index.ts';
import type { CoordinateSweep } from '../kernels/sweep.ts';
import type { Bulk } from './bulk.ts';
import type { Capability } from './capability.ts';
import type { Options, PartMeta } from './part.ts';
import type { Block, Cache, Poll, Problem } from './problem.ts';
import type { Point, State } from './state.ts';

/** The five phases of a block update, in order. */
export type Phase = 'order' | 'gradient' | 'step' | 'prox' | 'commit';
export const PHASES = [
  'order',
  'gradient',
  'step',
  'prox',
  'commit',
] as const satisfies readonly Phase[];

/** One line of the pseudo-code a user steps through. */
export interface ListingLine {
  readonly text: string;
  readonly phase?: Phase;
  readonly frame?: 'sweep' | 'run';
}

/** Where a gradient was read. Variance reduction, extrapolation, staleness and replay depend on it. */
export interface ReadPoint {
  readonly point: string;
  sweep: number;
  /** Updates done when it was read. */
  version: number;
}

/** A block of a point moves to `value`; `delta` = value − x_b. */
export interface Move {
  readonly point: string;
  readonly value: Float64Array;
  readonly delta: Float64Array;
}

/** The cache of a point after all moves of an update, where it was cheaper to stop during its computation than during the commit; else null. */
export interface Settled {
  readonly point: string;
  cache: Cache | null;
}

/** Block-local values that replace the block's part of a named vector. */
export interface Write {
  readonly vector: string;
  readonly values: Float64Array;
}

/** What happens before an update, mostly the first of a sweep: whole points, vectors and scalars are replaced. */
export interface StepStart {
  readonly points: Readonly<Record<string, Point>>;
  readonly vectors: Readonly<Record<string, Float64Array>>;
  readonly scalars: Readonly<Record<string, number>>;
  readonly work: number;
  readonly gradients: number;
  /** Evaluations of f. */
  readonly values?: number;
  /** Blocks whose part of the iterate it moves, where it moves some. */
  readonly moved?: readonly number[];
  /** A sentence for the user (a restart), or null. */
  readonly note: string | null;
  /** What stands on the line of time for it. */
  readonly events?: readonly MethodEvent[];
}

/** Something that a method did at the start of an update, which its user may want to find again: a step accepted or refused. */
export interface MethodEvent {
  /** One name a kind, as a registry key is. */
  readonly name: string;
  readonly text: string;
  /** Names and values that the sentence is based on. */
  readonly evidence: Readonly<Record<string, number | string>>;
}

/**
 * What an update does to one block. Its arrays belong to the method and are valid until its next proposal; only entries 0
 * … d − 1 are used.
 */
export interface Entry {
  block: Block;
  /** The estimator's ∇_b, and whether it is the exact gradient at the read point. */
  readonly gradient: Float64Array;
  exact: boolean;
  /** Rows the gradient was averaged over; null: all. */
  batch: Int32Array | null;
  /** The effective step in the method's norm; NaN where the method has none. */
  stepSize: number;
  /** Was f evaluated at the trial point, and was it below the quadratic model of this step? */
  tried: boolean;
  readonly moves: readonly Move[];
  readonly writes: readonly Write[];
  /** Block-indexed writes: vector name → value at this block's index. */
  readonly marks: readonly { readonly vector: string; value: number }[];
}

/** The norm that steps of blocks are meant in: a step t minimises a model with ‖d‖²_{Λ_b}/(2t). */
export interface StepNorm {
  /** Λ_b ⪰ 0, (d, d) row-major. Not to be written to. */
  matrix(block: Block): Float64Array;
  /** λ_max(Λ_b⁻¹ ∇²_bb f) of every block is at most this, at every x. */
  readonly bound: number;
}

/** Does an entry name the point among its moves? All of one update that move name the same. */
export function movesPoint(entries: readonly Entry[], point: string): boolean {
  for (let e = 0; e < entries.length; e++) {
    const { moves } = entries[e]!;
    for (let m = 0; m < moves.length; m++) if (moves[m]!.point === point) return true;
    if (moves.length > 0) return false;
  }
  return false;
}

/**
 * One update of a set of blocks, computed from one view of the state and not yet applied: one entry for each block, in
 * the order of the set.
 */
export interface Proposal {
  readonly entries: readonly Entry[];
  readonly read: ReadPoint;
  readonly settled: readonly Settled[];
  /** Was f tried at the end of all moves together, and did it keep to the model that their steps rest on? */
  tried: boolean;
  work: number;
  gradients: number;
  proxes: number;
  values: number;
}

export interface MethodContext {
  readonly problem: Problem;
  readonly seed: number;
  readonly options: Options;
  readonly step: StepRule;
  readonly kernels: Kernels;
  readonly bulk: Bulk;
  /** First step of a block: 1 over its curvature at the start, computed on first use. */
  readonly firstStep: (block: Block) => number;
  readonly poll: Poll;
}

export interface MethodStart {
  readonly points: Readonly<Record<string, Float64Array>>;
  readonly vectors: Readonly<Record<string, Float64Array>>;
  readonly scalars: Readonly<Record<string, number>>;
}

/** Updates of single blocks in one call, each to the bits of its proposal. */
export interface MethodSweep {
  /** Moves the point `iterate`. */
  readonly updates: CoordinateSweep;
  /** Writes to the state's vectors what the proposals of its first `count` updates would. */
  remember(vectors: State['vectors'], count: number): void;
}

/** A method at work on a problem: pure functions over the state. */
export interface Method {
  /** The point the run reports, stops on and ends with. */
  readonly iterate: string;
  /** The point gradients are read at. */
  readonly readPoint: string;
  /** Numeric parameters a user may edit, with their resolved values. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Memories at a fresh start from x; also after an edit of a value or a parameter. Does not keep x. */
  start(x: Float64Array, parameters: Readonly<Record<string, number>>): MethodStart;
  beginSweep: ((state: State) => StepStart | null) | null;
  /**
   * Indices of the blocks that a sweep goes through, ascending, at least one; the same array for the same sweep. Left out:
   * all blocks. `view` includes the sweep's start.
   */
  working?: (view: State) => readonly number[];
  /**
   * Now that a sweep has ended: is it time for what needs all blocks? Where it is not, the gap, other metrics of all blocks
   * and the criteria that rest on them are not measured. Left out: after every sweep.
   */
  settles?: (state: State) => boolean;
  /** The update of a set of blocks, each from the same view. A method that moves the whole vector is given all blocks that are not frozen. */
  propose(state: State, blocks: readonly Block[]): Proposal;
  /** The norm its steps are meant in; null: the Euclidean one. */
  readonly norm: StepNorm | null;
  /** Name of the vector s with s_b ∈ ∂r_b(x_b) at the iterate (NaN before a block's first visit), or null; u = ∇f(x) + s is then in ∂F(x). */
  readonly subgradient: string | null;
  /** Makes many updates of single blocks in one call; null where there is none. */
  readonly sweep?: MethodSweep | null;
}

export interface MethodPart extends PartMeta {
  readonly listing: readonly ListingLine[];
  /** Moves all blocks at once: a sweep of its ordering is one update. */
  readonly wholeVector: boolean;
  /** Needs an ordering that visits each block exactly once a sweep. */
  readonly eachBlockOnce: boolean;
  /** Chooses itself which blocks a sweep goes through (`working`), and needs an ordering that takes any. */
  readonly choosesBlocks?: true;
  /** Accelerated: its gradient norms rise and fall in waves by design. */
  readonly waves?: true;
  /** Its gradients are sampled, so that their noise has a floor: a sentence on that and on what lowers it. */
  readonly noise?: string;
  /** Why its step size cannot be chosen, in one sentence; null where it can. */
  readonly stepSizeFixed: string | null;
  /** Step rules it takes. */
  readonly stepRules: readonly string[];
  /**
   * Can the rule 1/L be used here: does the problem know the curvature bounds this method needs, or does the method take
   * no step size?
   */
  knowsStep(problem: Problem): boolean;
  /** Why a step rule that it takes does not suit these options, and what would be accepted; null where it does. */
  refusesStep?(
    step: string,
    options: Options,
  ): { readonly wrong: string; readonly accepted: string } | null;
  /** Does it offer the certificate u_k? */
  readonly certificate: boolean;
  /** Capabilities that the problem must have. */
  readonly needs: readonly Capability[];
  /**
   * Why it does not suit a problem that has what it needs, with these options: what is wrong, and what would be
   * accepted (null: the methods that do suit it); null where it does.
   */
  refuses(
    problem: Problem,
    options: Options,
  ): {
    readonly attribute: string;
    readonly value: string;
    readonly wrong: string;
    readonly accepted: string | null;
  } | null;
  create(context: MethodContext): Method;
}

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
  /** Is t = 1/L, for every L? */
  readonly inverse?: true;
  /**
   * t for a block whose last step was `last`, whose curvature at the start gave the step `first`, and whose curvature is
   * bounded by L (null where unknown).
   */
  choose(last: number, first: number, L: number | null, trial: (t: number) => Trial): number;
}

export interface StepRulePart extends PartMeta {
  create(options: Options): StepRule;
}
