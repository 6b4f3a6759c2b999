import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Stepper } from '../../../solver/run/stepper.ts';
import { apart, every, given, iterateOf } from '../../support/certify.ts';
import { thinned } from '../../support/matrix.ts';

describe('the caches beside the points', () => {
  test('are computed afresh, bit for bit, as every twentieth sweep ends, and up to rounding are right in between', () => {
    every(
      thinned().filter(([, { ordering }]) => /cyclic|shuffled|greedy/.test(ordering)),
      (instance, way) => {
        const stepper = new Stepper(given(instance, way));
        const { problem } = stepper.recipe;
        for (let sweep = 1; sweep <= 41; sweep++) {
          const { start, view } = stepper.prepare();
          const due = sweep === 21 || sweep === 41;
          if (due) assert.ok(start, `nothing is renewed before sweep ${sweep}`);
          for (const [name, { x, cache }] of Object.entries(view.points)) {
            const fresh = problem.newCache(x);
            if (due) assert.deepStrictEqual(cache, fresh, name);
            else assert.ok(apart(cache, fresh) <= 1e-12, `${name}: ${apart(cache, fresh)}`);
          }
          while (stepper.state.sweep === sweep) stepper.commit();
        }
        assert.ok(iterateOf(stepper.recipe, stepper.state).every(Number.isFinite));
      },
    );
  });
});
