import { join } from 'node:path';
import { createSolver } from '../../extension/child.ts';
import type { Source } from '../../extension/run/source.ts';
import { root } from '../../scripts/lib/root.mjs';
import { converse } from '../support/dap/conversations.ts';
import { FakeSolver } from '../support/dap/fakeSolver.ts';
import { amount, soak } from '../support/soaking.ts';

/** Random conversations: most with a fake solver, the others with the built one, two at a time. */
soak(async tell => {
  const real = amount('SOAK_REAL', 400);
  const all = amount('SOAK_CONVERSATIONS', 10_000);
  let requests = 0;
  let slowest = 0;
  const faults: string[] = [];
  const held = async (seed: number, createSource: () => Source) => {
    const told = await converse(seed, createSource);
    requests += told.requests;
    slowest = Math.max(slowest, told.slowest);
    faults.push(...told.faults);
  };
  for (let seed = 1; seed <= all - real; seed++) await held(seed, () => new FakeSolver());
  const solver = () => createSolver(join(root, 'dist/solver.js'));
  for (let seed = all - real + 1; seed <= all; seed += 2)
    await Promise.all([held(seed, solver), held(seed + 1, solver)]);
  for (const fault of faults.slice(0, 20)) console.error(fault);
  tell(`conversations, ${real} of them with the solver itself`, all, '');
  tell('requests in them', requests, '');
  tell('requests not answered once, answers after 5 s, and processes left', faults.length, '', 0);
  tell('slowest answer', slowest, 'ms', 5000);
});
