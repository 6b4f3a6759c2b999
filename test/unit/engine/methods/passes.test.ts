import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Options } from '../../../../solver/core/part.ts';
import { Run } from '../../../../solver/run/run.ts';
import { Stepper } from '../../../../solver/run/stepper.ts';
import { every, given } from '../../../support/engine/certify.ts';
import { instances } from '../../../support/engine/instances.ts';
import { accepted, setWays, thinned } from '../../../support/engine/matrix.ts';
import { runOn } from '../../../support/engine/walk.ts';

describe('passes', () => {
  test('are the rows × coordinates of all gradients that were read, over n × d, and gradients their number, every way', () => {
    every([...thinned(), ...thinned(setWays)], (instance, way) => {
      let work = 0;
      let calls = 0;
      const recipe = given(instance, way, {
        wrap: problem => ({
          ...problem,
          gradient(cache, x, block, out) {
            work += block.size * (problem.finiteSum?.rows ?? 1);
            calls++;
            problem.gradient(cache, x, block, out);
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

  test('of a sweep of VR-CCD with p = 1 and all rows are 1, as P-CCD’s are: no batch is read for a difference that never comes', () => {
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
