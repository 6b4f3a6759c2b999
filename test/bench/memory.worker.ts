// A process like the extension host: it mirrors a run of a child of its own, then tells the memory of both.
import { readFileSync } from 'node:fs';
import type { RunConfig } from '../../solver/wire/run.ts';
import { childRun } from './childRun.ts';

/** Resident memory in bytes, at most so far and now. */
export interface Memory {
  readonly host: Resident;
  readonly child: Resident;
}

export interface Resident {
  readonly peak: number;
  readonly now: number;
}

process.once('message', async (config: RunConfig) => {
  const run = await childRun(config);
  const { position, text } = await run.resume({ kind: 'end' });
  if (position.k !== config.stopWhen?.['steps']) throw new Error(text);
  const found: Memory = { host: resident(process.pid), child: resident(run.pid) };
  run.dispose();
  process.send?.(found, () => process.disconnect());
});

function resident(pid: number): Resident {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string) => Number(status.match(`${name}:\\s+(\\d+) kB`)?.[1]) * 1024;
  return { peak: bytes('VmHWM'), now: bytes('VmRSS') };
}
