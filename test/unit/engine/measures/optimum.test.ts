import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRefusal } from '../../../../solver/core/part.ts';
import type { Problem } from '../../../../solver/core/problem.ts';
import { registry } from '../../../../solver/registry.ts';
import { load } from '../../../../solver/run/load.ts';
import { isSweepMeasured } from '../../../../solver/run/measure/stopping.ts';
import { Run } from '../../../../solver/run/run.ts';
import type { RunConfig } from '../../../../solver/wire/run.ts';
import { buildCase, type ReferenceCase, referenceCases } from '../../../oracle/referenceCases.ts';
import { every, given, iterateOf, objective, rounding } from '../../../support/engine/certify.ts';
import { minimiser } from '../../../support/engine/exact.ts';
import { thinned, type Way, ways } from '../../../support/engine/matrix.ts';
import { runOn } from '../../../support/engine/walk.ts';

const named = (name: string): ReferenceCase => {
  const found = referenceCases.find(reference => reference.name === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
};

/** Loads a configuration as an editor or a shell would, and runs it to its end. */
async function solved(config: RunConfig): Promise<Run> {
  const loaded = await load({ ...config, cwd: '.' }, { poll() {}, progress() {}, output() {} });
  if (isRefusal(loaded)) throw new Error(loaded.refusal);
  const run = new Run(loaded.recipe);
  run.begin({ kind: 'end' });
  const stop = runOn(run);
  assert.equal(stop.reason, 'converged', stop.text);
  return run;
}

function agree(run: Run, reference: ReferenceCase, tolerance: number): void {
  const x = iterateOf(run.recipe, run.state);
  for (const [i, value] of reference.minimizer.entries()) {
    assert.ok(Math.abs(x[i]! - value) <= tolerance, `coefficient ${i}: ${x[i]} is not ${value}`);
  }
}

describe('the optimum that scikit-learn and an extended-precision solver agree on', () => {
  const lasso = named('lasso');
  const diabetes: RunConfig = {
    problem: 'lasso',
    data: 'diabetes',
    problemOptions: lasso.options,
    stopWhen: { gap: 1e-12, sweeps: 20000 },
  };
  const columns = ['age', 'sex', 'bmi', 'bp', 's1', 's2', 's3', 's4', 's5', 's6'];
  const one = registry.orderings.filter(({ sets }) => !sets);
  const orderings = one.map(({ name }) =>
    name === 'custom'
      ? { ordering: name, orderingOptions: { order: [...columns, '(intercept)', 's1', 's2'] } }
      : { ordering: name },
  );
  for (const ordering of orderings) {
    test(`the lasso on diabetes reaches a gap of 1e-12 and its coefficients to 1e-10, ${ordering.ordering}`, async () => {
      agree(await solved({ ...diabetes, ...ordering }), lasso, 1e-10);
    });
  }

  for (const method of ['exact', 'gradientDescent', 'vrccd']) {
    test(`and under ${method}`, async () => {
      agree(await solved({ ...diabetes, method }), lasso, 1e-10);
    });
  }

  test('ℓ1 logistic regression on breast cancer to 1e-8', async () => {
    const reference = named('logistic');
    const run = await solved({
      problem: 'logistic',
      data: 'breastCancer',
      problemOptions: reference.options,
      blocks: { size: 10 },
      methodOptions: { metric: 'matrix' },
      diagnostics: ['objective'],
      stopWhen: { gap: 2e-15, sweeps: 20000 },
    });
    agree(run, reference, 1e-8);
  });

  // Where the dual is smooth as well, the gap is of second order in what coefficients are off.
  for (const [name, gap] of [
    ['logistic', 2e-15],
    ['logistic, elastic net', 1e-18],
  ] as const) {
    test(`${name} on breast cancer by proximal Newton to 1e-8`, async () => {
      const reference = named(name);
      const run = await solved({
        problem: 'logistic',
        data: 'breastCancer',
        problemOptions: reference.options,
        method: 'proxNewton',
        diagnostics: ['objective'],
        stopWhen: { gap, sweeps: 20000 },
      });
      agree(run, reference, 1e-8);
    });
  }
});

describe('the gap is never below the true error, at any sweep of any way of running', () => {
  /** F* from below. */
  const bounds = new Map<string, number>();
  const least = (title: string, problem: Problem): number => {
    const known = bounds.get(title);
    if (known !== undefined) return known;
    const best = minimiser(problem);
    const bound = objective(problem, best) - problem.certificate!.gap(problem.newCache(best), best);
    bounds.set(title, bound);
    return bound;
  };
  // Where a method says that it is not time for the gap, there is no row, but it can be asked for.
  const gap = (run: Run): number =>
    isSweepMeasured(run.recipe, run.state)
      ? run.rows.sweepValue('gap', run.state.k)
      : run.inspector.metric('gap', null);

  test('on every small instance that has a gap', () => {
    const pairs = thinned().filter(([instance]) => instance.build().certificate !== null);
    let turn = 0;
    every(pairs, (instance, way) => {
      const run = new Run(given(instance, way, { config: { start: 'random' } }));
      const { problem } = run;
      const bound = least(instance.title, instance.build());
      // An intercept that is not fitted is the hard case of a dual point.
      const [first] = problem.blocks;
      const held = turn++ % 2 === 0 && first!.name === '(intercept)';
      if (held) run.edit([{ kind: 'frozen', block: first!.name, value: true }]);
      for (let sweep = 1; sweep <= 12; sweep++) {
        run.begin({ kind: 'sweep' });
        runOn(run);
        const x = iterateOf(run.recipe, run.state);
        const error = objective(problem, x) - bound;
        const slack = rounding(problem, x);
        assert.ok(gap(run) >= error - slack, `sweep ${sweep}: ${gap(run)} < ${error} − ${slack}`);
      }
    });
  });

  test('on the reference cases, against the minimum in extended precision', async () => {
    for (const reference of referenceCases) {
      const problem = await buildCase(reference);
      if (problem.certificate === null) continue;
      const instance = { title: reference.name, problem: '', blocks: 'sizes' } as const;
      for (const method of registry.methods.map(({ name }) => name)) {
        const way = ways.find(
          other =>
            other.method === method && other.ordering === 'shuffled' && other.step === 'lipschitz',
        ) as Way;
        if (method === 'exact' && problem.exactBlock === null) continue;
        const run = new Run(given({ ...instance, build: () => problem }, way));
        for (let sweep = 1; sweep <= 60; sweep++) {
          run.begin({ kind: 'sweep' });
          runOn(run);
          const F = run.objective();
          const error = F - reference.minimum;
          // The minimum is rounded once; F is a mean of 569 terms at most, and as large as they are.
          const slack = 600 * Number.EPSILON * F;
          assert.ok(
            gap(run) >= error - slack,
            `${reference.name}, ${method}: ${gap(run)} < ${error}`,
          );
        }
      }
    }
  });
});
