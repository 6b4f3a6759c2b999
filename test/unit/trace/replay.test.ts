// A recorded run is computed again, its branches too, and the first bits that differ are named.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { RunClient } from '../../../extension/run/client.ts';
import { root } from '../../../scripts/lib/root.mjs';
import { isRefusal } from '../../../solver/core/part.ts';
import { readRecording } from '../../../solver/trace/recording.ts';
import { firstDifference, type Steps } from '../../../solver/trace/replay.ts';
import type { RunConfig } from '../../../solver/wire/run.ts';
import { blockstep } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/machine.ts';
import { child, next } from '../../support/processes.ts';
import { rowsOf, type Step } from './written.ts';

const folder = temporaryFolder();
const data = join(folder, 'data.csv');

copyFileSync(join(root, 'examples/workspace/data/diabetes.csv'), data);

const replay = (...words: readonly string[]) => blockstep('replay', ...words);

/** A run with two branches, which went on past its criterion and past its budget. */
async function record(trace: string, more: Partial<RunConfig> = {}): Promise<readonly string[]> {
  const solver = child();
  const config: RunConfig = {
    problem: 'lasso',
    data,
    ordering: 'shuffled',
    diagnostics: ['objective', 'gradNorm', 'gap', 'support'],
    stopOnEntry: true,
    stopWhen: { objective: 1e9, steps: 60, sweeps: 8 },
    trace,
    ...more,
  };
  await solver.call('load', { config });
  const goes = async (k: number) => {
    const stopped = next(solver, 'stopped');
    await solver.call('goTo', { k });
    await stopped;
  };
  const goesOn = async () => {
    const stopped = next(solver, 'stopped');
    await solver.call('resume', { until: { kind: 'end' } });
    return (await stopped).position.k;
  };
  assert.equal(await goesOn(), 11);
  assert.equal(await goesOn(), 60);
  assert.equal(await goesOn(), 88);
  await goes(40);
  await solver.call('edit', {
    edits: [
      { kind: 'frozen', block: 'bmi', value: true },
      { kind: 'ordering', ordering: 'cyclic' },
    ],
  });
  await goes(80);
  await goes(15);
  await solver.call('edit', { edits: [{ kind: 'value', block: 'bp', index: 0, value: -0 }] });
  await goes(70);
  const { facts } = await solver.call('position', {});
  await solver.call('terminate', {});
  return facts.branches.map(({ text }) => text);
}

const trace = join(folder, 'run.arrow');
/** The names of its branches while it ran. */
let told: readonly string[] = [];
before(async () => {
  told = await record(trace);
});

function recordingOf(path: string) {
  const recording = readRecording(path);
  assert.ok(!isRefusal(recording));
  return recording;
}

describe('blockstep replay', () => {
  test('names a branch after all edits that were made at once, as the run did', () => {
    assert.deepEqual(
      recordingOf(trace).branches.map(({ text }) => text),
      told,
    );
  });

  test('replays a run to the same bits, its branches too, past its criterion and its budget', () => {
    const { branches } = recordingOf(trace);
    assert.deepEqual(
      branches.map(({ from, end }) => [from, end]),
      [
        [40, 88],
        [15, 80],
      ],
    );
    const rows = 88 + (80 - 40) + (70 - 15);
    assert.deepEqual(replay(trace), {
      status: 0,
      stdout: `All ${rows} rows of steps, 2 of its branches among them, are bit for bit as recorded.\n`,
      stderr: '',
    });
    const { status, stdout } = replay(trace, '--json');
    const said: unknown = JSON.parse(stdout);
    const told = { type: 'replay', problem: 'lasso', rows, branches: 2, whole: true };
    assert.deepEqual([status, said], [0, { ...told, difference: null }]);
  });

  test('names the first bits that differ with step, block, metric and both values, in a branch too', () => {
    const recording = recordingOf(trace);
    const { header, rows, branches } = recording;
    for (const [branch, at] of [
      ['live', 16],
      [branches[0]!.id, 77 - branches[0]!.from],
      [branches[1]!.id, 66 - branches[1]!.from],
    ] as const) {
      const from = branch === 'live' ? 0 : branches.find(({ id }) => id === branch)!.from;
      const batch = rows.batch(branch, from, 1000)!;
      const k = batch.k[at - 1] as number;
      const value = batch.columns['gradNorm']?.[at - 1] as number;
      const bytes = readFileSync(trace);
      const place = bytes.indexOf(Buffer.from(Float64Array.of(value).buffer));
      bytes[place] = (bytes[place] as number) ^ 1;
      const changed = join(folder, 'changed.arrow');
      writeFileSync(changed, bytes);
      const block = header.info.blocks[batch.block[at - 1] as number]?.name;
      assert.deepEqual(replay(changed), {
        status: 3,
        stdout: `The replay differs from the trace first at step ${k}: gradNorm of ${block} is ${value}, and ${bytes.readDoubleLE(place)} was recorded.\n`,
        stderr: '',
      });
    }
  });

  test('reads a truncated file up to its last whole batch, and says so', () => {
    const cut = join(folder, 'cut.arrow');
    writeFileSync(cut, readFileSync(trace).subarray(0, -9));
    const { status, stdout } = replay(cut);
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^All \d+ rows .*\nThe file is incomplete; it was read up to its last whole/,
    );
  });

  test('refuses a file that is not a trace, and a trace whose data has changed, in one sentence', async () => {
    assert.match(replay(data).stderr, /^trace: ".*data.csv" is not an Arrow stream, .*\n$/);
    const own = join(folder, 'own.csv');
    copyFileSync(data, own);
    const path = join(folder, 'own.arrow');
    await record(path, { data: own });
    writeFileSync(own, 'x,y\n1,2\n');
    assert.deepEqual(replay(path), {
      status: 2,
      stdout: '',
      stderr: `The steps of this trace can be viewed but not computed again: ${own} has changed since it was recorded.\n`,
    });
  });
});

test('a trace of a run that continued past its criterion and its budget stops at its end when it is opened', async () => {
  const run = new RunClient('1', 'trace', child);
  await run.load({ trace });
  await run.enter('entry', () => '');
  assert.match(run.info?.notes.at(-1) ?? '', /all 70 steps are bit for bit as recorded/);
  assert.equal(run.k, 70);
  run.dispose();
});

/** Steps as a run gives them, `piece` at a time. */
const given =
  (steps: readonly Step[], piece: number): Steps =>
  from => {
    const some = steps.slice(from, from + piece);
    return { branch: 'live', from, to: from + some.length, more: false, ...rowsOf(from, some) };
  };
const steps = Array.from(
  { length: 20 },
  (_, i): Step => ({
    blocks: i % 4 === 0 ? [0, 2] : [i % 3],
    values: [i === 7 ? Number.NaN : i, i === 9 ? 0 : -i],
    gap: i % 5 === 4 ? i : null,
  }),
);
const changed = (at: number, change: Partial<Step>) =>
  steps.map((step, i) => (i === at ? { ...step, ...change } : step));
const difference = (computed: readonly Step[]) =>
  firstDifference(given(steps, 3), given(computed, 7));

test('equal runs do not differ, in whatever pieces they arrive', () => {
  for (const [a, b] of [
    [1, 20],
    [20, 1],
    [3, 7],
  ] as const)
    assert.equal(firstDifference(given(steps, a), given(steps, b)), null);
  assert.equal(difference([...steps, ...steps]), null);
});

test('−0 instead of 0 is a difference, NaN and NaN are equal', () => {
  assert.deepEqual(difference(changed(9, { values: [9, -0] })), {
    k: 10,
    block: 0,
    metric: 'gradNorm',
    recorded: 0,
    computed: -0,
  });
});

test('a sweep’s metric and the block that moved are compared too', () => {
  assert.deepEqual(difference(changed(14, { gap: 1 })), {
    k: 15,
    block: 2,
    metric: 'gap',
    recorded: 14,
    computed: 1,
  });
  assert.equal(difference(changed(5, { blocks: [1] }))?.metric, 'block');
});

test('a step that is missing in the replay is named', () => {
  assert.deepEqual(difference(steps.slice(0, 11)), {
    k: 12,
    block: 2,
    metric: 'end',
    recorded: 12,
    computed: 11,
  });
});
