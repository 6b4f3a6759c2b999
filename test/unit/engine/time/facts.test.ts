// What is in force at a step: the ordering, swaps that wait, frozen blocks, step sizes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { noHooks } from '../../../../solver/run/facts.ts';
import { Run } from '../../../../solver/run/run.ts';
import type { Edit } from '../../../../solver/wire/protocol.ts';
import { given } from '../../../support/engine/certify.ts';
import { instances } from '../../../support/engine/instances.ts';
import { wayOf } from '../../../support/engine/matrix.ts';
import { goTo, runOn } from '../../../support/engine/walk.ts';

const instance = instances.find(({ title }) => title === 'lasso, coordinates')!;
const cyclic = wayOf('pccd, metric scalar, cyclic, lipschitz');
const fresh = () => new Run(given(instance, cyclic));
const swap = (ordering: string, when: 'sweep' | 'now' = 'sweep'): Edit => ({
  kind: 'ordering',
  ordering,
  when,
});
/** Sweeps of eight blocks. */
const told = (run: Run) => run.facts().edits.map(({ k, text }) => [k, text]);
const ordering = (run: Run) => {
  const { name, since, pending } = run.facts().ordering;
  return [name, since, pending];
};

describe('what is in force', () => {
  test('a swap waits for its sweep’s end, and from then on its step is known, also when the run goes back before it', () => {
    const run = fresh();
    goTo(run, 3);
    run.edit([swap('reverse')]);
    assert.deepEqual(told(run), [[null, 'cyclic → reverse']]);
    assert.deepEqual(ordering(run), ['cyclic', 0, 'reverse']);
    goTo(run, 7);
    assert.deepEqual(ordering(run), ['cyclic', 0, 'reverse']);
    goTo(run, 20);
    assert.deepEqual(told(run), [[8, 'cyclic → reverse']]);
    assert.deepEqual(ordering(run), ['reverse', 8, null]);
    goTo(run, 5);
    assert.deepEqual(ordering(run), ['cyclic', 0, 'reverse']);
    goTo(run, 2);
    assert.deepEqual(ordering(run), ['cyclic', 0, null]);
    assert.deepEqual(told(run), [[8, 'cyclic → reverse']]);
  });

  test('a swap that another one replaces before its sweep ends never takes effect', () => {
    const run = fresh();
    goTo(run, 3);
    run.edit([swap('reverse')]);
    goTo(run, 5);
    run.edit([swap('shuffled')]);
    goTo(run, 30);
    const [first, second] = told(run);
    assert.deepEqual(first, [null, 'cyclic → reverse, replaced before its sweep ended']);
    assert.deepEqual(second, [8, 'cyclic → shuffled']);
    assert.deepEqual(ordering(run), ['shuffled', 8, null]);
  });

  test('an edit between a swap and the end of its sweep makes the swap pending again', () => {
    const run = fresh();
    goTo(run, 3);
    run.edit([swap('reverse')]);
    goTo(run, 20);
    goTo(run, 5);
    run.edit([{ kind: 'frozen', block: run.problem.blocks[1]!.name, value: true }]);
    assert.deepEqual(
      told(run).map(([k]) => k),
      [null, 5],
    );
    goTo(run, 9);
    assert.deepEqual(
      told(run).map(([k]) => k),
      [8, 5],
    );
  });

  test('a block is frozen only at the steps after the edit, and its step size is set likewise', () => {
    const run = fresh();
    const block = run.problem.blocks[2]!;
    goTo(run, 6);
    run.edit([
      { kind: 'frozen', block: block.name, value: true },
      { kind: 'stepSize', block: block.name, value: 0.25 },
    ]);
    for (const [k, holds] of [
      [12, true],
      [5, false],
      [6, true],
      [0, false],
    ] as const) {
      goTo(run, k);
      const { frozen, stepOverride } = run.facts();
      assert.deepEqual([...frozen], holds ? [block.index] : [], `at ${k}`);
      assert.deepEqual([...stepOverride.block], holds ? [block.index] : []);
      assert.deepEqual([...stepOverride.value], holds ? [0.25] : []);
    }
  });

  test('another process that resumes the run knows what this one knew', () => {
    const run = fresh();
    goTo(run, 3);
    run.edit([swap('reverse')]);
    goTo(run, 20);
    goTo(run, 12);
    run.edit([swap('shuffled')]);
    goTo(run, 14);
    const { log, branches } = run;
    const again = new Run(given(instance, cyclic), noHooks, { log, branches, keyframe: null });
    goTo(again, 14);
    assert.deepEqual(again.facts(), run.facts());
    goTo(again, 3);
    goTo(run, 3);
    assert.deepEqual(again.facts(), run.facts());
    again.edit([swap('greedy')]);
    assert.equal(again.branches.at(-1)?.id, 'branch 2');
  });
});

describe('a swapped ordering', () => {
  const instance = instances.find(({ title }) => title === 'lasso, coordinates')!;
  const cyclic = wayOf('pccd, metric scalar, cyclic, lipschitz');
  /** Names of the blocks that steps from + 1 … to moved, and their sweeps. */
  const visited = (run: Run, from: number, to: number): [number[], number[]] => [
    [...run.rows.copy('block', from, to)],
    [...run.rows.copy('sweep', from, to)],
  ];

  test('takes over when the sweep ends, or at once with a new sweep; until then the old one continues', () => {
    for (const [when, expected, sweeps] of [
      ['sweep', [0, 1, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4], [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2]],
      ['now', [0, 1, 2, 7, 6, 5, 4, 3, 2, 1, 0, 7], [1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3]],
    ] as const) {
      const run = new Run(given(instance, cyclic));
      goTo(run, 3);
      run.edit([{ kind: 'ordering', ordering: 'reverse', when }]);
      assert.equal(run.position().pendingOrdering, when === 'now' ? null : 'reverse');
      goTo(run, 12);
      assert.deepEqual(visited(run, 0, 12), [expected, sweeps]);
      assert.equal(run.position().ordering, 'reverse');
    }
  });

  test('takes over at once at the end of a sweep, and symmetric begins forward wherever it takes over', () => {
    const run = new Run(given(instance, cyclic));
    run.begin({ kind: 'sweep' });
    runOn(run);
    run.edit([{ kind: 'ordering', ordering: 'symmetric' }]);
    assert.equal(run.position().pendingOrdering, null);
    goTo(run, 24);
    const forth = [0, 1, 2, 3, 4, 5, 6, 7];
    assert.deepEqual(visited(run, 8, 24)[0], [...forth, ...[...forth].reverse()]);
  });

  test('the last swap before the sweep ends is the one that counts', () => {
    const run = new Run(given(instance, cyclic));
    goTo(run, 2);
    run.edit([{ kind: 'ordering', ordering: 'reverse' }]);
    goTo(run, 4);
    run.edit([{ kind: 'ordering', ordering: 'custom', options: { order: ['c3', 'c3'] } }]);
    goTo(run, 12);
    assert.deepEqual(visited(run, 4, 12), [
      [4, 5, 6, 7, 4, 4, 4, 4],
      [1, 1, 1, 1, 2, 2, 3, 3],
    ]);
  });
});
