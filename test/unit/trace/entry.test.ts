// What a trace tells of x₀, which no row of it does.
import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RunClient } from '../../../extension/run/client.ts';
import { root } from '../../../scripts/lib/root.mjs';
import type { RunConfig } from '../../../solver/wire/run.ts';
import { blockstep } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/machine.ts';
import { child, next } from '../../support/processes.ts';

const folder = temporaryFolder();

test('F at x₀ is what it was, in a trace that is opened without its data: evaluated, and told of step 0', async () => {
  const used = join(folder, 'used.csv');
  copyFileSync(join(root, 'examples/workspace/data/diabetes.csv'), used);
  const [path, exported, byCli] = ['entry', 'entry-exported', 'entry-cli'].map(name =>
    join(folder, `${name}.arrow`),
  ) as [string, string, string];
  const config: RunConfig = {
    problem: 'lasso',
    data: used,
    diagnostics: ['objective', 'gradNorm', 'gap'],
    stopOnEntry: true,
    stopWhen: { steps: 20 },
  };
  const first = child();
  await first.call('load', { config: { ...config, trace: path } });
  const question = { expression: 'objective', context: 'watch' } as const;
  const { value } = await first.call('evaluate', question);
  assert.ok(Number(value) > 0);
  const stopped = next(first, 'stopped');
  await first.call('goTo', { k: 20 });
  await stopped;
  await first.call('exportTrace', { path: exported });
  await first.call('terminate', {});
  const launch = join(folder, 'entry.json');
  const launched = { type: 'blockstep', request: 'launch', name: 'x', ...config, trace: byCli };
  writeFileSync(launch, JSON.stringify({ configurations: [launched] }));
  const { status, stderr } = blockstep('run', launch, '--json');
  assert.equal(status, 0, stderr);
  writeFileSync(used, 'changed');
  for (const trace of [path, exported, byCli]) {
    const run = new RunClient('1', 'trace', child);
    await run.load({ trace });
    await run.enter('entry', () => '');
    assert.notEqual(run.info?.abilities.replay, true);
    await run.goTo('panel', 0);
    for (let waits = 0; Number.isNaN(run.history.entry.at('objective', -1)); waits++) {
      assert.ok(waits < 1000);
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    assert.equal(run.history.entry.at('objective', -1), Number(value));
    assert.equal((await run.evaluate('panel', question)).value, value);
    // Neither a gap nor a block's norm was recorded there.
    assert.equal((await run.evaluate('panel', { ...question, expression: 'gap' })).value, 'NaN');
    run.dispose();
  }
});
