import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSolver } from '../../extension/child.ts';
import { RunClient } from '../../extension/run/client.ts';
import { root } from '../../scripts/lib/root.mjs';
import { stream } from '../../solver/core/random.ts';
import { temporaryFolder } from '../support/machine.ts';
import { amount, seconds, soak } from '../support/soaking.ts';

/** From a pause to its stop, at random moments of a run in the matrix metric with blocks of 500, from its first step on. */
soak(async tell => {
  const count = amount('SOAK_PAUSES', 40);
  const folder = temporaryFolder();
  const draw = stream(1, 'pause');
  const header = [...Array.from({ length: 1000 }, (_, i) => `c${i}`), 'y'].join(',');
  const rows = Array.from({ length: 600 }, () =>
    Array.from({ length: 1001 }, () => (draw() + draw() + draw() - 1.5).toFixed(4)).join(','),
  );
  writeFileSync(join(folder, 'data.csv'), `${[header, ...rows].join('\n')}\n`);
  const waits: number[] = [];
  for (let i = 0; i < count; i++) {
    const run = new RunClient('1', 'pause', () => createSolver(join(root, 'dist/solver.js')));
    const config = {
      problem: 'lasso',
      data: join(folder, 'data.csv'),
      blocks: { size: 500 },
      methodOptions: { metric: 'matrix' },
      stopWhen: { steps: 1e9 },
      stopOnEntry: true,
    };
    await run.load({ config });
    await run.enter('entry', () => '');
    await run.resume('command', { kind: 'end' });
    await seconds(draw() * 1.5);
    const before = performance.now();
    await run.pause();
    await run.settled();
    waits.push(performance.now() - before);
    run.dispose();
  }
  waits.sort((a, b) => a - b);
  tell(`pause in the matrix metric, blocks of 500: median of ${count}`, waits[count >> 1]!, 'ms');
  tell(`pause in the matrix metric, blocks of 500: longest of ${count}`, waits.at(-1)!, 'ms', 50);
});
