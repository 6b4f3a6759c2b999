import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../../../scripts/lib/root.mjs';
import { isRefusal } from '../../../../solver/core/part.ts';
import { load } from '../../../../solver/run/load.ts';
import { Run } from '../../../../solver/run/run.ts';
import type { Finding, RunConfig } from '../../../../solver/wire/run.ts';
import { every, given } from '../../../support/engine/certify.ts';
import { sunYe } from '../../../support/engine/instances.ts';
import { thinned, ways } from '../../../support/engine/matrix.ts';
import { goTo } from '../../../support/engine/walk.ts';

const data = join(root, 'examples/workspace/data');
const cyclic = ways.find(({ title }) => title === 'pccd, metric scalar, cyclic, lipschitz')!;

const stallsOf = ({ findings }: Run): readonly Finding[] =>
  findings.filter(({ name }) => name === 'stall');

/** A run on data of the example workspace, after so many sweeps. */
async function onData(config: Pick<RunConfig, 'problem'>, sweeps: number): Promise<Run> {
  const context = { poll() {}, progress() {}, output() {} };
  const whole: RunConfig = { cwd: data, stopWhen: { sweeps }, diagnostics: [], ...config };
  const loaded = await load(whole, context);
  assert.ok(!isRefusal(loaded));
  const run = new Run(loaded.recipe);
  run.begin({ kind: 'end' });
  while (run.slice(100) === null);
  assert.equal(run.state.sweep, sweeps + 1);
  return run;
}

describe('stall', () => {
  test('is told once while it lasts, however far the norms come down in it', () => {
    // H = I: each sweep multiplies the norms by 1 − t, all 10,000 by e⁻⁵.
    const run = new Run(given(sunYe(1, 7), cyclic));
    run.edit([{ kind: 'stepSize', block: null, value: 5e-4 }]);
    goTo(run, 7 * 10_000);
    assert.deepEqual(
      stallsOf(run).map(({ k }) => k),
      [21 * 7],
    );
  });

  test('is told again after the norms fell by half within its sweeps', () => {
    const run = new Run(given(sunYe(1, 7), cyclic));
    const step = (value: number): void => {
      run.edit([{ kind: 'stepSize', block: null, value }]);
    };
    step(1e-4);
    goTo(run, 7 * 40);
    step(0.2);
    goTo(run, 7 * 50);
    step(1e-4);
    goTo(run, 7 * 90);
    assert.deepEqual(
      stallsOf(run).map(({ k }) => k),
      [21 * 7, (50 + 21) * 7],
    );
  });

  test('is not told where the norms rose', () => {
    // Steps beyond 2/L by so little that the norms rise by 1 % in 20 sweeps.
    const rising = new Run(given(sunYe(1, 7), cyclic));
    rising.edit([{ kind: 'stepSize', block: null, value: 2 + 5e-4 }]);
    goTo(rising, 7 * 60);
    assert.deepEqual(stallsOf(rising), []);
  });

  test('is not told of rounding, wherever a run begins: from the minimum on there is none, every way of running every problem', () => {
    const smooth = thinned().filter(
      ([{ problem }, { title }]) => problem !== 'module' && !/vrccd/.test(title),
    );
    every(smooth, (instance, way) => {
      const first = new Run(given(instance, way));
      const m = first.problem.blocks.length;
      goTo(first, 500 * m);
      // What is slow is not there yet.
      if (first.inspector.metric('stationarity', null) > 1e-12) return;
      const x0 = first.state.points[first.recipe.method.iterate]!.x.slice();
      const again = new Run({ ...given(instance, way), x0 });
      goTo(again, 100 * m);
      assert.deepEqual(stallsOf(again), []);
    });
  });

  test('nothing is said of A-CODER’s own waves, on the lasso and on logistic regression', async () => {
    for (const [problem, file] of [
      ['lasso', 'diabetes.csv'],
      ['logistic', 'breast_cancer.csv'],
    ] as const) {
      for (const standardize of [true, false]) {
        const problemOptions = { standardize, lambda: '0.01*max' };
        const config = { problem, data: file, method: 'acoder', problemOptions };
        const run = await onData(config, 1200);
        assert.deepEqual(run.findings, [], problem);
      }
    }
  });
});
