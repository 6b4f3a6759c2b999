import { join } from 'node:path';
import { createSolver } from '../../extension/child.ts';
import { RunClient } from '../../extension/run/client.ts';
import type { RunConfig, Stop, Until } from '../../solver/wire/run.ts';

/** A run in a child process as the extension has it: the solver that was built for these measurements, and the host's client. */
export interface ChildRun {
  readonly session: RunClient;
  readonly pid: number;
  /** Runs until the next stop, and until its rows are here. */
  resume(until: Until): Promise<Stop>;
  /** Goes to step k. */
  goTo(k: number): Promise<Stop>;
  dispose(): void;
}

/** Starts a child and loads a run. */
export async function childRun(config: RunConfig): Promise<ChildRun> {
  const session = new RunClient('bench', 'bench', () => createSolver(join(__dirname, 'solver.js')));
  const stopped = async (move: () => Promise<unknown>): Promise<Stop> => {
    await move();
    await session.settled();
    if (session.exit !== null) throw new Error(session.exit.text);
    return session.stop!;
  };
  await session.load({ config });
  await session.enter(null, () => '');
  return {
    session,
    pid: session.pid!,
    async resume(until) {
      const stop = await stopped(() => session.resume('command', until));
      while (session.history.end < stop.position.k) await new Promise(setImmediate);
      return stop;
    },
    goTo: k => stopped(() => session.goTo('command', k)),
    dispose: () => session.dispose(),
  };
}
