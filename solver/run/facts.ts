import type { State } from '../core/state.ts';
import type { EditFact, Facts } from '../wire/facts.ts';
import type { BranchInfo } from '../wire/protocol.ts';
import type { Phase, Position } from '../wire/run.ts';

/** What is in force at this state, which has seen the edits of the log up to its k. All arrays are copies. */
export function factsOf(
  state: State,
  log: readonly EditFact[],
  branches: readonly BranchInfo[],
  bound: number | null,
): Facts {
  const held = log.findLast(
    ({ edit, k }) => edit.kind === 'ordering' && k !== null && k <= state.k,
  );
  return {
    frozen: flags(state.frozen),
    ordering: {
      name: state.ordering.name,
      since: held?.k ?? 0,
      pending: state.pendingOrdering?.name ?? null,
    },
    stepOverride: state.stepOverride.slice(),
    edits: [...log],
    branches: [...branches],
    bound,
  };
}

/** Where a run stands whose next update moves these blocks. */
export function positionOf(
  state: State,
  blocks: readonly string[],
  phase: Phase,
  end: number,
): Position {
  const { k, sweep, place, ordering, pendingOrdering } = state;
  return {
    k,
    sweep,
    place,
    block: blocks[0] ?? '',
    blocks,
    phase,
    ordering: ordering.name,
    pendingOrdering: pendingOrdering?.name ?? null,
    end,
  };
}

function flags(frozen: Uint8Array): boolean[] {
  const out = new Array<boolean>(frozen.length);
  for (let b = 0; b < frozen.length; b++) out[b] = frozen[b] === 1;
  return out;
}
