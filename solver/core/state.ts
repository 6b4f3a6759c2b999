import { countMoves, freshDrift, isDrifted, TOLERATED } from '../kernels/sweep.ts';
import { rowsOf } from './capability.ts';
import type { Options } from './part.ts';
import type { Block, Cache, Problem } from './problem.ts';

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
  /** The cache is one of the problem's `newtonModel`; its bounds are 0, as nothing is judged by it. */
  readonly ofModel?: true;
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
  /** Gradients of all blocks at once are a device's, in float32; an edit ends it, and nothing begins it again. */
  device: boolean;
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
export function passEquivalents(problem: Problem, { work }: Pick<State, 'work'>): number {
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

/** A point whose cache is computed from scratch. */
export function newPoint(problem: Problem, x: Float64Array): Point {
  const point = { x, cache: problem.newCache(x), scale: 0, drift: 0, terms: 0, span: 0 };
  point.scale = problem.rounding?.scale(point.cache) ?? 0;
  measureFresh(problem, point, point.scale);
  point.drift = freshDrift(point);
  return point;
}

/** Has the cache drifted too far to base a verdict on it? A function of the point alone. */
export function isStale(point: Point): boolean {
  return isDrifted(point);
}

/** The drift that the cache of such a point has at most when it is read: beyond it, it is stale and computed anew. */
export function mostDrift(point: Point): number {
  return Math.max(point.drift, TOLERATED * freshDrift(point));
}

/** The point to base verdicts on: the point itself, or a copy with a fresh cache where its own is stale. Changes nothing. */
export function trusted(problem: Problem, point: Point): Point {
  return isStale(point) ? newPoint(problem, point.x) : point;
}

/**
 * Counts a move of a block into the bounds: `length` = ‖delta‖₁, `moves` its non-zero entries. Each adds a column to the
 * cache; a product and a sum, each off by at most ε/2 of a number no larger than the bound on the cache after it. What a
 * fresh cache's rounding is bounded by shrinks no faster than x and the cache do.
 */
export function drifted(
  problem: Problem,
  point: Point,
  block: Block,
  length: number,
  moves: number,
): void {
  if (problem.rounding === null) return;
  countMoves(point, problem.rounding.reach(block) * length, moves);
}

/** After moves: where the cheap lower bound leaves open whether the cache is stale, computes the exact bound. */
export function weighed(problem: Problem, point: Point): void {
  if (problem.rounding !== null && isStale(point))
    measureFresh(problem, point, problem.rounding.scale(point.cache));
}

function measureFresh(problem: Problem, point: Point, scale: number): void {
  const { rounding, blocks } = problem;
  if (rounding === null) return;
  const { x } = point;
  const owners = ownersOf(problem);
  let moves = 0;
  let added = 0;
  for (let c = 0; c < x.length; c++) {
    if (x[c] === 0) continue;
    added += rounding.reach(blocks[owners[c]!]!) * Math.abs(x[c]!);
    moves++;
  }
  point.terms = 1 + moves;
  point.span = scale + 2 * added;
}

const known = new WeakMap<readonly Block[], Int32Array>();

/** The index of each coordinate's block; made once. */
function ownersOf({ blocks, size }: Problem): Int32Array {
  const made = known.get(blocks);
  if (made) return made;
  const owners = new Int32Array(size);
  for (const { index, start, size } of blocks) owners.fill(index, start, start + size);
  known.set(blocks, owners);
  return owners;
}
