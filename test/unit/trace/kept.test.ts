// What happens to a trace when its run is opened again and continued, and when the disk is full.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Source } from '../../../extension/run/source.ts';
import { root } from '../../../scripts/lib/root.mjs';
import { isRefusal } from '../../../solver/core/part.ts';
import { openTrace, type TraceEntry } from '../../../solver/trace/reader.ts';
import { readRecording } from '../../../solver/trace/recording.ts';
import type { Edit, Events } from '../../../solver/wire/protocol.ts';
import type { RunConfig } from '../../../solver/wire/run.ts';
import { cli } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/machine.ts';
import { child, next } from '../../support/processes.ts';

const folder = temporaryFolder();

const config: RunConfig = {
  problem: 'lasso',
  data: join(root, 'examples/workspace/data/diabetes.csv'),
  ordering: 'shuffled',
  diagnostics: ['objective', 'gradNorm', 'gap'],
  findings: { stall: { sweeps: 2, loss: 0.9 }, stepTooLong: { limit: 0.9 } },
  stopOnEntry: true,
  stopWhen: { steps: 100_000 },
};

async function goTo(solver: Source, k: number): Promise<void> {
  const stopped = next(solver, 'stopped');
  await solver.call('goTo', { k });
  await stopped;
}

const frozen = (block: string): Edit => ({ kind: 'frozen', block, value: true });

/** A run with a branch, findings in both parts of it. */
async function begin(solver: Source): Promise<void> {
  await goTo(solver, 200);
  await goTo(solver, 100);
  await solver.call('edit', { edits: [frozen('bmi')] });
  await goTo(solver, 300);
}

/** Continues the run, with another branch. */
async function goOn(solver: Source): Promise<void> {
  await goTo(solver, 400);
  await goTo(solver, 250);
  await solver.call('edit', { edits: [frozen('bp')] });
  await goTo(solver, 350);
}

/** All contents of a trace, with the rows of steps as one list. */
function content(path: string) {
  const recording = readRecording(path);
  assert.ok(!isRefusal(recording));
  const { rows, branches, edits } = recording;
  const findings = entriesOf(path).flatMap(one => (one.kind === 'finding' ? [one.finding] : []));
  const batches = ['live', ...branches.map(({ id }) => id)].map(id => rows.batch(id, 0, 1e6));
  return { batches, branches, edits, findings };
}

function entriesOf(path: string): TraceEntry[] {
  const trace = openTrace(path);
  assert.ok(!isRefusal(trace));
  const entries = [...trace.entries()];
  trace.close();
  return entries;
}

describe('a trace that was opened, replayed and continued', () => {
  test('is exported with its branches and findings, and with what followed', async () => {
    const [whole, part, exported] = ['whole', 'part', 'exported'].map(name =>
      join(folder, `${name}.arrow`),
    ) as [string, string, string];
    const straight = child();
    await straight.call('load', { config: { ...config, trace: whole } });
    await begin(straight);
    await goOn(straight);
    await straight.call('terminate', {});
    const first = child();
    await first.call('load', { config: { ...config, trace: part } });
    await begin(first);
    await first.call('terminate', {});
    const again = child();
    await again.call('load', { trace: part });
    await goOn(again);
    await again.call('exportTrace', { path: exported });
    await assert.rejects(
      again.call('exportTrace', { path: part }),
      /is the file that this run was opened from; accepted: another one/,
    );
    const expected = content(whole);
    assert.equal(expected.branches.length, 2);
    assert.ok(expected.findings.length > 4, `${expected.findings.length} findings`);
    assert.deepEqual(content(exported), expected);
  });
});

test('a run that goes on in another process is exported from its first step, as the run that was never lost', async () => {
  const [straight, lost, after] = ['straight', 'lost', 'after'].map(name =>
    join(folder, `${name}.arrow`),
  ) as [string, string, string];
  const first = child();
  let keyframe: Events['keyframe'] | null = null;
  first.on('keyframe', frame => {
    keyframe = frame;
  });
  await first.call('load', { config });
  await goTo(first, 100);
  await first.call('edit', { edits: [frozen('bmi')] });
  await goTo(first, 300);
  const { position, facts } = await first.call('position', {});
  await first.call('exportTrace', { path: straight });
  const other = child();
  await other.call('restore', { config, ...facts, keyframe, k: 300, end: position.end });
  await other.call('exportTrace', { path: lost });
  assert.equal((keyframe as Events['keyframe'] | null)?.k, 300);
  assert.deepEqual(content(lost), content(straight));
  // The run itself was not touched by it.
  for (const solver of [first, other]) await goTo(solver, 350);
  await first.call('exportTrace', { path: straight });
  await other.call('exportTrace', { path: after });
  assert.deepEqual(content(after), content(straight));
});

/** Zeros by block. */
async function standing(): Promise<object> {
  const solver = child();
  const { blocks } = await solver.call('load', { config });
  solver.dispose();
  return Object.fromEntries(blocks.map(({ name, size }) => [name, new Array(size).fill(0)]));
}

test('by the time a state is reported from which the run may resume, the trace has every step up to it', async () => {
  const path = join(folder, 'ahead.arrow');
  // A file whose hash, which is the trace's head, takes longer than the first steps.
  const start = join(folder, 'wide.json');
  writeFileSync(start, `${JSON.stringify(await standing())}${' '.repeat(4e7)}`);
  const solver = child();
  const given = { ...config, start, stopWhen: { steps: 1e12 }, trace: path };
  await solver.call('load', { config: given });
  const told = next(solver, 'keyframe', ({ k }) => k > 0);
  await solver.call('resume', { until: { kind: 'end' } });
  const { k } = await told;
  const recording = readRecording(path);
  assert.ok(!isRefusal(recording));
  assert.ok(recording.rows.end >= k, `${recording.rows.end} of ${k}`);
});

describe('a full disk', () => {
  const full = '/dev/full';
  const skip = existsSync(full) ? false : `${full} is not there`;

  test('ends the trace with one sentence, and the run continues', { skip }, async () => {
    const solver = child();
    const said: string[] = [];
    solver.on('output', ({ text }) => said.push(text));
    await solver.call('load', { config: { ...config, trace: full } });
    await goTo(solver, 3000);
    const { position } = await solver.call('position', {});
    assert.equal(position.k, 3000);
    assert.deepEqual(said, [
      `trace: "${full}" is not complete (ENOSPC: no space left on device, write); what was written before can be opened.\n`,
    ]);
  });

  test('in the middle keeps what was written, which opens and has the run’s bits', () => {
    const launch = join(folder, 'launch.json');
    const path = join(folder, 'limited.arrow');
    const { stopOnEntry, ...rest } = config;
    const one = { type: 'blockstep', request: 'launch', name: 'a', ...rest };
    const stopWhen = { steps: 40_000 };
    writeFileSync(launch, JSON.stringify({ configurations: [{ ...one, stopWhen }] }));
    // No file may grow beyond 1000 KiB, two batches and a half: to the writer the same as a disk that is full there.
    const limited = 'ulimit -f 1000; exec "$0" "$@"';
    const words = [process.execPath, cli, 'run', launch, '--every', '0', '--trace', path];
    const { status, stdout, stderr } = spawnSync('bash', ['-c', limited, ...words], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /40000/);
    assert.match(
      stderr,
      /^trace: ".*" is not complete \([^\n]+\); what was written before [^\n]*\n$/,
    );
    assert.equal(statSync(path).size, 1000 * 1024);
    const replayed = spawnSync(process.execPath, [cli, 'replay', path], { encoding: 'utf8' });
    assert.equal(replayed.status, 0, replayed.stderr);
    assert.match(
      replayed.stdout,
      /^All \d{4,} rows of steps are bit for bit as recorded.\nThe file is incomplete/,
    );
  });
});
