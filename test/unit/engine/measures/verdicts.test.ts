import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StepNorm } from '../../../../solver/core/method.ts';
import { registry } from '../../../../solver/registry.ts';
import { Run } from '../../../../solver/run/run.ts';
import { every, given } from '../../../support/engine/certify.ts';
import {
  buildProblem,
  instances,
  quadratic,
  samples,
  sunYe,
} from '../../../support/engine/instances.ts';
import { setWays, thinned, type Way, wayOf } from '../../../support/engine/matrix.ts';
import { goTo, runOn } from '../../../support/engine/walk.ts';

const cyclic = wayOf('pccd, metric scalar, cyclic, lipschitz');

const told = (run: Run) => run.findings.map(({ name, k }) => [name, k]);

describe('findings', () => {
  test('are the same whichever metrics are recorded, and add no metric to the record', () => {
    const t = { ordering: 'cyclic', start: 'ones' };
    const all = registry.diagnostics.filter(({ of }) => of === 'block').map(({ name }) => name);
    const runs = [[], ['objective'], all].map(names => {
      const chosen = registry.diagnostics.filter(({ name }) => (names as string[]).includes(name));
      const run = new Run({ ...given(sunYe(0.5, 7), cyclic, { config: t }), diagnostics: chosen });
      run.edit([{ kind: 'stepSize', block: 'x3', value: 2.4 }]);
      goTo(run, 700);
      return run;
    });
    const [none, one, every] = runs.map(told);
    assert.ok(none!.some(([name]) => name === 'stepTooLong'));
    assert.deepEqual(none, every);
    assert.deepEqual(one, every);
    assert.equal(runs[0]!.rows.steps.has('gradNorm'), false);
  });

  test('after an edit in the past are those of a run that was edited there the first time', () => {
    // Two stalls after 20 sweeps; the first is reported before the run goes back to before it.
    const [first, second] = [5e-4, 1e-4].map(value => ({
      kind: 'stepSize' as const,
      block: null,
      value,
    }));
    const straight = new Run(given(sunYe(1, 7), cyclic));
    straight.edit([first!]);
    goTo(straight, 7 * 10);
    straight.edit([second!]);
    const back = new Run(given(sunYe(1, 7), cyclic));
    back.edit([first!]);
    goTo(back, 7 * 40);
    assert.deepEqual(told(back), [['stall', 21 * 7]]);
    goTo(back, 7 * 10);
    back.edit([second!]);
    for (const run of [straight, back]) goTo(run, 7 * 60);
    assert.ok(straight.findings.length > 0);
    assert.deepEqual(told(back), told(straight));
  });

  test('that are switched off are not reported, and thresholds move them', () => {
    const { config } = given(sunYe(1, 7), cyclic);
    const off = { ...config.findings };
    delete (off as Record<string, unknown>)['stall'];
    const sooner = { ...config.findings, stall: { sweeps: 5, loss: 0.02 } };
    const at = [off, sooner].map(findings => {
      const run = new Run(given(sunYe(1, 7), cyclic, { config: { findings } }));
      run.edit([{ kind: 'stepSize', block: null, value: 1e-5 }]);
      goTo(run, 7 * 30);
      return told(run);
    });
    assert.deepEqual(at, [[], [['stall', 6 * 7]]]);
  });
});

describe('divergence', () => {
  test('is found where F falls without bound on an indefinite quadratic', () => {
    const saddle = quadratic(
      [
        [1, 2],
        [2, 1],
      ],
      [1, 0],
    );
    const run = new Run(given(saddle, cyclic));
    goTo(run, 2 * 60);
    const found = run.findings.filter(({ name }) => name === 'divergence');
    assert.equal(found.length, 1);
    assert.match(found[0]!.text, /falls without bound/);
    const convex = quadratic(
      [
        [1, 0.9],
        [0.9, 1],
      ],
      [1, 0],
    );
    const healthy = new Run(given(convex, cyclic));
    goTo(healthy, 2 * 60);
    assert.deepEqual(healthy.findings, []);
  });

  test('is not found for an edit of x, but for what a step makes of it afterwards', () => {
    const run = new Run(given(sunYe(0.5, 7), cyclic));
    goTo(run, 70);
    run.edit([{ kind: 'value', block: 'x7', index: 0, value: 1e6 }]);
    goTo(run, 140);
    assert.deepEqual(run.findings, []);
    run.edit([{ kind: 'stepSize', block: null, value: 3 }]);
    goTo(run, 7 * 100);
    assert.ok(run.findings.some(({ name }) => name === 'divergence'));
  });
});

describe('divergence of blocks that move at once', () => {
  test('is attributed to the blocks together where no step is too long for its own block, and to the block itself where one moves alone', () => {
    const jacobi = setWays.find(
      ({ title }) => title === 'pccd, metric scalar, jacobi, lipschitz',
    ) as Way;
    const close = quadratic(
      [
        [1, 0.9, 0.9],
        [0.9, 1, 0.9],
        [0.9, 0.9, 1],
      ],
      [1, 1, 1],
    );
    const findings = { divergence: { factor: 10, fall: 1e6 } };
    const run = new Run(given(close, jacobi, { config: { findings } }));
    goTo(run, 40);
    const [found, ...others] = run.findings;
    assert.deepEqual([found?.name, found?.block, others.length], ['divergence', null, 0]);
    assert.match(found!.text, /3 blocks move at once: steps that suit each of them alone may be/);
    assert.equal(found!.evidence['together'], 3);
    // The finding stepTooLong is switched off, so that it is not named as the cause.
    const alone = new Run(given(close, cyclic, { config: { findings } }));
    alone.edit([{ kind: 'stepSize', block: null, value: 3 }]);
    goTo(alone, 100);
    const own = alone.findings.find(({ name }) => name === 'divergence');
    assert.ok(own?.block !== null && own?.evidence['together'] === undefined);
    assert.doesNotMatch(own!.text, /at once/);
  });
});

describe('step × sharpness', () => {
  const matrix = wayOf('pccd, metric matrix, cyclic, lipschitz');

  test('is τ λ_max(Λ⁻¹H) in the matrix metric: τ where Λ is the Hessian, at most τ where it bounds it', () => {
    for (const [title, least] of [
      ['quadratic of a file, sizes', 1],
      ['logistic, sizes', 0],
    ] as const) {
      const instance = instances.find(candidate => candidate.title === title)!;
      const run = new Run(given(instance, matrix));
      goTo(run, run.problem.blocks.length);
      for (const block of run.problem.blocks) {
        const product = run.inspector.metric('stepTimesSharpness', block);
        assert.ok(product >= least * (1 - 1e-9) && product <= 1 + 1e-9, `${title}: ${product}`);
        assert.ok(product > 0);
      }
    }
  });

  test('is taken in the norm that the method declares, whichever it is: a quarter of τ in four times the Hessians', () => {
    const instance = instances.find(({ title }) => title === 'quadratic of a file, sizes')!;
    const recipe = given(instance, matrix);
    const { norm } = recipe.method;
    const wide: StepNorm = {
      matrix: block => norm!.matrix(block).map(entry => 4 * entry),
      bound: norm!.bound / 4,
    };
    const run = new Run({ ...recipe, method: { ...recipe.method, norm: wide } });
    run.edit([{ kind: 'stepSize', block: null, value: 7 }]);
    goTo(run, run.problem.blocks.length);
    for (const block of run.problem.blocks) {
      const product = run.inspector.metric('stepTimesSharpness', block);
      assert.ok(Math.abs(product - 7 / 4) <= 1e-9, `${block.name}: ${product}`);
      assert.ok(Number.isNaN(run.inspector.metric('predictedDecrease', block)));
    }
    assert.ok(told(run).every(([name]) => name !== 'stepTooLong'));
  });

  test('above 2 is a step that is too long, in the matrix metric too', () => {
    const instance = instances.find(({ title }) => title === 'quadratic of a file, sizes')!;
    const run = new Run(given(instance, matrix));
    const { name } = run.problem.blocks[0]!;
    run.edit([{ kind: 'stepSize', block: name, value: 2.1 }]);
    goTo(run, 1);
    assert.deepEqual(told(run), [['stepTooLong', 1]]);
  });
});

describe('the metrics of a sweep', () => {
  const names = Array.from({ length: 16 }, (_, j) => `c${j}`);
  /** Sweeps of eight with a row, of a lasso on so many rows. */
  const measured = (rows: number, lambda: string) => {
    const title = `lasso ${rows}, ${lambda}`;
    const data = samples(false, rows, names);
    const build = () => buildProblem('lasso', { lambda }, 'coordinates', data);
    const run = new Run(
      given({ title, problem: 'lasso', blocks: 'coordinates', build }, cyclic, {
        config: { stopWhen: { sweeps: 8 } },
      }),
    );
    runOn(run);
    const m = run.problem.blocks.length;
    const { k } = run.state;
    assert.equal(k, 8 * m);
    assert.ok(run.inspector.metric('gap', null) > 0);
    return [1, 2, 3, 4, 5, 6, 7, 8].filter(
      sweep => !Number.isNaN(run.rows.sweepValue('gap', sweep * m)),
    );
  };

  test('are computed at the end of the first and of every fourth sweep where X has 2²⁰ entries, otherwise of each', () => {
    const each = [1, 2, 3, 4, 5, 6, 7, 8];
    assert.deepEqual(measured(2 ** 16, '0.001*max'), [1, 4, 8]);
    assert.deepEqual(measured(2 ** 16, '0.9*max'), [1, 4, 8]);
    assert.deepEqual(measured(2 ** 15, '0.001*max'), each);
  });

  test('cannot end a run at a sweep where they are not computed: the criterion is checked where they are', () => {
    const data = samples(false, 2 ** 16, names);
    const build = () => buildProblem('lasso', { lambda: '0.001*max' }, 'coordinates', data);
    const instance = { title: 'lasso', problem: 'lasso', blocks: 'coordinates', build } as const;
    const gaps = new Run(given(instance, cyclic, { config: { stopWhen: { sweeps: 3 } } }));
    runOn(gaps);
    const gap = gaps.inspector.metric('gap', null);
    const run = new Run(given(instance, cyclic, { config: { stopWhen: { gap } } }));
    runOn(run);
    assert.equal(run.outcome?.status, 'converged');
    assert.equal(run.state.sweep - 1, 4);
  });
});

describe('suboptimality', () => {
  test('is F minus the best bound known at the step, and NaN where none is known', () => {
    const indefinite = quadratic(
      [
        [1, 2],
        [2, 1],
      ],
      [1, 0],
    );
    const run = new Run(given(indefinite, cyclic));
    goTo(run, 6);
    assert.ok(Number.isNaN(run.inspector.metric('suboptimality', null)));
    const build = () => buildProblem('lasso', {}, 'coordinates', samples(false));
    const lasso = { title: 'lasso', problem: 'lasso', blocks: 'coordinates', build } as const;
    // A run that records nothing that is judged by bounds learns none.
    const unbounded = new Run(given(lasso, cyclic, { config: { diagnostics: ['objective'] } }));
    goTo(unbounded, 20);
    assert.ok(Number.isNaN(unbounded.inspector.metric('suboptimality', null)));
    const bounded = new Run(given(sunYe(0.5, 7), cyclic));
    goTo(bounded, 14);
    assert.equal(bounded.inspector.metric('suboptimality', null), bounded.objective());
  });

  test('is never negative: where rounding puts F below its best lower bound it is 0', () => {
    const one = new Run(
      given(sunYe(1, 7), cyclic, {
        config: { diagnostics: ['suboptimality'] },
        // A known minimum that is a rounding error above the true one, 0.
        wrap: problem => ({ ...problem, lowerBound: 1e-300 }),
      }),
    );
    goTo(one, 70);
    assert.deepEqual([one.objective(), one.rows.value('suboptimality', 70)], [0, 0]);
  });

  test('is of a bound that no F is below, on every problem with a gap: what rounding adds to F − gap is taken off', () => {
    const certified = thinned().filter(([instance]) => instance.build().certificate !== null);
    every(certified, (instance, how) => {
      const one = new Run(given(instance, how, { config: { diagnostics: ['gap'] } }));
      const m = one.problem.blocks.length;
      let least = Number.POSITIVE_INFINITY;
      for (let sweep = 1; sweep <= 60; sweep++) {
        goTo(one, sweep * m);
        least = Math.min(least, one.objective());
      }
      // Bounds are learnt where a method says that it is time for them.
      const { settles } = one.recipe.method;
      while (settles && !(one.state.place === 0 && settles(one.state))) goTo(one, one.state.k + 1);
      least = Math.min(least, one.objective());
      const bound = one.inspector.metric('lowerBound', null);
      assert.ok(bound <= least, `${bound} > ${least}`);
      // And not so far below that the curves would show it.
      const gap = one.inspector.metric('gap', null);
      if (gap <= 1e-13 * least) assert.ok(least - bound <= 1e-10 * least, `${bound}, ${least}`);
    });
  });
});
