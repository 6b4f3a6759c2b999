import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { requests } from '../../../extension/adapter/requests/index.ts';
import { connect, launchArgs, oneSentence, started, thread } from '../../support/dap/client.ts';
import { FakeSolver, fakeInfo } from '../../support/dap/fakeSolver.ts';

describe('out of order', () => {
  const needRun = [
    ...['next', 'continue', 'stepIn', 'stepOut', 'stepBack', 'reverseContinue', 'goto', 'pause'],
    ...[
      'stackTrace',
      'scopes',
      'variables',
      'setVariable',
      'evaluate',
      'setExpression',
      'completions',
    ],
    ...[
      'source',
      'loadedSources',
      'gotoTargets',
      'breakpointLocations',
      'exceptionInfo',
      'restart',
    ],
    ...['blockstep/goToStep', 'blockstep/setOrdering', 'blockstep/series', 'blockstep/info'],
  ];
  const args = {
    ...{
      threadId: 1,
      frameId: 10,
      variablesReference: 1,
      name: 'x',
      value: '1',
      expression: 'k',
      text: 'k',
    },
    ...{
      column: 1,
      sourceReference: 1,
      source: { sourceReference: 1 },
      line: 1,
      k: 1,
      ordering: 'cyclic',
    },
    metric: 'gap',
  };

  test('before initialize every request is refused, before launch every one that needs a run', async () => {
    const { client } = connect();
    for (const command of Object.keys(requests)) {
      if (command === 'initialize' || command === 'disconnect') continue;
      assert.match(await client.refusal(command, args), /before "initialize"/, command);
    }
    await client.request('initialize');
    for (const command of needRun) {
      assert.match(await client.refusal(command, args), /launch/, command);
    }
    assert.deepEqual(await client.request('threads'), { threads: [] });
  });

  test('while the run is loaded, and before configurationDone, it cannot be moved', async () => {
    let loaded: (info: unknown) => void = () => undefined;
    const solver = new FakeSolver({
      load: () =>
        new Promise(resolve => {
          loaded = resolve;
        }),
    });
    const { client } = connect(solver);
    await client.request('initialize');
    const seq = client.send('launch', launchArgs);
    assert.match(await client.refusal('next', thread), /still being loaded/);
    loaded(fakeInfo);
    await client.event('thread');
    assert.ok(client.messages.some(m => m.request_seq === seq && m.success));
    assert.match(await client.refusal('next', thread), /configurationDone/);
  });

  test('configurationDone between loading and setting breakpoints starts the run once, after both', async () => {
    let set: (result: unknown) => void = () => undefined;
    const solver: FakeSolver = new FakeSolver({
      load: () => ({ ...fakeInfo, stopOnEntry: false }),
      setBreakpoints: () =>
        new Promise(resolve => {
          set = resolve;
        }),
    });
    const { client } = connect(solver);
    await client.request('initialize');
    const launch = client.request('launch', launchArgs);
    await client.request('configurationDone');
    assert.equal(solver.calls.at(-1)?.name, 'setBreakpoints');
    set({ statuses: [] });
    await launch;
    const names = solver.calls.map(({ name }) => name);
    assert.deepEqual(names, ['load', 'setBreakpoints', 'position', 'resume']);
    await client.request('configurationDone');
    assert.equal(solver.calls.length, names.length);
  });

  test('unknown things are refused by name', async () => {
    const { client } = await started();
    assert.match(await client.refusal('disassemble', {}), /"disassemble"/);
    assert.match(await client.refusal('toString', {}), /"toString"/);
    assert.match(await client.refusal('__proto__', {}), /"__proto__"/);
    assert.match(await client.refusal('stackTrace', { threadId: 9 }), /thread 9/);
    assert.match(await client.refusal('scopes', { frameId: 13 }), /frame 13/);
    assert.match(await client.refusal('scopes', { frameId: 990 }), /frame 990/);
    assert.match(await client.refusal('variables', { variablesReference: 5 }), /reference 5/);
    assert.match(await client.refusal('goto', { ...thread, targetId: 3 }), /target 3/);
  });

  for (const k of [-1, 0.5, '3', null, 1e300, true, [3], undefined]) {
    test(`goToStep {k: ${JSON.stringify(k)}} is refused`, async () => {
      const { client } = await started();
      assert.match(
        await client.refusal('blockstep/goToStep', { k }),
        /"k" must be a whole number from 0/,
      );
    });
  }

  test('for any arguments every request is answered exactly once, by success or by one sentence', async () => {
    const commands = Object.keys(requests).filter(
      c => !['disconnect', 'terminate', 'restart', 'launch', 'blockstep/recover'].includes(c),
    );
    const values = fc.oneof(
      fc.constantFrom(null, -1, 0, 1, 10, 1000, 0.5, '', 'bmi', 'k', true, [], {}, [{}], [null], {
        sourceReference: 1,
      }),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const names = [
      'threadId',
      'frameId',
      'variablesReference',
      'name',
      'value',
      'expression',
      'source',
      'line',
      'breakpoints',
      'filters',
      'filterOptions',
      'text',
      'column',
      'k',
      'metric',
      'ordering',
      'targetId',
      'start',
      'count',
      'dataId',
    ];
    const argument = fc.oneof(
      fc.dictionary(fc.constantFrom(...names), values, { maxKeys: 6 }),
      values,
    );
    const { client, solver } = await started();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...commands), argument, async (command, given) => {
        const response = await client.ask(command, given as object);
        assert.equal(client.messages.filter(m => m.request_seq === response.request_seq).length, 1);
        if (response.success) return;
        oneSentence(response.body.error.format);
        assert.doesNotMatch(
          response.body.error.format,
          /undefined|TypeError|unexpectedly/,
          command,
        );
        if (solver.running) await client.request('pause', thread);
      }),
      { numRuns: 1500, seed: 5 },
    );
  });

  test('invalid messages are skipped, and the next request is answered', async () => {
    const { client, session } = await started();
    for (const odd of [null, 5, 'x', [], {}, { type: 'response' }, { type: 'event' }]) {
      session.handleMessage(odd);
    }
    client.raw({ seq: 900, type: 'request' });
    await client.request('threads');
    const answer = client.messages.find(m => m.request_seq === 900);
    assert.equal(answer?.success, false);
  });
});
