import { join } from 'node:path';
import { createSolver } from '../../extension/child.ts';
import { root } from '../../scripts/lib/root.mjs';
import { killedOnce, planCount, straight } from '../support/killing.ts';
import { amount, soak } from '../support/soaking.ts';

/** Solvers killed at random moments of their runs; the runs are resumed and end where straight runs end. */
soak(async tell => {
  const all = amount('SOAK_KILLS', 200);
  const solver = () => createSolver(join(root, 'dist/solver.js'));
  const faults: string[] = [];
  let killed = 0;
  for (let plan = 0; plan < planCount; plan++) {
    const expected = await straight(plan, solver);
    for (let seed = 1; seed <= all / planCount; seed++, killed++)
      faults.push(...(await killedOnce(1000 * plan + seed, plan, expected, solver)));
  }
  for (const fault of faults.slice(0, 20)) console.error(fault);
  tell('solvers killed', killed, '');
  tell('steps, curves and ends that differ from the straight run’s by a bit', faults.length, '', 0);
});
