import type { Until } from '../../../solver/wire/protocol.ts';
import * as say from '../../errors.ts';
import type { Adapter } from '../adapter.ts';
import type { Args } from '../args.ts';
import { RequestError } from '../request-error.ts';
import type { Run } from '../run.ts';
import { travel } from '../travel.ts';
import type { Requests } from './index.ts';

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
    const run = live(adapter, args);
    const { k, phase } = run.position ?? { k: 0, phase: 'order' };
    if (k === 0 && phase === 'order') throw new RequestError(say.atTheStart(), { showUser: true });
    const to = phase === 'order' ? k - 1 : k;
    await travel(adapter, run, () => run.call('goTo', { k: to }), true);
  },

  async reverseContinue(adapter, args) {
    const run = live(adapter, args);
    await travel(adapter, run, () => run.call('reverse', {}));
  },

  async goto(adapter, args) {
    const run = live(adapter, args);
    const id = args.integer('targetId', 0);
    const k = run.targets.get(id);
    if (k === undefined) throw new RequestError(say.unknownTarget(id));
    await goTo(adapter, run, k);
  },

  /** Answered at once; a run that stands still already has told so. */
  async pause(adapter, args) {
    const run = adapter.alive();
    refuseFuture(adapter, args);
    if (run.running) await run.call('pause', {});
  },
};

/** Replays or computes to step k; the stop follows. */
export function goTo(adapter: Adapter, run: Run, k: number): Promise<void> {
  return travel(adapter, run, () => run.call('goTo', { k }));
}

async function resume(adapter: Adapter, args: Args, until: Until): Promise<void> {
  const run = live(adapter, args);
  await travel(adapter, run, () => run.call('resume', { until }));
}

/** The run, where the thread is the live one and stands still. */
function live(adapter: Adapter, args: Args): Run {
  const run = adapter.still();
  refuseFuture(adapter, args);
  return run;
}

function refuseFuture(adapter: Adapter, args: Args): void {
  const thread = args.integer('threadId', 1);
  if (adapter.future(thread) !== null) {
    throw new RequestError(say.futureCannotRun(`Thread ${thread}`), { showUser: true });
  }
}
