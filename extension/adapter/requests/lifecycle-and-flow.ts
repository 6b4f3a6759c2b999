import type { RunConfig, Until } from '../../../solver/wire/run.ts';
import * as say from '../../errors.ts';
import type { Origins, RunClient } from '../../run/client.ts';
import { type Adapter, liveThread, type Requests, type SessionRun } from '../adapter.ts';
import { type Args, RequestError } from '../args-and-references.ts';
import { capabilities, capabilitiesOf } from '../capabilities.ts';
import { ClientTraits } from '../client.ts';
import { end, listen, output } from '../events.ts';

/** Time for a solver to write its trace and end; one that does not answer is ended after it. */
const TERMINATE_MS = 1500;

export const lifecycle: Requests = {
  initialize(adapter, args) {
    if (adapter.initialized) throw new RequestError(say.alreadyInitialized());
    adapter.initialized = true;
    adapter.client = new ClientTraits(args);
    adapter.progress.enabled = adapter.client.progress;
    adapter.emit('initialized');
    return capabilities;
  },

  async launch(adapter, args) {
    if (adapter.over) throw new RequestError(say.sessionOver());
    if (adapter.run !== null) throw new RequestError(say.alreadyLaunched());
    adapter.noDebug = args.flag('noDebug');
    if (args.flag('__metrics')) adapter.feed.subscribe(0);
    await load(adapter, { config: configOf(args) });
  },

  /** Attaches to a recorded trace for viewing. */
  async attach(adapter, args) {
    if (adapter.over) throw new RequestError(say.sessionOver());
    if (adapter.run !== null) throw new RequestError(say.alreadyLaunched());
    const trace = args.optionalText('trace');
    if (trace === undefined) throw new RequestError(say.attachRefused(), { showUser: true });
    if (args.flag('__metrics')) adapter.feed.subscribe(0);
    await load(adapter, { trace });
  },

  async configurationDone(adapter) {
    adapter.configured = true;
    await begin(adapter);
  },

  /** The same session with a new child: from the start, or, after a crash, from where the run was lost. */
  async restart(adapter, args) {
    const run = adapter.loaded();
    const given = args.raw['arguments'];
    const made = given === undefined ? run.made! : madeOf(args.object('arguments'));
    const changed = JSON.stringify(made) !== JSON.stringify(run.made);
    await (run.exit === null || changed ? anew(adapter, run, made) : load(adapter, null));
  },

  async terminate(adapter) {
    const late = new Promise(resolve => setTimeout(resolve, TERMINATE_MS).unref());
    // A child that is gone already has ended too.
    await Promise.race([adapter.run?.terminate().catch(() => undefined), late]);
    end(adapter, null);
  },

  disconnect(adapter) {
    adapter.over = true;
    adapter.dispose();
  },

  cancel(adapter, args) {
    const id = args.optionalText('progressId');
    // Only a start can be given up; a request is answered before it could be.
    if (id !== undefined && id === adapter.progress.active && adapter.run?.info === null) {
      adapter.dispose();
    }
  },
};

/** After a crash: a new solver process continues where the old one ended. */
export async function recover(adapter: Adapter): Promise<void> {
  if (adapter.loaded().exit === null) throw new RequestError(say.notCrashed());
  await load(adapter, null);
}

async function anew(adapter: Adapter, run: RunClient, made: Origins): Promise<void> {
  for (const i of run.facts.branches.keys()) {
    adapter.emit('thread', { reason: 'exited', threadId: liveThread + 1 + i });
  }
  await load(adapter, made);
}

function madeOf(args: Args): Origins {
  const trace = args.raw['request'] === 'attach' ? args.optionalText('trace') : undefined;
  return trace === undefined ? { config: configOf(args) } : { trace };
}

/** The configuration without the client's own attributes; the solver checks the rest. */
function configOf(args: Args): RunConfig {
  const given = Object.entries(args.raw).filter(([name]) => !name.startsWith('__'));
  return Object.fromEntries(given) as unknown as RunConfig;
}

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

export const flow: Requests = {
  continue: async (adapter, args) => {
    await resume(adapter, args, { kind: 'end' });
    return { allThreadsContinued: true };
  },
  /** One block update. */
  next: (adapter, args) => resume(adapter, args, { kind: 'steps', count: 1 }),
  /** One phase of the block update. */
  stepIn: (adapter, args) => resume(adapter, args, { kind: 'phase' }),
  /** To the end of the sweep. */
  stepOut: (adapter, args) => resume(adapter, args, { kind: 'sweep' }),

  /** To the start of the present block update, and from there to the start of the one before. */
  async stepBack(adapter, args) {
    await live(adapter, args).stepBack('adapter');
  },

  async reverseContinue(adapter, args) {
    await live(adapter, args).reverse('adapter');
  },

  async goto(adapter, args) {
    const run = live(adapter, args);
    const id = args.integer('targetId', 0);
    const k = adapter.targets.get(id);
    if (k === undefined) throw new RequestError(say.unknownTarget(id));
    await run.goTo('adapter', k);
  },

  /** Answers at once. A stopped run has already been reported; a run that is still loading stops where it begins. */
  async pause(adapter, args) {
    const run = adapter.run?.info === null && !adapter.over ? adapter.run : adapter.alive();
    refuseBranch(adapter, args);
    await run.pause();
  },
};

async function resume(adapter: Adapter, args: Args, until: Until): Promise<void> {
  await live(adapter, args).resume('adapter', until);
}

/** The run, where the thread is the live one and stands still. */
function live(adapter: Adapter, args: Args): SessionRun {
  const run = adapter.still();
  refuseBranch(adapter, args);
  return run;
}

function refuseBranch(adapter: Adapter, args: Args): void {
  const thread = args.integer('threadId', 1);
  if (adapter.branch(thread) !== null) {
    throw new RequestError(say.branchCannotRun(`Thread ${thread}`), { showUser: true });
  }
}
