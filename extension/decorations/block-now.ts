import type { RunClient } from '../run/client.ts';
import type { BlockNow } from './inline-text.ts';

/** The step whose values are shown: where the run stands, or while it runs the newest that was computed. */
export function shownStep({ isRunning, history, position }: RunClient): number {
  return isRunning || position === null ? history.end : Math.min(position.k, history.end);
}

/** A block's metrics at the step that is shown, with its last `visits` gradient norms. */
export function blockNow(run: RunClient, block: string, visits: number): BlockNow {
  const k = shownStep(run);
  const last = (metric: string) => run.history.last(metric, block, 1, k)[0] ?? Number.NaN;
  return {
    gradNorms: run.history.last('gradNorm', block, visits, k),
    stepSize: last('stepSize'),
    sharpness: last('sharpness'),
    frozen: run.isFrozen(block),
    isNext: run.isPaused && run.position?.blocks.includes(block) === true,
  };
}
