import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { blockstep, launchFile, linesOf, moduleFile } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/machine.ts';

const folder = temporaryFolder();

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
    const file = moduleFile(
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
    const file = moduleFile(
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
    const file = moduleFile(
      'prints.ts',
      "console.log('hello'); export default defineProblem({ blocks: { a: 1 }, value: x => x.a[0] ** 2, gradient: x => [2 * x.a[0]] });",
    );
    const { stdout, stderr } = blockstep('run', file, '--json');
    assert.equal(stderr, 'hello\n');
    linesOf(stdout);
  });

  test('a gradient that is wrong is found before the first step, and the run goes on', () => {
    const file = moduleFile(
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
