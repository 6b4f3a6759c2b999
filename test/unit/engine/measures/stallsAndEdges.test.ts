// Stalls, and findings and criteria at the edges: blocks that are not visited, squares that overflow, bounds that a
// user gives.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../../../scripts/lib/root.mjs';
import { isRefusal } from '../../../../solver/core/part.ts';
import type { Dataset } from '../../../../solver/core/problem.ts';
import { load } from '../../../../solver/run/load.ts';
import { Run } from '../../../../solver/run/run.ts';
import type { Finding, RunConfig } from '../../../../solver/wire/run.ts';
import { every, given } from '../../../support/engine/certify.ts';
import { buildProblem, quadratic, samples, sunYe } from '../../../support/engine/instances.ts';
import { thinned, type Way, wayOf, ways } from '../../../support/engine/matrix.ts';
import { goTo, runOn } from '../../../support/engine/walk.ts';

const data = join(root, 'examples/workspace/data');
const cyclic = wayOf('pccd, metric scalar, cyclic, lipschitz');

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
  test('is reported once while it lasts, however far the norms fall meanwhile', () => {
    // H = I: each sweep multiplies the norms by 1 − t, all 10,000 by e⁻⁵.
    const run = new Run(given(sunYe(1, 7), cyclic));
    run.edit([{ kind: 'stepSize', block: null, value: 5e-4 }]);
    goTo(run, 7 * 10_000);
    assert.deepEqual(
      stallsOf(run).map(({ k }) => k),
      [21 * 7],
    );
  });

  test('is reported again after the norms fell by half within its sweeps', () => {
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

  test('is not reported where the norms rose', () => {
    // Steps beyond 2/L by so little that the norms rise by 1 % in 20 sweeps.
    const rising = new Run(given(sunYe(1, 7), cyclic));
    rising.edit([{ kind: 'stepSize', block: null, value: 2 + 5e-4 }]);
    goTo(rising, 7 * 60);
    assert.deepEqual(stallsOf(rising), []);
  });

  test('is not reported for rounding: none is found in a run that begins at the minimum, for every way of running every problem', () => {
    const smooth = thinned().filter(
      ([{ problem }, { title }]) => problem !== 'module' && !/vrccd/.test(title),
    );
    every(smooth, (instance, way) => {
      const first = new Run(given(instance, way));
      const m = first.problem.blocks.length;
      goTo(first, 500 * m);
      // The slow part does not dominate yet.
      if (first.inspector.metric('stationarity', null) > 1e-12) return;
      const x0 = first.state.points[first.recipe.method.iterate]!.x.slice();
      const again = new Run({ ...given(instance, way), x0 });
      goTo(again, 100 * m);
      assert.deepEqual(stallsOf(again), []);
    });
  });

  test('names the blocks that the ordering does not visit, which do not prevent the finding', () => {
    const run = new Run(given(sunYe(1, 7), cyclic));
    const step = (value: number): void => {
      run.edit([{ kind: 'stepSize', block: null, value }]);
    };
    step(0.2);
    goTo(run, 7);
    const order = ['x1', 'x2', 'x4', 'x5', 'x6', 'x7'];
    run.edit([{ kind: 'ordering', ordering: 'custom', options: { order }, when: 'now' }]);
    step(1e-4);
    goTo(run, 7 + 6 * 60);
    const [stall, ...more] = stallsOf(run);
    assert.deepEqual([stall?.k, more], [7 + 6 * 41, []]);
    assert.match(stall!.text, /The ordering did not visit x3 in these sweeps; what is left there/);
    assert.ok(Math.abs((stall!.evidence['now'] as number) - Math.sqrt(6) * 0.8) < 0.01);
  });

  test('names the noise floor as a possible cause where gradients are sampled, and what lowers it, in the method’s own words', async () => {
    const told = async (seed: number, methodOptions: object): Promise<readonly string[]> => {
      const problemOptions = { lambda: '0.01*max' };
      const config = { problem: 'lasso', data: 'diabetes.csv', method: 'vrccd', problemOptions };
      const run = await onData({ ...config, seed, methodOptions } as RunConfig, 400);
      return stallsOf(run).map(({ text }) => text);
    };
    const sampled = await told(1, { b: 100, bPrime: 10, eta: 1e-5 });
    assert.ok(sampled.length > 0);
    for (const text of sampled)
      assert.match(text, /noise floor: a larger b, up to all rows, removes/);
    // Full batches at every visit: nothing is sampled.
    const whole = await told(1, { p: 1, eta: 1e-5 });
    assert.ok(whole.length > 0);
    for (const text of whole) assert.doesNotMatch(text, /noise/);
  });

  test('is not reported for A-CODER’s own oscillation, on the lasso and on logistic regression', async () => {
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

function table(columns: readonly (readonly number[])[], y: readonly number[]): Dataset {
  const rows = y.length;
  const values = Float64Array.from(columns.flat());
  const names = columns.map((_, j) => `c${j}`);
  const X = { kind: 'dense', rows, columns: columns.length, values } as const;
  return { source: 'table', columns: names, X, y: Float64Array.from(y), target: 'y' };
}

function run(
  problem: string,
  options: object,
  data: Dataset,
  config: object,
  how: Way = cyclic,
): Run {
  const build = () => buildProblem(problem, options as never, 'coordinates', data);
  return new Run(given({ title: problem, problem, blocks: 'coordinates', build }, how, { config }));
}

const told = (one: Run) => one.findings.map(({ name }) => name);

describe('a stall', () => {
  test('is not reported for the norms of blocks that greedy has not visited for long, while the stationarity falls', () => {
    const greedy = ways.find(({ title }) => /^pccd, metric scalar, greedy, lipschitz/.test(title))!;
    const lines = readFileSync(join(root, 'examples/workspace/data/diabetes.csv'), 'utf8');
    const rows = lines
      .trim()
      .split('\n')
      .slice(1)
      .map(line => line.split(',').map(Number));
    const data = table(
      Array.from({ length: 10 }, (_, j) => rows.map(row => row[j]!)),
      rows.map(row => row[10]!),
    );
    const one = run(
      'leastSquares',
      { standardize: true },
      data,
      { stopWhen: { sweeps: 25 } },
      greedy,
    );
    goTo(one, 66);
    const before = one.inspector.metric('stationarity', null);
    one.begin({ kind: 'end' });
    runOn(one);
    assert.ok(one.inspector.metric('stationarity', null) < 0.5 * before);
    assert.deepEqual(told(one), []);
  });
});

describe('stationarity', () => {
  test('is the root of the sum of squares even where the squares overflow, so that nothing seems small relative to it by mistake', () => {
    const data = table(
      [
        [1e120, 1e120, 2e120, 1e120],
        [1, 2, -1, 3],
      ],
      [1e60, 2e60, 3e60, 5e60],
    );
    const one = run('leastSquares', { intercept: false }, data, { stopWhen: { sweeps: 1 } });
    const gradients = one.problem.blocks.map(block => {
      const g = new Float64Array(1);
      one.problem.gradient(one.state.points['x']!.cache, one.state.points['x']!.x, block, g);
      return g[0]!;
    });
    assert.ok(Math.max(...gradients.map(Math.abs)) > 1e155);
    const stationarity = one.inspector.metric('stationarity', null);
    const expected = Math.hypot(...gradients);
    assert.ok(Math.abs(stationarity - expected) <= 1e-12 * expected, `${stationarity}`);
  });
});

describe('a column so short that 1/L overflows', () => {
  test('counts as flat, and the run stays finite', () => {
    for (const scale of [1e-155, 1e-158, 1e-160, 1e-170]) {
      const data = table(
        [
          [scale, 2 * scale, scale, scale],
          [1, 2, -1, 3],
        ],
        [1, 2, 3, 5],
      );
      const one = run('lasso', { lambda: '0.1*max' }, data, { stopWhen: { sweeps: 30 } });
      assert.equal(runOn(one).reason, 'budget');
      assert.ok(Number.isFinite(one.objective()));
    }
  });
});

describe('importance', () => {
  test('visits a penalised block without curvature, which then reaches its minimum', () => {
    const data = table(
      [
        [1, 2, 3, 4],
        [0, 0, 0, 0],
      ],
      [1, 2, 4, 3],
    );
    const how = ways.find(({ title }) => /^pccd, metric scalar, importance/.test(title))!;
    const config = { start: 'ones', stopWhen: { gap: 1e-9, sweeps: 1000 } };
    const one = run('lasso', { lambda: 0.1 }, data, config, how);
    assert.equal(runOn(one).reason, 'converged');
  });
});

describe('suboptimality', () => {
  test('is never negative, with whatever samples', () => {
    const config = { stopWhen: { sweeps: 100 }, diagnostics: ['suboptimality', 'gap'] };
    for (const [problem, seed] of [
      ['elasticNet', 20],
      ['lasso', 21],
      ['lasso', 22],
    ] as const) {
      const one = run(problem, { lambda: '0.1*max' }, samples(false, seed), config);
      runOn(one);
      const m = one.problem.blocks.length;
      for (let sweep = 1; sweep <= 100; sweep++) {
        const value = one.rows.value('suboptimality', sweep * m);
        assert.ok(value >= 0 || Number.isNaN(value), `${value} after sweep ${sweep}`);
      }
    }
  });
});

describe('a step that is too long', () => {
  test('is found whatever curvature a module claims: an unproven bound does not replace the eigenvalue', () => {
    const instance = quadratic(
      [
        [100, 0],
        [0, 1],
      ],
      [0, 0],
    );
    const claims = (proven: boolean) =>
      new Run(
        given(instance, cyclic, {
          config: { start: 'ones' },
          wrap: problem => ({
            ...problem,
            coordinateSweep: null,
            curvature: { ...problem.curvature!, lipschitz: () => 1, proven },
          }),
        }),
      );
    const one = claims(false);
    goTo(one, 2);
    assert.ok(told(one).includes('stepTooLong'), told(one).join());
  });
});
