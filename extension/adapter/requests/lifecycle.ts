import type { RunConfig } from '../../../solver/wire/run.ts';
import * as say from '../../errors.ts';
import type { Origins, RunClient } from '../../run/client.ts';
import { type Adapter, liveThread, type Requests } from '../adapter.ts';
import { type Args, RequestError } from '../args.ts';
import { capabilities } from '../capabilities.ts';
import { ClientTraits } from '../client.ts';
import { end } from '../events.ts';
import { begin, load } from '../load.ts';

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
