// What is in force in a run and what can be done with it, resolved by the source.

/** What a source can do. Views offer an ability that is true, and show the sentence of one that is not. */
export type Ability =
  | 'stepUpdate'
  | 'stepPhase'
  | 'stepSweep'
  | 'continue'
  | 'pause'
  | 'back'
  | 'goTo'
  | 'editOrdering'
  | 'editStepSize'
  | 'editFrozen'
  | 'editValue'
  | 'editParameter'
  /** An edit in the past keeps the steps that followed as a branch. */
  | 'fork'
  /** Steps that were recorded can be computed again. */
  | 'replay'
  | 'evaluate'
  /** Conditions, hit counts and log messages of breakpoints. */
  | 'conditions'
  | 'breakpoints';

/** true, or one sentence why not. */
export type Abilities = Readonly<Record<Ability, true | string>>;

/** The settings in force at the current step, and all edits of the user. */
export interface Facts {
  /** Places in RunInfo.blocks of the frozen blocks, ascending: what a stop tells grows with what was set, not with the blocks. */
  readonly frozen: Int32Array;
  readonly ordering: {
    readonly name: string;
    /** It orders the updates after step `since`. */
    readonly since: number;
    /** The ordering that takes effect when this sweep ends, if one is pending. */
    readonly pending: string | null;
  };
  /** The blocks whose step size the user set, by their places, ascending, and those step sizes; elsewhere the step rule decides. */
  readonly stepOverride: { readonly block: Int32Array; readonly value: Float64Array };
  /** The edits of this branch, oldest first, also those that lie ahead of the position. */
  readonly edits: readonly EditFact[];
  /** In the order they were made; an id is used once. */
  readonly branches: readonly BranchInfo[];
}

/** Before anything is known of a run. */
export const noFacts: Facts = {
  frozen: new Int32Array(),
  ordering: { name: '', since: 0, pending: null },
  stepOverride: { block: new Int32Array(), value: new Float64Array() },
  edits: [],
  branches: [],
};

export interface EditFact {
  readonly edit: RecordedEdit;
  /** It holds for the updates after step k; null: it waits for the end of its sweep. */
  readonly k: number | null;
  /** One phrase: "cyclic → shuffled", "bmi frozen". */
  readonly text: string;
}

/** A change the user made; recorded with the k it was made at. */
export type Edit =
  | {
      readonly kind: 'ordering';
      readonly ordering: string;
      readonly options?: Readonly<Record<string, unknown>>;
      readonly when?: 'sweep' | 'now';
    }
  /** value: the absolute step t > 0, or null to give the step back to the step rule. block: null for all. */
  | { readonly kind: 'stepSize'; readonly block: string | null; readonly value: number | null }
  | { readonly kind: 'frozen'; readonly block: string; readonly value: boolean }
  /** A coordinate of a block: index from 0. */
  | {
      readonly kind: 'value';
      readonly block: string;
      readonly index: number;
      readonly value: number;
    }
  /** A parameter of the method (`eta`, `p`, `bPrime`, …). */
  | { readonly kind: 'parameter'; readonly name: string; readonly value: number }
  /** The run's own: its graphics device is given up, for this reason, and the processor computes what it did. */
  | { readonly kind: 'device'; readonly why: string };
export type RecordedEdit = Edit & { readonly k: number };

/** The rows the live branch had beyond `from` when an edit in the past forked it. */
export interface BranchInfo {
  readonly id: string;
  readonly from: number;
  readonly end: number;
  /** One sentence: what was edited. */
  readonly text: string;
}
