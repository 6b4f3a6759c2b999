import type { Block, Problem } from './problem.ts';
import type { Point } from './state.ts';

/**
 * A cache is recomputed when its drift bound exceeds this many times the rounding of a fresh cache: at most four of 53
 * bits are lost, and at most every sixteenth sweep pays for a fresh cache while the size of x does not change.
 */
const TOLERATED = 16;

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
  return point.drift > TOLERATED * freshDrift(point);
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
  const reach = problem.rounding.reach(block) * length;
  point.scale += reach;
  point.drift += Number.EPSILON * moves * point.scale;
  point.terms = Math.max(1, point.terms - moves);
  point.span = Math.max(0, point.span - 3 * reach);
}

/** After moves: where the cheap lower bound leaves open whether the cache is stale, computes the exact bound. */
export function weighed(problem: Problem, point: Point): void {
  if (problem.rounding !== null && isStale(point))
    measureFresh(problem, point, problem.rounding.scale(point.cache));
}

/**
 * Bound on what rounding makes of a cache from scratch: as many sums as x has non-zero entries, none with a partial result
 * above |cache| + 2 Σ_b reach_b ‖x_b‖₁ (the constant part of the cache is at most the cache and what x adds to it).
 */
function freshDrift({ terms, span }: Point): number {
  return Number.EPSILON * terms * span;
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
