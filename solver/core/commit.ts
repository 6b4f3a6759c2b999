import { rowsOf } from './capability.ts';
import type { Entry, Method, MethodSweep, Proposal, StepStart } from './method.ts';
import type { Problem } from './problem.ts';
import { drifted, type Point, type State, weighed } from './state.ts';

/** The state with `start` applied: a shallow copy, nothing is written. */
export function withStart(state: State, start: StepStart | null): State {
  if (!start) return state;
  return {
    ...state,
    points: { ...state.points, ...start.points },
    vectors: { ...state.vectors, ...start.vectors },
    scalars: { ...state.scalars, ...start.scalars },
  };
}

/**
 * Applies a proposal to the state: the only writer of points, vectors, scalars and counters. Returns whether a point may
 * have changed. A frozen block is visited but not moved: its entry has no moves.
 */
export function commit(
  problem: Problem,
  state: State,
  start: StepStart | null,
  proposal: Proposal,
  scoring: number,
  sweepEnds: boolean,
): boolean {
  if (start) begin(state, start);
  if (scoring > 0) {
    state.work += scoring;
    state.gradients += problem.blocks.length;
  }
  const moved = move(problem, state, proposal);
  for (let e = 0; e < proposal.entries.length; e++) remember(state, proposal.entries[e]!);
  state.work += proposal.work;
  state.gradients += proposal.gradients;
  state.proxes += proposal.proxes;
  state.values += proposal.values;
  state.k++;
  state.place++;
  if (sweepEnds) endSweep(state);
  return moved || start !== null;
}

/**
 * Makes `count` updates by the method's sweep, which proposes and commits in one: fewer where `CoordinateSweep.run` says so.
 * `order` of the sweep holds the blocks. `start`: what comes before the first of them, which leaves the points alone.
 * Returns how many it made.
 */
export function commitSweep(
  problem: Problem,
  state: State,
  { sweep, iterate }: Method,
  start: StepStart | null,
  count: number,
  objective: boolean,
  length: number,
): number {
  const { updates, remember: rememberAll } = sweep as MethodSweep;
  const point = state.points[iterate] as Point;
  const made = updates.run(point.x, point.cache, point, count, objective);
  if (made === 0) return 0;
  if (start) begin(state, start);
  const { order, step } = updates;
  for (let u = 0; u < made; u++) state.steps[order[u]!] = step[order[u]!]!;
  rememberAll(state.vectors, made);
  state.work += made * rowsOf(problem);
  state.gradients += made;
  state.proxes += made;
  state.k += made;
  state.place += made;
  weighed(problem, point);
  if (state.place >= length) endSweep(state);
  return made;
}

/** Moves the points, entry after entry; each entry sees what the previous one wrote. */
function move(problem: Problem, state: State, { entries, settled }: Proposal): boolean {
  let moved = false;
  for (let e = 0; e < entries.length; e++) {
    const { block, moves: points } = entries[e]!;
    const { start, size } = block;
    for (let m = 0; m < points.length; m++) {
      const { point: name, value, delta } = points[m]!;
      const point = state.points[name];
      if (!point) throw new Error(`no point ${name}`);
      let length = 0;
      let moves = 0;
      for (let i = 0; i < size; i++) {
        if (delta[i] === 0) continue;
        length += Math.abs(delta[i]!);
        moves++;
      }
      // Zeros would leave the cache's bits as they are.
      if (moves > 0) {
        if (point.ofModel) problem.newtonModel!.shift(point.cache, block, delta);
        else {
          if (!isSettled(settled, name)) problem.shift(point.cache, point.x, block, delta);
          drifted(problem, point, block, length, moves);
        }
        moved = true;
      }
      for (let i = 0; i < size; i++) point.x[start + i] = value[i]!;
    }
  }
  for (let s = 0; s < settled.length; s++) {
    const { point, cache } = settled[s]!;
    if (cache) state.points[point]!.cache.set(cache);
  }
  if (moved) for (const name in state.points) weighed(problem, state.points[name]!);
  return moved;
}

function isSettled(settled: Proposal['settled'], point: string): boolean {
  for (let s = 0; s < settled.length; s++)
    if (settled[s]!.point === point) return settled[s]!.cache !== null;
  return false;
}

/** Vectors and steps. */
function remember(state: State, entry: Entry): void {
  const { block, writes, marks, stepSize } = entry;
  const { start, size } = block;
  for (let w = 0; w < writes.length; w++) {
    const { vector, values } = writes[w]!;
    const target = vectorOf(state, vector);
    for (let i = 0; i < size; i++) target[start + i] = values[i]!;
  }
  for (let m = 0; m < marks.length; m++) {
    const { vector, value } = marks[m]!;
    vectorOf(state, vector)[block.index] = value;
  }
  if (!Number.isNaN(stepSize)) state.steps[block.index] = stepSize;
}

function begin(state: State, start: StepStart): void {
  Object.assign(state.points, start.points);
  Object.assign(state.vectors, start.vectors);
  Object.assign(state.scalars, start.scalars);
  state.work += start.work;
  state.gradients += start.gradients;
  state.values += start.values ?? 0;
}

function endSweep(state: State): void {
  state.sweep++;
  state.place = 0;
  if (!state.pendingOrdering) return;
  state.ordering = { ...state.pendingOrdering, since: state.sweep };
  state.pendingOrdering = null;
}

function vectorOf(state: State, name: string): Float64Array {
  const vector = state.vectors[name];
  if (!vector) throw new Error(`no vector ${name}`);
  return vector;
}
