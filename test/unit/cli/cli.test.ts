import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, test } from 'node:test';
import { version } from '../../../package.json';
import { root } from '../../../scripts/lib/root.mjs';
import { catalog } from '../../../solver/config/catalog.ts';
import { blockstep, cli, launchFile, linesOf, moduleFile } from '../../support/cli.ts';

test('--version is the package’s, --help names every option', () => {
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

test('without --json a run is a table and a summary', () => {
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

test('what cannot run is refused on stderr with code 2, before anything is printed', () => {
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

test('a reader that goes away ends the run quietly', async () => {
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

test('Ctrl-C ends a run with its end line', async () => {
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
