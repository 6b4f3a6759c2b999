// What a replay computed beside what was recorded: the first bits that differ are named.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstDifference, type Steps } from '../../../solver/trace/compare.ts';
import { rowsOf, type Step } from '../../support/traces.ts';

/** Steps as a run gives them, `piece` at a time. */
const given =
  (steps: readonly Step[], piece: number): Steps =>
  from => {
    const some = steps.slice(from, from + piece);
    return { branch: 'live', from, to: from + some.length, more: false, ...rowsOf(from, some) };
  };
const steps = Array.from(
  { length: 20 },
  (_, i): Step => ({
    blocks: i % 4 === 0 ? [0, 2] : [i % 3],
    values: [i === 7 ? Number.NaN : i, i === 9 ? 0 : -i],
    gap: i % 5 === 4 ? i : null,
  }),
);
const changed = (at: number, change: Partial<Step>) =>
  steps.map((step, i) => (i === at ? { ...step, ...change } : step));
const difference = (computed: readonly Step[]) =>
  firstDifference(given(steps, 3), given(computed, 7));

test('equal runs differ nowhere, however they come in pieces', () => {
  for (const [a, b] of [
    [1, 20],
    [20, 1],
    [3, 7],
  ] as const)
    assert.equal(firstDifference(given(steps, a), given(steps, b)), null);
  assert.equal(difference([...steps, ...steps]), null);
});

test('−0 for 0 is named as a difference, and NaN for NaN is none', () => {
  assert.deepEqual(difference(changed(9, { values: [9, -0] })), {
    k: 10,
    block: 0,
    metric: 'gradNorm',
    recorded: 0,
    computed: -0,
  });
});

test('a metric of a sweep and the block that moved are compared as well', () => {
  assert.deepEqual(difference(changed(14, { gap: 1 })), {
    k: 15,
    block: 2,
    metric: 'gap',
    recorded: 14,
    computed: 1,
  });
  assert.equal(difference(changed(5, { blocks: [1] }))?.metric, 'block');
});

test('a step that is missing in the replay is named', () => {
  assert.deepEqual(difference(steps.slice(0, 11)), {
    k: 12,
    block: 2,
    metric: 'end',
    recorded: 12,
    computed: 11,
  });
});
