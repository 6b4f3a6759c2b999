import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Problem } from '../../../solver/core/problem.ts';
import { built, objective, point, table, vector } from './cases.ts';

/** A point with a gap below 1e-13 of F, by proximal coordinate descent. */
function solve(problem: Problem): Float64Array {
  const x = problem.start.slice();
  for (let sweep = 0; sweep < 30000; sweep++) {
    const cache = problem.newCache(x);
    if (sweep % 20 === 0 && problem.certificate!.gap(cache, x) < 1e-14) break;
    for (const block of problem.blocks) {
      const L = problem.curvature!.lipschitz(cache, x, block)! || 1;
      const u = new Float64Array(block.size);
      problem.gradient(cache, x, block, u);
      for (let k = 0; k < block.size; k++) u[k] = x[block.start + k]! - u[k]! / L;
      problem.penalty.prox(u, 1 / L, block, u);
      const delta = u.map((value, k) => value - x[block.start + k]!);
      problem.shift(cache, x, block, delta);
      x.set(u, block.start);
    }
  }
  return x;
}

describe('the duality gap', () => {
  const penalised = table.filter(([, recipe]) => built(recipe).certificate !== null);

  test('exists for the lasso, the elastic net, the group lasso and logistic regression, unless λ is 0', () => {
    for (const [name, recipe] of table) {
      const has = built(recipe).certificate !== null;
      assert.equal(has, /^(lasso|elasticNet|groupLasso|logistic)/.test(name), name);
      if (!has) continue;
      const free = built({ ...recipe, options: { ...recipe.options, lambda: 0 } });
      assert.equal(free.certificate, null);
      assert.match(free.notes.join(' '), /λ is 0/);
    }
  });

  test('is never below the true error, at random points and ever nearer to the optimum, and vanishes there', () => {
    for (const [name, recipe] of penalised) {
      const problem = built(recipe);
      const best = solve(problem);
      const least = objective(problem, best);
      const gap = (x: Float64Array): number => problem.certificate!.gap(problem.newCache(x), x);
      assert.ok(gap(best) <= 1e-13 * (1 + least), `${name}: ${gap(best)} at the optimum`);
      const points = Array.from({ length: 10 }, (_, i) => point(problem, 8, i));
      for (const radius of [10, 1, 0.1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6]) {
        for (let i = 0; i < 4; i++) {
          const direction = vector(problem.size, 10, i);
          points.push(best.map((value, c) => value + radius * direction[c]!));
          points.push(best.map((value, c) => value * (1 + radius * direction[c]!)));
        }
      }
      for (const x of points) {
        const error = objective(problem, x) - least;
        assert.ok(
          gap(x) >= error - 4e-15 * (1 + objective(problem, x)),
          `${name}: ${gap(x)} < ${error}`,
        );
        assert.ok(Number.isFinite(gap(x)));
      }
    }
  });

  test('is never negative, also where labels are predicted with margins of ±1000', () => {
    for (const [name, recipe] of penalised) {
      const problem = built(recipe);
      for (const scale of [1, 30, 1000]) {
        const x = point(problem, 9).map(value => scale * value);
        const gap = problem.certificate!.gap(problem.newCache(x), x);
        assert.ok(gap >= 0 && Number.isFinite(gap), `${name}, ${scale}: ${gap}`);
      }
    }
  });
});

describe('λ max', () => {
  test('is the smallest λ whose solution is zero: at it 0 is stationary, 1 % below it is not', () => {
    for (const [name, recipe] of table) {
      const top = built(recipe).parameters['lambdaMax'];
      if (top === undefined) continue;
      for (const share of [1 + 1e-12, 0.99]) {
        const problem = built({
          ...recipe,
          options: { ...recipe.options, lambda: share * Number(top) },
        });
        const x = problem.start.slice();
        const intercept = problem.blocks.find(block => block.coordinates[0] === '(intercept)');
        // The intercept alone: a one-dimensional smooth problem, by Newton-like steps 1/L.
        if (intercept !== undefined) {
          for (let i = 0; i < 5000; i++) {
            const g = new Float64Array(1);
            const cache = problem.newCache(x);
            problem.gradient(cache, x, intercept, g);
            x[0] = x[0]! - g[0]! / problem.curvature!.lipschitz(cache, x, intercept)!;
            if (g[0] === 0) break;
          }
        }
        const cache = problem.newCache(x);
        const distance = problem.blocks.reduce((sum, block) => {
          const g = new Float64Array(block.size);
          problem.gradient(cache, x, block, g);
          return (
            sum +
            problem.penalty.distance(
              x,
              g.map(value => -value),
              block,
            )
          );
        }, 0);
        if (share > 1) assert.ok(distance <= 1e-12 * (1 + Number(top)), `${name}: ${distance}`);
        else assert.ok(distance > 1e-4 * Number(top), `${name}: ${distance}`);
      }
    }
  });
});
