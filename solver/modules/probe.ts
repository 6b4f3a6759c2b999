import type { Block, Cache, Problem } from '../core/problem.ts';

/**
 * A first guess of L_b > 0 where a module gives none: the sharpness at x with its error on top. Where f is flat or
 * concave in the block (or sharpness is not finite), the secant ‖g(x + δ) − g(x)‖/‖δ‖ along the gradient; else 1.
 * A guess and no bound: backtracking goes on from it.
 */
export function probeLipschitz(
  problem: Problem,
  cache: Cache,
  x: Float64Array,
  block: Block,
): number {
  const { value, error } = problem.sharpness(cache, x, block);
  if (usable(value + error) && value > 0) return value + error;
  const secant = secantAlongGradient(problem, cache, x, block);
  return usable(secant) ? secant : 1;
}

function secantAlongGradient(
  problem: Problem,
  cache: Cache,
  x: Float64Array,
  block: Block,
): number {
  const d = block.size;
  const before = new Float64Array(d);
  problem.gradient(cache, x, block, before);
  const norm = Math.hypot(...before);
  if (!usable(norm)) return Number.NaN;
  const far = Float64Array.from(x);
  const length = Math.max(1, Math.hypot(...x.subarray(block.start, block.start + d)));
  const delta = before.map(g => (-g / norm) * length);
  for (let i = 0; i < d; i++) far[block.start + i] = far[block.start + i]! + delta[i]!;
  const after = new Float64Array(d);
  problem.gradient(problem.newCache(far), far, block, after);
  return Math.hypot(...after.map((g, i) => g - before[i]!)) / Math.hypot(...delta);
}

function usable(L: number): boolean {
  return L > 0 && L < Number.POSITIVE_INFINITY;
}
