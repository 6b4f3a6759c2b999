import type { CallName, Calls, RunInfo } from '../solver/wire/protocol.ts';
import type { SolverClientLike } from './adapter/solver-client.ts';
import type { RunSession } from './session.ts';

/** The same solver, whose adapter's calls are listened to as well: what was loaded, and where breakpoints stand. */
export function tapped(solver: SolverClientLike, run: RunSession): SolverClientLike {
  return {
    get pid() {
      return solver.pid;
    },
    on: (event, listener) => solver.on(event, listener),
    onExit: listener => solver.onExit(listener),
    dispose: () => solver.dispose(),
    async call<N extends CallName>(name: N, params: Calls[N]['params']) {
      const result = await solver.call(name, params);
      if (name === 'load' || name === 'restore') run.loaded(result as RunInfo);
      else if (name === 'position') run.stands((result as Calls['position']['result']).position);
      else if (name === 'setBreakpoints') {
        run.setBreakOn(blocksOf(params as Calls['setBreakpoints']['params']));
      }
      return result;
    },
  };
}

/** Names of the blocks that a breakpoint stands on. */
function blocksOf({ breakpoints }: Calls['setBreakpoints']['params']): ReadonlySet<string> {
  return new Set(breakpoints.flatMap(({ at }) => (at.kind === 'block' ? [at.block] : [])));
}
