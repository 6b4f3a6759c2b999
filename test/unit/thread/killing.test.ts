import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killedOnce, planCount, straight } from '../../support/killing.ts';
import { child } from '../../support/processes.ts';

// `npm run soak -- killing` has two hundred.

test('a run whose solver is killed at any moment resumes at the step it had reached, and its curves and its end are those of the straight run, bit for bit', async () => {
  const faults: string[] = [];
  for (let plan = 0; plan < planCount; plan++) {
    const expected = await straight(plan, child);
    for (let seed = 1; seed <= 2; seed++)
      faults.push(...(await killedOnce(10 * plan + seed, plan, expected, child)));
  }
  assert.deepEqual(faults, []);
});
