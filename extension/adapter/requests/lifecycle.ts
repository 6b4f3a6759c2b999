import type { RunConfig } from '../../../solver/wire/protocol.ts';
import * as say from '../../errors.ts';
import type { Adapter } from '../adapter.ts';
import type { Args } from '../args.ts';
import { capabilities } from '../capabilities.ts';
import { ClientTraits } from '../client-traits.ts';
import { end } from '../events.ts';
import { begin, load, type Restore } from '../load.ts';
import { RequestError } from '../request-error.ts';
import type { Requests } from './index.ts';

/** A child that was asked to end writes its trace first; one that does not answer is ended all the same. */
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
    if (adapter.solver !== null || adapter.run !== null) {
      throw new RequestError(say.alreadyLaunched());
    }
    adapter.noDebug = args.flag('noDebug');
    if (args.flag('__metrics')) adapter.feed.subscribe(0);
    await loadOrEnd(adapter, configOf(args), null);
  },

  attach() {
    throw new RequestError(say.attachRefused(), { showUser: true });
  },

  async configurationDone(adapter) {
    adapter.configured = true;
    await begin(adapter, adapter.restored);
  },

  /** The same session with a new child: from the start, or, after a crash, from where the run was lost. */
  async restart(adapter, args) {
    const { run } = adapter;
    if (adapter.over) throw new RequestError(say.sessionOver());
    if (run === null) {
      throw new RequestError(adapter.solver === null ? say.notLaunched() : say.stillLoading());
    }
    const given = args.raw['arguments'];
    const config = given === undefined ? run.config : configOf(args.object('arguments'));
    const changed = JSON.stringify(config) !== JSON.stringify(run.config);
    const restore = run.exit === null || changed ? null : run.restore();
    await reload(adapter, config, restore);
  },

  async terminate(adapter) {
    const { solver, run } = adapter;
    if (solver !== null && run?.exit === null) {
      const late = new Promise(resolve => setTimeout(resolve, TERMINATE_MS).unref());
      // A child that is gone already has ended too.
      await Promise.race([solver.call('terminate', {}).catch(() => undefined), late]);
    }
    end(adapter, null);
  },

  disconnect(adapter) {
    adapter.over = true;
    adapter.dispose();
  },

  cancel(adapter, args) {
    const id = args.optionalText('progressId');
    // Only a start can be given up; a request is answered before it could be.
    if (id !== undefined && id === adapter.progress.active && adapter.run === null) {
      adapter.dispose();
    }
  },
};

/** After a crash: a new child goes on where the old one was lost. */
export async function recover(adapter: Adapter): Promise<void> {
  const run = adapter.loaded();
  if (run.exit === null) throw new RequestError(say.notCrashed());
  await reload(adapter, run.config, run.restore());
}

async function reload(adapter: Adapter, config: RunConfig, restore: Restore | null): Promise<void> {
  for (const { thread } of adapter.run?.futures ?? []) {
    adapter.emit('thread', { reason: 'exited', threadId: thread });
  }
  await loadOrEnd(adapter, config, restore);
}

/** A run that cannot be loaded ends the session, after its sentence. */
async function loadOrEnd(
  adapter: Adapter,
  config: RunConfig,
  restore: Restore | null,
): Promise<void> {
  adapter.restored = restore !== null;
  try {
    await load(adapter, config, restore);
    await begin(adapter, adapter.restored);
  } catch (error) {
    end(adapter, null);
    const sentence = error instanceof Error ? error.message : String(error);
    throw new RequestError(sentence, { showUser: true });
  }
}

/** What the client added for itself stays behind; everything else is checked by the solver. */
function configOf(args: Args): RunConfig {
  const given = Object.entries(args.raw).filter(([name]) => !name.startsWith('__'));
  return Object.fromEntries(given) as unknown as RunConfig;
}
