// What a trace tells where it has no row: of x₀, and of the step that its end does not make.
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
    await assert.rejects(run.evaluate('panel', { ...question, expression: 'gap' }), {
      message: 'gap is not recorded up to step 0.',
    });
    run.dispose();
  }
});

test('a trace without its data says of what it has no value that it is not recorded: metrics at the start and at the end, and which block would be next', async () => {
  const used = join(folder, 'used.csv');
  copyFileSync(join(root, 'examples/workspace/data/diabetes.csv'), used);
  const trace = join(folder, 'viewed.arrow');
  const first = child();
  const diagnostics = ['objective', 'gradNorm', 'stepSize'];
  const config: RunConfig = { problem: 'lasso', data: used, diagnostics, stopOnEntry: true, trace };
  await first.call('load', { config });
  const stopped = next(first, 'stopped');
  await first.call('goTo', { k: 20 });
  await stopped;
  await first.call('terminate', {});
  writeFileSync(used, 'changed');
  const run = new RunClient('1', 'trace', child);
  await run.load({ trace });
  await run.enter('entry', () => '');
  const block = async () =>
    (await run.ask('variables', { scope: 'Block', path: [] })).variables.map(
      ({ name, value }) => `${name}=${value}`,
    );
  const watch = (expression: string) => run.evaluate('panel', { expression, context: 'watch' });
  const unknown = ['gradNorm=not recorded', 'stepSize=not recorded'];
  const message = 'Which block moves after step 20, where the trace ends, is not recorded';
  assert.deepEqual(await block(), ['block=not recorded', ...unknown, 'frozen=not recorded']);
  await assert.rejects(watch('block'), { message: `${message}.` });
  await assert.rejects(watch('gradNorm'), {
    message: `${message}; name one, as in gradNorm("block").`,
  });
  assert.ok(Number((await watch('gradNorm("bmi")')).value) > 0);
  await run.goTo('panel', 0);
  for (let waits = 0; run.k !== 0; waits++) {
    assert.ok(waits < 1000);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  const moves = run.position?.block ?? '';
  assert.deepEqual(await block(), [`block=${moves}`, ...unknown, 'frozen=false']);
  for (const expression of ['gradNorm', 'prev(gradNorm)', 'gradNorm > 1'])
    await assert.rejects(watch(expression), {
      message: `gradNorm of ${moves} is not recorded up to step 0.`,
    });
  await assert.rejects(watch('prev(objective)'), {
    message: 'objective is not recorded before step 0.',
  });
  assert.ok(Number((await watch('objective')).value) > 0);
  run.dispose();
});
