import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeSolver, fakeInfo } from '../../support/dap/fakeSolver.ts';
import { connect, launchArgs, listing, started, thread } from '../../support/dap/session.ts';

describe('the stack', () => {
  test('frames are the phase with its block, the sweep and the run, at their lines of the listing', async () => {
    const { client } = await started();
    await client.move('next');
    const { stackFrames, totalFrames } = await client.request('stackTrace', thread);
    assert.equal(totalFrames, 3);
    assert.deepEqual(
      stackFrames.map((f: { name: string; line: number }) => [f.name, f.line]),
      [
        ['order · bmi', 3],
        ['sweep 1', 2],
        ['run lasso · pccd', 1],
      ],
    );
    assert.deepEqual(stackFrames[0].source, { name: 'lasso.pccd.listing', sourceReference: 1 });
    assert.ok(stackFrames.every((f: object) => !('endLine' in f)));
  });

  test('startFrame and levels are honoured, and lines count from 0 for clients that count so', async () => {
    const { client } = connect();
    await client.request('initialize', { linesStartAt1: false, columnsStartAt1: false });
    await client.request('launch', launchArgs);
    await client.request('configurationDone');
    await client.event('stopped');
    const args = { ...thread, startFrame: 1, levels: 1 };
    const { stackFrames, totalFrames } = await client.request('stackTrace', args);
    assert.deepEqual([stackFrames.length, totalFrames], [1, 3]);
    assert.deepEqual(
      [stackFrames[0].name, stackFrames[0].line, stackFrames[0].column],
      ['sweep 1', 1, 0],
    );
  });

  test('between updates the top frame stands at the block’s declaration in its module', async () => {
    const declared = { path: '/modules/ridge.ts', line: 4, column: 13 };
    const info = {
      ...fakeInfo,
      module: declared.path,
      blocks: fakeInfo.blocks.map(block => ({ ...block, declared })),
    };
    const { client } = await started(new FakeSolver({ load: () => info }));
    const top = async () => (await client.request('stackTrace', thread)).stackFrames[0];
    assert.deepEqual((await top()).source, { name: 'ridge.ts', path: declared.path });
    assert.equal((await top()).line, 4);
    await client.move('stepIn');
    assert.equal((await top()).source.sourceReference, 1);
    assert.equal((await top()).line, 4);
  });

  test('a branch that an edit left is a thread to look at, not to run', async () => {
    const { client, solver } = await started();
    solver.end = 12;
    const after = client.messages.length;
    solver.emit('branch', { id: 'b1', from: 3, end: 12, text: 'ordering = shuffled' });
    const { threadId } = await client.event('thread', after);
    assert.equal((await client.event('blockstep/branch', after)).threadId, threadId);
    const { threads } = await client.request('threads');
    assert.deepEqual(
      threads.map((t: { id: number }) => t.id),
      [1, threadId],
    );
    const { stackFrames } = await client.request('stackTrace', { threadId });
    assert.deepEqual(stackFrames.map((f: { name: string }) => f.name).slice(0, 2), [
      'commit · s5',
      'sweep 4',
    ]);
    for (const command of ['next', 'stepBack', 'continue', 'pause', 'stepIn']) {
      assert.match(await client.refusal(command, { threadId }), /viewed but not run/);
    }
    const frameId = stackFrames[0].id;
    assert.match(
      await client.refusal('evaluate', { expression: 'k', frameId }),
      /branch left by an edit/,
    );
    const { scopes } = await client.request('scopes', { frameId });
    const { variablesReference } = scopes[0];
    const { variables } = await client.request('variables', { variablesReference });
    assert.equal(variables.find((v: { name: string }) => v.name === 'gradNorm').value, '12');
  });
});

describe('sources and targets', () => {
  test('the listing is served by reference, line for line', async () => {
    const { client } = await started();
    const { content } = await client.request('source', { sourceReference: 1, source: listing });
    assert.deepEqual(
      content.split('\n').slice(0, -1),
      fakeInfo.listing.lines.map(({ text }) => text),
    );
    assert.match(await client.refusal('source', { sourceReference: 7 }), /neither/);
    const { sources } = await client.request('loadedSources');
    assert.deepEqual(sources, [listing]);
  });

  test('targets are steps: the run’s start and end, the sweep’s start, a block’s visits; goto goes there', async () => {
    const { client, solver } = await started();
    for (let i = 0; i < 7; i++) await client.move('next');
    solver.end = 9;
    await client.move('next');
    await client.move('stepBack');
    const targets = async (line: number) =>
      (await client.request('gotoTargets', { source: listing, line })).targets;
    const steps = async (line: number) =>
      (await targets(line)).map((t: { label: string }) => Number(/k = (\d+)/.exec(t.label)?.[1]));
    assert.deepEqual(await steps(1), [0, 9]);
    assert.deepEqual(await steps(2), [6]);
    assert.deepEqual(await steps(11), [4]);
    const [{ id }] = await targets(11);
    const stop = await client.move('goto', { ...thread, targetId: id });
    assert.deepEqual([stop.reason, solver.k], ['goto', 4]);
    assert.match(await client.refusal('goto', { ...thread, targetId: id }), /no goto target/);
  });
});
