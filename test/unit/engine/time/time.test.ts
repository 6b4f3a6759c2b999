// Going back and forth: stops on the way, errors, runs that were ended, and the keyframes that it starts from.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { prepareBreakpoints } from '../../../../solver/breakpoints/prepare.ts';
import { exactText } from '../../../../solver/breakpoints/sentences.ts';
import { stream } from '../../../../solver/core/random.ts';
import { stateBytes } from '../../../../solver/core/state.ts';
import { UserError } from '../../../../solver/modules/userError.ts';
import { Run } from '../../../../solver/run/run.ts';
import { Keyframes } from '../../../../solver/run/time/keyframes.ts';
import { Stepper } from '../../../../solver/run/update/stepper.ts';
import type { BreakpointSpec } from '../../../../solver/wire/protocol.ts';
import { given } from '../../../support/engine/certify.ts';
import { instances } from '../../../support/engine/instances.ts';
import {
  type RecipeOptions,
  recipeOf,
  type Way,
  wayOf,
  ways,
} from '../../../support/engine/matrix.ts';
import { goTo, runOn, straight, withJumpyClock } from '../../../support/engine/walk.ts';

const instance = instances.find(({ title }) => title === 'lasso, coordinates')!;
const way = (ordering: string): Way => wayOf(`pccd, metric scalar, ${ordering}, lipschitz`);

describe('going back to the last place where a breakpoint would have stopped', () => {
  for (const [title, spec, holds] of [
    ['before a block', { at: { kind: 'block', block: 'c3', function: false } }, null],
    [
      'before a block, on a condition of the state there',
      {
        at: { kind: 'block', block: 'c3', function: false },
        condition: 'sweep % 2 == 0 || k > 60',
      },
      (run: Run) => run.state.sweep % 2 === 0 || run.state.k > 60,
    ],
    ['before each sweep', { at: { kind: 'sweep', function: true } }, null],
  ] as const) {
    for (const ordering of ['shuffled', 'greedy']) {
      test(`${title}, ${ordering}: reaches each stop in turn, in the state of the straight run, then k = 0`, () => {
        const specs: BreakpointSpec[] = [{ id: '1', ...spec }];
        const forth = new Run(given(instance, way(ordering)));
        const expected: number[] = [];
        for (let k = 0; k < 90; k++) {
          goTo(forth, k);
          const { block, place } = forth.position();
          const stands = spec.at.kind === 'sweep' ? place === 0 : block === 'c3';
          if (stands && (holds === null || holds(forth))) expected.push(k);
        }
        // Keyframes are anywhere, and the search goes from each to the previous one.
        withJumpyClock(stream(3, title), 5, () => {
          const run = new Run(given(instance, way(ordering)));
          goTo(run, 90);
          run.breakpoints = prepareBreakpoints(specs, run.inspector.before());
          const visited: number[] = [];
          while (run.state.k > 0) {
            let stop = run.reverse(0);
            while (!stop) stop = run.reverse(0);
            assert.equal(stop.position.k, run.state.k);
            visited.push(run.state.k);
            const fresh = straight(given(instance, way(ordering)), [], run.state.k);
            assert.deepStrictEqual(run.state, fresh.state);
          }
          assert.deepEqual(visited.reverse(), expected[0] === 0 ? expected : [0, ...expected]);
        });
      });
    }
  }
});

describe('an error of user code', () => {
  /** The lasso, one of whose functions throws once c1 has moved. */
  const broken = (term: 'gradient' | 'value'): RecipeOptions => ({
    wrap: problem => {
      const fails = (x: Float64Array): void => {
        if (x[2] !== 0) throw new UserError(term, 'c2', `${term} threw`, '');
      };
      return {
        ...problem,
        coordinateSweep: null,
        gradient(cache, x, block, out) {
          if (term === 'gradient' && block.name === 'c2') fails(x);
          problem.gradient(cache, x, block, out);
        },
        value(cache, x) {
          if (term === 'value') fails(x);
          return problem.value(cache, x);
        },
      };
    },
  });
  const frozen = { kind: 'frozen', block: 'c1', value: true } as const;

  for (const term of ['gradient', 'value'] as const) {
    test(`in ${term} ends the run at its step, once; after going back and an edit it continues as a fresh run would`, () => {
      const run = new Run(given(instance, way('cyclic'), broken(term)));
      run.begin({ kind: 'end' });
      assert.deepEqual([runOn(run).reason, run.state.k, run.rows.end], ['failed', 3, 3]);
      assert.deepEqual(
        run.findings.map(({ name, k, block }) => [name, k, block]),
        [['userError', 4, 'c2']],
      );
      run.begin({ kind: 'steps', count: 2 });
      assert.deepEqual([runOn(run).reason, run.state.k, run.findings.length], ['failed', 3, 1]);
      goTo(run, 1);
      run.edit([frozen]);
      assert.deepEqual([run.outcome, run.findings], [null, []]);
      goTo(run, 40);
      const fresh = straight(given(instance, way('cyclic'), broken(term)), run.edits, 40);
      assert.deepStrictEqual(run.state, fresh.state);
      assert.deepStrictEqual(
        run.rows.copy('objective', 0, 40),
        fresh.rows.copy('objective', 0, 40),
      );
    });
  }
});

describe('a run that a criterion or the budget has ended', () => {
  for (const [title, stopWhen] of [
    ['converged', { relativeGap: 1e-3, sweeps: 60 }],
    ['budget', { steps: 30, sweeps: 60 }],
  ] as const) {
    test(`${title}: when continued, it goes past the criterion that was met to the next one, like a run without the first, bit for bit`, () => {
      const run = new Run(given(instance, way('cyclic'), { config: { stopWhen } }));
      run.begin({ kind: 'end' });
      assert.equal(runOn(run).reason, title);
      assert.ok(run.state.sweep < 60);
      run.begin({ kind: 'end' });
      assert.match(runOn(run).text, /budget of 60 sweeps/);
      const plain = new Run(given(instance, way('cyclic')));
      goTo(plain, run.state.k);
      assert.deepEqual(run.state.points, plain.state.points);
    });
  }
});

describe('steps that were computed before, when the run goes through them again', () => {
  // Nothing is penalised, so that every update moves its block.
  const smooth = instances.find(({ title }) => title === 'leastSquares, coordinates')!;

  test('stop at a recorded finding, at its step and with its evidence', () => {
    const run = new Run(given(smooth, way('cyclic')));
    const m = run.problem.blocks.length;
    goTo(run, 2 * m);
    run.edit([{ kind: 'stepSize', block: 'c3', value: 1e3 }]);
    goTo(run, 5 * m);
    const [found] = run.findings;
    assert.equal(found?.name, 'stepTooLong');
    goTo(run, m);
    const specs: BreakpointSpec[] = [{ id: '1', at: { kind: 'finding', finding: 'stepTooLong' } }];
    run.breakpoints = prepareBreakpoints(specs, run.inspector.before());
    run.begin({ kind: 'end' });
    const stop = runOn(run);
    assert.deepEqual([stop.reason, stop.position.k], ['finding', found.k]);
    assert.equal(stop.finding?.text, found.text);
  });

  test('compare a watched metric with its previous value on the way, not with one that lies ahead', () => {
    const run = new Run(given(smooth, way('cyclic')));
    goTo(run, 20);
    const specs: BreakpointSpec[] = [
      { id: '1', at: { kind: 'data', metric: 'objective', block: null } },
    ];
    run.breakpoints = prepareBreakpoints(specs, run.inspector.before());
    run.begin({ kind: 'steps', count: 2 });
    runOn(run);
    goTo(run, 3);
    // F at step 21 or so is not a previous value at step 4: there it is unknown.
    run.begin({ kind: 'steps', count: 1 });
    assert.equal(runOn(run).reason, 'step');
    run.begin({ kind: 'steps', count: 1 });
    const stop = runOn(run);
    const F = (k: number): string => exactText(run.rows.value('objective', k));
    assert.equal(stop.reason, 'dataBreakpoint');
    assert.ok(stop.text.includes(F(4)) && stop.text.includes(F(5)), stop.text);
  });
});

const BUDGET = 128 * 1024 * 1024;

/** The steps of the keyframes that are kept, first to last. */
function kept(frames: Keyframes): number[] {
  const out: number[] = [];
  for (let k = frames.last.state.k; ; k = out[0]! - 1) {
    const at = frames.before(k).state.k;
    if (at === out[0]) return out;
    out.unshift(at);
    if (at === 0) return out;
  }
}

describe('keyframes', () => {
  test('take at most 128 MB however long the run, reach from the start to the newest step, and are thinned evenly', () => {
    const recipe = instances.flatMap(one => ways.map(way => recipeOf(one, way))).find(r => r);
    const { state } = new Stepper(recipe!);
    // 4 MB each: 31 fit.
    state.vectors['large'] = new Float64Array(2 ** 19);
    const frames = new Keyframes();
    let added = 0;
    for (let k = 0; k < 5000; k++) {
      state.k = k;
      if (k > 0 && !frames.due(41)) continue;
      frames.add(state, 0, null);
      added++;
      const steps = kept(frames);
      assert.ok(steps.length * stateBytes(state) <= BUDGET, `${steps.length} keyframes at ${k}`);
      assert.deepEqual([steps[0], steps.at(-1)], [0, k]);
    }
    const steps = kept(frames);
    assert.ok(steps.length >= 12, `${steps.length} kept`);
    // Each thinning doubles the time between them, so that a long run copies seldom.
    assert.ok(added < 200, `${added} copies`);
    const gaps = steps.slice(1).map((k, i) => k - steps[i]!);
    assert.ok(Math.max(...gaps) <= 3 * (5000 / steps.length), `${gaps}`);
  });

  test('before(k) is the newest keyframe up to k, and cut leaves none beyond', () => {
    const recipe = instances.flatMap(one => ways.map(way => recipeOf(one, way))).find(r => r);
    const { state } = new Stepper(recipe!);
    const frames = new Keyframes();
    for (const k of [0, 3, 8, 20]) {
      state.k = k;
      frames.add(state, 0, null);
    }
    assert.deepEqual(
      [0, 2, 3, 7, 8, 19, 20, 99].map(k => frames.before(k).state.k),
      [0, 0, 3, 3, 8, 8, 20, 20],
    );
    frames.cut(8);
    assert.deepEqual(kept(frames), [0, 3, 8]);
    assert.equal(frames.before(99).state.k, 8);
  });

  test('what is stored with the state counts towards the memory', () => {
    const recipe = instances.flatMap(one => ways.map(way => recipeOf(one, way))).find(r => r);
    const { state } = new Stepper(recipe!);
    const frames = new Keyframes();
    for (let k = 0; k < 60; k++) {
      state.k = k;
      // 4 MB each, in numbers and in a list of them.
      const list = Array.from({ length: 2 ** 17 }, (_, i) => i);
      frames.add(state, 0, { numbers: new Float64Array(2 ** 18), list });
      assert.ok(kept(frames).length <= 32, `${kept(frames).length} keyframes at ${k}`);
    }
    assert.ok(kept(frames).length >= 12);
  });
});
