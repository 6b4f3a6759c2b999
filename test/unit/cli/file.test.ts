import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { configurationOf } from '../../../solver/cli/file.ts';
import { isRefusal } from '../../../solver/core/part.ts';
import { temporaryFolder } from '../../support/machine.ts';

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

  test('the only configuration of the type is taken, of several the one that is named', () => {
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

  test('variables are filled in as VS Code would, in nested values too', () => {
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

  test('a variable that only an editor knows is refused', () => {
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

  test('the part for this system lies over the rest', () => {
    const system = { seed: 2 };
    const text = one({ problem: 'lasso', seed: 1, linux: system, osx: system, windows: system });
    assert.deepEqual(configured(text), { problem: 'lasso', seed: 2, cwd: folder });
  });

  test('--set lies over everything; paths that exist start from the shell’s folder', () => {
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

  test('what is no launch.json is refused, with the line where it stops being JSON', () => {
    assert.match(
      String(configured('{\n "configurations": [\n }')),
      /^FILE: ".*" is not valid JSON at line 3 \(\w+\); accepted/,
    );
    for (const text of ['{}', '[]', 'null', '{ "configurations": [{ "type": "node" }, null] }']) {
      assert.match(String(configured(text)), /has no configuration of type blockstep; accepted/);
    }
  });
});

test('a problem module is a configuration of its own, from the shell’s folder', () => {
  const file = join(folder, 'p.ts');
  const expected = { problem: file, cwd: process.cwd() };
  assert.deepEqual(configured('export default 1', { file }), expected);
  assert.equal(
    configured('', { file, config: 'a' }),
    '--config: "a" is not used with a problem module; accepted: no --config',
  );
});
