// Verdicts and criteria at the edges: blocks that are not visited, numbers whose squares overflow, bounds that a user gives.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../../../scripts/lib/root.mjs';
import type { Dataset } from '../../../../solver/core/problem.ts';
import { Run } from '../../../../solver/run/run.ts';
import { given } from '../../../support/engine/certify.ts';
import { buildProblem, quadratic, samples } from '../../../support/engine/instances.ts';
import { type Way, ways } from '../../../support/engine/matrix.ts';
import { goTo, runOn } from '../../../support/engine/walk.ts';

const way = (title: string): Way => ways.find(each => each.title === title)!;
const cyclic = way('pccd, metric scalar, cyclic, lipschitz');

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
  test('is not told for norms of blocks that greedy has left long ago, while the stationarity falls', () => {
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
  test('is the root of the sum of squares also where the squares overflow, so that nothing is small beside it by mistake', () => {
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

describe('a column so short that 1/L is no number', () => {
  test('counts as flat: the run stays finite', () => {
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
  test('is never below 0: where rounding puts F below its best lower bound it is 0', () => {
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
        const value = one.rows.sweepValue('suboptimality', sweep * m);
        assert.ok(value >= 0 || Number.isNaN(value), `${value} after sweep ${sweep}`);
      }
    }
  });
});

describe('F that falls by the same amount for ever', () => {
  test('is a divergence like one that falls faster and faster', () => {
    const one = new Run(
      given(quadratic([[0]], [1]), cyclic, {
        config: { findings: { divergence: { factor: 10, fall: 10 } } },
      }),
    );
    goTo(one, 30);
    assert.deepEqual(told(one), ['divergence']);
  });
});

describe('a step that is too long', () => {
  test('is found whatever curvature a module claims: a bound that is not proven spares no eigenvalue', () => {
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
            curvature: { ...problem.curvature!, lipschitz: () => 1, proven },
          }),
        }),
      );
    const one = claims(false);
    goTo(one, 2);
    assert.ok(told(one).includes('stepTooLong'), told(one).join());
  });
});
