import type { State } from '../core/state.ts';
import { type EditFact, type Facts, noFacts } from '../wire/facts.ts';
import type { BranchInfo } from '../wire/protocol.ts';
import type { Finding, Phase, Position } from '../wire/run.ts';
import type { Chunk } from './rows/rowMemory.ts';
import type { TableName } from './rows/rows.ts';

/** What is in force at this state, which has seen the edits of the log up to its k. All arrays are copies. */
export function factsOf(
  state: State,
  log: readonly EditFact[],
  branches: readonly BranchInfo[],
): Facts {
  const held = log.findLast(
    ({ edit, k }) => edit.kind === 'ordering' && k !== null && k <= state.k,
  );
  return {
    frozen: frozenPlaces(state.frozen),
    ordering: {
      name: state.ordering.name,
      since: held?.k ?? 0,
      pending: state.pendingOrdering?.name ?? null,
    },
    // Only edits set any: a million blocks are not looked through at every stop.
    stepOverride: log.some(({ edit }) => edit.kind === 'stepSize')
      ? stepsSet(state.stepOverride)
      : noFacts.stepOverride,
    edits: [...log],
    branches: [...branches],
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
  const block: number[] = [];
  for (let b = 0; b < all.length; b++) if (!Number.isNaN(all[b]!)) block.push(b);
  return { block: Int32Array.from(block), value: Float64Array.from(block, place => all[place]!) };
}

/** The places of the blocks whose flag is 1. */
export function frozenPlaces(flags: Uint8Array): Int32Array {
  const frozen: number[] = [];
  for (let b = flags.indexOf(1); b >= 0; b = flags.indexOf(1, b + 1)) frozen.push(b);
  return Int32Array.from(frozen);
}

/** Who is told what a run does. */
export interface RunHooks {
  readonly finding: (finding: Finding) => void;
  readonly branch: (branch: BranchInfo) => void;
  readonly edited: () => void;
  readonly output: (text: string) => void;
  readonly chunk: (table: TableName, chunk: Chunk) => void;
  /** The chunk was written to the file with this descriptor as the spill of this number; its memory is let go. */
  readonly spilled: (chunk: Chunk, fd: number, spill: number) => void;
  /** Number of the last spill whose memory nobody else reads any more: it may be written to again. */
  readonly freed: () => number;
}

export const noHooks: RunHooks = {
  finding: () => {},
  branch: () => {},
  edited: () => {},
  output: () => {},
  chunk: () => {},
  spilled: () => {},
  freed: () => Number.POSITIVE_INFINITY,
};
