// Metrics beside their definitions: decreases, support, certificate, and the passes that a run has cost.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Options } from '../../../../solver/core/part.ts';
import { proxGradientNorm } from '../../../../solver/diagnostics/optimality.ts';
import { Run } from '../../../../solver/run/run.ts';
import { Stepper } from '../../../../solver/run/update/stepper.ts';
import {
  distance,
  every,
  fullGradient,
  given,
  iterateOf,
  lipschitzOf,
  normOf,
  objective,
  rounding,
  slice,
} from '../../../support/engine/certify.ts';
import { instances } from '../../../support/engine/instances.ts';
import { accepted, setWays, thinned, wayOf } from '../../../support/engine/matrix.ts';
import { goTo, runOn } from '../../../support/engine/walk.ts';

const cyclic = wayOf('pccd, metric scalar, cyclic, lipschitz');
const instanceOf = (title: string) => instances.find(one => one.title === title)!;
const own = instances.filter(({ problem }) => problem !== 'module');

describe('decreases', () => {
  test('the actual decrease is F before the update minus F after it, for every way of running every problem', () => {
    every([...thinned(), ...thinned(setWays)], (instance, way) => {
      const start = instance.problem === 'module' ? null : 'ones';
      const config = { diagnostics: ['objective', 'actualDecrease'], start };
      const run = new Run(given(instance, way, { config }));
      const { problem, recipe } = run;
      for (let k = 1; k <= 2 * problem.blocks.length; k++) {
        const before = iterateOf(recipe, run.state).slice();
        goTo(run, k);
        const after = iterateOf(recipe, run.state);
        const won = objective(problem, before) - objective(problem, after);
        const slack = rounding(problem, before) + rounding(problem, after);
        const { steps } = run.rows;
        // For a set of blocks every row has the decrease of the whole update.
        for (const row of [run.rows.row(k), steps.count - 1]) {
          const told = steps.read('actualDecrease', row);
          assert.ok(Math.abs(told - won) <= slack, `step ${k}: ${told} is not ${won} ± ${slack}`);
        }
      }
    });
  });

  test('the predicted decrease equals the actual one where the model is exact: single coordinates with 1/L, penalised or not', () => {
    const exact = accepted(own, way => way === cyclic).filter(
      ([{ problem, blocks }]) =>
        blocks === 'coordinates' && /leastSquares|quadratic|lasso|elasticNet/i.test(problem),
    );
    every(exact, (instance, way) => {
      const config = { diagnostics: ['predictedDecrease', 'actualDecrease'], start: 'ones' };
      const run = new Run(given(instance, way, { config }));
      for (let k = 1; k <= 3 * run.problem.blocks.length; k++) {
        const slack = rounding(run.problem, iterateOf(run.recipe, run.state));
        goTo(run, k);
        const [predicted, actual] = (['predictedDecrease', 'actualDecrease'] as const).map(name =>
          run.rows.steps.read(name, k - 1),
        ) as [number, number];
        assert.ok(
          Math.abs(predicted - actual) <= 2 * slack,
          `step ${k}: ${predicted} is not ${actual} ± ${slack}`,
        );
      }
    });
  });
});

test('the null objective is F at β = 0, minimised over the intercept', () => {
  every(
    accepted(own, way => way === cyclic).filter(([one]) => one.build().certificate !== null),
    instance => {
      const problem = instance.build();
      const x = new Float64Array(problem.size);
      const intercept = problem.blocks.find(({ name }) => name === '(intercept)');
      const at = (value: number): number => {
        if (intercept) x[intercept.start] = value;
        return objective(problem, x);
      };
      // Golden section; F is flat to first order there.
      let [low, high] = [-20, 20];
      for (let i = 0; i < 80 && intercept; i++) {
        const third = (high - low) * 0.381966;
        if (at(low + third) < at(high - third)) high -= third;
        else low += third;
      }
      const least = at((low + high) / 2);
      const told = problem.certificate!.nullObjective;
      assert.ok(Math.abs(told - least) <= 1e-12 * least, `${told} is not ${least}`);
    },
  );
});

test('the support counts the penalised coordinates that are not zero', () => {
  const sizes = new Set<number>();
  for (const title of ['lasso, coordinates', 'elasticNet, sizes', 'groupLasso, groups']) {
    const config = { diagnostics: ['support'] };
    const run = new Run(given(instanceOf(title), cyclic, { config }));
    const { problem } = run;
    for (let sweep = 1; sweep <= 3; sweep++) {
      goTo(run, sweep * problem.blocks.length);
      const x = iterateOf(run.recipe, run.state);
      const count = problem.blocks
        .filter(block => !problem.penalty.isZero(block))
        .reduce((sum, block) => sum + slice(x, block).filter(value => value !== 0).length, 0);
      assert.equal(run.rows.sweepValue('support', run.state.k), count, title);
      sizes.add(count);
    }
  }
  assert.ok(sizes.size > 1);
});

test('A-CODER’s stationarity is that of y, where the run ends, not of the point where gradients are evaluated', () => {
  const instance = instanceOf('lasso, coordinates');
  const config = { diagnostics: ['stationarity'], start: 'ones' };
  const run = new Run(given(instance, wayOf('acoder, cyclic, lipschitz'), { config }));
  const { problem } = run;
  for (let sweep = 1; sweep <= 5; sweep++) {
    goTo(run, sweep * problem.blocks.length - 1);
    // In the middle of a sweep y and w differ: when evaluated, it is that of y too.
    for (let more = 0; more < 2; more++) {
      const x = run.state.points['y']!.x;
      const g = fullGradient(problem, x);
      const norms = problem.blocks.map(block =>
        proxGradientNorm(problem, x, slice(g, block), lipschitzOf(problem, block), block),
      );
      const told = run.inspector.metric('stationarity', null);
      const truth = normOf(Float64Array.from(norms));
      assert.ok(Math.abs(told - truth) <= 1e-12 * (1 + truth), `${told} is not ${truth}`);
      goTo(run, sweep * problem.blocks.length);
    }
  }
});

test('an edit of x in the middle of a sweep withdraws the certificate until every block has been visited again', () => {
  const config = { diagnostics: ['certificate'] };
  const run = new Run(given(instanceOf('lasso, coordinates'), cyclic, { config }));
  const { problem } = run;
  const m = problem.blocks.length;
  const at = (sweep: number): number => run.rows.sweepValue('certificate', sweep * m);
  goTo(run, 2 * m + 3);
  assert.ok(Number.isFinite(at(1)) && Number.isFinite(at(2)));
  run.edit([{ kind: 'value', block: problem.blocks[1]!.name, index: 0, value: 4 }]);
  goTo(run, 4 * m);
  assert.ok(Number.isNaN(at(3)), `after the edit ${at(3)}`);
  const x = iterateOf(run.recipe, run.state);
  assert.ok(at(4) >= distance(problem, x) * (1 - 1e-12));
});

describe('passes', () => {
  test('are the rows × coordinates of all evaluated gradients, over n × d, and gradients are their number, for every way', () => {
    every([...thinned(), ...thinned(setWays)], (instance, way) => {
      let work = 0;
      let calls = 0;
      const recipe = given(instance, way, {
        wrap: problem => ({
          ...problem,
          coordinateSweep: null,
          gradient(cache, x, block, out) {
            work += block.size * (problem.finiteSum?.rows ?? 1);
            calls++;
            problem.gradient(cache, x, block, out);
          },
          gradients(cache, x, among, out) {
            for (const block of among) this.gradient(cache, x, block, out.subarray(block.start));
          },
          newtonModel: problem.newtonModel && {
            ...problem.newtonModel,
            gradient(cache, z, block, out) {
              work += block.size * (problem.finiteSum?.rows ?? 1);
              calls++;
              problem.newtonModel!.gradient(cache, z, block, out);
            },
          },
          finiteSum: problem.finiteSum && {
            rows: problem.finiteSum.rows,
            sampleGradient(cache, x, block, rows, out) {
              work += block.size * rows.length;
              calls++;
              problem.finiteSum?.sampleGradient(cache, x, block, rows, out);
            },
          },
        }),
      });
      work = 0;
      calls = 0;
      const stepper = new Stepper(recipe);
      stepper.state.frozen[recipe.problem.blocks.length - 1] = 1;
      for (let k = 0; k < 4 * recipe.problem.blocks.length; k++) stepper.commit();
      assert.deepEqual([stepper.state.work, stepper.state.gradients], [work, calls]);
    });
  });

  /** Passes of a sweep of m blocks, n rows; VR-CCD's first sweep takes full batches. */
  const table: readonly (readonly [RegExp, (m: number, n: number, sweep: number) => number])[] = [
    [/^(pccd|exact|gradientDescent).*(cyclic|reverse|symmetric|shuffled)/, () => 1],
    [/^(pccd|exact).*greedy/, m => m + 1],
    [/^acoder/, () => 2],
    [/^vrccd.*(cyclic|shuffled)/, (_m, n, sweep) => (sweep === 1 ? n + 3 : 2 * 3) / n],
  ];

  test('of a sweep of VR-CCD with p = 1 and all rows are 1, as for P-CCD: no batch is read for a difference that is never taken', () => {
    const pairs = accepted(
      instances.filter(({ blocks }) => blocks === 'coordinates'),
      ({ title }) => /^vrccd.*cyclic, lipschitz/.test(title),
    );
    every(pairs, (instance, way) => {
      const certain = { ...way, methodOptions: { ...way.methodOptions, p: 1 } };
      const run = new Run(given(instance, certain));
      for (let sweep = 1; sweep <= 3; sweep++) {
        run.begin({ kind: 'sweep' });
        runOn(run);
        assert.ok(
          Math.abs(run.inspector.metric('passes', null) - sweep) <= 1e-12,
          `${run.inspector.metric('passes', null)} after ${sweep}`,
        );
      }
    });
  });

  for (const [which, expected] of table) {
    test(`of a sweep: ${which.source}`, () => {
      const pairs = accepted(
        instances.filter(({ blocks }) => blocks === 'coordinates'),
        ({ title }) => which.test(title),
      );
      every(pairs, (instance, way) => {
        const options: Options = way.method === 'vrccd' ? { p: 0, bPrime: 3 } : {};
        const fixed = { ...way, methodOptions: { ...way.methodOptions, ...options } };
        const run = new Run(given(instance, fixed, { config: { diagnostics: ['passes'] } }));
        const { blocks, finiteSum } = run.problem;
        const rows = finiteSum?.rows;
        let total = 0;
        for (let sweep = 1; sweep <= 5; sweep++) {
          run.begin({ kind: 'sweep' });
          runOn(run);
          total += expected(blocks.length, rows ?? 1, sweep);
          const recorded = run.rows.value('passes', run.state.k);
          assert.ok(Math.abs(recorded - total) <= 1e-12 * total, `${recorded}, not ${total}`);
          assert.equal(run.inspector.metric('passes', null), recorded);
        }
      });
    });
  }
});
