// What the command line prints for people and for programs, and how it ends.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, test } from 'node:test';
import { version } from '../../../package.json';
import { root } from '../../../scripts/lib/root.mjs';
import { jsonLines, line, type StepRow, table } from '../../../solver/cli/report.ts';
import { catalog } from '../../../solver/config/catalog.ts';
import { formatNumber } from '../../../solver/core/words.ts';
import { registry } from '../../../solver/registry.ts';
import { metricInfo } from '../../../solver/run/info.ts';
import { blockstep, cli, launchFile, linesOf, moduleFile } from '../../support/cli.ts';

test('--version prints the package’s version, --help names every option', () => {
  assert.deepEqual(blockstep('--version'), { status: 0, stdout: `${version}\n`, stderr: '' });
  const { stdout } = blockstep('--help');
  for (const name of ['--config', '--set', '--json', '--every', '--trace', '--version']) {
    assert.ok(stdout.includes(name));
  }
});

describe('list', () => {
  for (const [family, parts] of Object.entries(catalog).filter(([name]) => name !== 'findings')) {
    test(`${family} names every part, with title, source and what it suits`, () => {
      const { status, stdout } = blockstep('list', family, '--json');
      assert.equal(status, 0);
      assert.deepEqual(
        linesOf(stdout),
        (parts as typeof catalog.steps).map(({ name, title, source, suits, summary }) => ({
          name,
          title,
          source,
          suits,
          summary,
        })),
      );
      const text = blockstep('list', family).stdout;
      for (const { name, suits } of parts)
        assert.ok(text.includes(`${name}: `) && text.includes(suits));
    });
  }
});

test('without --json a run prints a table and a summary', () => {
  const { status, stdout } = blockstep(
    'run',
    launchFile,
    '--config',
    'Sun–Ye, cyclic',
    '--set',
    'stopWhen.sweeps=20',
  );
  assert.equal(status, 0);
  assert.match(stdout, /^quadratic: pccd, cyclic, step lipschitz, seed 1, 50 blocks\n/);
  assert.match(stdout, /\n +20 +1000 /);
  assert.match(stdout, /\nbudget: .*20 sweeps/);
  assert.ok(!stdout.includes('\u001b'));
});

test('a configuration that cannot run is refused on stderr with code 2, before anything is printed', () => {
  const refusals: readonly (readonly [readonly string[], RegExp])[] = [
    [['run', launchFile], /^--config: "" must be given/],
    [['run', 'nothing.json'], /^FILE: "nothing.json" does not exist/],
    [
      ['run', launchFile, '--config', 'Lasso on diabetes', '--set', 'metod=pccd'],
      /^metod: "pccd" is not an attribute .* nearest is method/,
    ],
    [
      ['run', launchFile, '--config', 'Lasso on diabetes', '--set', 'data=nowhere.csv'],
      /^data: ".*nowhere.csv"/,
    ],
    [
      ['run', launchFile, '--config', 'Lasso on diabetes', '--trace', 'package.json/t.arrow'],
      /^trace: ".*package.json.t.arrow" cannot be written \(E\w+\); accepted: the path of a file in a folder/,
    ],
    [
      [
        'run',
        launchFile,
        '--config',
        'Lasso on diabetes',
        '--set',
        'method=acoder',
        '--set',
        'ordering=random',
        '--set',
        'backend=gpu',
      ],
      /^ordering: "random"/,
    ],
    [
      ['run', moduleFile('empty.ts', 'export const x = 1;')],
      /^problem: ".*empty.ts" exports no default/,
    ],
    [['frobnicate'], /^command: "frobnicate" is not a command/],
  ];
  for (const [args, sentence] of refusals) {
    const { status, stdout, stderr } = blockstep(...args);
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, sentence);
    assert.equal(stderr.trimEnd().split('\n').length, 1);
  }
});

test('a closed stdout ends the run quietly', async () => {
  const child = spawn(
    process.execPath,
    [cli, 'run', launchFile, '--config', 'Sun–Ye, cyclic', '--json'],
    { cwd: root },
  );
  let stderr = '';
  child.stderr.on('data', chunk => {
    stderr += String(chunk);
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise(resolve => child.once('exit', resolve));
  assert.deepEqual([code, stderr], [0, '']);
});

test('Ctrl-C ends a run, which still prints its end line', async () => {
  const endless = ['--set', 'stopWhen={"seconds":600}', '--json', '--every', '100000'];
  const child = spawn(
    process.execPath,
    [cli, 'run', launchFile, '--config', 'Sun–Ye, cyclic', ...endless],
    { cwd: root },
  );
  let stdout = '';
  child.stdout.on('data', chunk => {
    if (stdout === '') child.kill('SIGINT');
    stdout += String(chunk);
  });
  const code = await new Promise(resolve => child.once('close', resolve));
  assert.equal(code, 130);
  const end = linesOf(stdout).at(-1)!;
  assert.deepEqual([end.type, end['status']], ['end', 'budget']);
  assert.equal(Object.keys(end['x'] as object).length, 50);
});

const row = (k: number, m = 2): StepRow => ({
  k,
  sweep: Math.ceil(k / m),
  block: `b${k % m}`,
  metrics: { objective: 1 / k, gradNorm: k % m },
  sweepEnds: k % m === 0,
});
const rows = (count: number) => Array.from({ length: count }, (_, i) => row(i + 1));
const end = {
  status: 'budget',
  text: 'Used.',
  k: 6,
  sweeps: 3,
  passes: 3,
  seconds: 0.5,
  objective: Number.NaN,
  gap: null,
  x: new Map([['a', [1, Number.NEGATIVE_INFINITY]]]),
} as const;
const finding = { k: 3, name: 'stall', block: 'b1', text: 'It stalls.', evidence: {} } as const;
const plain = (text: string) => text;

test('JSON output has NaN and infinities as strings, and every other number to the last bit', () => {
  const text = line({
    a: Number.NaN,
    b: [Number.POSITIVE_INFINITY, -1 / 3],
    c: { d: Number.NEGATIVE_INFINITY },
  });
  assert.equal(text, '{"a":"NaN","b":["Infinity",-0.3333333333333333],"c":{"d":"-Infinity"}}\n');
});

test('--every N prints the steps that N divides, 0 none; findings and the end are always printed', () => {
  const kept = (every: number | null) =>
    rows(6).flatMap(step => {
      const text = jsonLines(every).step(step);
      return text === '' ? [] : [(JSON.parse(text) as { k: number }).k];
    });
  assert.deepEqual(kept(null), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(kept(3), [3, 6]);
  assert.deepEqual(kept(0), []);
  const quiet = jsonLines(0);
  assert.deepEqual(JSON.parse(quiet.finding(finding)), { type: 'finding', ...finding });
  assert.deepEqual(JSON.parse(quiet.end(end)), {
    type: 'end',
    ...end,
    objective: 'NaN',
    x: { a: [1, '-Infinity'] },
  });
});

/** A table of a run of these metrics, by their declarations. */
function begun(every: number | null, names: readonly string[] = ['objective', 'gradNorm']) {
  const report = table(every, plain);
  const metrics = names.map(name =>
    metricInfo(registry.diagnostics.find(part => part.name === name)!),
  );
  const words = { version: '', problem: 'p', method: 'm', ordering: 'o', step: 's' };
  report.start({ ...words, seed: 1, backend: 'js', notes: [], blocks: [], metrics });
  return report;
}

test('the columns of the table are the run’s metrics that are drawn, by their declarations, and the first of a block', () => {
  const heading = (names: readonly string[]) =>
    begun(null, names)
      .step({ k: 1, sweep: 1, block: 'a', metrics: {}, sweepEnds: true })
      .split('\n')[0]!
      .trim()
      .split(/ {2,}/);
  const chosen = ['support', 'smoothGradNorm', 'passes', 'lowerBound', 'suboptimality'];
  assert.deepEqual(heading(chosen), [
    'sweep',
    'k',
    'support',
    'suboptimality',
    'max smoothGradNorm',
  ]);
  assert.deepEqual(heading(['objective']), ['sweep', 'k', 'objective']);
});

test('the table shows sweeps 1 … 10, then tens, then hundreds, and the last', () => {
  const shown = (every: number | null, sweeps: number) => {
    const report = begun(every);
    const text =
      rows(2 * sweeps)
        .map(report.step)
        .join('') + report.end(end);
    return [...text.matchAll(/^ +(\d+) +\d+ /gm)].map(match => Number(match[1]));
  };
  assert.deepEqual(shown(null, 12), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]);
  assert.deepEqual(shown(null, 205).slice(9), [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200, 205]);
  assert.deepEqual(shown(5, 12), [5, 10, 12]);
  assert.deepEqual(shown(0, 12), []);
});

test('a row shows the largest gradient norm of its sweep, and the header is printed once', () => {
  const report = begun(null);
  const text = rows(4).map(report.step).join('');
  assert.equal(text.match(/max gradNorm/g)?.length, 1);
  assert.deepEqual(
    text
      .split('\n')
      .slice(1, 3)
      .map(one => one.trim().split(/ +/).at(-1)),
    ['1.00000', '1.00000'],
  );
});

for (const ordering of ['jacobi', 'redBlack'])
  test(`blocks that move together share the row of their sweep, with the largest gradient norm of all of them: ${ordering}`, () => {
    const sets = ['method=gradientDescent', `ordering=${ordering}`, 'stopWhen={"sweeps":4}'];
    const args = [
      'run',
      launchFile,
      '--config',
      'Sun–Ye, cyclic',
      ...sets.flatMap(one => ['--set', one]),
    ];
    const largest = new Map<unknown, number>();
    for (const { type, sweep, gradNorm } of linesOf(blockstep(...args, '--json').stdout))
      if (type === 'step') largest.set(sweep, Math.max(largest.get(sweep) ?? 0, Number(gradNorm)));
    assert.equal(largest.size, 4);
    const shown = [...blockstep(...args).stdout.matchAll(/^ +(\d+) +\d+ .* (\S+)$/gm)];
    assert.deepEqual(
      shown.map(([, sweep, norm]) => [Number(sweep), norm]),
      [...largest].map(([sweep, norm]) => [sweep, formatNumber(norm, 6)]),
    );
  });

test('a finding is printed once for each block, and counted at the end', () => {
  const report = table(null, plain);
  const told = [1, 2, 3].map(k => report.finding({ ...finding, k }));
  assert.deepEqual(told, ['stall at k = 1: It stalls.\n', '', '']);
  assert.match(report.end(end), /^stall b1: 3 times\n/);
});

test('a finding of several blocks is counted by its name alone', () => {
  const report = table(null, plain);
  for (const k of [1, 2]) report.finding({ ...finding, k, block: null });
  assert.match(report.end(end), /^stall: 2 times\n/);
});

test('the summary says once that a run has converged', () => {
  const text = 'Converged: gap 1e-11 is at most 1e-10.';
  const said = table(null, plain).end({ ...end, status: 'converged', text });
  assert.match(said, /^converged: gap 1e-11 is at most 1e-10\.\n/);
});
