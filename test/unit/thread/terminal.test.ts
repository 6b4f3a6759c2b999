import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../../scripts/lib/root.mjs';

const cli = join(root, 'dist/cli.js');

describe('Ctrl-C', () => {
  const ways: readonly (readonly [string, string])[] = [
    ['a function that does not return', 'for (;;);'],
    ['a loop of promises', '(async () => { for (;;) await null; })();'],
    ['a program that is waited for', `require('node:child_process').execSync('sleep 60');`],
  ];
  for (const [name, code] of ways) {
    test(`pressed twice ends the run within two seconds, whatever the module does: ${name}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'blockstep-ctrl-c-'));
      const path = join(folder, 'stuck.ts');
      writeFileSync(
        path,
        `import { defineProblem } from 'blockstep';
        export default defineProblem({
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
      rmSync(folder, { recursive: true });
    });
  }
});

test('what a module prints, on whatever way, never reaches the report of --json', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'blockstep-prints-'));
  const path = join(folder, 'printer.ts');
  writeFileSync(
    path,
    `import { defineProblem } from 'blockstep';
    process.stdout.write('from stdout\\n');
    globalThis.console.log('from the global console');
    export default defineProblem({
      blocks: { a: 1 },
      value: x => { console.log('from the console'); return x.a[0]! ** 2; },
      gradient: x => [2 * x.a[0]!],
    });`,
  );
  const { stdout, stderr } = spawnSync(process.execPath, [cli, 'run', path, '--json'], {
    encoding: 'utf8',
  });
  for (const line of stdout.trimEnd().split('\n')) JSON.parse(line);
  for (const way of ['stdout', 'the global console', 'the console'])
    assert.match(stderr, new RegExp(`from ${way}`));
  rmSync(folder, { recursive: true });
});

test('a module that calls process.exit is a failure of the module, told with its line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'blockstep-exit-'));
  const path = join(folder, 'leaver.ts');
  writeFileSync(
    path,
    `import { defineProblem } from 'blockstep';
    export default defineProblem({
      blocks: { a: 1 },
      start: { a: [1] },
      value: x => x.a[0]! ** 2,
      gradient: x => { if (x.a[0]! < 0.5) process.exit(0); return [2 * x.a[0]!]; },
      lipschitz: () => 4,
    });`,
  );
  const { stdout, status } = spawnSync(process.execPath, [cli, 'run', path, '--json'], {
    encoding: 'utf8',
  });
  assert.equal(status, 3);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  assert.equal(lines.at(-1).status, 'failed');
  assert.match(lines.find(({ name }) => name === 'userError').stack, /leaver\.ts:6/);
  rmSync(folder, { recursive: true });
});
