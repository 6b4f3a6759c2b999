import { rowsOf } from './capability.ts';
import type { Options } from './part.ts';
import type { Cache, Problem } from './problem.ts';

/** A point with the problem's cache for it. */
export interface Point {
  readonly x: Float64Array;
  cache: Cache;
  /** Bound on the largest entry of the cache that moves add to, ‖·‖∞. */
  scale: number;
  /** Bound on ‖cache − the exact cache of x‖∞ over those entries. */
  drift: number;
  /** Lower bounds on the number of sums in a cache computed from scratch, and on their largest partial result. */
  terms: number;
  span: number;
}

export interface OrderingChoice {
  readonly name: string;
  readonly options: Options;
  /** First sweep it ordered: `symmetric` counts its directions from here. */
  readonly since: number;
}

/**
 * Everything a run is at step k; plain data, so that a keyframe is a copy.
 * Written by `commit` and `applyEdit` alone.
 */
export interface State {
  /** Block updates done. */
  k: number;
  /** Sweep of the next update, from 1. */
  sweep: number;
  /** Place of the next update within its sweep, from 0. */
  place: number;
  /** The method's points by name (pccd: x; acoder: y, w). */
  points: Record<string, Point>;
  /** The method's vectors by name, each as long as x or as the block list. */
  vectors: Record<string, Float64Array>;
  /** The method's scalars by name (acoder: A, a). */
  scalars: Record<string, number>;
  /** Numeric options of the method, which a user may edit. */
  parameters: Record<string, number>;
  /** Last step size of each block: where backtracking starts. */
  steps: Float64Array;
  /** Step size set by the user, NaN where the step rule decides. */
  stepOverride: Float64Array;
  /** 1 where the block is visited but not moved. */
  frozen: Uint8Array;
  ordering: OrderingChoice;
  /** Takes over when the sweep ends. */
  pendingOrdering: OrderingChoice | null;
  /** Gradient work so far in units of one row × one coordinate; a pass-equivalent is rows × size of them. */
  work: number;
  /** Counted calls. */
  gradients: number;
  proxes: number;
  values: number;
}

export function cloneState(state: State): State {
  return {
    ...state,
    points: mapValues(state.points, point => ({
      ...point,
      x: point.x.slice(),
      cache: point.cache.slice(),
    })),
    vectors: mapValues(state.vectors, vector => vector.slice()),
    scalars: { ...state.scalars },
    parameters: { ...state.parameters },
    steps: state.steps.slice(),
    stepOverride: state.stepOverride.slice(),
    frozen: state.frozen.slice(),
  };
}

/** Gradient work so far in passes: m block gradients on all rows are 1. */
export function passEquivalents(problem: Problem, { work }: State): number {
  return work / (problem.size * rowsOf(problem));
}

/** Bytes a keyframe of this state takes. */
export function stateBytes(state: State): number {
  let entries = state.steps.length * 2 + state.frozen.length / 8 + 64;
  for (const point of Object.values(state.points)) entries += point.x.length + point.cache.length;
  for (const vector of Object.values(state.vectors)) entries += vector.length;
  return entries * 8;
}

function mapValues<A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
