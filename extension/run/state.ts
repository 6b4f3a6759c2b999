import type { RunState } from '../../solver/wire/panel.ts';
import type { StopReason } from '../../solver/wire/protocol.ts';

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

/** The state in the user's words. */
export function stateWord(state: RunState): string {
  switch (state) {
    case 'budget':
      return 'budget used';
    case 'nonfinite':
      return 'not finite';
    case 'starting':
    case 'running':
    case 'paused':
    case 'converged':
    case 'failed':
    case 'crashed':
    case 'trace':
      return state;
  }
}
