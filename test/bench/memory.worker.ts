// A process like the extension host: it mirrors a run of a child of its own, then reports the memory of both.
import type { RunConfig } from '../../solver/wire/run.ts';
import { childRun } from '../support/bench.ts';
import { type Resident, resident } from '../support/machine.ts';

export interface Memory {
  readonly host: Resident;
  readonly child: Resident;
}

process.once('message', async (config: RunConfig) => {
  const run = await childRun(config);
  const { position, text } = await run.resume({ kind: 'end' });
  if (position.k !== config.stopWhen?.['steps']) throw new Error(text);
  const found: Memory = { host: resident(process.pid), child: resident(run.pid) };
  run.dispose();
  process.send?.(found, () => process.disconnect());
});
