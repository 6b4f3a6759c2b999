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
    frozen: places(state.frozen, flag => flag === 1),
    ordering: {
      name: state.ordering.name,
      since: held?.k ?? 0,
      pending: state.pendingOrdering?.name ?? null,
    },
    stepOverride: stepsSet(state.stepOverride),
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

/** The step sizes that are set, by the blocks' places; NaN: the step rule decides. */
export function stepsSet(all: Float64Array): Facts['stepOverride'] {
  const block = places(all, step => !Number.isNaN(step));
  return { block, value: Float64Array.from(block, place => all[place]!) };
}

/** Where it holds, ascending. */
export function places(
  values: Uint8Array | Float64Array,
  holds: (value: number) => boolean,
): Int32Array {
  let count = 0;
  for (let b = 0; b < values.length; b++) if (holds(values[b]!)) count++;
  const out = new Int32Array(count);
  for (let b = 0, at = 0; at < count; b++) if (holds(values[b]!)) out[at++] = b;
  return out;
}
