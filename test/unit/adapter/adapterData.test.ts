import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SourceError } from '../../../extension/run/source.ts';
import { FakeSolver, fakeInfo } from '../../support/dap/fakeSolver.ts';
import { started, thread } from '../../support/dap/session.ts';

const listing = { name: 'lasso.pccd.listing', sourceReference: 1 };

describe('variables', () => {
  /** The reference of a scope of the top frame. */
  async function scope(client: Awaited<ReturnType<typeof started>>['client'], name: string) {
    const { scopes } = await client.request('scopes', { frameId: 10 });
    return scopes.find((s: { name: string }) => s.name === name).variablesReference as number;
  }

  test('the top frame has Block, Sweep, Run and Parameters, and what lies deeper fewer', async () => {
    const { client } = await started();
    const names = async (frameId: number) =>
      (await client.request('scopes', { frameId })).scopes.map((s: { name: string }) => s.name);
    assert.deepEqual(await names(10), ['Block', 'Sweep', 'Run', 'Parameters']);
    assert.deepEqual(await names(11), ['Sweep', 'Run', 'Parameters']);
    assert.deepEqual(await names(12), ['Run', 'Parameters']);
  });

  test('costly values are lazy, and long lists are read in pages', async () => {
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

  test('setting one is the assignment of its expression, and what is not settable is refused', async () => {
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

  test('a metric among them can be watched for changes', async () => {
    const { client } = await started();
    const variablesReference = await scope(client, 'Block');
    const info = await client.request('dataBreakpointInfo', {
      variablesReference,
      name: 'gradNorm',
    });
    assert.equal(info.dataId, '["gradNorm","bmi"]');
  });

  test('a reference of an earlier stop never comes to mean something else', async () => {
    const { client } = await started();
    const old = await scope(client, 'Block');
    await client.move('next');
    assert.match(await client.refusal('variables', { variablesReference: old }), /earlier stop/);
    assert.notEqual(await scope(client, 'Block'), old);
  });

  test('an edit makes the client ask again, for the stack only where a frame changed', async () => {
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

  test('a failure is the solver’s sentence, and is not shown in a box of its own', async () => {
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

describe('custom requests', () => {
  test('edits go to the solver as they are meant', async () => {
    const { client, solver } = await started();
    const edits = () => (solver.calls.at(-1)!.params as { edits?: unknown }).edits;
    await client.request('blockstep/setOrdering', { ordering: 'shuffled' });
    assert.deepEqual(edits(), [{ kind: 'ordering', ordering: 'shuffled', when: 'sweep' }]);
    const order = { order: ['bmi'] };
    await client.request('blockstep/setOrdering', {
      ordering: 'custom',
      options: order,
      when: 'now',
    });
    assert.deepEqual(edits(), [
      { kind: 'ordering', ordering: 'custom', when: 'now', options: order },
    ]);
    await client.request('blockstep/setStepSize', { value: 0.1, block: 'bmi' });
    assert.deepEqual(edits(), [{ kind: 'stepSize', block: 'bmi', value: 0.1 }]);
    await client.request('blockstep/setStepSize', { value: null });
    assert.deepEqual(edits(), [{ kind: 'stepSize', block: null, value: null }]);
    assert.match(
      await client.refusal('blockstep/setOrdering', { ordering: 'x', when: 'later' }),
      /"sweep" or "now"/,
    );
    assert.match(await client.refusal('blockstep/setStepSize', { value: -1 }), /above 0/);
    assert.match(await client.refusal('blockstep/setStepSize', {}), /above 0/);
    assert.match(await client.refusal('blockstep/fork', { k: 3, edits: [] }), /not built yet/);
  });

  test('numbers that JSON has not are texts', async () => {
    const { client } = await started();
    const series = await client.request('blockstep/series', {
      metric: 'gradNorm',
      block: 'bmi',
      from: 0,
    });
    assert.deepEqual(series, { k: [2, 5, 8], value: [1, 'NaN', 'Infinity'], more: false });
    const { info, position, running } = await client.request('blockstep/info');
    assert.deepEqual([info.problem, position.k, running], ['lasso', 0, false]);
  });

  test('metrics are sent to those who ask, each row once and in order, and again after a fork', async () => {
    const { client, solver } = await started();
    solver.end = 5;
    solver.emit('metrics', solver.rows(0, 5));
    await client.request('blockstep/subscribe', { metrics: true, from: 0 });
    const rows = (after: number) =>
      client.messages.slice(after).flatMap(m => (m.event === 'blockstep/metrics' ? [m.body] : []));
    await client.event('blockstep/metrics');
    assert.deepEqual(rows(0)[0].columns.gradNorm, [1, 'NaN', 3, 4, 5]);
    let after = client.messages.length;
    // A batch was dropped on the way: the rows between are asked for.
    solver.end = 3000;
    solver.emit('metrics', solver.rows(2990, 10));
    await client.event('blockstep/metrics', after, body => body.from + body.count === 3000);
    const joined = rows(after);
    assert.equal(joined[0].from, 5);
    for (let i = 1; i < joined.length; i++) {
      assert.equal(joined[i].from, joined[i - 1].from + joined[i - 1].count);
    }
    after = client.messages.length;
    solver.end = 12;
    solver.emit('metrics', solver.rows(10, 2));
    assert.equal((await client.event('blockstep/metrics', after)).from, 10);
    await client.request('blockstep/subscribe', { metrics: false });
    after = client.messages.length;
    solver.emit('metrics', solver.rows(12, 0));
    await client.request('threads');
    assert.deepEqual(rows(after), []);
  });
});
