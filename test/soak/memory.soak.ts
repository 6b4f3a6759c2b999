import { join } from 'node:path';
import { createSolver } from '../../extension/child.ts';
import { RunClient } from '../../extension/run/client.ts';
import { root } from '../../scripts/lib/root.mjs';
import { resident } from '../support/machine.ts';
import { amount, endless, seconds, soak } from '../support/soaking.ts';

/** Memory of the solver and of its host while a run goes on at full speed. */
soak(async tell => {
  const minutes = amount('SOAK_MINUTES', 10);
  const run = new RunClient('1', 'memory', () => createSolver(join(root, 'dist/solver.js')));
  await run.load({ config: endless });
  await run.enter(null, () => '');
  await run.resume('command', { kind: 'end' });
  let child = 0;
  let host = 0;
  for (let passed = 0; passed < minutes * 60; passed += 5) {
    await seconds(5);
    child = Math.max(child, resident(run.pid!).now);
    host = Math.max(host, resident(process.pid).now);
    if ([60, minutes * 30, minutes * 60].includes(passed + 5)) {
      const when = `${(passed + 5) / 60} min`;
      tell(`solver at its highest, up to ${when}`, child / 1e6, 'MB');
      tell(`host at its highest, up to ${when}`, host / 1e6, 'MB');
    }
  }
  const before = performance.now();
  await run.pause();
  await run.settled();
  tell('pause at the end', performance.now() - before, 'ms', 50);
  tell('steps', run.k, '');
  run.dispose();
});
