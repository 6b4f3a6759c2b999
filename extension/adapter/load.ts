import * as say from '../errors.ts';
import type { Origins } from '../run/client.ts';
import { type Adapter, liveThread, type SessionRun } from './adapter.ts';
import { RequestError } from './args.ts';
import { capabilitiesOf } from './capabilities.ts';
import { end, listen, output } from './events.ts';

/**
 * Loads a run from the configuration or the trace; null: recovers the crashed run. Rejects with the refusal's sentence,
 * and then the session is over.
 */
export async function load(adapter: Adapter, made: Origins | null): Promise<void> {
  try {
    const run = await loaded(adapter, made);
    announce(adapter, run, made === null);
    adapter.ready = { recovered: made === null };
    await begin(adapter);
  } catch (error) {
    end(adapter, null);
    const sentence = error instanceof Error ? error.message : String(error);
    throw new RequestError(sentence, { showUser: true });
  }
}

async function loaded(adapter: Adapter, made: Origins | null): Promise<SessionRun> {
  const before = adapter.run;
  const run = made === null && before !== null ? before : adapter.options.createRun();
  adapter.progress.end();
  adapter.feed.stop();
  if (before !== run) before?.dispose();
  adapter.ready = null;
  adapter.begun = false;
  adapter.forget();
  adapter.run = run;
  if (before !== run) listen(adapter, run);
  adapter.progress.begin('Loading the problem', true);
  const cancelled = () => adapter.run !== run || adapter.over || !run.isOpen;
  try {
    // One that has crashed in a session that is over goes on in this one.
    if (made === null || run.exit !== null) await run.recover();
    else await run.load(made);
    if (cancelled()) throw new RequestError(say.startCancelled());
    await adapter.breakpoints.send(adapter);
  } catch (error) {
    if (cancelled()) throw new RequestError(say.startCancelled());
    throw error;
  } finally {
    adapter.progress.end();
  }
  return run as SessionRun;
}

function announce(adapter: Adapter, run: SessionRun, recovered: boolean): void {
  adapter.feed.follow(run, recovered);
  adapter.emit('capabilities', { capabilities: capabilitiesOf(run.info.abilities) });
  if (!recovered) {
    for (const note of run.info.notes) output(adapter, 'console', note);
    adapter.emit('thread', { reason: 'started', threadId: liveThread });
  }
  adapter.breakpoints.announce(adapter);
}

/** Begins a loaded run: it stops at its entry, or runs; a recovered run stops at the step of the crash. */
export async function begin(adapter: Adapter): Promise<void> {
  const { run, ready } = adapter;
  // Called when the run is loaded and when the client is configured; the later call begins it.
  if (run === null || run.info === null || ready === null || !adapter.configured) return;
  adapter.ready = null;
  adapter.begun = true;
  if (ready.recovered) await run.enter('goto', ({ k }) => say.restoredTo(k));
  else if (run.can('continue') !== true) await run.enter('entry', () => '');
  else if (run.info.stopOnEntry && !adapter.noDebug) await run.enter('entry', () => '');
  else if (run.pausedEarly) await run.enter('pause', () => '');
  else {
    await run.enter(null, () => '');
    await run.resume('adapter', { kind: 'end' });
  }
}
