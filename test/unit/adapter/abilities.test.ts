import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect, started, thread } from '../../support/dap/client.ts';
import { FakeSolver, fakeInfo } from '../../support/dap/fakeSolver.ts';
import { abilities } from '../../support/panel/invented.ts';

const cannot = (...names: (keyof typeof abilities)[]) =>
  new FakeSolver({
    load: () => ({
      ...fakeInfo,
      abilities: {
        ...abilities,
        ...Object.fromEntries(names.map(name => [name, `The trace cannot ${name}.`])),
      },
    }),
  });

describe('what a run can do', () => {
  test('is reported after the launch, as capabilities', async () => {
    const whole = (await started()).client.messages.find(m => m.event === 'capabilities');
    assert.ok(Object.values(whole?.body.capabilities).every(Boolean));
    const { client } = await started(cannot('back', 'evaluate', 'conditions'));
    const told = client.messages.find(m => m.event === 'capabilities')?.body.capabilities;
    const off = Object.keys(told).filter(name => !told[name]);
    assert.deepEqual(off.toSorted(), [
      'supportsCompletionsRequest',
      'supportsConditionalBreakpoints',
      'supportsEvaluateForHovers',
      'supportsHitConditionalBreakpoints',
      'supportsLogPoints',
      'supportsStepBack',
    ]);
  });

  test('lets variables be set as long as the run allows any edit', async () => {
    const edits = ['editStepSize', 'editOrdering', 'editFrozen', 'editValue'] as const;
    for (const [off, expected] of [
      [edits, true],
      [[...edits, 'editParameter'], false],
    ] as const) {
      const { client } = await started(cannot(...off));
      const told = client.messages.find(m => m.event === 'capabilities')?.body.capabilities;
      assert.equal(told.supportsSetVariable, expected);
    }
  });

  for (const [command, ability] of [
    ['next', 'stepUpdate'],
    ['stepIn', 'stepPhase'],
    ['stepOut', 'stepSweep'],
    ['continue', 'continue'],
    ['stepBack', 'back'],
    ['reverseContinue', 'back'],
  ] as const) {
    test(`${command} without ${ability} is refused with the reason`, async () => {
      const { client } = await started(cannot(ability));
      assert.equal(await client.refusal(command, thread), `The trace cannot ${ability}.`);
    });
  }

  test('is part of blockstep/info, with the backend and why it was chosen', async () => {
    const { client } = await started(cannot('back'));
    const info = await client.request('blockstep/info');
    assert.equal(info.abilities.back, 'The trace cannot back.');
    assert.deepEqual([info.backend, info.backendReason], ['js', 'The only one.']);
  });
});

describe('a recorded trace', () => {
  test('can be attached to, is stopped at its start, and is loaded again by a restart', async () => {
    const { client, solvers } = connect(cannot('continue', 'stepUpdate'));
    await client.request('initialize');
    await client.request('attach', { name: 'run.arrow', trace: 'run.arrow' });
    await client.request('configurationDone');
    assert.equal((await client.event('stopped')).reason, 'entry');
    assert.deepEqual(solvers[0]?.calls[0], { name: 'load', params: { trace: 'run.arrow' } });
    const after = client.messages.length;
    await client.request('restart');
    await client.event('stopped', after);
    assert.deepEqual(solvers[1]?.calls[0], { name: 'load', params: { trace: 'run.arrow' } });
  });

  test('is required by attach: without one the refusal says what to do', async () => {
    const { client } = connect();
    await client.request('initialize');
    assert.match(await client.refusal('attach', { name: 'x' }), /"request": "launch"/);
  });
});

describe('a run that is controlled from elsewhere', () => {
  test('sends continued and stopped events for what others do, and no continued event for the client’s own request', async () => {
    const { client, runs } = await started();
    let after = client.messages.length;
    await runs[0]!.resume('panel', { kind: 'steps', count: 1 });
    const events = client.messages.slice(after).filter(m => m.type === 'event');
    assert.deepEqual(
      events.map(m => m.event),
      ['continued', 'stopped'],
    );
    after = client.messages.length;
    await client.move('next');
    assert.equal(
      client.messages.slice(after).some(m => m.event === 'continued'),
      false,
    );
  });

  test('cannot be moved by the client before it has stopped', async () => {
    const { client, runs } = await started();
    await runs[0]!.resume('panel', { kind: 'end' });
    assert.match(await client.refusal('next', thread), /pause it first/);
    await client.request('pause', thread);
    await client.move('next');
  });
});

describe('a set of blocks that moves as one', () => {
  test('is named in the frame by its first three blocks and their number', async () => {
    const solver = new FakeSolver();
    const names = ['c0', 'c2', 'c4', 'c6'];
    const position = { ...solver.position(), block: 'c0', blocks: names };
    const { client } = await started(
      new FakeSolver({ position: () => ({ position, facts: solver.facts, running: false }) }),
    );
    const { stackFrames } = await client.request('stackTrace', thread);
    assert.equal(stackFrames[0].name, 'order · c0, c2, c4, … (4)');
  });
});
