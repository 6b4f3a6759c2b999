// The memory of a run of 10⁶ updates over 10 blocks, in the child and in a process like the extension host.
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunConfig } from '../../solver/wire/run.ts';
import { type Measured, measure } from '../support/bench.ts';
import type { Resident } from '../support/machine.ts';
import type { Memory } from './memory.worker.ts';

const methods = ['pccd', 'acoder'];

measure(async () => {
  if (!existsSync('/proc/self/status')) return 'Memory is read from /proc, which is not here.';
  const rows: Measured[] = [];
  for (const method of methods) {
    const found: Memory[] = [];
    for (let i = 0; i < 3; i++) {
      const problemOptions = { intercept: false };
      found.push(await run({ problem: 'lasso', problemOptions, method, stopWhen: { steps: 1e6 } }));
    }
    const row = (what: string, of: (memory: Memory) => number, limit?: number): Measured => ({
      title: `10⁶ updates over 10 blocks, ${method}: resident memory ${what}`,
      unit: 'MB',
      values: found.map(memory => of(memory) / 1e6),
      ...(limit ? { limit } : {}),
    });
    rows.push(
      row('of the child, at most', ({ child }) => child.peak),
      row('of the host, at most', ({ host }) => host.peak),
      row('of both, at most', ({ child, host }) => child.peak + host.peak, 512),
      row('of both, at the end', ({ child, host }) => sum(child, host)),
    );
  }
  return rows;
});

function sum(...parts: readonly Resident[]): number {
  return parts.reduce((total, { now }) => total + now, 0);
}

/** Runs in a host of its own. */
function run(config: RunConfig): Promise<Memory> {
  const host = fork(join(__dirname, 'memory.js'), [], { execArgv: [] });
  return new Promise((resolve, reject) => {
    host.once('message', found => resolve(found as Memory));
    host.once('exit', code => reject(new Error(`the host ended with ${code}`)));
    host.send(config);
  });
}
