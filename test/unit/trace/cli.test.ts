// `blockstep run … --trace PATH`: what the command line records, also when it is killed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { version } from '../../../package.json';
import { root } from '../../../scripts/lib/root.mjs';
import { isRefusal } from '../../../solver/core/part.ts';
import { inputFile } from '../../../solver/trace/header.ts';
import { openTrace, type TraceEntry, type TraceFile } from '../../../solver/trace/reader.ts';
import { blockstepIn, cli } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/machine.ts';

const folder = temporaryFolder();
const diabetes = join(root, 'examples/workspace/data/diabetes.csv');

/** A launch.json with one configuration. */
function launch(name: string, configuration: object): string {
  const file = join(folder, name);
  const one = { type: 'blockstep', request: 'launch', name, ...configuration };
  writeFileSync(file, JSON.stringify({ configurations: [one] }));
  return file;
}

const run = (...args: readonly string[]) => blockstepIn(folder, 'run', ...args);

function opened(path: string): { readonly trace: TraceFile; readonly entries: TraceEntry[] } {
  const trace = openTrace(path);
  assert.ok(!isRefusal(trace));
  const entries = [...trace.entries()];
  trace.close();
  return { trace, entries };
}

const everyMetric = ['objective', 'gradNorm', 'stepSize', 'sharpness', 'gap', 'support'];

describe('a run of the command line', () => {
  const file = launch('diabetes.json', {
    problem: 'lasso',
    data: diabetes,
    start: 'random',
    seed: 7,
    diagnostics: everyMetric,
    step: 'fixed',
    stepOptions: { size: 0.02 },
    stopWhen: { steps: 400 },
  });

  test('records what --json prints: every step, every metric, every finding, bit for bit', () => {
    const { status, stdout } = run(file, '--json', '--trace', 'made/of/run.arrow');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
    const path = join(folder, 'made/of/run.arrow');
    const { trace, entries } = opened(path);
    assert.equal(trace.ended, true);
    const steps: object[] = [];
    for (const entry of entries) {
      if (entry.kind !== 'rows') continue;
      const { rows } = entry;
      for (let i = 0; i < rows.count; i++) {
        const ended = rows.sweepK.indexOf(rows.k[i] as number);
        steps.push({
          type: 'step',
          k: rows.k[i],
          sweep: rows.sweep[i],
          block: trace.header.info.blocks[rows.block[i] as number]?.name,
          ...pick(rows.columns, i),
          ...(ended < 0 ? {} : pick(rows.sweepColumns, ended)),
        });
      }
    }
    assert.ok(steps.length > 11);
    assert.deepEqual(
      steps,
      lines.filter(line => line['type'] === 'step'),
    );
    const findings = entries.flatMap(entry => (entry.kind === 'finding' ? [entry.finding] : []));
    assert.ok(findings.length > 0);
    assert.deepEqual(
      findings.map(({ k, name, text }) => [k, name, text]),
      lines.filter(({ type }) => type === 'finding').map(({ k, name, text }) => [k, name, text]),
    );
    assert.ok(status === 0 || status === 3);
  });

  test('writes the whole recipe, the data’s hash and the build into the header', async () => {
    run(file, '--trace', 'head.arrow');
    const { header } = opened(join(folder, 'head.arrow')).trace;
    assert.deepEqual(header.build, { version, node: process.version, v8: process.versions.v8 });
    assert.deepEqual(header.inputs, [await inputFile(diabetes)]);
    const { recipe, info } = header;
    assert.deepEqual(
      [recipe.problem, recipe.method, recipe.ordering, recipe.seed, recipe.trace],
      ['lasso', 'pccd', 'cyclic', 7, undefined],
    );
    assert.deepEqual(recipe.problemOptions, {
      lambda: '0.1*max',
      intercept: true,
      standardize: false,
    });
    const measured = [...everyMetric, 'suboptimality'];
    assert.deepEqual(recipe.diagnostics, measured);
    assert.deepEqual(
      info.metrics.map(metric => metric.name),
      measured,
    );
    assert.equal(info.blocks.length, 11);
  });

  test('writes the backend that computed into its recipe, not the one that was asked for', () => {
    for (const [asked, computed] of [
      ['auto', 'wasm'],
      ['js', 'js'],
    ]) {
      run(file, '--trace', 'backend.arrow', '--set', `backend=${asked}`);
      const { recipe, info } = opened(join(folder, 'backend.arrow')).trace.header;
      assert.deepEqual([recipe.backend, info.backend], [computed, computed]);
    }
  });

  test('refuses an unwritable path in one sentence, before anything runs', () => {
    const { status, stdout, stderr } = run(file, '--trace', 'diabetes.json/run.arrow');
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(
      stderr,
      /^trace: ".*run.arrow" cannot be written \(E\w+\); accepted: the path of a file .*\n$/,
    );
  });

  test('that is refused for another reason does not change the trace of an earlier run', () => {
    run(file, '--trace', 'kept.arrow');
    const before = statSync(join(folder, 'kept.arrow')).size;
    assert.equal(run(file, '--trace', 'kept.arrow', '--set', 'target=nothing').status, 2);
    assert.equal(statSync(join(folder, 'kept.arrow')).size, before);
  });
});

describe('killed in the middle', () => {
  test('a run leaves a trace that is readable up to the last batch, without a missing step', async () => {
    const file = launch('endless.json', {
      problem: 'lasso',
      data: diabetes,
      start: 'random',
      ordering: 'random',
      diagnostics: everyMetric,
      stopWhen: { sweeps: 1e9 },
    });
    const path = join(folder, 'killed.arrow');
    const child = spawn(process.execPath, [cli, 'run', file, '--every', '0', '--trace', path], {
      stdio: 'ignore',
    });
    // By the time the file has grown past its first batches the run goes at full speed.
    const grown = () => existsSync(path) && statSync(path).size >= 2_000_000;
    for (let tries = 0; tries < 4000 && child.exitCode === null && !grown(); tries++) await wait(5);
    child.kill('SIGKILL');
    await new Promise(resolve => child.once('exit', resolve));
    assert.equal(child.signalCode, 'SIGKILL');
    const { trace, entries } = opened(path);
    assert.equal(trace.ended, false);
    let k = 0;
    for (const entry of entries) {
      if (entry.kind !== 'rows') continue;
      for (const at of entry.rows.k) assert.equal(at, ++k);
    }
    assert.ok(k > 10_000, `${k} steps`);
  });
});

function pick(columns: Readonly<Record<string, Float64Array>>, i: number): object {
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => {
      const value = values[i] as number;
      return [name, Number.isFinite(value) ? value : String(value)];
    }),
  );
}
