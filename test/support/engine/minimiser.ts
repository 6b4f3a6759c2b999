// Minimisers of small convex problems, by P-CCD's equations in a plain loop: the oracle where no other program was asked.
import type { Problem } from '../../../solver/core/problem.ts';

/** A minimiser to a gap of `limit`, of a problem that has one. */
export function minimiser(problem: Problem, limit = 1e-13): Float64Array {
  const x = problem.start.slice();
  let cache = problem.newCache(x);
  const L = problem.blocks.map(block => problem.curvature!.lipschitz(cache, x, block)!);
  for (let sweep = 0; sweep % 50 > 0 || problem.certificate!.gap(cache, x) > limit; sweep++) {
    if (sweep > 300_000)
      throw new Error(`${problem.name} has a gap of ${problem.certificate!.gap(cache, x)}`);
    if (sweep % 50 === 0) cache = problem.newCache(x);
    for (const block of problem.blocks) {
      const u = new Float64Array(block.size);
      const t = 1 / (L[block.index]! || 1);
      problem.gradient(cache, x, block, u);
      for (let k = 0; k < block.size; k++) u[k] = x[block.start + k]! - t * u[k]!;
      problem.penalty.prox(u, t, block, u);
      const delta = u.map((value, k) => value - x[block.start + k]!);
      problem.shift(cache, x, block, delta);
      x.set(u, block.start);
    }
  }
  return x;
}
