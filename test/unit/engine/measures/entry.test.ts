import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Interrupted } from '../../../../solver/core/problem.ts';
import { cloneState } from '../../../../solver/core/state.ts';
import { UserError } from '../../../../solver/modules/userError.ts';
import { EntryLook } from '../../../../solver/run/measure/entry.ts';
import { Run } from '../../../../solver/run/run.ts';
import { createShared } from '../../../../solver/thread/shared.ts';
import { IdleWork } from '../../../../solver/thread/solver/idleWork.ts';
import type { EntryValues } from '../../../../solver/wire/run.ts';
import { every, given } from '../../../support/engine/certify.ts';
import { instances } from '../../../support/engine/instances.ts';
import { setWays, thinned, wayOf } from '../../../support/engine/matrix.ts';
import { interruptible, runOn } from '../../../support/engine/walk.ts';

const cyclic = wayOf('pccd, metric scalar, cyclic, lipschitz');

/** All metrics at x₀ of a run that is stopped there. */
function looked(run: Run): EntryValues {
  const look = new EntryLook(run.recipe, run.state, run.rows);
  while (!look.done) look.slice(1);
  return look.values;
}

describe('the metrics at x₀', () => {
  test('are what evaluate gives there and what the first update reads, bit for bit; computing them changes nothing', () => {
    every([...thinned(), ...thinned(setWays)], (instance, way) => {
      const plain = given(instance, way);
      const { metrics } = new Run(plain).inspector;
      const diagnostics = [...metrics.keys()];
      const run = new Run(given(instance, way, { config: { start: 'random', diagnostics } }));
      const before = cloneState(run.state);
      const values = looked(run);
      assert.deepStrictEqual(run.state, before);
      for (const part of metrics.values()) {
        const { name, of, when } = part;
        const known = of === 'run' || when === 'read';
        assert.equal(name in (of === 'run' ? values.run : values.block), known, name);
        if (of === 'run') assert.equal(values.run[name], run.inspector.metric(name, null), name);
        else if (known)
          for (const block of run.problem.blocks) {
            const told = values.block[name]?.[block.index];
            assert.equal(told, run.inspector.metric(name, block), `${name} of ${block.name}`);
          }
      }
      const straight = new Run(
        given(instance, way, { config: { start: 'random', diagnostics: [] } }),
      );
      for (const one of [run, straight]) {
        one.begin({ kind: 'steps', count: 3 });
        runOn(one);
      }
      assert.deepStrictEqual(run.state, straight.state);
      const { steps } = run.rows;
      for (let row = 0; steps.get(0, row) === 1; row++)
        for (const [name, of] of Object.entries(values.block))
          assert.equal(of[steps.get(1, row)], steps.read(name, row), `${name} of the first update`);
    });
  });

  test('are the chosen ones, and no others', () => {
    const diagnostics = ['sharpness', 'objective', 'actualDecrease'];
    const run = new Run(given(instances[0]!, cyclic, { config: { diagnostics } }));
    const { block, run: ofRun } = looked(run);
    assert.deepEqual([Object.keys(block), Object.keys(ofRun)], [['sharpness'], ['objective']]);
  });

  test('cost one gradient per block, and one more per block where the ordering scores all blocks', () => {
    for (const [title, most] of [
      ['pccd, metric scalar, cyclic, lipschitz', 1],
      ['pccd, metric scalar, greedy, lipschitz', 2],
    ] as const) {
      let gradients = 0;
      const recipe = given(instances[0]!, wayOf(title), {
        config: { diagnostics: ['gradNorm', 'stepSize', 'sharpness'] },
        wrap: problem => ({
          ...problem,
          coordinateSweep: null,
          gradient(...args) {
            gradients++;
            problem.gradient(...args);
          },
          gradients:
            problem.gradients &&
            ((cache, x, among, out) => {
              gradients += among.length;
              problem.gradients!(cache, x, among, out);
            }),
        }),
      });
      const run = new Run(recipe);
      gradients = 0;
      looked(run);
      assert.ok(recipe.problem.blocks.length > 2);
      assert.equal(gradients, most * recipe.problem.blocks.length, title);
    }
  });

  test('are the same however often their computation is interrupted', () => {
    every(thinned(), (instance, way) => {
      let calls = 0;
      let every = 0;
      const strikes = () => every > 0 && ++calls % every === 0;
      const run = new Run(
        given(instance, way, { wrap: problem => interruptible(problem, strikes) }),
      );
      const whole = looked(run);
      const look = new EntryLook(run.recipe, run.state, run.rows);
      for (let tries = 0; !look.done && tries < 10_000; tries++) {
        // Seldom enough in the end that the longest uninterruptible piece of work gets done.
        every = 1 + tries;
        calls = 0;
        try {
          look.slice(0);
        } catch (error) {
          assert.ok(error instanceof Interrupted);
        }
      }
      every = 0;
      assert.deepStrictEqual(look.values, whole);
    });
  });

  test('a function that fails leaves its block unknown, and the other blocks are reported', () => {
    let broken = false;
    const recipe = given(instances[0]!, cyclic, {
      wrap: problem => ({
        ...problem,
        coordinateSweep: null,
        gradient(cache, x, block, out) {
          if (broken && block.index === 1)
            throw new UserError('gradient', block.name, 'broken', '');
          problem.gradient(cache, x, block, out);
        },
      }),
    });
    const run = new Run(recipe);
    broken = true;
    const { done, block } = looked(run);
    assert.ok(done);
    const unknown = [...(block['gradNorm'] ?? [])].map(value => Number.isNaN(value));
    assert.deepEqual(
      unknown,
      recipe.problem.blocks.map(({ index }) => index === 1),
    );
  });
});

describe('while the run is stopped at its start', () => {
  const idle = (stands: () => boolean) => {
    const told: EntryValues[] = [];
    return { work: new IdleWork(createShared(), stands, values => told.push(values)), told };
  };
  const turns = async () => {
    for (let i = 0; i < 50; i++) await new Promise(setImmediate);
  };
  const start = () => new Run(given(instances[0]!, cyclic));

  test('the values are reported once they are requested, all of them', async () => {
    const run = start();
    const { work, told } = idle(() => true);
    work.follow(run, null, null);
    await turns();
    assert.equal(told.length, 0, 'nobody asked');
    work.lookAtStart(run);
    await turns();
    assert.deepStrictEqual(told.at(-1), looked(run));
  });

  test('nothing is computed beyond step 0, once the run moves, after a command, nor where a run was ended at step 0', async () => {
    const run = start();
    let stands = true;
    const { work, told } = idle(() => stands);
    work.follow(run, null, 0);
    work.lookAtStart(run);
    await turns();
    work.follow(run, null, null);
    work.lookAtStart(run);
    work.leave();
    await turns();
    work.lookAtStart(run);
    stands = false;
    await turns();
    stands = true;
    work.follow(run, null, null);
    run.begin({ kind: 'steps', count: 1 });
    runOn(run);
    work.lookAtStart(run);
    await turns();
    assert.equal(told.length, 0);
  });
});
