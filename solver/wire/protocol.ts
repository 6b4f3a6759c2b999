/**
 * What the extension host (or the command line, or a DAP client's adapter) and the solver child say to each other.
 * Types only. Numbers that may be NaN or infinite travel in typed arrays or through structured clone, never as JSON.
 * Every call settles: an unknown call, a refusal and a throw get an error reply; the child's exit rejects what is pending.
 */

import type { BranchInfo, Edit, EditFact, Facts } from './facts.ts';
import type {
  EntryValues,
  Finding,
  Phase,
  Position,
  RunConfig,
  RunInfo,
  Stop,
  Until,
} from './run.ts';

export type { BranchInfo, Edit, RecordedEdit } from './facts.ts';

export interface BreakpointSpec {
  /** Chosen by the client; comes back in `Stop.breakpoints`. */
  readonly id: string;
  readonly at:
    | { readonly kind: 'phase'; readonly phase: Phase }
    /** Before the update of this block. `function`: set by name rather than by line. */
    | { readonly kind: 'block'; readonly block: string; readonly function: boolean }
    /** Before the first update of each sweep. */
    | { readonly kind: 'sweep'; readonly function: boolean }
    /** After an update that changed the metric (of one block, or of the run: null). */
    | { readonly kind: 'data'; readonly metric: string; readonly block: string | null }
    | { readonly kind: 'finding'; readonly finding: string };
  readonly condition?: string;
  /** `5`, `>= 5`, `% 5`. */
  readonly hitCondition?: string;
  /** Printed instead of stopping: text with `{expression}`. */
  readonly logMessage?: string;
}

export interface BreakpointStatus {
  readonly id: string;
  readonly verified: boolean;
  /** Why not, in one sentence. */
  readonly message?: string;
}

/** A variable for the Variables view. Costly ones come as `lazy` and are read one by one with `variable`. */
export interface VariableView {
  readonly name: string;
  /** Text as in `evaluate`; '' for lazy ones. */
  readonly value: string;
  readonly type: string;
  /** Expression that evaluates to it, if there is one. */
  readonly expression?: string;
  readonly lazy?: boolean;
  /** Path to give to `variables` for its children. */
  readonly children?: readonly string[];
  readonly childCount?: number;
  readonly settable?: boolean;
}

export type ScopeName = 'Block' | 'Sweep' | 'Run' | 'Parameters';

/** Whole steps in ascending order, a row for each block that a step moved, columns aligned. */
export interface MetricsBatch {
  /** Branch these rows belong to; the live one is `live`. */
  readonly branch: string;
  /** Rows with k > from follow; rows the reader holds beyond `from` are void (they moved to a branch). */
  readonly from: number;
  /** k of the last row: the cursor to go on from; `from` where there is none. */
  readonly to: number;
  /** Rows. */
  readonly count: number;
  /** The step of each row. Rows of one step are neighbours, and a metric of the run is the same on all of them. */
  readonly k: Float64Array;
  /** Index into RunInfo.blocks of the block that moved. */
  readonly block: Int32Array;
  readonly sweep: Int32Array;
  /** Metrics of cost class `block`, by name: one value a row. */
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** Metrics of cost class `sweep`, at the k of the last row of each sweep among these rows. */
  readonly sweepK: Float64Array;
  readonly sweepColumns: Readonly<Record<string, Float64Array>>;
  /** More rows are there to be asked for with a cursor; of an event: that no event will bring. */
  readonly more: boolean;
}

/** A copy of the run's state, opaque to everyone but the solver. */
export interface KeyframeView {
  readonly k: number;
  /** How many of the recorded edits it has seen. */
  readonly edits: number;
  readonly state: unknown;
  /** What was known there beyond state and rows: what the watchers saw, the best bound, the seconds. */
  readonly memory: unknown;
}

export interface Calls {
  /**
   * Reads data, builds and checks the problem, computes the start; or opens a recorded trace. Progress events meanwhile.
   * Refusals reject with their sentence. The info crosses as `PackedInfo`.
   */
  load: {
    params: { readonly config: RunConfig } | { readonly trace: string };
    result: RunInfo;
  };
  /** Writes what was computed so far as a trace to a file. */
  exportTrace: { params: { path: string }; result: { rows: number } };
  /** Starts running and returns at once; a `stopped` event ends it. */
  resume: { params: { until: Until }; result: Record<never, never> };
  /** Answered at once; the `stopped` event follows within 50 ms. */
  pause: { params: Record<never, never>; result: Record<never, never> };
  /** Keyframe and replay, forward beyond the end as well (computing). Emits `stopped` with reason goto; long replays can be paused. */
  goTo: { params: { k: number }; result: { position: Position } };
  /** Back to the previous place a breakpoint would have stopped at, else to k = 0. Emits `stopped`. */
  reverse: { params: Record<never, never>; result: { position: Position } };
  edit: {
    params: { edits: readonly Edit[] };
    result: { position: Position; branch: BranchInfo | null };
  };
  setBreakpoints: {
    params: { breakpoints: readonly BreakpointSpec[] };
    result: { statuses: readonly BreakpointStatus[] };
  };
  /**
   * Asks for the metrics at step 0, where the run stands. Answered at once; `entry` events follow as they are computed, in
   * slices that any call interrupts, and none after the first command: it is never waited for.
   */
  entry: { params: Record<never, never>; result: Record<never, never> };
  /** One expression at the present position. `repl` also takes assignments, which are edits. */
  evaluate: {
    params: { expression: string; context: 'watch' | 'hover' | 'repl' | 'variables' };
    result: { value: string; type: string; edited: boolean };
  };
  variables: {
    params: { scope: ScopeName; path: readonly string[]; start?: number; count?: number };
    result: { variables: readonly VariableView[] };
  };
  position: {
    params: Record<never, never>;
    result: { position: Position; facts: Facts; running: boolean };
  };
  /** Rows of a branch after the cursor, at most `limit`. */
  metrics: { params: { branch: string; from: number; limit: number }; result: MetricsBatch };
  /** One metric over time: k and value, of one block or of the run. At most `limit` points from cursor k > from. */
  series: {
    params: { branch: string; metric: string; block: string | null; from: number; limit: number };
    result: {
      k: Float64Array;
      value: Float64Array;
      more: boolean;
      /** Only the extremes are among the points: who had the others is gone. Else they are exact, every one. */
      thinned?: true;
    };
  };
  /** Ends the run; the child exits after its reply. */
  terminate: { params: Record<never, never>; result: Record<never, never> };
  /** Ends a user function that does not return: its thread is stopped and the run goes on at the same step in another. */
  interrupt: { params: Record<never, never>; result: { position: Position } };
  /**
   * What a new child needs to go on after a crash. Answered when the run stands at step k again, replayed from the keyframe
   * (without one from 0) up to the last step that had been computed, or where a pause or a failure left it on the way; rows up
   * to the keyframe are not measured again.
   */
  restore: {
    params: {
      config: RunConfig;
      edits: readonly EditFact[];
      /** Branches of before; their rows are with the host, their ids are not given again. */
      branches: readonly BranchInfo[];
      keyframe: KeyframeView | null;
      /** The step to stand at, and the last one that had been computed. */
      k: number;
      end: number;
    };
    result: RunInfo;
  };
}

export type CallName = keyof Calls;

export interface Events {
  progress: {
    readonly text: string /** 0 … 1, or null where it cannot be told. */;
    readonly fraction: number | null;
  };
  running: Record<never, never>;
  stopped: Stop;
  metrics: MetricsBatch;
  finding: Finding;
  entry: EntryValues;
  branch: BranchInfo;
  edited: { readonly position: Position; readonly facts: Facts };
  /** Something came into force by itself while the run goes on: an ordering that waited for its sweep's end. */
  facts: Facts;
  /** Log messages of breakpoints, notes, and what user code printed. */
  output: {
    readonly category: 'console' | 'stdout' | 'stderr' | 'important';
    readonly text: string;
  };
  /** The newest copy of the state, at most every two seconds: kept by the host for a restart after a crash. */
  keyframe: KeyframeView;
  /** A user function has not returned for a while. */
  unresponsive: { readonly block: string; readonly seconds: number; readonly text: string };
  /** The solver thread answers again. */
  responsive: Record<never, never>;
}

export type EventName = keyof Events;

export type ToChild = {
  [N in CallName]: { readonly id: number; readonly call: N; readonly params: Calls[N]['params'] };
}[CallName];

export type FromChild =
  | { readonly reply: number; readonly ok: true; readonly result: unknown }
  | { readonly reply: number; readonly ok: false; readonly error: WireError }
  | { [E in EventName]: { readonly event: E; readonly body: Events[E] } }[EventName];

export interface WireError {
  /** `refused`: the user's input; `unknown`: no such call; `state`: not possible now; `failed`: our fault. */
  readonly kind: 'refused' | 'unknown' | 'state' | 'failed';
  /** One sentence. */
  readonly message: string;
  readonly stack?: string;
}
