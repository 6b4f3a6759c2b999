// Updates that are made in one call of the kernels: the bits, rows, findings and stops of updates made one by one.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { prepareBreakpoints } from '../../../../solver/breakpoints/prepare.ts';
import { normals, stream } from '../../../../solver/core/random.ts';
import { noHooks } from '../../../../solver/run/facts.ts';
import { Run } from '../../../../solver/run/run.ts';
import type { BreakpointSpec } from '../../../../solver/wire/protocol.ts';
import { everything, go, loaded } from '../../../support/engine/bits.ts';
import { given, watching } from '../../../support/engine/certify.ts';
import { instances } from '../../../support/engine/instances.ts';
import { wayOf } from '../../../support/engine/matrix.ts';
import { goTo, runOn, straight, walk, walks } from '../../../support/engine/walk.ts';
import { temporaryFolder } from '../../../support/machine.ts';

/** How many updates the run makes in calls of the kernels; counted from here on. */
function countLeaps(run: Run): () => number {
  const sweep = run.recipe.method.sweep!.updates;
  const { run: call } = sweep;
  let made = 0;
  sweep.run = (...given) => {
    const count = call(...given);
    made += count;
    return count;
  };
  return () => made;
}

/** The run is looked at, so that its updates are made one by one; nothing stops it. */
function oneByOne(run: Run): Run {
  run.breakpoints = watching(run);
  return run;
}

const told = (run: Run) => ({ ...everything(run), findings: run.findings, outcome: run.outcome });

const sparse = `${temporaryFolder()}/sparse.libsvm`;
const draw = stream(5, 'leaps');
const lines = Array.from({ length: 40 }, () => {
  const entries = [...normals(12, draw)].map((value, j) =>
    draw() < 0.3 ? ` ${j + 1}:${value}` : '',
  );
  return `${normals(1, draw)[0]}${entries.join('')}`;
});
writeFileSync(sparse, `${lines.join('\n')}\n`);

const every = ['objective', 'gradNorm', 'smoothGradNorm', 'stepSize', 'sharpness'];
const ways = [
  { problem: 'lasso' },
  {
    problem: 'lasso',
    problemOptions: { intercept: false, lambda: '0.001*max' },
    ordering: 'shuffled',
  },
  { problem: 'lasso', problemOptions: { lambda: 0 }, ordering: 'symmetric' },
  { problem: 'elasticNet', problemOptions: { standardize: true }, ordering: 'random' },
  { problem: 'elasticNet', ordering: 'importance', start: 'random', seed: 3 },
  {
    problem: 'leastSquares',
    ordering: 'custom',
    orderingOptions: { order: ['bmi', 's5', 'bmi', 'sex'] },
  },
  {
    problem: 'lasso',
    diagnostics: [...every, 'stepTimesSharpness', 'actualDecrease', 'passes', 'suboptimality'],
  },
  { problem: 'lasso', data: sparse, problemOptions: { lambda: '0.1*max' } },
  {
    problem: 'lasso',
    data: sparse,
    problemOptions: { lambda: '0.1*max', intercept: false },
    ordering: 'shuffled',
  },
  { problem: 'leastSquares', data: sparse, start: 'ones' },
  { method: 'anderson', problem: 'elasticNet', ordering: 'shuffled' },
  { method: 'workingSet', problem: 'lasso', problemOptions: { lambda: '0.001*max' } },
  { method: 'workingSet', problem: 'lasso', data: sparse, problemOptions: { lambda: '0.01*max' } },
];

describe('updates in one call', () => {
  for (const backend of ['wasm', 'js'] as const) {
    for (const way of ways) {
      const title = JSON.stringify({ ...way, ...('data' in way ? { data: 'sparse' } : {}) });
      test(`on ${backend} have the bits, rows, findings and outcome of single ones: ${title}`, async () => {
        const config = { ...way, backend, stopWhen: { steps: 1237 } };
        const [leaping, single] = [await loaded(config), oneByOne(await loaded(config))];
        const [leaps, none] = [countLeaps(leaping), countLeaps(single)];
        for (const run of [leaping, single]) for (const k of [3, 64, 700, 1237]) go(run, k);
        assert.deepEqual(told(leaping), told(single));
        assert.ok(leaps() > 1000, `only ${leaps()} updates were made so`);
        assert.equal(none(), 0);
      });
    }

    test(`on ${backend} end where a cache has drifted, which is renewed as between single ones`, async () => {
      const config = {
        problem: 'elasticNet',
        problemOptions: { lambda: '50*max', l1Ratio: 0.01 },
        backend,
        stopWhen: { steps: 1e6 },
      };
      const [leaping, single] = [await loaded(config), oneByOne(await loaded(config))];
      const leaps = countLeaps(leaping);
      const drifts: number[] = [];
      for (const run of [leaping, single]) {
        run.edit([{ kind: 'value', block: 'bmi', index: 0, value: 1e9 }]);
        for (let k = 50; k <= 3000; k += 50) {
          goTo(run, k);
          drifts.push(run.state.points['x']!.drift);
        }
      }
      assert.deepEqual(told(leaping), told(single));
      assert.ok(leaps() > 1000);
      assert.ok(
        drifts.some((drift, i) => i > 0 && drift < drifts[i - 1]! / 8),
        'nothing was renewed',
      );
    });

    test(`on ${backend} stop at the first value that is not finite, as single ones do`, async () => {
      for (const value of [1e154, 1e200, 1e307]) {
        const config = { problem: 'leastSquares', backend, stopWhen: { steps: 500 } };
        const [leaping, single] = [await loaded(config), oneByOne(await loaded(config))];
        for (const run of [leaping, single]) {
          goTo(run, 25);
          run.edit([{ kind: 'value', block: 's1', index: 0, value }]);
          go(run, 500);
        }
        assert.deepEqual(told(leaping), told(single));
        if (value > 1e300) assert.equal(leaping.outcome?.status, 'nonfinite');
      }
    });
  }

  test('a walk through the past, with edits, ends with the bits of a run that is watched at each update', () => {
    const all = instances.filter(
      ({ problem, blocks }) =>
        ['lasso', 'elasticNet', 'leastSquares'].includes(problem) && blocks === 'coordinates',
    );
    const way = wayOf('pccd, metric scalar, cyclic, lipschitz');
    let leapt = 0;
    fc.assert(
      fc.property(fc.nat({ max: all.length - 1 }), walks(12), (at, moves) => {
        const recipe = () => given(all[at]!, way, { config: { stopWhen: { sweeps: 400 } } });
        const counted = recipe();
        const run = walk(() => counted, moves, 60);
        run.breakpoints = null;
        goTo(run, run.end + 23);
        const plain = { ...recipe(), method: { ...recipe().method, sweep: null } };
        const other = straight(plain, run.edits, run.state.k);
        assert.deepEqual(run.state, other.state);
        // A process that crashed takes its findings along.
        if (!moves.some(({ kind }) => kind === 'crash'))
          assert.deepEqual(run.findings, other.findings);
        leapt += run.state.k;
      }),
      { numRuns: 60 },
    );
    assert.ok(leapt > 0);
  });

  test('stop at the steps of recorded edits on the way forth again, by a jump or by running', async () => {
    const run = await loaded({ problem: 'lasso', stopWhen: { steps: 300 } });
    const leaps = countLeaps(run);
    for (const k of [33, 61]) {
      goTo(run, k);
      run.edit([{ kind: 'value', block: 'bmi', index: 0, value: k }]);
    }
    goTo(run, 200);
    const there = told(run);
    goTo(run, 4);
    goTo(run, 200);
    assert.deepEqual(told(run), there);
    goTo(run, 4);
    run.begin({ kind: 'steps', count: 196 });
    while (run.slice(0) === null);
    assert.deepEqual(told(run), there);
    assert.ok(leaps() > 550);
  });

  test('of two runs of one recipe, in turns, are those of each alone', async () => {
    const config = {
      problem: 'lasso',
      problemOptions: { lambda: '0.01*max' },
      stopWhen: { steps: 900 },
    };
    const [alone, first] = [await loaded(config), await loaded(config)];
    const second = new Run(first.recipe);
    second.edit([{ kind: 'value', block: 's3', index: 0, value: -400 }]);
    for (let k = 7; k <= 700; k += 63) for (const run of [first, second]) goTo(run, k);
    goTo(alone, 700);
    assert.deepEqual(told(first), told(alone));
  });

  describe('where breakpoints wait for findings alone', () => {
    // Every first step of a block that moves is above half of 1/L: findings in the middle of sweeps.
    const config = {
      problem: 'lasso',
      problemOptions: { lambda: '0.3*max' },
      findings: { stepTooLong: { limit: 0.5 } },
      stopWhen: { steps: 400 },
    };
    const waits: readonly Partial<BreakpointSpec>[] = [
      {},
      { condition: 'k > 4' },
      { hitCondition: '3' },
      { logMessage: '{k} {block} {stepSize}' },
    ];
    /** All stops of a run to its end, and what was printed. */
    async function stopsOf(rest: Partial<BreakpointSpec>, alone: boolean) {
      const printed: string[] = [];
      const hooks = { ...noHooks, output: (text: string) => void printed.push(text) };
      const run = new Run((await loaded(config)).recipe, hooks);
      const leaps = countLeaps(run);
      const spec: BreakpointSpec = {
        id: 'f',
        at: { kind: 'finding', finding: 'stepTooLong' },
        ...rest,
      };
      const never = { kind: 'data', metric: 'objective', block: null } as const;
      const specs = alone ? [spec, { id: 'd', at: never, condition: 'k < 0' }] : [spec];
      run.breakpoints = prepareBreakpoints(specs, run.inspector.before());
      const stops: unknown[] = [];
      const on = () => {
        for (;;) {
          run.begin({ kind: 'end' });
          const stop = runOn(run);
          const { position, finding, reason } = stop;
          stops.push({
            reason,
            position,
            finding,
            state: structuredClone(everything(run)),
            end: run.rows.end,
          });
          if (run.outcome !== null) return;
        }
      };
      on();
      const first = stops.length;
      goTo(run, 2);
      run.breakpoints.reset();
      run.begin({ kind: 'steps', count: 90 });
      const again = runOn(run);
      stops.push([again.reason, again.position, again.finding]);
      return { stops, first, printed, leaps: leaps(), told: told(run) };
    }

    for (const rest of waits) {
      test(`updates in one call stop, print and go on as single ones do: ${JSON.stringify(rest)}`, async () => {
        const [leaping, single] = [await stopsOf(rest, false), await stopsOf(rest, true)];
        const { leaps, ...seen } = leaping;
        const { leaps: none, ...expected } = single;
        assert.deepEqual(seen, expected);
        assert.ok(leaps > 300 && none < leaps, `${leaps} and ${none}`);
        if (!('logMessage' in rest) && !('hitCondition' in rest)) assert.ok(leaping.first > 3);
      });
    }
  });

  test('what needs to be seen at each update makes them one by one: greedy, sets, backtracking, other blocks, logistic', async () => {
    for (const way of [
      { problem: 'lasso', step: 'backtracking' },
      { problem: 'lasso', step: 'fixed', stepOptions: { size: 0.01 } },
      { problem: 'lasso', blocks: { size: 2 } },
      { problem: 'lasso', methodOptions: { metric: 'matrix' } },
      { problem: 'logistic' },
      { problem: 'leastSquares', problemOptions: { ridge: 0.1 } },
    ]) {
      const run = await loaded({ ...way, stopWhen: { steps: 200 } });
      assert.equal(run.recipe.method.sweep ?? null, null, JSON.stringify(way));
    }
    for (const ordering of ['greedy', 'jacobi']) {
      const run = await loaded({ problem: 'lasso', ordering, stopWhen: { steps: 200 } });
      const leaps = countLeaps(run);
      go(run, 200);
      assert.equal(leaps(), 0, ordering);
    }
  });
});
