// How far a cache drifts from its x, and that the values reported for x are still right.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Problem } from '../../../../solver/core/problem.ts';
import { normals, stream } from '../../../../solver/core/random.ts';
import { isStale, newPoint, type Point, trusted } from '../../../../solver/core/state.ts';
import type { DenseMatrix } from '../../../../solver/kernels/columns.ts';
import { softThreshold } from '../../../../solver/kernels/prox.ts';
import { Run } from '../../../../solver/run/run.ts';
import { Stepper } from '../../../../solver/run/update/stepper.ts';
import { every, given } from '../../../support/engine/certify.ts';
import { type ExactLasso, exactLasso } from '../../../support/engine/exact.ts';
import {
  buildProblem,
  type Instance,
  instances,
  samples,
} from '../../../support/engine/instances.ts';
import { setWays, thinned, wayOf } from '../../../support/engine/matrix.ts';
import { goTo, runOn } from '../../../support/engine/walk.ts';

/** ‖cache − a fresh one‖∞ over the entries that moves add to: the first half of logistic’s, all but ‖r‖² of a dense residual. */
function driftOf(problem: Problem, { x, cache }: Point): number {
  const fresh = problem.newCache(x);
  const entries = problem.finiteSum?.rows ?? fresh.length;
  let largest = 0;
  for (let i = 0; i < Math.min(entries, fresh.length); i++)
    largest = Math.max(largest, Math.abs(cache[i]! - fresh[i]!));
  return largest;
}

const cyclic = wayOf('pccd, metric scalar, cyclic, lipschitz');
const fixedStep = wayOf('pccd, metric scalar, cyclic, fixed');

describe('the caches beside the points', () => {
  test('are never farther from the exact ones than their bound, for every way of running every problem', () => {
    every([...thinned(), ...thinned(setWays)], (instance, way) => {
      const stepper = new Stepper(given(instance, way, { config: { start: 'random' } }));
      const { problem } = stepper.recipe;
      for (let k = 0; k < 6 * problem.blocks.length; k++) {
        stepper.commit();
        for (const point of Object.values(stepper.state.points)) {
          // That of a model is no cache of f: proxNewton.test.ts holds it to its definition.
          if (point.ofModel) continue;
          const fresh = newPoint(problem, point.x);
          const apart = driftOf(problem, point);
          assert.ok(apart <= point.drift + fresh.drift, `step ${k}: ${apart} > ${point.drift}`);
        }
      }
    });
  });

  test('are computed afresh, bit for bit, before a sweep that would begin with a stale one, as a part of that step', () => {
    const stepper = new Stepper(
      given(lasso(orthogonal), fixedStep, {
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

  test('a start at 1e6·N(0,1): the rounding of the start disappears as x shrinks, and stays within 17 times what the size of x explains', () => {
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

  test('checking for drift changes nothing, and a run that stays near its start renews its caches seldom', () => {
    const stepper = new Stepper(given(instances[0]!, cyclic));
    const m = stepper.recipe.problem.blocks.length;
    let renewed = 0;
    for (let sweep = 0; sweep < 300; sweep++) {
      if (stepper.prepare().start) renewed++;
      for (let b = 0; b < m; b++) stepper.commit();
    }
    assert.ok(renewed <= 300 / 10, `${renewed} of 300 sweeps began with a fresh cache`);
  });

  test('have a bound of ε (1 + ‖x‖₀)(‖cache‖∞ + 2 Σ|x_j| max|A_j|) when fresh, and count as stale from 16 times that on', () => {
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

const fixed = wayOf('pccd, metric scalar, custom, fixed');
const byRule = wayOf('pccd, metric scalar, cyclic, lipschitz');

/** A lasso of these columns, without intercept and scaling. */
function lasso({ columns, y, lambda }: ExactLasso): Instance {
  const data = {
    source: 'the test',
    columns: columns.map((_, j) => `c${j}`),
    X: {
      kind: 'dense',
      rows: y.length,
      columns: columns.length,
      values: Float64Array.from(columns.flat()),
    },
    y: Float64Array.from(y),
    target: 'y',
  } as const;
  const options = { lambda, intercept: false };
  return {
    title: 'lasso',
    problem: 'lasso',
    blocks: 'coordinates',
    build: () => buildProblem('lasso', options, 'coordinates', data),
  };
}

/** Orthogonal columns of ±1: L_j = 1, so that a step of 1 is at the minimum at once. */
const orthogonal: ExactLasso = {
  columns: [
    [1, 1, 1, 1, 1, 1, 1, 1],
    [1, -1, 1, -1, 1, -1, 1, -1],
    [1, 1, -1, -1, 1, 1, -1, -1],
    [1, -1, -1, 1, 1, -1, -1, 1],
  ],
  y: [3.1, -1.7, 2.3, 0.4, 5.9, -2.2, 1.3, 0.7],
  lambda: 0.1,
};

/** What the run reports at its step equals the exact values at its x, up to the rounding of sums of this size. */
function requireTrue(run: Run, of: ExactLasso): void {
  const x = run.state.points['x']!.x;
  const { objective, gap } = exactLasso(of, x);
  const largest = Math.max(...of.columns.flat().map(Math.abs));
  const size =
    Math.max(...of.y.map(Math.abs)) + largest * x.reduce((sum, v) => sum + Math.abs(v), 0);
  const n = of.y.length;
  // r has the rounding of a fresh sum, at most 16 times over; it stands in the gap beside x, and squared in F.
  const r = 17 * Number.EPSILON * (1 + x.length) * size;
  const slack = 4 * (r * size + n * Number.EPSILON * (objective + gap));
  const { sweeps, steps } = run.rows;
  const reported = {
    gap: run.inspector.metric('gap', null),
    ...(run.state.place > 0 ? {} : { 'gap of the sweep': sweeps.read('gap', sweeps.count - 1) }),
    objective: run.objective(),
    'objective of the step': steps.read('objective', steps.count - 1),
  };
  for (const [name, value] of Object.entries(reported)) {
    const truth = name.startsWith('gap') ? gap : objective;
    assert.ok(Math.abs(value - truth) <= slack, `${name} ${value}, in truth ${truth} ± ${slack}`);
  }
}

describe('what is reported of x', () => {
  test('is true of x after steps of 8 and a sweep with the rule’s own steps, at every step and where a criterion ends the run', () => {
    const m = orthogonal.columns.length;
    // Every block twice a sweep, so that the second visits read what the first have left.
    const order = ['c0', 'c1', 'c2', 'c3', 'c0', 'c1', 'c2', 'c3'];
    const stopWhen = { gap: 1e-10 };
    const config = { orderingOptions: { order }, stepOptions: { size: 8 }, stopWhen };
    const run = new Run(given(lasso(orthogonal), fixed, { config }));
    goTo(run, 12 * m);
    requireTrue(run, orthogonal);
    run.edit([{ kind: 'stepSize', block: null, value: 1 }]);
    for (let k = 12 * m + 1; k <= 14 * m; k++) {
      const { x } = run.state.points['x']!;
      const { u, objective } = exactLasso(orthogonal, x);
      const { index } = run.recipe.problem.blocks[(k - 1) % m]!;
      const norm = Math.abs(x[index]! - softThreshold(x[index]! + u[index]!, orthogonal.lambda));
      goTo(run, k);
      const reported = run.rows.steps.read('gradNorm', k - 1);
      // |r| ≤ √(2nF); L = 1.
      const slack = 17 * Number.EPSILON * (1 + m) * 4 * Math.sqrt(16 * objective);
      assert.ok(Math.abs(reported - norm) <= slack, `gradNorm ${reported}, in truth ${norm}`);
      requireTrue(run, orthogonal);
    }
    assert.equal(run.outcome?.status, 'converged');
    assert.ok(exactLasso(orthogonal, run.state.points['x']!.x).gap <= 1.01e-10);
  });

  test('is true of x after a start at 1e6·N(0,1)', () => {
    const draw = stream(11, 'columns');
    const columns = Array.from({ length: 12 }, () => [...normals(40, draw)]);
    const problem: ExactLasso = { columns, y: [...normals(40, draw)], lambda: 0.05 };
    const x0 = normals(12, draw).map(value => 1e6 * value);
    const config = { stopWhen: { gap: 1e-13 } };
    const run = new Run({ ...given(lasso(problem), byRule, { config }), x0 });
    for (let sweep = 1; sweep <= 40; sweep++) {
      goTo(run, 12 * sweep);
      requireTrue(run, problem);
    }
    run.begin({ kind: 'end' });
    assert.equal(runOn(run).reason, 'converged');
    requireTrue(run, problem);
    assert.ok(exactLasso(problem, run.state.points['x']!.x).gap <= 1.01e-13);
  });
});
