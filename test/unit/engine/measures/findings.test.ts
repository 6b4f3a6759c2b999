// What each finding is found in, and what it is not.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Problem } from '../../../../solver/core/problem.ts';
import { noHooks } from '../../../../solver/run/facts.ts';
import { Run } from '../../../../solver/run/run.ts';
import type { Finding } from '../../../../solver/wire/run.ts';
import { every, given } from '../../../support/engine/certify.ts';
import { buildProblem, type Instance, instances } from '../../../support/engine/instances.ts';
import { type RecipeOptions, thinned, type Way, wayOf } from '../../../support/engine/matrix.ts';
import { goTo, runOn } from '../../../support/engine/walk.ts';

const cyclic = wayOf('pccd, metric scalar, cyclic, lipschitz');

/** ½xᵀHx, H = δI + (1 − δ)11ᵀ with a unit diagonal, from ones. */
function sunYe(delta: number, size = 7, blocks: 'coordinates' | 'sizes' = 'coordinates'): Instance {
  const build = (): Problem =>
    buildProblem('quadratic', { size, delta }, blocks === 'sizes' ? { size: 3 } : blocks, null);
  return { title: `sunYe ${delta}`, problem: 'quadratic', blocks, build };
}

/** Findings of a run of so many steps with a step set for all blocks. */
function found(
  instance: Instance,
  way: Way,
  steps: number,
  t: number | null = null,
): readonly Finding[] {
  const run = new Run(given(instance, way));
  if (t !== null) run.edit([{ kind: 'stepSize', block: null, value: t }]);
  goTo(run, steps);
  return run.findings;
}
const names = (findings: readonly Finding[]): string[] => [
  ...new Set(findings.map(({ name }) => name)),
];

describe('stepTooLong', () => {
  test('is found where t × sharpness is above 2, and not at 2', () => {
    const [first] = found(sunYe(0.9), cyclic, 7, 2 * (1 + 1e-8));
    assert.deepEqual([first?.name, first?.k, first?.block], ['stepTooLong', 1, 'x1']);
    assert.deepEqual(found(sunYe(0.9), cyclic, 7, 2), []);
    assert.deepEqual(found(sunYe(0.9), cyclic, 7, 1.99), []);
  });

  test('is reported once for a block while it lasts, and again if it comes back', () => {
    const run = new Run(given(sunYe(0.9), cyclic));
    const set = (value: number): void => {
      run.edit([{ kind: 'stepSize', block: 'x3', value }]);
    };
    set(2.1);
    goTo(run, 21);
    set(0.5);
    goTo(run, 28);
    set(2.1);
    goTo(run, 42);
    assert.deepEqual(
      run.findings.map(({ name, k, block }) => [name, k, block]),
      [
        ['stepTooLong', 3, 'x3'],
        ['stepTooLong', 31, 'x3'],
      ],
    );
  });

  test('is not reported for a step in the metric of the block’s Hessian, which the sharpness does not measure', () => {
    const curved = instances.find(({ title }) => title === 'quadratic of a file, sizes')!;
    const run = new Run(given(curved, wayOf('pccd, metric matrix, cyclic, lipschitz')));
    goTo(run, 12);
    assert.ok(run.rows.steps.read('stepSize', 0) * run.rows.steps.read('sharpness', 0) > 2);
    assert.deepEqual(run.findings, []);
  });
});

describe('divergence', () => {
  test('is found, with the block whose step is too long, at 2.02/λ_max and not at 1.98/λ_max', () => {
    // One block of three, λ_max = 0.5 + 0.5 · 3 on ones: each step multiplies x by 1 − tλ_max.
    const block = sunYe(0.5, 3, 'sizes');
    const told = found(block, cyclic, 200, 2.02 / 2);
    assert.equal(told[0]?.name, 'stepTooLong');
    const divergence = told.find(({ name }) => name === 'divergence');
    assert.equal(divergence?.block, 'x1..x3');
    // F first passes eleven times its start, 1 + 10, at (1.02²)^k > 11: k = 61.
    assert.equal(divergence?.k, Math.ceil(Math.log(11) / (2 * Math.log(1.02))));
    assert.deepEqual(found(block, cyclic, 200, 1.98 / 2), []);
  });

  test('is not found in any run that converges; neither is anything non-finite, nor a step too long where t ≤ 1/L', () => {
    // VR-CCD's steps have to be shorter than 0.9/L, as its η = 0.3 makes them; the module's curvature at its start bounds nothing.
    const healthy = thinned().filter(
      ([{ problem }, { title }]) => problem !== 'module' && !/^vrccd.*fixed/.test(title),
    );
    every(healthy, (instance, way) => {
      const run = new Run(given(instance, way));
      goTo(run, 15 * run.problem.blocks.length);
      // Backtracking takes what the model along its own direction allows, which may be more than 2 over the sharpness.
      const searched = run.recipe.step.name === 'backtracking';
      const passed = searched ? /stall|stepTooLong/ : /stall/;
      const told = run.findings.filter(({ name, event }) => !event && !passed.test(name));
      assert.deepEqual(names(told), []);
    });
  });
});

describe('stall', () => {
  // H = I, every block shrinks by 1 − t a sweep: over 20 sweeps by (1 − t)^20, and 2 % is the limit.
  const limit = 1 - 0.98 ** (1 / 20);

  test('is found after 20 sweeps in which the norms fell by less than 2 %, and not where they fell by more', () => {
    const stalls = found(sunYe(1), cyclic, 22 * 7, limit * 0.999);
    assert.deepEqual(
      stalls.map(({ name, k }) => [name, k]),
      [['stall', 21 * 7]],
    );
    assert.deepEqual(found(sunYe(1), cyclic, 60 * 7, limit * 1.001), []);
  });

  test('is found on Sun and Ye’s quadratic in cyclic order, and not in shuffled order', () => {
    const hard = sunYe(0.05, 50);
    const shuffled = wayOf('pccd, metric scalar, shuffled, lipschitz');
    // The slowest mode, 0.12 % a sweep of F, is all that is left after some 700 sweeps.
    assert.deepEqual(names(found(hard, cyclic, 1000 * 50)), ['stall']);
    assert.deepEqual(names(found(hard, shuffled, 200 * 50)), []);
  });
});

describe('nonfinite', () => {
  /** The quadratic, whose gradient of one block is spoilt from a step on. */
  const spoilt = (at: number): RecipeOptions => {
    let calls = 0;
    return {
      wrap: problem => ({
        ...problem,
        coordinateSweep: null,
        gradient(cache, x, block, out) {
          problem.gradient(cache, x, block, out);
          if (block.name === 'x3' && ++calls >= at) out[0] = Number.NaN;
        },
      }),
    };
  };

  test('the first block and term are named, and the update is not applied', () => {
    const run = new Run(given(sunYe(0.5), cyclic, spoilt(2)));
    run.begin({ kind: 'end' });
    const stop = runOn(run);
    assert.deepEqual([stop.reason, stop.position.k], ['nonfinite', 9]);
    assert.deepEqual(
      run.findings.map(({ name, k, block, evidence }) => [name, k, block, evidence['term']]),
      [['nonfinite', 10, 'x3', 'gradient']],
    );
    run.begin({ kind: 'steps', count: 3 });
    assert.equal(runOn(run).position.k, 9, 'nor is any other');
  });

  test('an infinite new value is found before the update, an infinite objective after it', () => {
    // At ones the slope is 1 + 6 · 0.5 = 4 in every coordinate.
    for (const [t, term, k] of [
      [1e308, 'new value', 0],
      [1e300, 'objective after the update', 1],
    ] as const) {
      const run = new Run(given(sunYe(0.5), cyclic));
      run.edit([{ kind: 'stepSize', block: 'x1', value: t }]);
      run.begin({ kind: 'end' });
      assert.deepEqual([runOn(run).reason, run.state.k], ['nonfinite', k]);
      const { block, evidence } = run.findings.find(({ name }) => name === 'nonfinite')!;
      assert.deepEqual([block, evidence['term']], ['x1', term]);
    }
    // 10^300 becomes finite: F is 10^301 at most.
    const healthy = found(sunYe(0.5), cyclic, 1, 1e150);
    assert.ok(!names(healthy).includes('nonfinite'));
  });

  test('after an edit the run continues from where it ended, and can go back and forth', () => {
    const told: string[] = [];
    const run = new Run(given(sunYe(0.5), cyclic), {
      ...noHooks,
      finding: ({ name }) => told.push(name),
    });
    run.edit([{ kind: 'stepSize', block: 'x1', value: 1e308 }]);
    run.begin({ kind: 'end' });
    runOn(run);
    run.edit([{ kind: 'stepSize', block: 'x1', value: 1 }]);
    assert.equal(run.outcome, null);
    assert.deepEqual(run.findings, []);
    goTo(run, 30);
    assert.deepEqual([run.state.k, names(run.findings)], [30, []]);
    assert.deepEqual(told, ['nonfinite']);
  });
});
