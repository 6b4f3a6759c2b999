// The quadratic model beside its definition, the line search beside Armijo's inequality, and where both lead.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRefusal } from '../../../../solver/core/part.ts';
import type { Problem } from '../../../../solver/core/problem.ts';
import { normals, stream } from '../../../../solver/core/random.ts';
import { newPoint, type State } from '../../../../solver/core/state.ts';
import { Run } from '../../../../solver/run/run.ts';
import { Stepper } from '../../../../solver/run/update/stepper.ts';
import {
  dotOf,
  every,
  fullGradient,
  given,
  iterateOf,
  normOf,
  objective,
  rounding,
  slice,
} from '../../../support/engine/certify.ts';
import { correlated } from '../../../support/engine/correlated.ts';
import { instances } from '../../../support/engine/instances.ts';
import { accepted, configured, type Way, wayOf, ways } from '../../../support/engine/matrix.ts';
import { goTo, runOn } from '../../../support/engine/walk.ts';

const cyclic = wayOf('proxNewton, cyclic, lipschitz');
const mine = accepted(instances, ({ method }) => method === 'proxNewton');
const logistic = mine.filter(([{ problem }, way]) => problem === 'logistic' && way === cyclic);

/** H v, H = ∇²f(x). */
function curvatureAlong(problem: Problem, x: Float64Array, v: Float64Array): Float64Array {
  const out = new Float64Array(problem.size);
  problem.curvature!.fullHessianVector!(problem.newCache(x), x, v, out);
  return out;
}

/** A stepper of the method at x = scale · N(0, 1). */
function startedAt(scale: number, [instance, way]: (typeof mine)[number]): Stepper {
  const stepper = new Stepper(given(instance, way));
  const { problem } = stepper.recipe;
  const x = normals(problem.size, stream(3, instance.title)).map(value => scale * value);
  stepper.state.points['x'] = newPoint(problem, x);
  stepper.invalidate();
  return stepper;
}

/** Makes updates; `at` is told of each outer iteration but the first: x and z before it, the x that it made, and its events. */
function outerSteps(
  stepper: Stepper,
  count: number,
  at: (step: {
    x: Float64Array;
    z: Float64Array;
    after: Float64Array;
    events: readonly { name: string; evidence: Readonly<Record<string, number | string>> }[];
  }) => void,
): void {
  for (let k = 0; k < count; k++) {
    const { points, scalars } = stepper.state;
    const [x, z] = [points['x']!.x.slice(), points['z']?.x.slice()];
    const outer = scalars['outer']!;
    const { start } = stepper.commit();
    const after = stepper.state.points['x']!.x;
    if (z && stepper.state.scalars['outer']! > outer)
      at({ x, z, after, events: start!.events ?? [] });
    else assert.deepEqual(after, x, 'x moved within a model');
  }
}

const difference = (a: Float64Array, b: Float64Array): Float64Array =>
  a.map((value, i) => value - b[i]!);

/** Δ = ⟨∇f(x), d⟩ + r(x + d) − r(x). */
function slopeOf(problem: Problem, x: Float64Array, z: Float64Array): number {
  const r = (at: Float64Array) => objective(problem, at) - problem.value(problem.newCache(at), at);
  return dotOf(fullGradient(problem, x), difference(z, x)) + r(z) - r(x);
}

describe('proximal Newton', () => {
  test('an update solves its block of the model: ∇m(z) is ∇f(x) + ∇²f(x)(z − x), for every problem and ordering', () => {
    every(mine, (instance, way) => {
      const stepper = startedAt(1, [instance, way]);
      const { problem } = stepper.recipe;
      for (let k = 0; k < 6 * problem.blocks.length; k++) {
        const { block, view, proposal } = stepper.prepare();
        const [x, z] = [view.points['x']!.x, view.points['z']!.x];
        const g = fullGradient(problem, x);
        const more = curvatureAlong(problem, x, difference(z, x));
        const { gradient, moves } = proposal.entries[0]!;
        const [{ value }] = moves as [(typeof moves)[number]];
        const scale = Math.max(...g.map(Math.abs), ...more.map(Math.abs), 1);
        const L = view.vectors['modelCurvature']![block.index]!;
        const forward = new Float64Array(block.size);
        for (let i = 0; i < block.size; i++) {
          const c = block.start + i;
          const apart = Math.abs(gradient[i]! - (g[c]! + more[c]!));
          assert.ok(apart <= 1e-11 * scale, `step ${k}: ${gradient[i]} is not ${g[c]! + more[c]!}`);
          forward[i] = z[c]! - gradient[i]! / L;
        }
        const expected = new Float64Array(block.size);
        problem.penalty.prox(forward, 1 / L, block, expected);
        assert.deepEqual(value.slice(0, block.size), expected);
        if (block.size === 1) {
          const unit = new Float64Array(problem.size);
          unit[block.start] = 1;
          const H = curvatureAlong(problem, x, unit)[block.start]!;
          assert.ok(Math.abs(L - H) <= 1e-11 * H + 1e-12, `${L} is not ${H}`);
        }
        stepper.commit();
      }
    });
  });

  test('F never rises from one x to the next, and x rests while z moves, for every problem and ordering', () => {
    let steps = 0;
    every(mine, (instance, way) => {
      const stepper = startedAt(3, [instance, way]);
      const { problem } = stepper.recipe;
      outerSteps(stepper, 30 * problem.blocks.length, ({ x, after }) => {
        steps++;
        const slack = rounding(problem, x) + rounding(problem, after);
        assert.ok(objective(problem, after) <= objective(problem, x) + slack);
      });
    });
    assert.ok(steps > mine.length, `${steps} steps`);
  });

  test('far from the minimum the step is the first of 1, ½, ¼, … that Armijo’s inequality holds for, and x + t(z − x) to the bit', () => {
    let shortened = 0;
    let whole = 0;
    for (const [pair, scale] of logistic.flatMap(one => [4, 8, 16].map(s => [one, s] as const))) {
      const stepper = startedAt(scale, pair);
      const { problem } = stepper.recipe;
      outerSteps(stepper, 40 * problem.blocks.length, ({ x, z, after, events }) => {
        const told = events.find(({ name }) => name === 'newtonStepShortened');
        if (events.some(({ name }) => name === 'newtonStepRefused')) return;
        const t = told ? Number(told.evidence['t']) : 1;
        const at = (s: number) => (s === 1 ? z : x.map((value, i) => value + s * (z[i]! - value)));
        assert.deepEqual(after, at(t));
        const slope = slopeOf(problem, x, z);
        const slack = 10 * rounding(problem, x);
        const short = (s: number) =>
          objective(problem, at(s)) - objective(problem, x) - 0.01 * s * slope;
        assert.ok(short(t) <= slack, `t = ${t}: F falls short by ${short(t)}`);
        if (t === 1) whole++;
        else shortened++;
        if (t < 1) {
          assert.ok(short(2 * t) > -slack, `t = ${2 * t} would have been enough`);
          const fall = objective(problem, x) - objective(problem, after);
          assert.ok(Math.abs(Number(told!.evidence['fall']) - fall) <= slack);
        }
      });
    }
    assert.ok(shortened > 2 && whole > 10, `${shortened} shortened, ${whole} whole`);
  });

  test('comes to the minimum on single columns and on pairs, by as many outer iterations as it tells', () => {
    for (const l1Ratio of [1, 0.7])
      for (const blocks of ['coordinates', { size: 2 }] as const) {
        const build = () => correlated(60, 200, 'logistic', { lambda: '0.1*max', l1Ratio }, blocks);
        const [run, peer] = [cyclic, wayOf('pccd, metric scalar, cyclic, lipschitz')].map(
          (way: Way) => {
            const instance = { title: 'correlated', problem: 'logistic', blocks: 'sizes', build };
            const config = { stopWhen: { relativeGap: 1e-8, sweeps: 50_000 } };
            const one = new Run(given(instance as never, way, { config }));
            one.begin({ kind: 'end' });
            assert.equal(runOn(one).reason, 'converged', `${way.title}, ${l1Ratio}`);
            return one;
          },
        ) as [Run, Run];
        const { nullObjective } = run.problem.certificate!;
        const fall = run.objective() - peer.objective();
        assert.ok(Math.abs(fall) <= 1.1e-8 * nullObjective, `${fall}`);
        const told = run.findings.filter(({ name }) => name === 'workingSet');
        assert.equal(told.length, run.state.scalars['outer']);
        assert.ok(told.length < 40, `${told.length}`);
        assert.ok(3 * run.state.work <= peer.state.work, `${run.state.work}, ${peer.state.work}`);
      }
  });

  test('rows speak of f at x: sharpness and the norm of the gradient are those there, whatever z does', () => {
    for (const [instance, way] of logistic) {
      const config = { diagnostics: ['sharpness', 'smoothGradNorm'], start: 'ones' };
      const run = new Run(given(instance, way, { config }));
      const { problem } = run;
      for (let k = 1; k <= 40 * problem.blocks.length; k++) {
        goTo(run, k);
        const { x, cache } = run.state.points['x']!;
        const block = problem.blocks[run.rows.steps.read('block', run.rows.row(k))]!;
        const { value } = problem.curvature!.sharpness(cache, x, block);
        assert.equal(run.rows.value('sharpness', k), value);
        const g = slice(fullGradient(problem, x), block);
        const told = run.rows.value('smoothGradNorm', k);
        assert.ok(Math.abs(told - normOf(g)) <= 1e-13, `${told} is not ${normOf(g)}`);
      }
      assert.ok(run.state.scalars['outer']! > 2);
    }
  });

  test('a frozen block stays where it is, in x and in the model', () => {
    const [instance, way] = logistic[0]!;
    const stepper = new Stepper(given(instance, way, { config: { start: 'ones' } }));
    const { problem } = stepper.recipe;
    const block = problem.blocks[2]!;
    stepper.state.frozen[2] = 1;
    const at = (state: State, name: string) => state.points[name]!.x[block.start];
    for (let k = 0; k < 20 * problem.blocks.length; k++) {
      stepper.commit();
      assert.equal(at(stepper.state, 'x'), 1);
      assert.equal(at(stepper.state, 'z'), 1);
    }
    assert.ok(iterateOf(stepper.recipe, stepper.state).some(value => value !== 1));
  });

  test('refuses problems whose f is no loss over rows, naming what they lack', () => {
    const others = instances.filter(({ problem }) => /module|quadratic/.test(problem));
    assert.ok(others.length > 1);
    for (const instance of others) {
      const recipe = configured(instance, ways.find(way => way === cyclic)!);
      assert.ok(isRefusal(recipe), instance.title);
      assert.match(recipe.refusal, /needs a loss over the rows of a linear model/);
    }
  });
});
