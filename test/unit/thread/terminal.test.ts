import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { blockstep, cli, linesOf, moduleFile } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/machine.ts';

describe('Ctrl-C', () => {
  const ways: readonly (readonly [string, string])[] = [
    ['a function that does not return', 'for (;;);'],
    ['a loop of promises', '(async () => { for (;;) await null; })();'],
    ['a program that is waited for', `require('node:child_process').execSync('sleep 60');`],
  ];
  for (const [name, code] of ways) {
    test(`pressed twice ends the run within two seconds, whatever the module does: ${name}`, async () => {
      const path = moduleFile(
        'stuck.ts',
        `export default defineProblem({
          blocks: { a: 1 },
          value: x => { console.error('computing'); ${code} return x.a[0]! ** 2; },
          gradient: x => [2 * x.a[0]!],
        });`,
      );
      const stuck = spawn(process.execPath, [cli, 'run', path, '--json']);
      let heard = '';
      stuck.stderr.on('data', data => {
        heard += data;
      });
      await new Promise(resolve => setTimeout(resolve, 1500));
      assert.match(heard, /computing/);
      const closed = new Promise(resolve => stuck.once('exit', resolve));
      stuck.kill('SIGINT');
      await new Promise(resolve => setTimeout(resolve, 100));
      const asked = performance.now();
      stuck.kill('SIGINT');
      const deaf = setTimeout(() => stuck.kill('SIGKILL'), 4000);
      await closed;
      clearTimeout(deaf);
      assert.ok(performance.now() - asked < 2000);
      assert.ok(stuck.exitCode === 130 || stuck.signalCode === 'SIGINT');
    });
  }
});

test('a call that would end the process, made while a module is checked, is reported once by a run of the command line', () => {
  const path = join(temporaryFolder(), 'checked.ts');
  writeFileSync(
    path,
    `import { defineProblem } from 'blockstep';
    let calls = 0;
    export default defineProblem({
      blocks: { a: 1 },
      value: x => x.a[0]! ** 2,
      gradient: x => { if (++calls === 4) process.exit(3); return [2 * x.a[0]!]; },
      lipschitz: () => 2,
    });`,
  );
  const { stdout, stderr, status } = blockstep('run', path, '--json');
  const lines = linesOf(stdout);
  const told = lines.filter(({ type }) => type === 'finding');
  assert.equal(told.length, 1, stdout);
  assert.match(String(told[0]?.['text']), /process\.exit\(3\)/);
  assert.match(String(told[0]?.['stack']), /checked\.ts:6/);
  assert.equal(lines.at(-1)?.['status'], 'converged');
  assert.equal(status, 0, stderr);
});

test('a module that calls process.exit is reported as a failure of the module, with its line', () => {
  const path = moduleFile(
    'leaver.ts',
    `export default defineProblem({
      blocks: { a: 1 },
      start: { a: [1] },
      value: x => x.a[0]! ** 2,
      gradient: x => { if (x.a[0]! < 0.5) process.exit(0); return [2 * x.a[0]!]; },
      lipschitz: () => 4,
    });`,
  );
  const { stdout, status } = blockstep('run', path, '--json');
  assert.equal(status, 3);
  const lines = linesOf(stdout);
  assert.equal(lines.at(-1)?.['status'], 'failed');
  const told = lines.filter(({ name }) => name === 'userError');
  assert.equal(told.length, 1);
  assert.match(String(told[0]?.['stack']), /leaver\.ts:6/);
});

for (const [what, code] of [
  ['a timer', `setTimeout(() => { throw new Error('late'); }, 0)`],
  ['a promise', `void Promise.reject(new Error('late'))`],
] as const) {
  test(`an uncaught error ends a run of the command line with a finding on the module: ${what}`, () => {
    // Frames beside the command line's own bundle are taken for its own.
    const path = join(temporaryFolder(), 'late.ts');
    writeFileSync(
      path,
      `import { defineProblem } from 'blockstep';
      let calls = 0;
      export default defineProblem({
        blocks: { a: 1 },
        start: { a: [1] },
        value: x => x.a[0]! ** 2,
        gradient: x => { if (++calls === 200) ${code}; return [2 * x.a[0]!]; },
        lipschitz: () => 1000,
      });`,
    );
    const { stdout, stderr, status } = blockstep('run', path, '--json');
    const lines = linesOf(stdout);
    const told = lines.filter(({ name }) => name === 'userError');
    assert.equal(told.length, 1, stderr);
    assert.match(String(told[0]?.['text']), /Error: late/);
    assert.match(String(told[0]?.['stack']), /late\.ts:7/);
    assert.equal(lines.at(-1)?.['status'], 'failed');
    assert.equal(status, 3);
    assert.equal(stderr, '');
  });
}
