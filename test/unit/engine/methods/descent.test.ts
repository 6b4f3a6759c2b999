import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Run } from '../../../../solver/run/run.ts';
import {
  difference,
  distance,
  every,
  fullGradient,
  given,
  iterateOf,
  normOf,
  objective,
  rounding,
  slice,
  squaredLength,
  updates,
} from '../../../support/engine/certify.ts';
import { instances } from '../../../support/engine/instances.ts';
import { accepted, setWays, thinned } from '../../../support/engine/matrix.ts';
import { runOn } from '../../../support/engine/walk.ts';

const isMatrix = (way: { readonly title: string }): boolean => way.title.includes('metric matrix');
const own = instances.filter(({ problem }) => problem !== 'module');
const full = accepted(own, ({ method, step }) => method === 'pccd' && step === 'lipschitz');

describe('P-CCD with Λ_b = L_b I and with Λ_b = the block’s Hessian, every problem, every ordering', () => {
  test('an update decreases F by at least ½‖d‖²_Λ, and moves nothing but its block', () => {
    every(full, (instance, way) => {
      const recipe = given(instance, way);
      const { problem } = recipe;
      updates(recipe, 4 * problem.blocks.length, ({ k, block, before, after }) => {
        const d = difference(after, before);
        const moved = slice(d, block);
        assert.equal(normOf(d), normOf(moved), `step ${k} moved another block`);
        const won = objective(problem, before) - objective(problem, after);
        const owed = squaredLength(problem, block, moved, isMatrix(way)) / 2;
        const slack = rounding(problem, before) + rounding(problem, after);
        assert.ok(won >= owed - slack, `step ${k}, ${block.name}: ${won} < ${owed} − ${slack}`);
      });
    });
  });

  test('by exactly that where f is quadratic, nothing is penalised and Λ_b is the block’s Hessian', () => {
    const tight = full.filter(
      ([{ problem, blocks }, way]) =>
        /leastSquares|quadratic/.test(problem) && (isMatrix(way) || blocks === 'coordinates'),
    );
    every(tight, (instance, way) => {
      const recipe = given(instance, way);
      const { problem } = recipe;
      updates(recipe, 3 * problem.blocks.length, ({ k, block, before, after }) => {
        const won = objective(problem, before) - objective(problem, after);
        const owed =
          squaredLength(problem, block, slice(difference(after, before), block), isMatrix(way)) / 2;
        const slack = rounding(problem, before) + rounding(problem, after);
        assert.ok(Math.abs(won - owed) <= slack, `step ${k}: ${won} is not ${owed} ± ${slack}`);
      });
    });
  });
});

describe('the certificate u = ∇f(x) + s', () => {
  const telling = [...thinned(), ...thinned(setWays)].filter(
    ([instance, way]) => given(instance, way).method.subgradient !== null,
  );

  test('s_b lies in ∂r_b(x_b) after every update of the block, exact gradient or estimate, whatever the step', () => {
    every(telling, (instance, way) => {
      const recipe = given(instance, way);
      const { problem, method } = recipe;
      updates(recipe, 6 * problem.blocks.length, ({ k, entries, before, after }, { state }) => {
        for (const { block, gradient, stepSize: t } of entries) {
          const g = gradient.slice(0, block.size);
          const s = slice(state.vectors[method.subgradient!]!, block);
          const d = problem.penalty.distance(after, s, block);
          // s = −(g + Λ d/t) carries the rounding of its terms, 1/t standing for L in the matrix metric as well.
          const size = isMatrix(way) ? recipe.lipschitz(block) : 1 / t;
          const scale =
            normOf(g) + size * (normOf(slice(before, block)) + normOf(slice(after, block)));
          // Entries below 1e-154 have squares that vanish, so that the norms in the scale do not see them.
          const least = 1e-150;
          assert.ok(
            d <= 1e-13 * scale + least,
            `step ${k}, ${block.name}: ${d} from ∂r, of ${scale}`,
          );
        }
      });
    });
  });

  test('the metric is ‖∇f(x) + s‖, NaN until every block was visited, and never below dist(0, ∂F(x))', () => {
    every(
      telling.filter(([, way]) => way.method !== 'gradientDescent'),
      (instance, way) => {
        const run = new Run(given(instance, way, { config: { diagnostics: ['certificate'] } }));
        const { problem, recipe } = run;
        const s = (): Float64Array => run.state.vectors[recipe.method.subgradient!]!;
        for (let sweep = 1; sweep <= 5; sweep++) {
          run.begin({ kind: 'sweep' });
          runOn(run);
          const recorded = run.rows.sweepValue('certificate', run.state.k);
          if (s().some(Number.isNaN)) {
            assert.ok(Number.isNaN(recorded));
            continue;
          }
          const x = iterateOf(recipe, run.state);
          const gradient = fullGradient(problem, x);
          const u = normOf(gradient.map((value, i) => value + s()[i]!));
          const scale = normOf(gradient) + normOf(s());
          assert.ok(Math.abs(recorded - u) <= 1e-12 * scale, `${recorded} is not ${u}`);
          const least = distance(problem, x);
          assert.ok(least <= u + 1e-12 * scale, `dist(0, ∂F) = ${least} > ‖u‖ = ${u}`);
        }
      },
    );
  });

  test('vanishes at the optimum: P-CCD, cyclic, every convex problem', () => {
    const cyclic = full.filter(([, way]) => way.ordering === 'cyclic');
    every(cyclic, (instance, way) => {
      const config = {
        diagnostics: ['certificate'],
        stopWhen: { stationarity: 1e-11, sweeps: 60000 },
      };
      const run = new Run(given(instance, way, { config }));
      run.begin({ kind: 'end' });
      assert.equal(runOn(run).reason, 'converged');
      const u = run.rows.sweepValue('certificate', run.state.k);
      assert.ok(u <= 1e-9, `‖u‖ = ${u}`);
    });
  });
});
