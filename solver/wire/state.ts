import type { RunState } from './panel.ts';
import type { StopReason } from './run.ts';

/** The state that a stop leaves a run in. */
export function stateAfter(reason: StopReason): RunState {
  switch (reason) {
    case 'entry':
    case 'step':
    case 'pause':
    case 'goto':
    case 'breakpoint':
    case 'functionBreakpoint':
    case 'dataBreakpoint':
    case 'finding':
      return 'paused';
    case 'converged':
    case 'budget':
    case 'nonfinite':
    case 'failed':
      return reason;
  }
}

/** Does the run stand still, so that it can be stepped, gone back in and looked at? */
export function standsStill(state: RunState): boolean {
  switch (state) {
    case 'paused':
    case 'converged':
    case 'budget':
    case 'nonfinite':
    case 'failed':
      return true;
    case 'starting':
    case 'running':
    case 'crashed':
    case 'trace':
      return false;
  }
}

/** A run's states in the user's words. */
export const stateWords: Readonly<Record<RunState, string>> = {
  starting: 'starting',
  running: 'running',
  paused: 'paused',
  converged: 'converged',
  budget: 'budget used',
  nonfinite: 'not finite',
  failed: 'failed',
  crashed: 'crashed',
  trace: 'recorded trace',
};

/** The name of the branch that goes on; the others have ids of their own. */
export const liveBranch = 'live';
