import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { version } from '../../../package.json';
import { root } from '../../../scripts/lib/root.mjs';
import { catalog } from '../../../solver/config/catalog.ts';
import { buildCli } from '../../support/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'blockstep-cli-'));
const cli = join(folder, 'cli.js');
const launchFile = 'examples/workspace/.vscode/launch.json';

before(() => buildCli(cli));
after(() => rmSync(folder, { recursive: true }));

/** Runs the command line in the repository's root. */
function blockstep(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

interface Line {
  readonly type: string;
  readonly [key: string]: unknown;
}

function linesOf(stdout: string): Line[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map(text => JSON.parse(text) as Line);
}

function module(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, `import { defineProblem } from 'blockstep';\n${text}`);
  return file;
}

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

describe('run --json', () => {
  const lasso = [launchFile, '--config', 'Lasso on diabetes', '--json'] as const;

  test('prints start, a line a block update in order, and an end; gap stands at the end of each sweep', () => {
    const { status, stdout, stderr } = blockstep('run', ...lasso);
    assert.deepEqual([status, stderr], [0, '']);
    const [start, ...rest] = linesOf(stdout);
    const end = rest.pop()!;
    const blocks = start!['blocks'] as string[];
    assert.deepEqual(Object.keys(start!).slice(0, 8), [
      'type',
      'blockstep',
      'problem',
      'method',
      'ordering',
      'step',
      'seed',
      'blocks',
    ]);
    assert.equal(blocks[0], '(intercept)');
    for (const [i, step] of rest.entries()) {
      assert.deepEqual(Object.keys(step).slice(0, 8), [
        'type',
        'k',
        'sweep',
        'block',
        'objective',
        'gradNorm',
        'stepSize',
        'sharpness',
      ]);
      assert.deepEqual(
        [step.type, step['k'], step['sweep'], step['block']],
        ['step', i + 1, Math.floor(i / blocks.length) + 1, blocks[i % blocks.length]],
      );
      assert.equal('gap' in step, (i + 1) % blocks.length === 0);
    }
    assert.deepEqual([end.type, end['status'], end['k']], ['end', 'converged', rest.length]);
    assert.deepEqual(Object.keys(end['x'] as object), blocks);
    assert.equal(end['objective'], rest.at(-1)!['objective']);
    assert.equal(end['gap'], rest.at(-1)!['gap']);
  });

  test('prints the same lines again, but for the seconds', () => {
    const [first, second] = [1, 2].map(() =>
      blockstep('run', ...lasso).stdout.replace(/"seconds":[^,]*/, ''),
    );
    assert.equal(first, second);
  });

  test('the x of an end line serves as a start', () => {
    const end = linesOf(blockstep('run', ...lasso, '--every', '0').stdout).at(-1)!;
    const file = join(folder, 'x.json');
    writeFileSync(file, JSON.stringify(end['x']));
    const again = linesOf(blockstep('run', ...lasso, '--set', `start=${file}`).stdout);
    assert.equal(again.at(-1)!['sweeps'], 1);
  });

  test('a budget is used, and that is no failure', () => {
    const { status, stdout } = blockstep(
      'run',
      ...lasso,
      '--set',
      'stopWhen={"steps":5}',
      '--every',
      '2',
    );
    const lines = linesOf(stdout);
    assert.equal(status, 0);
    assert.deepEqual(
      lines.map(one => one['k'] ?? one.type),
      ['start', 2, 4, 5],
    );
    assert.equal(lines.at(-1)!['status'], 'budget');
  });

  test('a run that blows up ends with nonfinite, its finding, and exit code 3', () => {
    const { status, stdout } = blockstep(
      'run',
      ...lasso,
      '--set',
      'step=fixed',
      '--set',
      'stepOptions.size=10',
    );
    const lines = linesOf(stdout);
    assert.equal(status, 3);
    assert.equal(lines.at(-1)!['status'], 'nonfinite');
    assert.ok(lines.some(one => one.type === 'finding' && one['name'] === 'nonfinite'));
  });

  test('a module that throws mid-run ends with failed, the finding has the user’s stack, and the code is 3', () => {
    const file = module(
      'throws.ts',
      `const half = (v: number) => {
        if (v < 0.5) throw new Error('too small');
        return v;
      };
      export default defineProblem({ blocks: { a: 1 }, start: { a: [1] },
        value: x => x.a[0] ** 4, gradient: x => [4 * half(x.a[0]) ** 3] });`,
    );
    const { status, stdout } = blockstep('run', file, '--json');
    const lines = linesOf(stdout);
    assert.equal(status, 3);
    assert.deepEqual(
      lines.slice(-2).map(one => one.type),
      ['finding', 'end'],
    );
    const found = lines.at(-2)!;
    assert.deepEqual([found['name'], found['block']], ['userError', 'a']);
    assert.match(found['stack'] as string, /at half \(.*throws\.ts:3\)/);
    assert.equal(lines.at(-1)!['status'], 'failed');
  });

  test('a module that throws at the start has start, finding and end lines too', () => {
    const file = module(
      'broken.ts',
      "export default defineProblem({ blocks: { a: 1 }, value: () => { throw new Error('no'); }, gradient: () => [0] });",
    );
    const { status, stdout } = blockstep('run', file, '--json');
    const lines = linesOf(stdout);
    assert.equal(status, 3);
    assert.deepEqual(
      lines.map(one => one.type),
      ['start', 'finding', 'end'],
    );
    assert.equal(lines[2]!['status'], 'failed');
  });

  test('what a module prints goes to stderr', () => {
    const file = module(
      'prints.ts',
      "console.log('hello'); export default defineProblem({ blocks: { a: 1 }, value: x => x.a[0] ** 2, gradient: x => [2 * x.a[0]] });",
    );
    const { stdout, stderr } = blockstep('run', file, '--json');
    assert.equal(stderr, 'hello\n');
    linesOf(stdout);
  });

  test('a gradient that is wrong is found before the first step, and the run goes on', () => {
    const file = module(
      'wrong.ts',
      'export default defineProblem({ blocks: { a: 1, b: 1 }, start: { a: [1], b: [1] }, value: x => x.a[0] ** 2 + x.b[0] ** 2, gradient: (x, block) => [(block === "a" ? 2 : 3) * x[block][0]], lipschitz: () => 3 });',
    );
    const lines = linesOf(blockstep('run', file, '--json').stdout);
    const [found] = lines.filter(one => one.type === 'finding');
    assert.deepEqual(
      [found?.['name'], found?.['block'], found?.['k']],
      ['gradientMismatch', 'b', 0],
    );
    assert.equal(lines.indexOf(found!), 1);
    assert.equal(lines.at(-1)!.type, 'end');
  });
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
      ['run', module('empty.ts', 'export const x = 1;')],
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
