import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isStale, newPoint, trusted } from '../../../../solver/core/drift.ts';
import type { Problem } from '../../../../solver/core/problem.ts';
import { normals, stream } from '../../../../solver/core/random.ts';
import type { Point } from '../../../../solver/core/state.ts';
import type { DenseMatrix } from '../../../../solver/kernels/columns.ts';
import { Stepper } from '../../../../solver/run/stepper.ts';
import { every, given } from '../../../support/engine/certify.ts';
import {
  buildProblem,
  type Instance,
  instances,
  samples,
} from '../../../support/engine/instances.ts';
import { setWays, thinned, type Way, ways } from '../../../support/engine/matrix.ts';

/** ‖cache − a fresh one‖∞ over the entries that moves add to: the first half of logistic’s, all but ‖r‖² of a dense residual. */
function driftOf(problem: Problem, { x, cache }: Point): number {
  const fresh = problem.newCache(x);
  const entries = problem.finiteSum?.rows ?? fresh.length;
  let largest = 0;
  for (let i = 0; i < Math.min(entries, fresh.length); i++)
    largest = Math.max(largest, Math.abs(cache[i]! - fresh[i]!));
  return largest;
}

const cyclic = ways.find(({ title }) => title === 'pccd, metric scalar, cyclic, lipschitz') as Way;
const fixedStep = ways.find(({ title }) => title === 'pccd, metric scalar, cyclic, fixed') as Way;

/** Orthogonal columns of ±1, so that one sweep with 1/L is at the minimum, and with 8/L seven times as far from it. */
function orthogonal(): Problem {
  const columns = [
    [1, 1, 1, 1, 1, 1, 1, 1],
    [1, -1, 1, -1, 1, -1, 1, -1],
    [1, 1, -1, -1, 1, 1, -1, -1],
    [1, -1, -1, 1, 1, -1, -1, 1],
  ];
  const data = {
    source: 'eight rows',
    columns: ['a', 'b', 'c', 'd'],
    X: { kind: 'dense', rows: 8, columns: 4, values: Float64Array.from(columns.flat()) },
    y: Float64Array.of(3.1, -1.7, 2.3, 0.4, 5.9, -2.2, 1.3, 0.7),
    target: 'y',
  } as const;
  return buildProblem('lasso', { lambda: 0.1, intercept: false }, 'coordinates', data);
}

describe('the caches beside the points', () => {
  test('are never farther from the exact ones than their bound, every way of running every problem', () => {
    every([...thinned(), ...thinned(setWays)], (instance, way) => {
      const stepper = new Stepper(given(instance, way, { config: { start: 'random' } }));
      const { problem } = stepper.recipe;
      for (let k = 0; k < 6 * problem.blocks.length; k++) {
        stepper.commit();
        for (const point of Object.values(stepper.state.points)) {
          const fresh = newPoint(problem, point.x);
          const apart = driftOf(problem, point);
          assert.ok(apart <= point.drift + fresh.drift, `step ${k}: ${apart} > ${point.drift}`);
        }
      }
    });
  });

  test('are computed afresh, bit for bit, before a sweep that would begin on a stale one, and as a transition of it', () => {
    const stepper = new Stepper(
      given({ ...instances[0]!, build: orthogonal }, fixedStep, {
        config: { stepOptions: { size: 8 } },
      }),
    );
    const { problem, blocks } = { ...stepper.recipe, blocks: stepper.recipe.problem.blocks };
    for (let k = 0; k < 12 * blocks.length; k++) stepper.commit();
    // 7¹² from the minimum: |r| is of the order of 10¹⁰, and carries its rounding back.
    stepper.state.stepOverride.fill(1);
    stepper.invalidate();
    for (let k = 0; k < blocks.length; k++) stepper.commit();
    const point = stepper.state.points['x']!;
    assert.ok(driftOf(problem, point) > 1e-8, `drift ${driftOf(problem, point)}`);
    assert.ok(driftOf(problem, point) <= point.drift, `bound ${point.drift}`);
    assert.ok(isStale(point));
    const { gap } = problem.certificate!;
    const judged = trusted(problem, point);
    const exact = newPoint(problem, point.x);
    assert.equal(gap(judged.cache, judged.x), gap(exact.cache, exact.x));
    const { start, view } = stepper.prepare();
    assert.ok(start, 'nothing is renewed');
    assert.deepStrictEqual(view.points['x']!.cache, problem.newCache(point.x));
    assert.ok(!isStale(view.points['x']!));
  });

  test('a start at 1e6·N(0,1): the start’s rounding goes as x comes down, and stays within 17 times what x’s own size explains', () => {
    const smooth = instances.filter(({ problem }) => /lasso/i.test(problem));
    let renewed = 0;
    for (const instance of smooth) {
      const stepper = new Stepper(given(instance as Instance, cyclic));
      const { problem } = stepper.recipe;
      const x = normals(problem.size, stream(7, instance.title)).map(value => 1e6 * value);
      stepper.state.points['x'] = newPoint(problem, x);
      stepper.invalidate();
      for (let sweep = 0; sweep < 400; sweep++) {
        if (stepper.prepare().start) renewed++;
        for (let b = 0; b < problem.blocks.length; b++) stepper.commit();
      }
      const { start, view } = stepper.prepare();
      const point = start ? view.points['x']! : stepper.state.points['x']!;
      // Sixteen times what a fresh cache’s own rounding may be, and that one’s.
      const { drift } = newPoint(problem, point.x);
      assert.ok(
        driftOf(problem, point) <= 17 * drift,
        `${instance.title}: ${driftOf(problem, point)}`,
      );
    }
    assert.ok(renewed > 0);
  });

  test('looking for drift changes nothing, and a run that stays near its start renews seldom', () => {
    const stepper = new Stepper(given(instances[0]!, cyclic));
    const m = stepper.recipe.problem.blocks.length;
    let renewed = 0;
    for (let sweep = 0; sweep < 300; sweep++) {
      if (stepper.prepare().start) renewed++;
      for (let b = 0; b < m; b++) stepper.commit();
    }
    assert.ok(renewed <= 300 / 10, `${renewed} of 300 sweeps began with a fresh cache`);
  });

  test('are bounded afresh by ε (1 + ‖x‖₀)(‖cache‖∞ + 2 Σ|x_j| max|A_j|), and doubted from 16 times that on', () => {
    const data = samples(false);
    const build = (): Problem =>
      buildProblem('lasso', { lambda: 0.1, intercept: false }, 'coordinates', data);
    const problem = build();
    const { values, rows } = data.X as DenseMatrix;
    const x = Float64Array.of(3, 0, -1e3, 0.25, 0, 7, -2e-5);
    const point = newPoint(problem, x);
    let reach = 0;
    for (const [j, value] of x.entries())
      reach +=
        Math.abs(value) *
        values
          .subarray(j * rows, (j + 1) * rows)
          .reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const largest = point.cache
      .subarray(0, rows)
      .reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const bound = Number.EPSILON * (1 + 5) * (largest + 2 * reach);
    assert.ok(Math.abs(point.drift - bound) <= 1e-12 * bound, `${point.drift} is not ${bound}`);
    assert.equal(isStale({ ...point, drift: 15.999 * bound }), false);
    assert.equal(isStale({ ...point, drift: 16.001 * bound }), true);
  });
});
