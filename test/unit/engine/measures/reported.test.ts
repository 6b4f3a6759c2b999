import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { normals, stream } from '../../../../solver/core/random.ts';
import { softThreshold } from '../../../../solver/kernels/prox.ts';
import { Run } from '../../../../solver/run/run.ts';
import { given } from '../../../support/engine/certify.ts';
import { type ExactLasso, exactLasso } from '../../../support/engine/exact.ts';
import { buildProblem, type Instance } from '../../../support/engine/instances.ts';
import { ways } from '../../../support/engine/matrix.ts';
import { goTo, runOn } from '../../../support/engine/walk.ts';

const fixed = ways.find(({ title }) => title === 'pccd, metric scalar, custom, fixed')!;
const byRule = ways.find(({ title }) => title === 'pccd, metric scalar, cyclic, lipschitz')!;

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

/** What the run says at its step, and the truth about the x it stands at: the same but for the rounding of sums of this size. */
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
  test('is true of it, steps of 8 and a sweep by the rule later, at every step and where a criterion ends the run', () => {
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

  test('is true of it after a start at 1e6·N(0,1)', () => {
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
