import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SourceError } from '../../../extension/run/source.ts';
import { FakeSolver } from '../../support/dap/fakeSolver.ts';
import { started } from '../../support/dap/session.ts';

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
