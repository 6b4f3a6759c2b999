// Traces in the child process: recorded while a run goes, exported, opened, replayed.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { RunClient } from '../../../extension/run/client.ts';
import type { Source } from '../../../extension/run/source.ts';
import { root } from '../../../scripts/lib/root.mjs';
import { isRefusal } from '../../../solver/core/part.ts';
import { type Recording, readRecording } from '../../../solver/trace/recording.ts';
import type { Events } from '../../../solver/wire/protocol.ts';
import type { Finding, RunConfig } from '../../../solver/wire/run.ts';
import { temporaryFolder } from '../../support/machine.ts';
import { child, next } from '../../support/processes.ts';

const folder = temporaryFolder();

const data = join(folder, 'data.csv');
copyFileSync(join(root, 'examples/workspace/data/diabetes.csv'), data);
const configOf = (trace: string, more: Partial<RunConfig> = {}): RunConfig => ({
  problem: 'lasso',
  data,
  ordering: 'shuffled',
  diagnostics: ['objective', 'gradNorm', 'stepSize', 'gap', 'support'],
  stopOnEntry: true,
  stopWhen: { steps: 100_000 },
  trace,
  ...more,
});

async function goTo(solver: Source, k: number): Promise<void> {
  const stopped = next(solver, 'stopped');
  await solver.call('goTo', { k });
  await stopped;
}

/** A run with two edits in its past, and its info at the end. */
async function recorded(path: string) {
  const solver = child();
  await solver.call('load', { config: configOf(path) });
  await goTo(solver, 200);
  await goTo(solver, 120);
  await solver.call('edit', { edits: [{ kind: 'frozen', block: 'bmi', value: true }] });
  await goTo(solver, 300);
  await solver.call('edit', { edits: [{ kind: 'ordering', ordering: 'cyclic' }] });
  await goTo(solver, 400);
  await goTo(solver, 60);
  await solver.call('edit', {
    edits: [{ kind: 'value', block: 'bp', index: 0, value: -0 }],
  });
  await solver.call('edit', { edits: [{ kind: 'ordering', ordering: 'cyclic' }] });
  await goTo(solver, 250);
  const rows = await all(solver);
  const { facts } = await solver.call('position', {});
  return { solver, rows, facts };
}

/** Rows of the live branch and of the branches. */
async function all(solver: Source) {
  const { facts } = await solver.call('position', {});
  const batches = ['live', ...facts.branches.map(({ id }) => id)].map(branch =>
    solver.call('metrics', { branch, from: 0, limit: 1e6 }),
  );
  return Promise.all(batches);
}

const ofRecording = ({ rows, branches }: Recording) =>
  ['live', ...branches.map(({ id }) => id)].map(id => rows.batch(id, 0, 1e6));

function reading(path: string): Recording {
  const recording = readRecording(path);
  assert.ok(!isRefusal(recording), 'refusal' in recording ? recording.refusal : '');
  return recording;
}

/** Opens a trace as the extension does. */
async function opened(path: string) {
  const run = new RunClient('1', 'trace', child);
  const findings: Finding[] = [];
  run.onDidChange(change => {
    if (change.kind === 'finding') findings.push(change.finding);
  });
  await run.load({ trace: path });
  await run.enter('entry', () => '');
  return { run, findings };
}

async function until(holds: () => boolean): Promise<void> {
  // On a busy machine the run is killed late: its trace is long, and all of it is replayed.
  for (const start = performance.now(); !holds(); ) {
    assert.ok(performance.now() - start < 60_000, 'it does not come to hold');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

describe('a run with `trace`', () => {
  test('is in the file bit for bit: its steps, its branches, and its edits with their effects', async () => {
    const path = join(folder, 'forked.arrow');
    const { solver, rows, facts } = await recorded(path);
    await solver.call('terminate', {});
    const recording = reading(path);
    assert.equal(recording.whole, true);
    assert.deepEqual(ofRecording(recording), rows);
    assert.deepEqual(
      recording.branches.map(({ from, end, text }) => [from, end, text]),
      facts.branches.map(({ from, end, text }) => [from, end, text]),
    );
    assert.equal(recording.branches.length, 2);
    assert.deepEqual(recording.edits, facts.edits);
  });

  test('that is exported later gives the same file, with its edits in their places', async () => {
    const path = join(folder, 'kept.arrow');
    const copy = join(folder, 'exported.arrow');
    const { solver, rows } = await recorded(path);
    const { rows: count } = await solver.call('exportTrace', { path: copy });
    await assert.rejects(solver.call('exportTrace', { path }), /being recorded in; accepted/);
    await assert.rejects(
      solver.call('exportTrace', { path: join(data, 'x.arrow') }),
      /^SourceError: trace: ".*" cannot be written \(E\w+\); accepted: the path of a file/,
    );
    await solver.call('terminate', {});
    const [one, other] = [reading(path), reading(copy)];
    assert.deepEqual(ofRecording(other), rows);
    assert.deepEqual(other.edits, one.edits);
    assert.deepEqual(other.branches, one.branches);
    assert.deepEqual(other.header, one.header);
    assert.equal(other.count, count);
  });

  test('to an unwritable path is refused before anything runs', async () => {
    const config = configOf(join(data, 'run.arrow'));
    await assert.rejects(
      child().call('load', { config }),
      /^SourceError: trace: ".*" cannot be written \(E\w+\); accepted: the path of a file/,
    );
  });

  test('whose process is killed leaves a file that can be opened, complete up to some step', async () => {
    const path = join(folder, 'killed.arrow');
    const solver = child();
    let reached = 0;
    const far = new Promise<void>(resolve => {
      solver.on('metrics', ({ to }: Events['metrics']) => {
        reached = to;
        // More than a batch: fewer rows are written only after a fifth of a second, and it may be killed before.
        if (to > 20_000) resolve();
      });
    });
    await solver.call('load', { config: configOf(path, { stopWhen: { steps: 1e12 } }) });
    await solver.call('resume', { until: { kind: 'end' } });
    await far;
    process.kill(solver.pid as number, 'SIGKILL');
    await new Promise<void>(resolve => solver.onExit(() => resolve()));
    const recording = reading(path);
    assert.equal(recording.whole, false);
    const { end } = recording.rows;
    assert.ok(end > 1000, `${end} of ${reached}`);
    const batch = recording.rows.batch('live', 0, 1e9);
    assert.deepEqual(
      batch?.k,
      Float64Array.from({ length: end }, (_, i) => i + 1),
    );
    const { run } = await opened(path);
    await until(() => run.history.end === end);
    run.dispose();
  });
});

describe('a trace that is opened where its data is', () => {
  test('is replayed to the same bits, stops at its end with its branches, and continues', async () => {
    const path = join(folder, 'replayed.arrow');
    const { solver, facts } = await recorded(path);
    await solver.call('terminate', {});
    const recording = reading(path);
    const { run, findings } = await opened(path);
    await until(() => run.history.end === 250);
    assert.match(run.info?.notes.at(-1) ?? '', /all 250 steps are bit for bit as recorded/);
    assert.ok(findings.every(({ name }) => name !== 'traceDiffers'));
    assert.equal(run.k, 250);
    assert.equal(run.info?.abilities.stepUpdate, true);
    assert.ok(facts.ordering.since > 0, 'an ordering was swapped on the way');
    const { branches: _, ...inForce } = facts;
    assert.deepEqual({ ...run.facts, branches: undefined }, { ...inForce, branches: undefined });
    assert.deepEqual(
      run.facts.branches,
      facts.branches.map((branch, i) => ({ ...branch, ...recording.branches[i] })),
    );
    const objective = recording.rows.batch('live', 0, 1e6)?.columns['objective'];
    const series = await run.series({
      metric: 'objective',
      block: null,
      branch: 'live',
      from: 0,
      limit: 1e6,
    });
    assert.deepEqual(series.value, objective);
    run.dispose();
  });

  test('and that has one changed bit names step, block, metric and both values', async () => {
    const path = join(folder, 'flipped.arrow');
    const solver = child();
    await solver.call('load', { config: configOf(path, { ordering: 'cyclic' }) });
    await goTo(solver, 40);
    await solver.call('terminate', {});
    const batch = reading(path).rows.batch('live', 0, 100);
    const value = batch?.columns['gradNorm']?.[16] as number;
    const bytes = readFileSync(path);
    const at = bytes.indexOf(Buffer.from(Float64Array.of(value).buffer));
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(path, bytes);
    const changed = bytes.readDoubleLE(at);
    const { run, findings } = await opened(path);
    await until(() => findings.length > 0);
    const [finding] = findings;
    assert.equal(finding?.name, 'traceDiffers');
    assert.equal(
      finding?.text,
      `The replay differs from the trace first at step 17: gradNorm of ${finding?.block} is ${value}, and ${changed} was recorded.`,
    );
    assert.equal(finding?.block, run.info?.blocks[batch?.block[16] as number]?.name);
    run.dispose();
  });
});

describe('a trace that is opened where its data is not', () => {
  test('can be viewed and scrubbed, and says in a sentence why it cannot be stepped', async () => {
    const path = join(folder, 'looked-at.arrow');
    const own = join(folder, 'own.csv');
    copyFileSync(data, own);
    const solver = child();
    await solver.call('load', { config: configOf(path, { data: own, ordering: 'cyclic' }) });
    await goTo(solver, 50);
    await solver.call('edit', { edits: [{ kind: 'frozen', block: 'bmi', value: true }] });
    await goTo(solver, 90);
    await goTo(solver, 30);
    const truth = await solver.call('position', {});
    await goTo(solver, 90);
    await solver.call('terminate', {});
    writeFileSync(own, 'x,y\n1,2\n3,4\n');
    const { run } = await opened(path);
    await until(() => run.history.end === 90);
    const why = run.info?.abilities.stepUpdate;
    assert.equal(
      why,
      `The steps of this trace can be viewed but not computed again: ${own} has changed since it was recorded.`,
    );
    await assert.rejects(async () => run.resume('panel', { kind: 'end' }), { message: why });
    assert.equal(run.isFrozen('bmi'), true);
    await run.goTo('panel', 30);
    await until(() => run.isPaused && run.k === 30);
    const { sweep, place, block, ordering } = truth.position;
    assert.deepEqual(
      [run.position?.sweep, run.position?.place, run.position?.block, run.position?.ordering],
      [sweep, place, block, ordering],
    );
    assert.equal(run.isFrozen('bmi'), false);
    const batch = reading(path).rows.batch('live', 0, 100);
    const { value } = await run.evaluate('panel', { expression: 'objective', context: 'watch' });
    assert.equal(Number(value), batch?.columns['objective']?.[29]);
    const before = await run.evaluate('panel', { expression: 'prev(objective)', context: 'watch' });
    assert.equal(Number(before.value), batch?.columns['objective']?.[28]);
    await assert.rejects(
      run.evaluate('panel', { expression: 'norm("bmi")', context: 'watch' }),
      /were not recorded/,
    );
    await assert.rejects(run.evaluate('panel', { expression: 'stepSize = 1', context: 'repl' }));
    const { variables } = await run.ask('variables', { scope: 'Block', path: [] });
    assert.equal(variables.find(({ name }) => name === 'block')?.value, block);
    assert.ok(variables.every(({ value }) => value !== 'NaN' && value !== 'not recorded'));
    const copy = join(folder, 'copied.arrow');
    await run.ask('exportTrace', { path: copy });
    assert.deepEqual(readFileSync(copy), readFileSync(path));
    run.dispose();
  });

  test('that is not a trace is refused in one sentence', async () => {
    await assert.rejects(
      child().call('load', { trace: data }),
      /^SourceError: trace: ".*data.csv" is not an Arrow stream, .*; accepted: an Arrow stream/,
    );
  });
});
