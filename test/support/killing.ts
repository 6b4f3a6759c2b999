import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunClient } from '../../extension/run/client.ts';
import type { Source } from '../../extension/run/source.ts';
import { isRefusal } from '../../solver/core/part.ts';
import { type Draw, stream } from '../../solver/core/random.ts';
import { openTrace } from '../../solver/trace/reader.ts';
import type { Edit } from '../../solver/wire/protocol.ts';
import type { Finding, RunConfig } from '../../solver/wire/run.ts';
import { digest } from './dap/conversations.ts';

/** Runs of a second or so each, and an edit in the middle of some. */
const plans: readonly {
  readonly config: RunConfig;
  readonly edit: { k: number; edit: Edit } | null;
}[] = [
  { config: { problem: 'lasso', stopWhen: { steps: 200_000 } }, edit: null },
  {
    config: {
      problem: 'lasso',
      ordering: 'shuffled',
      step: 'backtracking',
      stopWhen: { steps: 120_000 },
    },
    edit: { k: 40_000, edit: { kind: 'frozen', block: 'bmi', value: true } },
  },
  {
    config: {
      problem: 'lasso',
      method: 'vrccd',
      ordering: 'importance',
      stopWhen: { steps: 30_000 },
    },
    edit: { k: 9000, edit: { kind: 'parameter', name: 'eta', value: 0.2 } },
  },
  { config: { problem: 'lasso', method: 'acoder', stopWhen: { steps: 60_000 } }, edit: null },
  {
    config: { problem: 'logistic', ordering: 'greedy', stopWhen: { steps: 4000 } },
    edit: { k: 1500, edit: { kind: 'ordering', ordering: 'symmetric', when: 'sweep' } },
  },
];

export const planCount = plans.length;

/** The metrics: those that depend on what a restore has to carry over. */
const measured = {
  lasso: ['objective', 'gradNorm', 'stepSize', 'sharpness', 'gap', 'suboptimality', 'stationarity'],
  logistic: ['objective', 'gradNorm', 'stepSize', 'gap', 'suboptimality', 'stationarity'],
} as const;

/** Thresholds so strict that findings come all along the run. */
const strict = { stall: { sweeps: 3, loss: 0.9 }, stepTooLong: { limit: 0.9 } };

/** The result of a run: its curves, findings, state and trace, as digests. */
type Ending = Readonly<Record<string, string>>;

/** The plan's run without a crash, and the seconds it took. */
export async function straight(
  plan: number,
  createSource: () => Source,
): Promise<{ readonly ending: Ending; readonly seconds: number }> {
  const followed = await entered(plan, createSource);
  const before = performance.now();
  await follow(followed.run, plan);
  const seconds = (performance.now() - before) / 1000;
  const ending = await endingOf(followed);
  followed.remove();
  return { ending, seconds };
}

/** The same run, its solver killed at a random moment and the run resumed; returns what differs, nothing where all is equal. */
export async function killedOnce(
  seed: number,
  plan: number,
  expected: { readonly ending: Ending; readonly seconds: number },
  createSource: () => Source,
): Promise<readonly string[]> {
  const draw: Draw = stream(seed, 'kill');
  const followed = await entered(plan, createSource);
  const { run } = followed;
  const moment = draw() * expected.seconds * 1000;
  const crashed = new Promise<void>(resolve => {
    const listening = run.onDidChange(({ kind }) => {
      if (kind !== 'crashed') return;
      listening.dispose();
      resolve();
    });
  });
  setTimeout(() => run.pid !== undefined && process.kill(run.pid, 'SIGKILL'), moment);
  await follow(run, plan).catch(() => undefined);
  await crashed;
  const lost = run.k;
  await run.recover();
  await run.enter('goto', () => '');
  const faults: string[] = [];
  if (run.k !== lost) faults.push(`seed ${seed}: it stood at ${lost} and came back at ${run.k}`);
  await follow(run, plan);
  const ending = await endingOf(followed);
  for (const [name, value] of Object.entries(expected.ending))
    if (ending[name] !== value)
      faults.push(`seed ${seed}, plan ${plan}: ${name} differs, killed at ${lost}`);
  followed.remove();
  return faults;
}

/** A run with all its findings. */
interface Followed {
  readonly run: RunClient;
  readonly findings: readonly Finding[];
  readonly trace: string;
  remove(): void;
}

async function entered(plan: number, createSource: () => Source): Promise<Followed> {
  const folder = mkdtempSync(join(tmpdir(), 'blockstep-killing-'));
  const trace = join(folder, 'run.arrow');
  const { config } = plans[plan]!;
  const diagnostics = measured[config.problem as keyof typeof measured];
  const run = new RunClient('1', 'killing', createSource);
  const findings: Finding[] = [];
  run.onDidChange(change => {
    if (change.kind === 'finding') findings.push(change.finding);
  });
  await run.load({
    config: { ...config, diagnostics, findings: strict, stopOnEntry: true, trace },
  });
  await run.enter('entry', () => '');
  const remove = () => {
    run.dispose();
    rmSync(folder, { recursive: true, force: true });
  };
  return { run, findings, trace, remove };
}

/** Goes to the plan's edit, unless it is made already, and then to the end. */
async function follow(run: RunClient, plan: number): Promise<void> {
  const { config, edit } = plans[plan]!;
  if (edit !== null && run.facts.edits.length === 0) {
    await run.goTo('command', edit.k);
    await run.settled();
    if (run.k !== edit.k) throw new Error('it was killed on the way');
    await run.edit('command', [edit.edit]);
  }
  if (run.k === config.stopWhen?.['steps']) return;
  await run.resume('command', { kind: 'end' });
  await run.settled();
}

async function endingOf({ run, findings, trace }: Followed): Promise<Ending> {
  const found: Record<string, string> = {};
  const { metrics, blocks } = run.info!;
  for (const { name, of } of metrics) {
    for (const block of of === 'run' ? [null] : blocks.map(({ name }) => name)) {
      const ks: Float64Array[] = [];
      const values: Float64Array[] = [];
      for (let from = 0, more = true; more; ) {
        const part = await run.series({ branch: 'live', metric: name, block, from, limit: 50_000 });
        ks.push(part.k);
        values.push(part.value);
        more = part.more && part.k.length > 0;
        from = part.k.at(-1) ?? from;
      }
      found[`${name} of ${block ?? 'the run'}`] = digest(joined(ks), joined(values));
    }
  }
  const values: string[] = [`k ${run.position?.k}`];
  for (const { name, size } of blocks)
    for (let i = 0; i < size; i++) {
      const expression = `value("${name}", ${i})`;
      values.push((await run.evaluate('command', { expression, context: 'watch' })).value);
    }
  found['x'] = values.join(' ');
  found['findings'] = inOrder(findings);
  return { ...found, ...(await recorded(trace)) };
}

/** The contents of the trace once the stop has been reported. */
async function recorded(path: string): Promise<Ending> {
  const trace = openTrace(path);
  if (isRefusal(trace)) return { trace: trace.refusal };
  const parts = new Map<string, Float64Array[]>();
  const findings: Finding[] = [];
  const edits: string[] = [];
  const take = (name: string, values: Float64Array) =>
    parts.set(name, [...(parts.get(name) ?? []), values]);
  for (const entry of trace.entries()) {
    if (entry.kind === 'finding') findings.push(entry.finding);
    if (entry.kind === 'edit') edits.push(JSON.stringify(entry.edit));
    if (entry.kind !== 'rows') continue;
    const { k, block, columns, sweepK, sweepColumns } = entry.rows;
    take('k', k);
    take('block', Float64Array.from(block));
    take('sweepK', sweepK);
    for (const [name, values] of Object.entries({ ...columns, ...sweepColumns }))
      take(name, values);
  }
  trace.close();
  return Object.fromEntries([
    ...[...parts].map(([name, all]) => [`trace: ${name}`, digest(joined(all))] as const),
    ['trace: findings', inOrder(findings)],
    ['trace: edits', edits.join()],
  ]);
}

/** Sorted, because findings of one step come in any order. */
function inOrder(findings: readonly Finding[]): string {
  return findings
    .map(finding => JSON.stringify(finding))
    .sort()
    .join('\n');
}

function joined(arrays: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}
