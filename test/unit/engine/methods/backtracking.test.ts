import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../../../scripts/lib/root.mjs';
import type { Dataset, Problem } from '../../../../solver/core/problem.ts';
import { backtracking } from '../../../../solver/steps/backtracking.ts';
import { given, type Update, updates } from '../../../support/engine/certify.ts';
import { buildProblem, type Instance } from '../../../support/engine/instances.ts';
import { type Way, ways } from '../../../support/engine/matrix.ts';

const way = (ordering: string): Way =>
  ways.find(({ title }) => title === `pccd, metric scalar, ${ordering}, backtracking`) as Way;

const ofProblem = (build: () => Problem): Instance => ({
  title: 'instance',
  problem: 'lasso',
  blocks: 'coordinates',
  build,
});

/** aᵀy/4 = 100 and bᵀy = 0: at zero b does not move until a has. */
function orthogonalAtFirst(): Problem {
  const data: Dataset = {
    source: 'four rows',
    columns: ['a', 'b'],
    X: { kind: 'dense', rows: 4, columns: 2, values: Float64Array.of(1, 1, 1, 1, 1, 1, 1, -1) },
    y: Float64Array.of(66, 67, 67, 200),
    target: 'y',
  };
  return buildProblem('lasso', { lambda: 3, intercept: false }, 'coordinates', data);
}

function diabetes(): Problem {
  const [header, ...lines] = readFileSync(
    join(root, 'examples/workspace/data/diabetes.csv'),
    'utf8',
  )
    .trim()
    .split('\n');
  const columns = header!.split(',').slice(0, -1);
  const cells = lines.map(line => line.split(',').map(Number));
  const values = new Float64Array(lines.length * columns.length);
  cells.forEach((row, i) => {
    for (let j = 0; j < columns.length; j++) values[i + j * lines.length] = row[j]!;
  });
  const y = Float64Array.from(cells, row => row.at(-1)!);
  const X = { kind: 'dense', rows: lines.length, columns: columns.length, values } as const;
  const data = { source: 'diabetes', columns, X, y, target: 'progression' };
  return buildProblem('lasso', { lambda: '0.01*max', standardize: true }, 'coordinates', data);
}

const moved = ({ before, after, block }: Update): boolean =>
  before.slice(block.start, block.start + block.size).some((x, i) => x !== after[block.start + i]);

describe('backtracking', () => {
  test('a block that did not move does not grow its t, however often it is visited', () => {
    const order = [...Array<string>(520).fill('b'), 'a', 'b'];
    const recipe = given(ofProblem(orthogonalAtFirst), way('custom'), {
      config: { orderingOptions: { order } },
    });
    let last = recipe.firstStep(recipe.problem.blocks[1]!);
    const { state } = updates(recipe, 25 * order.length, update => {
      if (update.block.name === 'b' && !moved(update)) assert.equal(update.t, last);
      if (update.block.name === 'b') last = update.t;
    });
    // Optimality: Xᵀr/4 = 3 sign(x).
    const { x } = state.points['x']!;
    assert.ok(x.every(Number.isFinite), `x = ${x}`);
    const r = [66, 67, 67].map(y => y - x[0]! - x[1]!);
    const last4 = 200 - x[0]! + x[1]!;
    const sum = r.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs((sum + last4) / 4 - 3 * Math.sign(x[0]!)) <= 1e-9, `x = ${x}`);
    assert.ok(Math.abs((sum - last4) / 4 - 3 * Math.sign(x[1]!)) <= 1e-9, `x = ${x}`);
  });

  test('of a quadratic block takes 1/L, and not half of it, wherever it moves: standardised diabetes', () => {
    const recipe = given(ofProblem(diabetes), way('cyclic'));
    let short = 0;
    updates(recipe, 400 * recipe.problem.blocks.length, update => {
      if (moved(update) && update.t * recipe.lipschitz(update.block) < 0.99) short++;
    });
    assert.equal(short, 0, `${short} updates ran below 1/L`);
  });

  test('t stays at or below 1/(√ε κ), κ the curvature probed at the start, and never overflows on a flat f', () => {
    const rule = backtracking.create({ factor: 0.5 });
    let t = 1;
    for (let visit = 0; visit < 5000; visit++) t = rule.choose(t, 1, null, () => 'accepted');
    assert.ok(t <= 2 ** 26 && t > 2 ** 25, `t = ${t}`);
  });

  test('a trial that is not finite is refused, also where ∞ ≤ ∞ would let it pass: a column of 1e-150, y of 1e5', () => {
    const data: Dataset = {
      source: 'two rows',
      columns: ['a'],
      X: { kind: 'dense', rows: 2, columns: 1, values: Float64Array.of(1e-150, 1e-150) },
      y: Float64Array.of(1e5, 3e5),
      target: 'y',
    };
    const build = () => buildProblem('leastSquares', { intercept: false }, 'coordinates', data);
    const recipe = given(ofProblem(build), way('cyclic'));
    updates(recipe, 2000, ({ after, t }) => {
      assert.ok(after.every(Number.isFinite), `${after}`);
      assert.ok(
        t * recipe.lipschitz(recipe.problem.blocks[0]!) <= 1 + 1e-12,
        `t L = ${t * recipe.lipschitz(recipe.problem.blocks[0]!)}`,
      );
    });
  });
});
