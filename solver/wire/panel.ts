/**
 * What the panel's host and its page say to each other. Types only.
 * Numbers that may be NaN or infinite travel in typed arrays: outside of them they would arrive as null.
 */

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
