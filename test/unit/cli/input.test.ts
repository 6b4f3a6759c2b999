// What the command line is given: its arguments, and the configurations of a file.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assignment, commandOf, withAssigned } from '../../../solver/cli/arguments.ts';
import { configurationOf } from '../../../solver/cli/file.ts';
import { isRefusal } from '../../../solver/core/part.ts';
import { temporaryFolder } from '../../support/machine.ts';

const run = { command: 'run', file: 'a.json', config: null, set: [], json: false, every: null };

describe('a command line is read', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['', { command: 'help' }],
    ['--help', { command: 'help' }],
    ['run --help', { command: 'help' }],
    ['-h', { command: 'help' }],
    ['--version', { command: 'version' }],
    ['run a.json', run],
    ['run --json a.json', { ...run, json: true }],
    ['run a.json --every 0', { ...run, every: 0 }],
    ['run a.json --every=10', { ...run, every: 10 }],
    ['run a.json --config Lasso', { ...run, config: 'Lasso' }],
    ['run a.json --trace t.arrow', { ...run, set: [{ path: ['trace'], value: 't.arrow' }] }],
    [
      'run a.json --set seed=3 --set problemOptions.lambda=0.5*max',
      {
        ...run,
        set: [
          { path: ['seed'], value: 3 },
          { path: ['problemOptions', 'lambda'], value: '0.5*max' },
        ],
      },
    ],
    ['replay t.arrow', { command: 'replay', file: 't.arrow', json: false }],
    ['replay --json t.arrow', { command: 'replay', file: 't.arrow', json: true }],
    ['list methods', { command: 'list', family: 'methods', json: false }],
    ['list problems --json', { command: 'list', family: 'problems', json: true }],
  ];
  for (const [line, command] of cases) {
    test(`blockstep ${line}`, () => {
      assert.deepEqual(commandOf(line.split(' ').filter(word => word !== '')), command);
    });
  }
});

describe('a command line is refused in one sentence', () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      'run',
      'FILE: "" is missing; accepted: blockstep run FILE, a launch.json or a problem module (.ts, .js)',
    ],
    [
      'rn a.json',
      'command: "rn" is not a command, the nearest is run; accepted: run, replay, list',
    ],
    [
      'run a b',
      'b: "b" is one argument too many; accepted: blockstep run FILE, a launch.json or a problem module (.ts, .js)',
    ],
    [
      'replay',
      'FILE: "" is missing; accepted: blockstep replay FILE, a trace that was recorded (.arrow)',
    ],
    ['replay t --every 3', 'option: "--every" is not used by replay; accepted: --json'],
    ['list', 'FAMILY: "" is missing; accepted: problems, methods, orderings, steps, diagnostics'],
    [
      'list method',
      'FAMILY: "method" is not a family, the nearest is methods; accepted: problems, methods, orderings, steps, diagnostics',
    ],
    [
      'run a --evry 3',
      'option: "--evry" is not an option, the nearest is --every; accepted: --config, --set, --json, --trace, --every, --help, --version',
    ],
    [
      'run a --every -1',
      'option: "--every" needs a value; accepted: the options that blockstep --help lists',
    ],
    ['run a --every 1.5', '--every: "1.5" must be a whole number; accepted: 0, 1, 2, …'],
    [
      'run a --config',
      'option: "--config" needs a value; accepted: the options that blockstep --help lists',
    ],
    [
      'run a --json=yes',
      'option: "--json" takes no value; accepted: the options that blockstep --help lists',
    ],
    [
      'run a --set seed',
      '--set: "seed" is not an assignment; accepted: key=value, such as problemOptions.lambda=0.5',
    ],
    [
      'run a --set =3',
      '--set: "=3" is not an assignment; accepted: key=value, such as problemOptions.lambda=0.5',
    ],
    [
      'run a --set a..b=3',
      '--set: "a..b=3" is not an assignment; accepted: key=value, such as problemOptions.lambda=0.5',
    ],
  ];
  for (const [line, refusal] of cases) {
    test(`blockstep ${line}`, () => {
      assert.deepEqual(commandOf(line.split(' ')), { refusal });
    });
  }
});

test('no command line throws', () => {
  const word = fc.oneof(
    fc.constantFrom('run', 'list', '--json', '--set', '--every', '--', '-', 'a.json'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 5 }), words => {
      commandOf(words);
    }),
    { seed: 1, numRuns: 500 },
  );
});

describe('--set', () => {
  test('reads a value as JSON where it is JSON, else as text', () => {
    const values: readonly (readonly [string, unknown])[] = [
      ['3', 3],
      ['1e-3', 0.001],
      ['true', true],
      ['["gap"]', ['gap']],
      ['"3"', '3'],
      ['0.1*max', '0.1*max'],
      ['a=b', 'a=b'],
      ['', ''],
    ];
    for (const [text, value] of values) {
      assert.deepEqual(assignment(`k=${text}`), { path: ['k'], value });
    }
  });

  test('sets a nested value, keeps its siblings, and replaces a parent that is not an object', () => {
    const config = { blocks: 'coordinates', stopWhen: { gap: 1 }, list: [1] };
    const set = (path: string[]) => withAssigned(config, { path, value: 5 });
    assert.deepEqual(set(['stopWhen', 'sweeps']), { ...config, stopWhen: { gap: 1, sweeps: 5 } });
    assert.deepEqual(set(['blocks', 'size']), { ...config, blocks: { size: 5 } });
    assert.deepEqual(set(['list', 'a', 'b']), { ...config, list: { a: { b: 5 } } });
    assert.deepEqual(config, { blocks: 'coordinates', stopWhen: { gap: 1 }, list: [1] });
  });

  test('cannot reach a prototype', () => {
    const one = assignment('__proto__.polluted=1');
    assert.ok(!isRefusal(one));
    const set = withAssigned({}, one);
    assert.deepEqual(Object.keys(set), ['__proto__']);
    assert.equal(Object.getPrototypeOf(set), Object.prototype);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });
});

const folder = temporaryFolder();
mkdirSync(join(folder, '.vscode'));
const launchFile = join(folder, '.vscode', 'launch.json');

interface Asked {
  readonly file?: string;
  readonly config?: string | null;
  readonly set?: readonly { readonly path: readonly string[]; readonly value: unknown }[];
}

/** The configuration of a launch.json with this text, or the refusal's sentence. */
function configured(text: string, { file = launchFile, config = null, set = [] }: Asked = {}) {
  writeFileSync(file, text);
  const found = configurationOf({ command: 'run', file, config, set, json: false, every: null });
  return isRefusal(found) ? found.refusal : found;
}

/** `${name}`, as it stands in a launch.json. */
const v = (name: string) => `\${${name}}`;

const one = (attributes: object) =>
  JSON.stringify({ configurations: [{ type: 'blockstep', name: 'n', ...attributes }] });

describe('of a launch.json', () => {
  test('comments, trailing commas and a byte order mark are allowed', () => {
    const text =
      '\uFEFF{ // a comment\n "configurations": [ { "type": "blockstep", "name": "n", /* and */ "problem": "lasso", }, ], }';
    assert.deepEqual(configured(text), { problem: 'lasso', cwd: folder });
  });

  test('a single configuration of the type is taken, among several the one that is named', () => {
    const two = JSON.stringify({
      configurations: [
        { type: 'node', name: 'a' },
        { type: 'blockstep', name: 'a', problem: 'lasso' },
        { type: 'blockstep', name: 'b', problem: 'logistic' },
      ],
    });
    assert.deepEqual(configured(two, { config: 'b' }), { problem: 'logistic', cwd: folder });
    assert.equal(
      configured(two),
      '--config: "" must be given, because the file has several configurations; accepted: "a", "b"',
    );
    assert.equal(
      configured(two, { config: 'c' }),
      '--config: "c" is not a configuration of launch.json; accepted: "a", "b"',
    );
  });

  test('variables are substituted as VS Code does, in nested values too', () => {
    const text = one({
      problem: `${v('workspaceFolder')}/p.ts`,
      start: `${v('userHome')}${v('/')}x.json`,
      target: `${v('env:BLOCKSTEP_NOT_SET')}${v('workspaceFolderBasename')}`,
      problemOptions: { matrix: [`${v('cwd')}`] },
      preLaunchTask: `${v('command:build')}`,
    });
    assert.deepEqual(configured(text), {
      problem: `${folder}/p.ts`,
      start: join(homedir(), 'x.json'),
      target: basename(folder),
      problemOptions: { matrix: [process.cwd()] },
      cwd: folder,
    });
  });

  test('a variable that only an editor can substitute is refused', () => {
    assert.equal(
      configured(one({ problem: `${v('file')}` })),
      `problem: "${v('file')}" has ${v('file')}, which only an editor can fill in; accepted: ${v('workspaceFolder')}, ${v('workspaceFolderBasename')}, ${v('userHome')}, ${v('cwd')}, ${v('pathSeparator')}, ${v('env:NAME')}`,
    );
  });

  test('outside .vscode the workspace is the file’s folder', () => {
    const file = join(folder, 'other.json');
    assert.deepEqual(configured(one({ problem: `${v('workspaceFolder')}` }), { file }), {
      problem: folder,
      cwd: folder,
    });
  });

  test('the section for this operating system overrides the rest', () => {
    const system = { seed: 2 };
    const text = one({ problem: 'lasso', seed: 1, linux: system, osx: system, windows: system });
    assert.deepEqual(configured(text), { problem: 'lasso', seed: 2, cwd: folder });
  });

  test('--set overrides everything; its paths that exist are relative to the shell’s folder', () => {
    const set = [
      { path: ['seed'], value: 5 },
      { path: ['data'], value: 'package.json' },
      { path: ['start'], value: 'zeros' },
      { path: ['target'], value: 'package.json' },
    ];
    assert.deepEqual(configured(one({ problem: 'lasso', seed: 1 }), { set }), {
      problem: 'lasso',
      seed: 5,
      data: join(process.cwd(), 'package.json'),
      start: 'zeros',
      target: 'package.json',
      cwd: folder,
    });
  });

  test('a file that is no launch.json is refused, with the line where it stops being JSON', () => {
    assert.match(
      String(configured('{\n "configurations": [\n }')),
      /^FILE: ".*" is not valid JSON at line 3 \(\w+\); accepted/,
    );
    for (const text of ['{}', '[]', 'null', '{ "configurations": [{ "type": "node" }, null] }']) {
      assert.match(String(configured(text)), /has no configuration of type blockstep; accepted/);
    }
  });
});

test('a problem module can be run without a launch.json, its path relative to the shell’s folder', () => {
  const file = join(folder, 'p.ts');
  const expected = { problem: file, cwd: process.cwd() };
  assert.deepEqual(configured('export default 1', { file }), expected);
  assert.equal(
    configured('', { file, config: 'a' }),
    '--config: "a" is not used with a problem module; accepted: no --config',
  );
});
