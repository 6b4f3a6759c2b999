import type { Problem } from './problem.ts';
import type { Point } from './state.ts';

/**
 * A cache may have drifted so many times as far as the rounding of a fresh one goes before it is computed afresh: four of
 * 53 bits at most are lost, and no more than every sixteenth sweep pays for a fresh cache while x stays of one size.
 */
const TOLERATED = 16;

/** A point whose cache is computed from scratch. */
export function newPoint(problem: Problem, x: Float64Array): Point {
  const cache = problem.newCache(x);
  const scale = problem.rounding?.scale(cache) ?? 0;
  return { x, cache, scale, drift: freshDrift(problem, x, scale) };
}

/** Has the cache drifted so far that nothing should be judged on it? A function of the point alone. */
export function isStale(problem: Problem, point: Point): boolean {
  const { rounding } = problem;
  if (rounding === null) return false;
  return point.drift > TOLERATED * freshDrift(problem, point.x, rounding.scale(point.cache));
}

/** The point to judge on: the point itself, or one with a cache of its own where the point's is stale. Changes nothing. */
export function trusted(problem: Problem, point: Point): Point {
  return isStale(problem, point) ? newPoint(problem, point.x) : point;
}

/**
 * Counts a move of a block into the bounds: `length` = ‖delta‖₁, `moves` its non-zero entries. Each adds a column to the
 * cache; a product and a sum, each off by at most ε/2 of a number no larger than the bound on the cache after it.
 */
export function drifted(point: Point, reach: number, length: number, moves: number): void {
  point.scale += reach * length;
  point.drift += Number.EPSILON * moves * point.scale;
}

/**
 * Bound on what rounding makes of a cache from scratch: as many sums as x has non-zero entries, none with a partial result
 * above |cache| + 2 Σ_b reach_b ‖x_b‖₁ (the constant part of the cache is at most the cache and what x adds to it).
 */
function freshDrift(problem: Problem, x: Float64Array, scale: number): number {
  const { rounding, blocks } = problem;
  if (rounding === null) return 0;
  let moves = 0;
  let added = 0;
  for (let b = 0; b < blocks.length; b++) {
    const block = blocks[b]!;
    let length = 0;
    for (let c = block.start; c < block.start + block.size; c++) {
      if (x[c] === 0) continue;
      length += Math.abs(x[c]!);
      moves++;
    }
    if (length > 0) added += rounding.reach(block) * length;
  }
  return Number.EPSILON * (1 + moves) * (scale + 2 * added);
}
