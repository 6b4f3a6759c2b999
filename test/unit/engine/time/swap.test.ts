import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Run } from '../../../../solver/run/run.ts';
import { given } from '../../../support/engine/certify.ts';
import { instances } from '../../../support/engine/instances.ts';
import { type Way, ways } from '../../../support/engine/matrix.ts';
import { goTo, runOn } from '../../../support/engine/walk.ts';

describe('a swapped ordering', () => {
  const instance = instances.find(({ title }) => title === 'lasso, coordinates')!;
  const cyclic = ways.find(
    ({ title }) => title === 'pccd, metric scalar, cyclic, lipschitz',
  ) as Way;
  /** Names of the blocks that steps from + 1 … to moved, and their sweeps. */
  const visited = (run: Run, from: number, to: number): [number[], number[]] => [
    [...run.rows.copy('block', from, to)],
    [...run.rows.copy('sweep', from, to)],
  ];

  test('takes over when the sweep ends, or at once as a new sweep; in between the old one goes on', () => {
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

  test('at the end of a sweep takes over at once, and symmetric begins forth wherever it takes over', () => {
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
