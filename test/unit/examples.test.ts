// The parts that CONTRIBUTING.md shows, added to a copy of the repository as it says: one file and one line each.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root } from '../../scripts/lib/root.mjs';
import { overStdio } from '../support/dap/client.ts';
import { temporaryFolder } from '../support/machine.ts';
import { lasso, thread } from '../support/processes.ts';

const copy = temporaryFolder();
const config = {
  ...lasso,
  method: 'pairs',
  diagnostics: ['objective', 'gradNorm', 'moveNorm'],
  findings: { leap: { farthest: 70 } },
  stopWhen: { sweeps: 40 },
};

before(() => {
  copyRepository();
  const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  for (const [, path = '', text = ''] of guide.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)) {
    writeFileSync(join(copy, path), text);
    addLine(path);
  }
  for (const script of ['generate', 'build'])
    execFileSync(process.execPath, [`scripts/${script}.mjs`], { cwd: copy });
  writeFileSync(join(copy, 'launch.json'), JSON.stringify({ configurations: [config] }));
});
after(() => rmSync(copy, { recursive: true, force: true }));

describe('the example of a method and of a metric', () => {
  test('type-check unchanged', () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', '.'], {
      cwd: copy,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout);
  });

  test('run from the command line: two rows per step, F never rises, every move is measured', () => {
    const cli = join(copy, 'dist/cli.js');
    const args = [cli, 'run', join(copy, 'launch.json'), '--json'];
    const { stdout, status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map(text => JSON.parse(text) as Record<string, unknown>);
    const steps = lines.filter(({ type }) => type === 'step');
    assert.ok(steps.length > 500);
    let before = Number.POSITIVE_INFINITY;
    for (let i = 0; i < steps.length; i += 2) {
      const [first, second] = [steps[i]!, steps[i + 1]!];
      assert.equal(first['k'], i / 2 + 1);
      assert.equal(second['k'], first['k']);
      assert.notEqual(second['block'], first['block']);
      const objective = first['objective'] as number;
      // Rounding of a sum of 442 squares of about 1e4.
      assert.ok(objective <= before * (1 + 1e-12), `step ${first['k']}`);
      before = objective;
      assert.ok((first['moveNorm'] as number) >= 0);
    }
    // From zeros the intercept moves by half of the mean, 152.1; no other move comes near 70.
    const found = lines.filter(({ name }) => name === 'leap');
    assert.deepEqual(
      found.map(({ k, block, text }) => ({ k, block, text })),
      [{ k: 1, block: '(intercept)', text: '(intercept) moved by 76.1, farther than 70.' }],
    );
    // The least F is 1807.165.
    assert.ok(before < 1807.2);
  });

  test('run over the Debug Adapter Protocol: they step, can be evaluated, and are described with their chart', async () => {
    const client = overStdio({ adapter: join(copy, 'dist/adapter.js') });
    try {
      await client.request('initialize', { adapterID: 'blockstep' });
      await client.request('launch', config);
      await client.request('configurationDone');
      await client.event('stopped');
      await client.request('next', thread);
      await client.event('stopped');
      const ask = { expression: 'moveNorm("age")', context: 'watch' };
      assert.ok(Number((await client.request('evaluate', ask)).result) > 0);
      const { scopes } = await client.request('scopes', { frameId: 10 });
      const { variables } = await client.request('variables', scopes[0]);
      const move = variables.find(({ name }: { name: string }) => name === 'moveNorm');
      assert.ok(Number(move.value) >= 0);
      assert.equal(move.evaluateName, 'moveNorm');
      const { info } = await client.request('blockstep/info');
      const metric = info.metrics.find(({ name }: { name: string }) => name === 'moveNorm');
      assert.equal(metric.title, 'Move');
      assert.equal(metric.draw.kind, 'lines');
    } finally {
      await client.close();
    }
  });
});

function copyRepository(): void {
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  for (const file of execFileSync('git', listed, { cwd: root, encoding: 'utf8' }).split('\0')) {
    if (
      /^(solver|extension|webview|scripts|media|docs)\/|^\.gitignore$|^[^/]+\.(json|ts|md)$/.test(
        file,
      )
    )
      cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}

/** The line in the family's list, with its import. */
function addLine(path: string): void {
  const [, folder, name] = /^(.*)\/(\w+)\.ts$/.exec(path)!;
  const index = join(copy, folder!, 'index.ts');
  const text = readFileSync(index, 'utf8');
  const listed = text.replace('] as const satisfies', `  ${name},\n] as const satisfies`);
  writeFileSync(index, `import { ${name} } from './${name}.ts';\n${listed}`);
}
