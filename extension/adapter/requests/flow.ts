import type { Until } from '../../../solver/wire/run.ts';
import * as say from '../../errors.ts';
import type { Adapter, Requests, SessionRun } from '../adapter.ts';
import { type Args, RequestError } from '../args.ts';

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
