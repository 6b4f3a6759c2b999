import assert from 'node:assert/strict';
import { test } from 'node:test';
import { child } from '../../support/child.ts';
import { converse } from '../../support/dap/conversations.ts';
import { FakeSolver } from '../../support/dap/fakeSolver.ts';

// `npm run soak -- fuzz` has ten thousand.

test('every request of 300 random conversations with a stand-in is answered once, within five seconds', async () => {
  const faults: string[] = [];
  for (let seed = 1; seed <= 300; seed++)
    faults.push(...(await converse(seed, () => new FakeSolver())).faults);
  assert.deepEqual(faults, []);
});

test('so is every one of 8 with a solver, and no process outlives them', async () => {
  const faults: string[] = [];
  for (let seed = 1; seed <= 8; seed++) faults.push(...(await converse(seed, child)).faults);
  assert.deepEqual(faults, []);
});
