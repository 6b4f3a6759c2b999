// The step rules: what they choose, and how long backtracking keeps what it found.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../../../scripts/lib/root.mjs';
import type { Dataset, Problem } from '../../../../solver/core/problem.ts';
import { Run } from '../../../../solver/run/run.ts';
import { backtracking } from '../../../../solver/steps/index.ts';
import {
  difference,
  dotOf,
  every,
  fullGradient,
  given,
  gradientOf,
  iterateOf,
  lipschitzOf,
  normOf,
  rounding,
  slice,
  type Update,
  updates,
} from '../../../support/engine/certify.ts';
import { buildProblem, type Instance, instances } from '../../../support/engine/instances.ts';
import { accepted, thinned, type Way, wayOf } from '../../../support/engine/matrix.ts';
import { goTo } from '../../../support/engine/walk.ts';

const f = (problem: Problem, x: Float64Array): number => problem.value(problem.newCache(x), x);

/** f(x) + ⟨g, d⟩ + ‖d‖²/(2t) − f(x + d), d the proximal step of t of all blocks that moved; and how much of it may be rounding. */
function model(problem: Problem, { entries, before }: Update, t: number): [number, number] {
  const after = before.slice();
  let slope = 0;
  for (const { block } of entries) {
    const g = gradientOf(problem, before, block);
    const u = g.map((value, i) => before[block.start + i]! - t * value);
    problem.penalty.prox(u, t, block, u);
    after.set(u.subarray(0, block.size), block.start);
    slope += dotOf(g, slice(difference(after, before), block));
  }
  const d = difference(after, before);
  const above = f(problem, before) + slope + dotOf(d, d) / (2 * t) - f(problem, after);
  return [above, rounding(problem, before) + rounding(problem, after)];
}

describe('backtracking', () => {
  const searched = thinned().filter(([, { step }]) => step === 'backtracking');

  for (const factor of [0.5, 0.9]) {
    test(`takes the largest t of its sequence whose model is above f: factor ${factor}`, () => {
      let refused = 0;
      every(searched, (instance, way) => {
        const config = {
          start: instance.problem === 'module' ? null : 'random',
          stepOptions: { factor },
        };
        const recipe = given(instance, way, { config });
        const { problem } = recipe;
        const last = Float64Array.from(recipe.problem.blocks, recipe.firstStep);
        updates(recipe, 5 * problem.blocks.length, update => {
          const { k, block, entries, t } = update;
          const [above, slack] = model(problem, update, t);
          assert.ok(above >= -slack, `step ${k}, ${block.name}: f is ${-above} above its model`);
          const longest = Math.min(...entries.map(entry => last[entry.block.index]!));
          const largest = longest / factor;
          const row = Math.log(t / largest) / Math.log(factor);
          assert.ok(Math.abs(row - Math.round(row)) < 1e-9 && row > -0.5, `row ${row}`);
          if (row > 0.5) {
            const [before, blur] = model(problem, update, t / factor);
            assert.ok(before <= blur, `step ${k}: ${t / factor} would have done as well`);
            refused++;
          }
          for (const entry of entries) last[entry.block.index] = t;
        });
      });
      assert.ok(refused > 400, `${refused} refusals`);
    });
  }

  test('finds its step from however far away: a step of 1e6/L, released by the user, with a factor of 0.99', () => {
    const way = wayOf('pccd, metric scalar, cyclic, backtracking');
    const instance = instances.find(({ title }) => title === 'leastSquares, sizes')!;
    const run = new Run(given(instance, way, { config: { stepOptions: { factor: 0.99 } } }));
    const { problem } = run;
    const block = problem.blocks[0]!;
    const L = lipschitzOf(problem, block);
    run.edit([{ kind: 'stepSize', block: block.name, value: 1e6 / L }]);
    goTo(run, 1);
    run.edit([{ kind: 'stepSize', block: block.name, value: null }]);
    goTo(run, 1 + problem.blocks.length);
    const t = run.rows.steps.read('stepSize', problem.blocks.length);
    assert.ok(t * L <= 1 / 0.99 + 1e-9, `t L = ${t * L}`);
  });
});

describe('the other steps', () => {
  test('1/L is 1/L_b, in VR-CCD η/L_b; a step set by the user is used unchanged until it is released', () => {
    const pairs = accepted(
      instances.filter(({ problem }) => problem !== 'module'),
      ({ title }) => /^(pccd|vrccd, coin sweep), metric scalar, cyclic, lipschitz/.test(title),
    );
    every(pairs, (instance, way) => {
      const recipe = given(instance, way);
      const eta = recipe.method.parameters['eta'] ?? 1;
      const first = recipe.problem.blocks[0]!.name;
      const run = new Run(recipe);
      const m = recipe.problem.blocks.length;
      goTo(run, m);
      run.edit([{ kind: 'stepSize', block: first, value: 0.0625 }]);
      goTo(run, 2 * m);
      run.edit([{ kind: 'stepSize', block: null, value: null }]);
      goTo(run, 3 * m);
      for (const [k, t] of run.rows.copy('stepSize', 0, 3 * m).entries()) {
        const own = eta / lipschitzOf(recipe.problem, recipe.problem.blocks[k % m]!);
        const expected = k === m ? 0.0625 : own;
        assert.ok(Math.abs(t - expected) <= 2e-16 * expected, `step ${k + 1}: ${t}`);
      }
    });
  });

  test('a fixed step just below 2/λ_max of a quadratic block converges, just above it diverges', () => {
    const build = (): Problem =>
      buildProblem('quadratic', { size: 7, delta: 0.3 }, { size: 7 }, null);
    const instance = { title: 'sunYe', problem: 'quadratic', blocks: 'sizes', build } as const;
    // λ_max of δI + (1 − δ)11ᵀ.
    const greatest = 0.3 + 0.7 * 7;
    for (const method of ['pccd, metric scalar', 'gradientDescent']) {
      const way = wayOf(`${method}, cyclic, fixed`);
      const end = (product: number): number => {
        const config = { stepOptions: { size: product / greatest } };
        const recipe = given(instance, way, { config });
        const { state } = updates(recipe, 3000, () => {});
        return normOf(fullGradient(recipe.problem, iterateOf(recipe, state)));
      };
      // Ones are the eigenvector of λ_max: each step multiplies it by 1 − tλ_max, here by ∓0.99 and ∓1.01.
      assert.ok(end(1.99) <= 1e-10, `${end(1.99)}`);
      assert.ok(end(2.01) >= 1e10, `${end(2.01)}`);
    }
  });
});

const way = (ordering: string): Way => wayOf(`pccd, metric scalar, ${ordering}, backtracking`);

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

  test('on a quadratic block takes 1/L, not half of it, wherever it moves: standardised diabetes', () => {
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

  test('a trial that is not finite is rejected, even where ∞ ≤ ∞ would accept it: a column of 1e-150, y of 1e5', () => {
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
