import type { KeyframeView, RecordedEdit, RunConfig } from '../../solver/wire/protocol.ts';
import { restoredTo, startCancelled } from '../errors.ts';
import type { Adapter } from './adapter.ts';
import { listen, output, stopped } from './events.ts';
import { RequestError } from './request-error.ts';
import { liveThread, Run } from './run.ts';
import type { SolverClientLike } from './solver-client.ts';
import { travel } from './travel.ts';

/** Where a run goes on after its child was lost. */
export interface Restore {
  readonly edits: readonly RecordedEdit[];
  readonly keyframe: KeyframeView | null;
}

/** Starts a child and loads the run in it. Rejects with the refusal's sentence; then there is no run and no child. */
export async function load(
  adapter: Adapter,
  config: RunConfig,
  restore: Restore | null,
): Promise<void> {
  adapter.dispose();
  adapter.run = null;
  const solver = adapter.options.createSolver();
  adapter.solver = solver;
  listen(adapter, solver);
  adapter.progress.begin('Loading the problem', true);
  try {
    const info =
      restore === null
        ? await solver.call('load', { config })
        : await solver.call('restore', { config, ...restore });
    if (adapter.solver !== solver) throw new RequestError(startCancelled());
    const run = new Run(config, info, solver);
    run.edits = restore?.edits ?? [];
    adapter.run = run;
    await adapter.breakpoints.send(adapter);
  } catch (error) {
    if (adapter.solver !== solver) throw new RequestError(startCancelled());
    adapter.dispose();
    adapter.run = null;
    throw error;
  } finally {
    adapter.progress.end();
  }
  announce(adapter, adapter.run, solver);
  adapter.run.ready = true;
}

function announce(adapter: Adapter, run: Run, solver: SolverClientLike): void {
  adapter.feed.follow(solver);
  for (const note of run.info.notes) output(adapter, 'console', note);
  adapter.emit('thread', { reason: 'started', threadId: liveThread });
  adapter.breakpoints.announce(adapter);
}

/** Lets a loaded run begin: it stops at its entry, or runs. `restored`: it stands where it was lost. */
export async function begin(adapter: Adapter, restored: boolean): Promise<void> {
  const { run } = adapter;
  // Asked for twice, when the run is loaded and when the client is done: whichever comes last begins it.
  if (run === null || !run.ready || !adapter.configured) return;
  run.ready = false;
  const { position, edits } = await run.call('position', {});
  run.begun = true;
  // A restored run's log is the one it was given, whether its child has told it again or not.
  if (!restored) run.edits = edits;
  run.stands(position);
  const stop = { position, finding: null, breakpoints: [] };
  if (restored) stopped(adapter, { ...stop, reason: 'goto', text: restoredTo(position.k) });
  else if (run.info.stopOnEntry && !adapter.noDebug) {
    stopped(adapter, { ...stop, reason: 'entry', text: '' });
  } else {
    await travel(adapter, run, () => run.call('resume', { until: { kind: 'end' } }));
  }
}
