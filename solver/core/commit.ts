import type { Proposal, SweepStart } from './method.ts';
import type { Problem } from './problem.ts';
import type { State } from './state.ts';

/** The state as it would be with the sweep's start made: a shallow view, nothing is written. */
export function withSweepStart(state: State, start: SweepStart | null): State {
  if (!start) return state;
  return {
    ...state,
    points: { ...state.points, ...start.points },
    vectors: { ...state.vectors, ...start.vectors },
    scalars: { ...state.scalars, ...start.scalars },
  };
}

/**
 * Makes a proposal: the only writer of points, vectors, scalars and counters.
 * A frozen block is visited and not moved: `proposal` is null for it.
 */
export function commit(
  problem: Problem,
  state: State,
  start: SweepStart | null,
  proposal: Proposal | null,
  scoring: number,
  sweepEnds: boolean,
): void {
  if (start) {
    Object.assign(state.points, start.points);
    Object.assign(state.vectors, start.vectors);
    Object.assign(state.scalars, start.scalars);
    state.work += start.work;
    state.gradients += start.gradients;
  }
  if (scoring > 0) {
    state.work += scoring;
    state.gradients += problem.blocks.length;
  }
  if (proposal) write(problem, state, proposal);
  state.k++;
  state.place++;
  if (sweepEnds) {
    state.sweep++;
    state.place = 0;
    if (state.pendingOrdering) {
      state.ordering = { ...state.pendingOrdering, since: state.sweep };
      state.pendingOrdering = null;
    }
  }
}

function write(problem: Problem, state: State, proposal: Proposal): void {
  const { block } = proposal;
  const { start, size } = block;
  for (const move of proposal.moves) {
    const point = state.points[move.point];
    if (!point) throw new Error(`no point ${move.point}`);
    if (move.cache) point.cache = move.cache;
    else if (moved(move.delta, size)) problem.shift(point.cache, point.x, block, move.delta);
    for (let i = 0; i < size; i++) point.x[start + i] = move.value[i] as number;
  }
  for (const { vector, values } of proposal.writes) {
    const target = state.vectors[vector];
    if (!target) throw new Error(`no vector ${vector}`);
    for (let i = 0; i < size; i++) target[start + i] = values[i] as number;
  }
  for (const { vector, value } of proposal.marks) {
    const target = state.vectors[vector];
    if (!target) throw new Error(`no vector ${vector}`);
    target[block.index] = value;
  }
  if (!Number.isNaN(proposal.stepSize)) state.steps[block.index] = proposal.stepSize;
  state.work += proposal.work;
  state.gradients += proposal.gradients;
  state.proxes += proposal.proxes;
  state.values += proposal.values;
}

/** Is any of delta's first `size` entries not zero? (Zeros would leave the cache's bits as they are: skipped for speed.) */
function moved(delta: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i++) if (delta[i] !== 0) return true;
  return false;
}
