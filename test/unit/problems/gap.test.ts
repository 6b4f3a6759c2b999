// The duality gap, and the correlations it looks at only where they matter.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRefusal } from '../../../solver/core/part.ts';
import type { Problem } from '../../../solver/core/problem.ts';
import { jsKernels } from '../../../solver/kernels/index.ts';
import {
  correlations,
  screenedCorrelations,
} from '../../../solver/problems/linear/correlations.ts';
import {
  addColumn,
  type Design,
  design,
  squaredColumn,
} from '../../../solver/problems/linear/design.ts';
import { built, objective, point, samples, sparseSamples, table, vector } from './cases.ts';

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

  test('is never below the true error, at random points and at points closer and closer to the optimum, and vanishes there', () => {
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

  test('is never negative, even where labels are predicted with margins of ±1000', () => {
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
  test('is the smallest λ whose solution is zero: there 0 is stationary, 1 % below it is not', () => {
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

function designOf(data: Parameters<typeof design>[0]): Design {
  const a = design(
    data,
    'coordinates',
    { intercept: true, standardize: false },
    jsKernels,
    () => {},
  );
  if (isRefusal(a)) throw new Error(a.refusal);
  return a;
}

describe('correlations that are computed only where they can matter', () => {
  const designs = [designOf(samples(41, 30, false)), designOf(sparseSamples(41, 30, false))];
  /** Residuals on a random walk whose steps become shorter and shorter, with a few long jumps. */
  const way = (n: number): Float64Array[] => {
    let v = vector(n, 1);
    return Array.from({ length: 60 }, (_, t) => {
      const step = t === 40 ? 100 : 0.8 ** (t % 40);
      v = v.map((value, i) => value + step * 0.2 * vector(n, 2, t)[i]!);
      return v;
    });
  };

  test('are those of a full computation, bit for bit, or 0 for an x_c of 0 whose |u_c| is at most the limit', () => {
    for (const a of designs) {
      for (const limit of [0.02, 0.3, 2, 1e9]) {
        const screened = screenedCorrelations(a, limit);
        for (const [t, v] of way(a.n).entries()) {
          const x = vector(a.size, 3, t).map(value => (value > 1 ? value : 0));
          const all = correlations(a, v);
          for (const [c, u] of screened(v, x).entries()) {
            const skipped = x[c] === 0 && Math.abs(all[c]!) <= limit && u === 0;
            assert.ok(
              skipped || Object.is(u, all[c]),
              `limit ${limit}, time ${t}, coordinate ${c}`,
            );
          }
        }
      }
    }
  });

  test('are computed when the residual moved straight to their limit and passed it by a millionth', () => {
    for (const a of designs) {
      for (let c = a.offset; c < a.size; c++) {
        const column = new Float64Array(a.n);
        addColumn(a, c, 1, column);
        const square = squaredColumn(a, c, null);
        if (square === 0) continue;
        // u_c = share after each of these, the limit being 1.
        const along = (share: number): Float64Array => column.map(e => (share * a.n * e) / square);
        const screened = screenedCorrelations(a, 1);
        const zeros = new Float64Array(a.size);
        for (const share of [0.2, 0.5, 0.9, 0.99]) screened(along(share), zeros);
        assert.ok(screened(along(1 + 1e-6), zeros)[c]! > 1, `coordinate ${c}`);
      }
    }
  });

  test('are computed less and less often as the residual converges', () => {
    const [a] = designs as [Design];
    const zeros = new Float64Array(a.size);
    const residuals = way(a.n).slice(0, 40);
    const middle = correlations(a, residuals.at(-1)!).map(Math.abs).sort()[a.size >> 1]!;
    const screened = screenedCorrelations(a, middle);
    const looks = residuals.map(v => screened(v, zeros).filter(u => u !== 0).length);
    assert.ok(looks[0]! > a.size - 3 && looks.at(-1)! <= 0.6 * a.size, looks.join(' '));
  });

  test('are right again after a residual that was not finite', () => {
    const [a] = designs as [Design];
    const screened = screenedCorrelations(a, 1e9);
    const v = vector(a.n, 4);
    const x = vector(a.size, 5);
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      screened(v, x);
      screened(
        v.map((value, i) => (i === 3 ? wrong : value)),
        x,
      );
      const all = correlations(a, v);
      assert.deepEqual(screened(v, x).slice(a.offset), all.slice(a.offset));
      assert.deepEqual(screened(v, x).slice(a.offset), all.slice(a.offset));
    }
  });
});

test('a gap depends on its point, not on where it was computed before, bit for bit', () => {
  for (const [name, recipe] of table) {
    const asked = built(recipe);
    if (asked.certificate === null) continue;
    const x = point(asked, 1);
    for (let t = 0; t < 40; t++) {
      // Later on, more coordinates are 0 and the others move less.
      for (let c = 0; c < x.length; c++) {
        x[c] = c % 40 < t ? 0 : x[c]! + 0.7 ** t * vector(x.length, 6, t)[c]!;
      }
      const fresh = built(recipe);
      const gap = fresh.certificate!.gap(fresh.newCache(x), x);
      assert.equal(asked.certificate!.gap(asked.newCache(x), x), gap, `${name}, time ${t}`);
    }
  }
});
