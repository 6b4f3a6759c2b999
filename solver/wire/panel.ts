/**
 * Messages between the panel's host and its page. Types only. Numbers that may be NaN or infinite travel in typed arrays:
 * outside of them they would arrive as null.
 */
import type { Abilities } from './facts.ts';
import type { BranchInfo } from './protocol.ts';
import type { MetricInfo } from './run.ts';

/** `trace`: a recorded run, to be looked at only. */
export type RunState =
  | 'starting'
  | 'running'
  | 'paused'
  | 'converged'
  | 'budget'
  | 'nonfinite'
  | 'failed'
  | 'crashed'
  | 'trace';

export interface RecentLaunch {
  readonly name: string;
  /** Folder whose launch.json holds it, as a URI; null for the workspace file's. */
  readonly folder: string | null;
}

/** What a person can do from the panel. */
export type PanelAction =
  | { readonly kind: 'continue' | 'pause' | 'stepBlock' | 'stepSweep' | 'stepBack' }
  | { readonly kind: 'goTo'; readonly k: number }
  | { readonly kind: 'setOrdering'; readonly ordering: string; readonly when: 'sweep' | 'now' }
  /** The toolbar's button: the command `blockstep.swapOrdering`, which asks for the ordering. */
  | { readonly kind: 'swapOrdering' }
  /** value null gives the step back to the step rule. */
  | { readonly kind: 'setStepSize'; readonly block: string; readonly value: number | null }
  | { readonly kind: 'freeze'; readonly block: string; readonly value: boolean }
  /** Sets (true) or removes (false) the breakpoint before this block's update. */
  | { readonly kind: 'breakOn'; readonly block: string; readonly value: boolean }
  /** Shows the block's line in the listing or the problem module. */
  | { readonly kind: 'reveal'; readonly block: string }
  /** The block under the pointer or the focus: its line in the editor is lifted too. Null: none. */
  | { readonly kind: 'lift'; readonly block: string | null }
  | { readonly kind: 'debugProblem' }
  | { readonly kind: 'launch'; readonly launch: RecentLaunch }
  | { readonly kind: 'restartFromKeyframe' };

/** A block's colour: one of the theme's own (an id such as `charts.blue`), or one that is given for dark and light. */
export interface BlockColor {
  readonly theme: string | null;
  readonly dark: string;
  readonly light: string;
}

/** What the horizontal axis counts. `pass`: pass-equivalents, for runs that measure the metric `passes`. */
export type Axis = 'step' | 'sweep' | 'pass';

/** What stays the same as long as it is the same run. */
export interface RunHead {
  readonly id: string;
  readonly name: string;
  /** Null until the problem is loaded: nothing but the status is there to be shown. */
  readonly loaded: LoadedRun | null;
}
export interface LoadedRun {
  readonly problem: string;
  readonly method: string;
  readonly step: string;
  /** Names. Everything else speaks of a block by its place in this list. */
  readonly blocks: readonly string[];
  readonly colors: readonly BlockColor[];
  /** With more blocks than colours: those of the block in focus and of the worst few. */
  readonly emphasis: readonly BlockColor[];
  readonly metrics: readonly MetricInfo[];
  /** Shown by default, but not measured. */
  readonly unmeasured: readonly Pick<MetricInfo, 'name' | 'title'>[];
  readonly orderings: readonly { readonly name: string; readonly title: string }[];
  readonly abilities: Abilities;
  readonly axes: readonly Axis[];
  readonly notes: readonly string[];
}

export interface RunStatus {
  readonly state: RunState;
  readonly text: string;
  readonly progress: number | null;
  readonly k: number;
  readonly end: number;
  readonly sweep: number;
  /** The block that moves next (the one that moved last, while the run goes on); −1 when it is not known. */
  readonly block: number;
  /** How many blocks move with it, as one update. */
  readonly more: number;
  readonly ordering: string;
  readonly pendingOrdering: string | null;
  /** The newest of what was found since the last stop, oldest first, and how many there are. */
  readonly found: readonly ShownFinding[];
  readonly foundCount: number;
}

export interface ShownFinding {
  readonly k: number;
  readonly text: string;
  readonly serious: boolean;
}

/** Something on the line of time that a click goes to. */
export interface Mark {
  readonly kind: 'swap' | 'edit' | 'event' | 'finding' | 'hit';
  readonly k: number;
  /** One line: "cyclic → shuffled", "t(bmi) = 0.4", the finding's sentence. */
  readonly text: string;
  readonly serious: boolean;
  /** The branch it was found on, by its id; null: what the run has now. */
  readonly branch: string | null;
}
export interface Marks {
  readonly marks: readonly Mark[];
  readonly branches: readonly BranchInfo[];
}

/** One value a block, by its place in the list of blocks. */
export interface TableValues {
  readonly k: number;
  readonly sweep: number;
  /** The block that moved at k, or −1. */
  readonly block: number;
  /** k of each block's newest update ≤ k; 0 for none. */
  readonly updated: Float64Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** Metrics of the run at k, in their order; NaN where there is no value. */
  readonly run: Float64Array;
}
export interface TableRows extends TableValues {
  readonly frozen: Uint8Array;
  readonly breakOn: Uint8Array;
  /** Newest values of the first metric of a block, `sparkLength` a block, oldest first; NaN where there are fewer. */
  readonly sparks: Float32Array;
  readonly sparkLength: number;
}

export interface SeriesKey {
  readonly metric: string;
  /** −1: a metric of the run. */
  readonly block: number;
  /** `live`, or the id of a branch. */
  readonly branch: string;
}

/** Lowest and highest value of each bucket of steps: what a chart of the window that was asked for draws. */
export interface Traces {
  /** Points of every series, one series after the other; `count` points each. */
  readonly count: Int32Array;
  readonly k: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Given: these are all the points there are, of these series in this order. Absent: more of those, for k > since. */
  readonly keys?: readonly SeriesKey[];
  readonly since: number;
  /** The places on the axes of some steps, for k > since; what lies between them is interpolated. */
  readonly axis: {
    readonly k: Float64Array;
    readonly sweep: Float64Array;
    readonly pass: Float64Array;
  };
  /** The lowest F seen: one number. */
  readonly lowest: Float64Array;
  readonly heat: HeatColumns | null;
}

/** For many blocks: a value for each block and group of sweeps. −∞: the block was not moved then. */
export interface HeatColumns {
  /** Columns from this one on are replaced; 0: all. */
  readonly from: number;
  /** k at the left edge of each column and at the right edge of the last. */
  readonly edges: Float64Array;
  /** By metric: columns one after the other, each with a value a block. */
  readonly cells: Readonly<Record<string, Float32Array>>;
  /** By metric with a limit, as `cells`: 1 where an update of the block in the column was above it. */
  readonly above: Readonly<Record<string, Uint8Array>>;
}

/** At most one is under way; the page answers with `drawn`. Absent parts have not changed. */
export interface Frame {
  readonly kind: 'frame';
  readonly seq: number;
  /** Null: there is no run. */
  readonly run?: RunHead | null;
  readonly recent?: readonly RecentLaunch[];
  readonly status?: RunStatus;
  readonly marks?: Marks;
  readonly table?: TableRows;
  readonly traces?: Traces;
}

export type ToPage =
  | Frame
  /** The answer to `valuesAt`. */
  | { readonly kind: 'values'; readonly values: TableValues | null }
  /** The answer to `act`; the sentence why not, or null. */
  | { readonly kind: 'acted'; readonly id: number; readonly refusal: string | null };

/** The part of the run that the charts show, of which metrics, and how many buckets they have room for. */
export interface Look {
  /** Names of the metrics that are drawn. */
  readonly metrics: readonly string[];
  readonly fromK: number;
  /** Null: to the end, wherever it goes. */
  readonly toK: number | null;
  readonly columns: number;
}

/** The editor took the focus although the person acted in the panel: the panel is to have it again. */
export interface TakeFocus {
  readonly kind: 'takeFocus';
}

export type FromPage = ForFeed | TakeFocus;
export type ForFeed =
  /** The page stands and holds nothing. */
  | { readonly kind: 'ready'; readonly look: Look }
  | { readonly kind: 'look'; readonly look: Look }
  | { readonly kind: 'drawn'; readonly seq: number }
  | { readonly kind: 'valuesAt'; readonly k: number }
  | { readonly kind: 'act'; readonly id: number; readonly action: PageAction };

/** `goSweep` goes to the start of the sweep before (or of the one after) step k; only the host knows where that is. */
export type PageAction =
  | PanelAction
  | { readonly kind: 'goSweep'; readonly k: number; readonly forward: boolean };
