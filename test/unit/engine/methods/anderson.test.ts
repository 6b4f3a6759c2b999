// Anderson extrapolation beside plain loops that share nothing with solver/methods, its acceptance, and what it is worth.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Problem } from '../../../../solver/core/problem.ts';
import { normals, stream } from '../../../../solver/core/random.ts';
import { weights } from '../../../../solver/methods/extrapolation.ts';
import { Run } from '../../../../solver/run/run.ts';
import { Stepper } from '../../../../solver/run/update/stepper.ts';
import {
  apart,
  every,
  given,
  iterateOf,
  lipschitzOf,
  objective,
  rounding,
} from '../../../support/engine/certify.ts';
import { correlated } from '../../../support/engine/correlated.ts';
import { instances } from '../../../support/engine/instances.ts';
import { accepted, wayOf } from '../../../support/engine/matrix.ts';
import { goTo, runOn } from '../../../support/engine/walk.ts';
import { gradientOf, normOf } from '../../problems/cases.ts';

const cyclic = wayOf('anderson, metric scalar, cyclic, lipschitz');
const plain = wayOf('pccd, metric scalar, cyclic, lipschitz');
const own = instances.filter(({ problem }) => problem !== 'module');

describe('Anderson extrapolation', () => {
  test('follows plain loops to 1e-7 over three extrapolations, for every problem', () => {
    let compared = 0;
    every(
      accepted(own, way => way === cyclic),
      (instance, way) => {
        const stepper = new Stepper(given(instance, way, { config: { start: 'ones' } }));
        const { problem } = stepper.recipe;
        const x = new Float64Array(problem.size).fill(1);
        let past: Float64Array[] = [x.slice()];
        for (let sweep = 1; sweep <= 17; sweep++) {
          for (const _ of problem.blocks) stepper.commit();
          descend(problem, x);
          const now = iterateOf(stepper.recipe, stepper.state);
          // Before they agree to the last bits of F, which of two points is better is beyond doubt.
          if (isFlat(problem, past.at(-1)!, x)) return;
          assert.ok(apart(now, x) <= 1e-7, `sweep ${sweep}: ${apart(now, x)}`);
          past.push(x.slice());
          if (past.length <= 5) continue;
          const to = extrapolated(past);
          // Of nearly dependent moves rounding makes what it likes.
          if (to === null) return;
          compared++;
          if (objective(problem, to) < objective(problem, x)) x.set(to);
          past = [x.slice()];
        }
      },
    );
    assert.ok(compared > 20, `${compared} extrapolations`);
  });

  test('is accepted only where F falls; refused, it leaves every bit as plain sweeps would', () => {
    const seen = { extrapolated: 0, extrapolationRefused: 0 };
    every(
      accepted(own, ({ method, step }) => method === 'anderson' && step === 'lipschitz'),
      (instance, way) => {
        const stepper = new Stepper(given(instance, way, { config: { start: 'ones' } }));
        const { problem } = stepper.recipe;
        for (let k = 0; k < 16 * problem.blocks.length; k++) {
          const before = iterateOf(stepper.recipe, stepper.state).slice();
          const { start, view } = stepper.prepare();
          const [event] = start?.events ?? [];
          const at = iterateOf(stepper.recipe, view);
          if (event?.name === 'extrapolated') {
            const fall = objective(problem, before) - objective(problem, at);
            const slack = rounding(problem, before) + rounding(problem, at);
            assert.ok(fall > -slack, `step ${k}: F rose by ${-fall}`);
          } else assert.deepEqual(at, before);
          if (event) seen[event.name as keyof typeof seen]++;
          stepper.commit();
        }
      },
    );
    assert.ok(seen.extrapolated > 100 && seen.extrapolationRefused > 100, JSON.stringify(seen));
  });

  test('no other weights with sum 1 give a combination of the moves that is shorter', () => {
    const draw = stream(2, 'weights');
    for (let turn = 0; turn < 50; turn++) {
      const points = Array.from({ length: 6 }, () => normals(9, draw));
      const length = (c: Float64Array) =>
        normOf(
          points[0]!.map((_, j) =>
            c.reduce((sum, value, i) => sum + value * (points[i + 1]![j]! - points[i]![j]!), 0),
          ),
        );
      const c = weights(points)!;
      assert.ok(Math.abs(c.reduce((sum, value) => sum + value, 0) - 1) <= 1e-12);
      const away = normals(5, draw).map(value => 0.1 * value);
      const mean = away.reduce((sum, value) => sum + value, 0) / 5;
      assert.ok(length(c) < length(c.map((value, i) => value + away[i]! - mean)));
    }
  });

  test('of moves that are zero or dependent there is none', () => {
    const still = Float64Array.of(1, 2, 3);
    assert.equal(weights([still, still, still]), null);
    assert.equal(weights([still, still.map(v => v + 1), still.map(v => v + 2)]), null);
  });

  test('a frozen block stays to the bit through accepted extrapolations', () => {
    let accepted = 0;
    for (let sweeps = 12; sweeps < 40; sweeps += 5) {
      const run = new Run(given({ build: () => correlated(40, 20) } as never, cyclic));
      const { problem } = run;
      goTo(run, sweeps * problem.blocks.length);
      const block = problem.blocks[4]!;
      const held = iterateOf(run.recipe, run.state)[4];
      run.edit([{ kind: 'frozen', block: block.name, value: true }]);
      // It moved in two sweeps of the five that the next extrapolation rests on.
      goTo(run, (sweeps + 4) * problem.blocks.length);
      const next = (sweeps + 3) * problem.blocks.length + 1;
      if (run.findings.some(({ name, k }) => name === 'extrapolated' && k === next)) accepted++;
      assert.equal(iterateOf(run.recipe, run.state)[4], held);
    }
    assert.ok(accepted > 2, `${accepted}`);
  });

  test('comes to a relative gap of 1e-8 in at most half the sweeps of P-CCD on a correlated lasso', () => {
    const stopWhen = { relativeGap: 1e-8, sweeps: 5000 };
    const sweeps = [cyclic, plain].map(way => {
      const build = () => correlated(100, 200);
      const run = new Run(given({ build } as never, way, { config: { stopWhen } }));
      run.begin({ kind: 'end' });
      assert.equal(runOn(run).reason, 'converged');
      return run.state.sweep - 1;
    });
    assert.ok(2 * sweeps[0]! <= sweeps[1]!, `${sweeps}`);
  });

  test('its events are told once, with the step they belong to, and are forgotten with the steps', () => {
    const run = new Run(given({ build: () => correlated(40, 20) } as never, cyclic));
    const m = run.problem.blocks.length;
    goTo(run, 21 * m);
    const told = run.findings.filter(({ event }) => event).map(({ k }) => k);
    assert.deepEqual(
      told,
      [5, 10, 15, 20].map(sweep => sweep * m + 1),
    );
    goTo(run, 3);
    goTo(run, 21 * m);
    assert.equal(run.findings.filter(({ event }) => event).length, 4);
    goTo(run, 10 * m);
    run.edit([{ kind: 'stepSize', block: run.problem.blocks[0]!.name, value: 0.1 }]);
    assert.deepEqual(
      run.findings.filter(({ event }) => event).map(({ k }) => k),
      [5 * m + 1],
    );
  });
});

/** A sweep of proximal steps with 1/L_b, every gradient from scratch. */
function descend(problem: Problem, x: Float64Array): void {
  for (const block of problem.blocks) {
    const L = lipschitzOf(problem, block) || 1;
    const g = gradientOf(problem, x, block);
    const u = Float64Array.from(g, (value, i) => x[block.start + i]! - value / L);
    problem.penalty.prox(u, 1 / L, block, u);
    x.set(u.subarray(0, block.size), block.start);
  }
}

function isFlat(problem: Problem, before: Float64Array, after: Float64Array): boolean {
  const fall = objective(problem, before) - objective(problem, after);
  return fall < 1e-7 * Math.abs(objective(problem, before));
}

/** The combination with the least residual, by elimination with pivots on the normal equations; null where a pivot is small. */
function extrapolated(points: readonly Float64Array[]): Float64Array | null {
  const K = points.length - 1;
  const u = points.slice(1).map((point, i) => point.map((value, j) => value - points[i]![j]!));
  const rows = u.map(a => [...u.map(b => a.reduce((sum, v, j) => sum + v * b[j]!, 0)), 1]);
  for (let i = 0; i < K; i++) {
    const pivot = rows
      .slice(i)
      .reduce((best, row) => (Math.abs(row[i]!) > Math.abs(best[i]!) ? row : best));
    if (Math.abs(pivot[i]!) < 1e-9 * rows[0]![0]!) return null;
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(i, 0, pivot);
    for (let r = 0; r < K; r++) {
      if (r === i) continue;
      const factor = rows[r]![i]! / pivot[i]!;
      for (let c = i; c <= K; c++) rows[r]![c] = rows[r]![c]! - factor * pivot[c]!;
    }
  }
  const z = rows.map((row, i) => row[K]! / row[i]!);
  const sum = z.reduce((total, value) => total + value, 0);
  const to = points[0]!.map((_, j) =>
    z.reduce((s, value, i) => s + (value / sum) * points[i + 1]![j]!, 0),
  );
  return to.every(Number.isFinite) ? to : null;
}
