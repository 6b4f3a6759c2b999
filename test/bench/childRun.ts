import { join } from 'node:path';
import { createSolver } from '../../extension/child.ts';
import { RunSession } from '../../extension/session.ts';
import type { RunConfig, Stop, Until } from '../../solver/wire/protocol.ts';

/** A run in a child process as the extension has it: the solver that was built for these measurements, and the host's mirror. */
export interface ChildRun {
  readonly session: RunSession;
  readonly pid: number;
  /** Runs until the next stop, and until its rows are here. */
  resume(until: Until): Promise<Stop>;
  /** Goes to step k. */
  goTo(k: number): Promise<Stop>;
  dispose(): void;
}

/** Starts a child and loads a run. */
export async function childRun(config: RunConfig): Promise<ChildRun> {
  const solver = createSolver(join(__dirname, 'solver.js'));
  const session = new RunSession('bench', 'bench', config, solver);
  let settle: ((stop: Stop) => void) | undefined;
  let fail: ((error: Error) => void) | undefined;
  solver.on('stopped', stop => settle?.(stop));
  solver.onExit(({ text }) => fail?.(new Error(text)));
  const stopped = (call: () => Promise<unknown>): Promise<Stop> =>
    new Promise((resolve, reject) => {
      settle = resolve;
      fail = reject;
      call().catch(reject);
    });
  session.loaded(await solver.call('load', { config }));
  return {
    session,
    pid: solver.pid!,
    async resume(until) {
      const stop = await stopped(() => solver.call('resume', { until }));
      while (session.history.end < stop.position.k) await new Promise(setImmediate);
      return stop;
    },
    goTo: k => stopped(() => solver.call('goTo', { k })),
    dispose: () => solver.dispose(),
  };
}
