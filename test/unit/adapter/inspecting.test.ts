// What can be inspected of a stopped run: stack, sources, variables, expressions.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SourceError } from '../../../extension/run/source.ts';
import { connect, launchArgs, listing, started, thread } from '../../support/dap/client.ts';
import { FakeSolver, fakeInfo } from '../../support/dap/fakeSolver.ts';

describe('the stack', () => {
  test('the frames are the phase with its block, the sweep and the run, at their lines of the listing', async () => {
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

  test('between updates the top frame is at the block’s declaration in its module', async () => {
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

  test('a branch left by an edit is a thread that can be viewed, not run', async () => {
    const { client, solver } = await started();
    solver.end = 12;
    const after = client.messages.length;
    solver.emit('branch', { id: 'b1', from: 3, end: 12, text: 'ordering = shuffled' });
    const { threadId } = await client.event('thread', after);
    assert.equal((await client.event('blockstep/branch', after)).threadId, threadId);
    // Else the client would hold it for a running one.
    assert.deepEqual((await client.event('invalidated', after)).areas, ['threads']);
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

  test('goto targets are steps: the run’s start and end, the sweep’s start, a block’s visits', async () => {
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

describe('variables', () => {
  /** The reference of a scope of the top frame. */
  async function scope(client: Awaited<ReturnType<typeof started>>['client'], name: string) {
    const { scopes } = await client.request('scopes', { frameId: 10 });
    return scopes.find((s: { name: string }) => s.name === name).variablesReference as number;
  }

  test('the top frame has the scopes Block, Sweep, Run and Parameters, and deeper frames have fewer', async () => {
    const { client } = await started();
    const names = async (frameId: number) =>
      (await client.request('scopes', { frameId })).scopes.map((s: { name: string }) => s.name);
    assert.deepEqual(await names(10), ['Block', 'Sweep', 'Run', 'Parameters']);
    assert.deepEqual(await names(11), ['Sweep', 'Run', 'Parameters']);
    assert.deepEqual(await names(12), ['Run', 'Parameters']);
  });

  test('expensive values are lazy, and long lists are read in pages', async () => {
    const { client, solver } = await started();
    const block = await scope(client, 'Block');
    const { variables } = await client.request('variables', { variablesReference: block });
    const by = (name: string) => variables.find((v: { name: string }) => v.name === name);
    assert.deepEqual(by('sharpness').presentationHint, { lazy: true, attributes: ['readOnly'] });
    assert.ok(!solver.calls.some(({ name }) => name === 'evaluate'));
    const lazy = await client.request('variables', by('sharpness'));
    assert.deepEqual(
      lazy.variables.map((v: { value: string }) => v.value),
      ['<sharpness("bmi")>'],
    );
    assert.equal(by('x').indexedVariables, 250);
    const page = { ...by('x'), filter: 'indexed', start: 100, count: 100 };
    await client.request('variables', page);
    assert.deepEqual(solver.calls.at(-1)?.params, {
      scope: 'Block',
      path: ['x'],
      start: 100,
      count: 100,
    });
  });

  test('setting a variable assigns to its expression, and a read-only variable is refused', async () => {
    const { client, solver } = await started();
    const variablesReference = await scope(client, 'Block');
    const set = { variablesReference, name: 'stepSize', value: '0.5' };
    await client.request('setVariable', set);
    assert.deepEqual(solver.calls.at(-1)?.params, {
      expression: 'stepSize("bmi") = 0.5',
      context: 'repl',
    });
    assert.match(
      await client.refusal('setVariable', { ...set, name: 'gradNorm' }),
      /cannot be set/,
    );
    assert.match(await client.refusal('setVariable', { ...set, name: 'nothing' }), /no variable/);
    await client.request('setExpression', { expression: 'eta', value: '0.2', frameId: 10 });
    assert.deepEqual(solver.calls.at(-1)?.params, { expression: 'eta = 0.2', context: 'repl' });
  });

  test('a variable that is a metric can have a data breakpoint', async () => {
    const { client } = await started();
    const variablesReference = await scope(client, 'Block');
    const info = await client.request('dataBreakpointInfo', {
      variablesReference,
      name: 'gradNorm',
    });
    assert.equal(info.dataId, '["gradNorm","bmi"]');
  });

  test('a variables reference of an earlier stop is never reused for something else', async () => {
    const { client } = await started();
    const old = await scope(client, 'Block');
    await client.move('next');
    assert.match(await client.refusal('variables', { variablesReference: old }), /earlier stop/);
    assert.notEqual(await scope(client, 'Block'), old);
  });

  test('an edit invalidates the variables, and the stack only where a frame changed', async () => {
    const { client, solver } = await started();
    let after = client.messages.length;
    solver.emit('edited', { facts: solver.facts, position: solver.position() });
    assert.deepEqual((await client.event('invalidated', after)).areas, ['variables']);
    after = client.messages.length;
    solver.emit('edited', { facts: solver.facts, position: { ...solver.position(), block: 's5' } });
    assert.deepEqual((await client.event('invalidated', after)).areas, ['stacks']);
  });
});

describe('expressions', () => {
  test('only the console may assign', async () => {
    const { client, solver } = await started();
    for (const [context, passed] of [
      ['repl', 'repl'],
      ['hover', 'hover'],
      ['watch', 'watch'],
      ['clipboard', 'watch'],
      [undefined, 'watch'],
    ]) {
      await client.request('evaluate', { expression: 'k', context });
      assert.deepEqual(solver.calls.at(-1)?.params, { expression: 'k', context: passed });
    }
  });

  test('a failure is the solver’s sentence, and is not shown in a dialog', async () => {
    const evaluate = () => {
      throw new SourceError('refused', 'Nothing is named `foo` here.');
    };
    const { client } = await started(new FakeSolver({ evaluate }));
    const response = await client.ask('evaluate', { expression: 'foo', context: 'hover' });
    assert.equal(response.message, 'Nothing is named `foo` here.');
    assert.equal(response.body.error.showUser, false);
  });

  const completions: readonly [string, readonly string[]][] = [
    ['grad', ['gradNorm']],
    ['gradNorm("b', ['bmi']],
    ['gradNorm("bmi") > g', ['gradNorm', 'gap']],
    ['ordering = s', ['shuffled']],
    ['ordering = ', ['cyclic', 'shuffled']],
    ['et', ['eta']],
    ['no', ['norm']],
  ];
  for (const [text, labels] of completions) {
    test(`${text}| is completed by ${labels.join(', ')}`, async () => {
      const { client } = await started();
      const { targets } = await client.request('completions', { text, column: text.length + 1 });
      assert.deepEqual(
        targets.map((t: { label: string }) => t.label),
        labels,
      );
      const [{ start, length }] = targets;
      assert.equal(start - 1 + length, text.length);
    });
  }
});
