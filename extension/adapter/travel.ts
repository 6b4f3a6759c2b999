import type { Adapter } from './adapter.ts';
import { output, stopped } from './events.ts';
import type { Run } from './run.ts';

/**
 * Sets the run in motion. Resolves when the child has agreed: when it answers, or says that it runs, whichever is
 * first, because a long replay answers at its end. `stepping`: the stop's reason is a step, though it is a jump.
 */
export async function travel(
  adapter: Adapter,
  run: Run,
  move: () => Promise<unknown>,
  stepping = false,
): Promise<void> {
  run.started(stepping);
  let agreed = false;
  const moving = run.nextRunning().then(() => {
    agreed = true;
  });
  const done = move().catch((error: unknown) => {
    if (!agreed || run.exit !== null) throw error;
    // A run that has stopped meanwhile has said why.
    if (adapter.over || adapter.run !== run || !run.running) return;
    // The request was answered long ago, so the reason is told at a stop.
    const text = error instanceof Error ? error.message : String(error);
    output(adapter, 'important', text);
    const { position } = run;
    if (position === null) return;
    stopped(adapter, { reason: 'failed', position, text, finding: null, breakpoints: [] });
  });
  done.catch(() => undefined);
  try {
    await Promise.race([done, moving]);
    agreed = true;
  } catch (error) {
    run.running = false;
    throw error;
  }
}
