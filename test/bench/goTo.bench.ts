// How long a jump takes to any step of a run of 10⁵ updates, from the call to the stop.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/root.mjs';
import { stream } from '../../solver/core/random.ts';
import type { RunConfig } from '../../solver/wire/run.ts';
import { childRun, type Measured, measure } from '../support/bench.ts';
import { temporaryFolder } from '../support/machine.ts';
import { asNpy, lassoData } from './lassoData.ts';

const updates = 100_000;
const jumps = 40;

const runs: Readonly<Record<string, Omit<RunConfig, 'problem'> & { problem: string }>> = {
  'lasso, diabetes, pccd': { problem: 'lasso' },
  'lasso, diabetes, acoder': { problem: 'lasso', method: 'acoder' },
  'lasso, diabetes, vrccd': { problem: 'lasso', method: 'vrccd' },
  'group lasso in blocks of 3, diabetes, exact': {
    problem: 'groupLasso',
    blocks: { size: 3 },
    method: 'exact',
  },
  'logistic, breastCancer, pccd': { problem: 'logistic', data: 'breastCancer' },
  'quadratic, pccd': { problem: 'quadratic' },
  'a module, pccd': { problem: join(root, 'examples/workspace/problems/ridge.ts') },
  'logistic, breastCancer, gradientDescent': {
    problem: 'logistic',
    data: 'breastCancer',
    method: 'gradientDescent',
  },
};

for (const [name, config] of Object.entries(runs)) {
  measure(() => travels(name, config));
}

measure(async () => {
  const folder = temporaryFolder();
  const data = join(folder, 'lasso.npy');
  writeFileSync(data, asNpy(lassoData()));
  const problemOptions = { lambda: '0.001*max', intercept: false };
  return await travels('lasso 1,000 × 5,000, pccd', { problem: 'lasso', data, problemOptions });
});

async function travels(name: string, config: RunConfig): Promise<Measured[]> {
  const run = await childRun({ ...config, stopWhen: { steps: updates } });
  const end = await run.resume({ kind: 'end' });
  if (end.position.k !== updates) throw new Error(`${name}: ${end.text}`);
  const draw = stream(1, 'bench jumps');
  const goals = [0, updates, 1, updates - 1, updates / 2];
  while (goals.length < jumps) goals.push(Math.floor(draw() * (updates + 1)));
  const times: number[] = [];
  for (const k of goals) {
    const start = performance.now();
    const stop = await run.goTo(k);
    times.push(performance.now() - start);
    if (stop.position.k !== k) throw new Error(`${name}: went to ${stop.position.k}, not ${k}`);
  }
  run.dispose();
  const title = `go to any of 10⁵ updates, ${name}`;
  return [
    { title, unit: 'ms', values: times },
    { title: `${title}: the slowest`, unit: 'ms', values: [Math.max(...times)], limit: 200 },
  ];
}
