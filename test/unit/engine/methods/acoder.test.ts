// A-CODER beside its equations (Lin, Song, Diakonikolas 2023) and beside its rate. The peers at the end follow the
// equations in plain loops, every gradient computed afresh from its point: slow, and sharing nothing with solver/methods.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRefusal, type Options } from '../../../../solver/core/part.ts';
import type { Block, Problem } from '../../../../solver/core/problem.ts';
import { stream } from '../../../../solver/core/random.ts';
import { registry } from '../../../../solver/registry.ts';
import { noHooks } from '../../../../solver/run/facts.ts';
import { Run } from '../../../../solver/run/run.ts';
import { editRefusal } from '../../../../solver/run/time/edits.ts';
import { Stepper } from '../../../../solver/run/update/stepper.ts';
import {
  apart,
  every,
  given,
  iterateOf,
  lipschitzOf,
  objective,
} from '../../../support/engine/certify.ts';
import { minimiser } from '../../../support/engine/exact.ts';
import { buildProblem, instances, samples } from '../../../support/engine/instances.ts';
import { accepted, configured, setWays, type Way, ways } from '../../../support/engine/matrix.ts';
import { runOn } from '../../../support/engine/walk.ts';
import { gradientOf } from '../../problems/cases.ts';

const all = accepted(instances, ({ method }) => method === 'acoder');
const cyclic = ways.find(
  way => way.method === 'acoder' && way.ordering === 'cyclic' && way.step === 'lipschitz',
) as Way;

describe('A-CODER', () => {
  test('with m blocks follows its equations in plain loops to 1e-10, for every problem and every ordering it accepts', () => {
    assert.ok(all.length > 100);
    every(all, (instance, way) => {
      const stepper = new Stepper(given(instance, way, { config: { start: 'ones' } }));
      const { problem, method } = stepper.recipe;
      const { L, gamma } = method.parameters as { L: number; gamma: number };
      const x0 = new Float64Array(problem.size).fill(1);
      const peer = acoderPeer(problem, x0, L, gamma, block => lipschitzOf(problem, block));
      for (let sweep = 1; sweep <= 12; sweep++) {
        const order = problem.blocks.map(() => stepper.commit().block);
        peer.sweep(order);
        const y = iterateOf(stepper.recipe, stepper.state);
        assert.ok(apart(y, peer.y) <= 1e-10, `sweep ${sweep}: ${apart(y, peer.y)}`);
      }
    });
  });

  test('with one block is accelerated dual averaging', () => {
    for (const name of ['leastSquares', 'lasso', 'groupLasso', 'logistic', 'quadratic']) {
      const data = name === 'quadratic' ? null : samples(name === 'logistic');
      const options: Options = name === 'quadratic' ? { size: 7 } : { intercept: false };
      const build = (): Problem => buildProblem(name, options, { size: 7 }, data);
      const instance = { title: name, problem: name, blocks: 'sizes', build } as const;
      const stepper = new Stepper(given(instance, cyclic));
      const { problem, method } = stepper.recipe;
      assert.ok(Math.abs(method.parameters['L']! - 1) <= 1e-12);
      for (let k = 0; k < 60; k++) stepper.commit();
      const M = lipschitzOf(problem, problem.blocks[0]!);
      const y = dualAveragingPeer(problem, problem.start, M, method.parameters['gamma']!, 60);
      const error = apart(iterateOf(stepper.recipe, stepper.state), y);
      assert.ok(error <= 1e-11, `${instance.title}: ${error}`);
    }
  });

  test('refuses orderings that do not visit each block once per sweep, at the start and as an edit', () => {
    const instance = instances[0]!;
    const run = new Run(given(instance, cyclic));
    for (const { name, eachBlockOnce } of registry.orderings) {
      const way = [...ways, ...setWays].find(
        ({ method, ordering }) => method === 'acoder' && ordering === name,
      ) as Way;
      const recipe = configured(instance, way);
      const edit = { kind: 'ordering', ordering: name } as const;
      assert.equal(isRefusal(recipe), !eachBlockOnce);
      assert.equal(editRefusal(run.recipe, run.state, edit) === null, eachBlockOnce);
      if (isRefusal(recipe)) assert.match(recipe.refusal, /does not visit each block once a sweep/);
    }
    run.begin({ kind: 'steps', count: 1 });
    runOn(run);
    const now = { kind: 'ordering', ordering: 'reverse', when: 'now' } as const;
    assert.match(editRefusal(run.recipe, run.state, now)?.refusal ?? '', /cut a sweep short/);
  });
});

/** ℓ1-regularised logistic regression, 100 × 15, columns scaled by 10^U(−1, 1) or not. */
function logistic(scaled: boolean): Problem {
  const names = Array.from({ length: 15 }, (_, j) => `c${j}`);
  const data = samples(true, 100, names);
  const draw = stream(3, 'scales');
  const scales = names.map(() => (scaled ? 10 ** (2 * draw() - 1) : 1));
  const values = (data.X as { values: Float64Array }).values.map(
    (value, i) => value * scales[Math.floor(i / 100)]!,
  );
  const X = { kind: 'dense', rows: 100, columns: 15, values } as const;
  return buildProblem('logistic', { lambda: 0.01 }, 'coordinates', { ...data, X });
}

describe('the rate of A-CODER', () => {
  for (const scaled of [false, true]) {
    // A_k ≥ k²/(10 L) by its recursion, and F(y_k) − F* ≤ ‖x* − x_0‖²_Λ/(2 A_k): so k² (F − F*) ≤ 5 L ‖x* − x_0‖²_Λ.
    test(`k²(F(y_k) − F*) ≤ 5 L ‖x* − x⁰‖²_Λ over 1,000 sweeps of ℓ1 logistic regression, columns ${scaled ? 'scaled by 10^U(−1, 1)' : 'as drawn'}`, () => {
      const problem = logistic(scaled);
      const best = minimiser(problem);
      const least =
        objective(problem, best) - problem.certificate!.gap(problem.newCache(best), best);
      const stepper = new Stepper(given({ ...instances[0]!, build: () => problem }, cyclic));
      const { L } = stepper.recipe.method.parameters as { L: number };
      const bound = problem.blocks.reduce(
        (sum, block) => sum + 5 * L * lipschitzOf(problem, block) * best[block.start]! ** 2,
        0,
      );
      for (let sweep = 1; sweep <= 1000; sweep++) {
        for (const _ of problem.blocks) stepper.commit();
        const { A } = stepper.state.scalars as { A: number };
        assert.ok(A >= sweep ** 2 / (10 * L), `A_k = ${A}`);
        const error = objective(problem, iterateOf(stepper.recipe, stepper.state)) - least;
        assert.ok(sweep ** 2 * error <= bound, `sweep ${sweep}: ${sweep ** 2 * error} > ${bound}`);
      }
    });
  }

  test('with γ > 0, where A_k grows geometrically, 3,000 sweeps stay finite and optimal; the restarts are reported', () => {
    const options = { l1Ratio: 0.1, lambda: 0.5, intercept: false };
    const problem = buildProblem('logistic', options, 'coordinates', samples(true));
    const told: string[] = [];
    const config = { stopWhen: { sweeps: 3000 }, diagnostics: ['objective', 'gap'] };
    const recipe = given({ ...instances[0]!, build: () => problem }, cyclic, { config });
    assert.ok((recipe.method.parameters['gamma'] as number) > 0);
    const run = new Run(recipe, { ...noHooks, output: text => told.push(text) });
    run.begin({ kind: 'end' });
    assert.equal(runOn(run).reason, 'budget');
    assert.ok(told.length >= 2 && told.every(text => /restarted from y/.test(text)));
    assert.ok(iterateOf(recipe, run.state).some(value => value !== 0));
    // From sweep 500 on, whatever restarts, F stays at the optimum to rounding.
    for (let sweep = 500; sweep <= 3000; sweep++) {
      const gap = run.rows.sweepValue('gap', sweep * problem.blocks.length);
      assert.ok(gap <= 1e-13, `gap ${gap} after sweep ${sweep}`);
    }
  });

  test('an edit of a value or a parameter in the middle of a sweep begins a new sweep, and the run continues to the optimum', () => {
    for (const edit of [
      { kind: 'value', block: 'c1', index: 0, value: 0.3 },
      { kind: 'parameter', name: 'gamma', value: 0 },
    ] as const) {
      const instance = instances.find(({ title }) => title.startsWith('lasso, coord'))!;
      const config = { stopWhen: { gap: 1e-7, sweeps: 20000 } };
      const run = new Run(given(instance, cyclic, { config }));
      run.begin({ kind: 'steps', count: 11 });
      runOn(run);
      const { place, sweep } = run.state;
      assert.ok(place > 0);
      run.edit([edit]);
      assert.deepEqual([run.state.place, run.state.sweep], [0, sweep + 1]);
      run.begin({ kind: 'end' });
      assert.equal(runOn(run).reason, 'converged', run.outcome?.text);
    }
  });
});

export interface AcoderPeer {
  readonly y: Float64Array;
  /** A_k. */
  A: number;
  /** One sweep through the blocks in this order. */
  sweep(order: readonly Block[]): void;
}

/**
 * a_k the larger root of a² = r(A_{k−1} + a), r = 0.4(1 + γA_{k−1})/L; x_k = (A_{k−1}y_{k−1} + a_k v_{k−1})/A_k; for each block
 * p_k = ∇_b f(w), w = y_k where visited and x_k elsewhere; q_k = p_k + (a_{k−1}/a_k)(∇_b f(x_{k−1}) − p_{k−1});
 * z_k = z_{k−1} + a_k q_k; v_k = argmin A_k r_b(v) + ⟨z_k, v⟩ + ½‖v − x_0‖²_{L_b}; y_k = (A_{k−1}y_{k−1} + a_k v_k)/A_k.
 */
export function acoderPeer(
  problem: Problem,
  x0: Float64Array,
  L: number,
  gamma: number,
  lipschitz: (block: Block) => number,
): AcoderPeer {
  const y = x0.slice();
  const v = x0.slice();
  const z = new Float64Array(x0.length);
  const p = new Float64Array(x0.length);
  let oldX = x0.slice();
  let olda = 0;
  const peer: AcoderPeer = {
    y,
    A: 0,
    sweep(order) {
      const A0 = peer.A;
      const r = (0.4 * (1 + gamma * A0)) / L;
      const a = r / 2 + Math.sqrt((r / 2) ** 2 + r * A0);
      const A = A0 + a;
      const x = y.map((value, i) => (A0 * value + a * v[i]!) / A);
      const w = x.slice();
      for (const block of order) {
        const now = gradientOf(problem, w, block);
        const before = gradientOf(problem, oldX, block);
        const L_b = lipschitz(block);
        const u = new Float64Array(block.size);
        for (let k = 0; k < block.size; k++) {
          const i = block.start + k;
          const q = now[k]! + (olda / a) * (before[k]! - p[i]!);
          p[i] = now[k]!;
          z[i] = z[i]! + a * q;
          u[k] = x0[i]! - z[i]! / L_b;
        }
        problem.penalty.prox(u, A / L_b, block, u);
        for (let k = 0; k < block.size; k++) {
          const i = block.start + k;
          v[i] = u[k]!;
          y[i] = (A0 * y[i]! + a * u[k]!) / A;
          w[i] = y[i]!;
        }
      }
      oldX = x;
      olda = a;
      peer.A = A;
    },
  };
  return peer;
}

/**
 * Accelerated dual averaging, all of x at once: z_k = z_{k−1} + a_k ∇f(x_k), x_k = (A_{k−1}y_{k−1} + a_k v_{k−1})/A_k,
 * v_k = prox_{(A_k/M) r}(x_0 − z_k/M), y_k = (A_{k−1}y_{k−1} + a_k v_k)/A_k; M the curvature, a_k as above with L = 1.
 */
export function dualAveragingPeer(
  problem: Problem,
  x0: Float64Array,
  M: number,
  gamma: number,
  steps: number,
): Float64Array {
  const [all] = problem.blocks as [Block];
  let y = x0.slice();
  let v = x0.slice();
  const z = new Float64Array(x0.length);
  let A = 0;
  for (let step = 0; step < steps; step++) {
    const r = 0.4 * (1 + gamma * A);
    const a = (r + Math.sqrt(r * r + 4 * r * A)) / 2;
    const x = y.map((value, i) => (A * value + a * v[i]!) / (A + a));
    const g = gradientOf(problem, x, all);
    const next = new Float64Array(x0.length);
    for (let i = 0; i < z.length; i++) {
      z[i] = z[i]! + a * g[i]!;
      next[i] = x0[i]! - z[i]! / M;
    }
    problem.penalty.prox(next, (A + a) / M, all, next);
    y = y.map((value, i) => (A * value + a * next[i]!) / (A + a));
    v = next;
    A += a;
  }
  return y;
}
