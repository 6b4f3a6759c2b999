import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Problem } from '../../../../solver/core/problem.ts';
import { Run } from '../../../../solver/run/run.ts';
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
import { buildProblem, instances } from '../../../support/engine/instances.ts';
import { accepted, thinned, type Way, ways } from '../../../support/engine/matrix.ts';
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
    test(`takes a t whose model lies above f, and no larger t of its row does: factor ${factor}`, () => {
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

  test('finds its step however far away it was left: a step of 1e6/L given back to a factor of 0.99', () => {
    const way = ways.find(
      ({ title }) => title === 'pccd, metric scalar, cyclic, backtracking',
    ) as Way;
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
  test('1/L is 1/L_b, in VR-CCD η/L_b; a step set by the user is taken as it is, and given back', () => {
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
      const way = ways.find(({ title }) => title === `${method}, cyclic, fixed`) as Way;
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
