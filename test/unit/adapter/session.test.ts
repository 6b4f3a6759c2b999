// How a debug session starts, resumes in a new process, restarts and ends.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SourceError } from '../../../extension/run/source.ts';
import {
  connect,
  launchArgs,
  oneSentence,
  order,
  started,
  thread,
} from '../../support/dap/client.ts';
import { FakeSolver, fakeInfo } from '../../support/dap/fakeSolver.ts';
import { factsWith } from '../../support/panel/invented.ts';

describe('the start', () => {
  test('initialized follows the response to initialize, and stopped the one to configurationDone', async () => {
    const { client } = await started();
    const seen = order(client).filter(m => !['output', 'thread', 'breakpoint'].includes(m ?? ''));
    const begun = ['initialize', 'initialized', 'launch', 'capabilities'];
    assert.deepEqual(seen, [...begun, 'configurationDone', 'stopped']);
    assert.deepEqual(client.messages.at(-1)?.body.reason, 'entry');
  });

  test('a launch after configurationDone still stops at the entry', async () => {
    const { client } = connect();
    await client.request('initialize');
    await client.request('configurationDone');
    await client.request('launch', launchArgs);
    await client.event('stopped');
    assert.ok(order(client).indexOf('launch') < order(client).indexOf('stopped'));
  });

  test('attributes that the client added for itself are dropped, all others reach the solver', async () => {
    const { client, solver } = connect();
    await client.request('initialize');
    await client.request('launch', { ...launchArgs, __sessionId: 'x', odd: 1 });
    assert.deepEqual(solver.calls[0]?.params, { config: { ...launchArgs, odd: 1 } });
  });

  test('a refused launch shows one sentence, then terminated follows', async () => {
    const sentence = 'problem: "laso" is unknown; accepted: lasso.';
    const { client, solver } = connect(
      new FakeSolver({
        load: () => {
          throw new SourceError('refused', sentence);
        },
      }),
    );
    await client.request('initialize');
    const response = await client.ask('launch', { ...launchArgs, problem: 'laso' });
    assert.deepEqual(response.body.error, { id: 1, format: sentence, showUser: true });
    await client.event('terminated');
    assert.deepEqual(order(client).slice(-2), ['launch!', 'terminated']);
    assert.equal(solver.disposed, true);
  });

  test('attach is refused, and so are a second launch and a second initialize', async () => {
    const { client } = await started();
    oneSentence(await client.refusal('attach', {}));
    assert.match(await client.refusal('launch', launchArgs), /already/);
    assert.match(await client.refusal('initialize', {}), /already/);
  });

  test('without debugging nothing stops the run, and its end ends the session', async () => {
    const { client, solver } = connect();
    await client.request('initialize');
    const set = await client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'bmi' }] });
    await client.request('launch', { ...launchArgs, noDebug: true });
    await client.request('configurationDone');
    assert.equal(set.breakpoints[0].verified, false);
    assert.ok(solver.calls.every(({ name }) => name !== 'setBreakpoints'));
    solver.stop('converged', { text: 'relativeGap is below 1e-10.' });
    assert.equal((await client.event('exited')).exitCode, 0);
    await client.event('terminated');
    assert.ok(!order(client).includes('stopped'));
  });

  test('without debugging a run that ends before its start is answered still ends correctly', async () => {
    const solver: FakeSolver = new FakeSolver({
      resume: () => {
        solver.emit('running', {});
        solver.stop('budget');
        throw new SourceError('gone', 'The solver was ended.');
      },
    });
    const { client } = connect(solver);
    await client.request('initialize');
    await client.request('launch', { ...launchArgs, noDebug: true });
    await client.request('configurationDone');
    await client.event('terminated');
    await client.refusal('threads2');
    assert.equal(client.messages.filter(x => x.event === 'output').length, 2);
  });

  test('progress is reported to clients that show it, and a start can be cancelled', async () => {
    let loaded: (info: unknown) => void = () => undefined;
    const load = () =>
      new Promise(resolve => {
        loaded = resolve;
      });
    const solver = new FakeSolver({ load });
    const { client } = connect(solver);
    await client.request('initialize', { supportsProgressReporting: true });
    const launch = client.ask('launch', launchArgs);
    const { progressId } = await client.event('progressStart');
    solver.emit('progress', { text: 'Reading', fraction: 0.5 });
    assert.equal((await client.event('progressUpdate')).percentage, 50);
    await client.request('cancel', { progressId });
    assert.equal(solver.disposed, true);
    await client.event('progressEnd');
    // Too late: the answer was already sent.
    loaded(fakeInfo);
    assert.match((await launch).message ?? '', /cancelled/);
    await client.event('terminated');
  });
});

describe('when the solver process ends by itself', () => {
  test('the client is told what happened and at which step, and the session stays open', async () => {
    const { client, solver } = await started();
    await client.move('next');
    await client.request('continue', thread);
    const after = client.messages.length;
    solver.crash();
    const stop = await client.event('stopped', after);
    assert.deepEqual([stop.reason, stop.description], ['exception', 'crash']);
    assert.match(stop.text, /SIGSEGV.*step 3/);
    assert.equal((await client.event('output', after)).output.includes('SIGSEGV'), true);
    const info = await client.request('exceptionInfo', thread);
    assert.deepEqual([info.exceptionId, info.details.stackTrace], ['crash', 'at kernel\nboom']);
    const { stackFrames } = await client.request('stackTrace', thread);
    assert.equal(stackFrames[0].name, 'order · bmi');
    for (const command of ['next', 'continue', 'stepBack', 'pause']) {
      assert.match(await client.refusal(command, thread), /has ended/);
    }
    const { breakpoints } = await client.request('setFunctionBreakpoints', {
      breakpoints: [{ name: 'bmi' }],
    });
    assert.match(breakpoints[0].message, /after a restart/);
  });

  for (const command of ['restart', 'blockstep/recover']) {
    test(`${command} resumes in a new process, from the last keyframe and with the edits, at the step it had reached`, async () => {
      const { client, solver, solvers } = await started();
      await client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'bmi' }] });
      const edit = { kind: 'ordering', ordering: 'shuffled', k: 2 } as const;
      const edits = [{ edit, k: 2, text: 'cyclic → shuffled' }];
      const keyframe = { k: 40, edits: 1, state: Float64Array.of(1), memory: null };
      solver.facts = factsWith({ edits });
      solver.end = 50;
      solver.emit('metrics', solver.rows(0, 50));
      solver.k = 47;
      solver.emit('edited', { facts: solver.facts, position: solver.position() });
      solver.emit('keyframe', keyframe);
      solver.crash();
      const after = client.messages.length;
      await client.request(command);
      const stop = await client.event('stopped', after);
      assert.match(stop.text, /step 47/);
      const [first, second] = solvers[1]!.calls;
      const lost = { edits, branches: [], keyframe, k: 47, end: 50 };
      assert.deepEqual(first, { name: 'restore', params: { config: launchArgs, ...lost } });
      assert.equal(second?.name, 'setBreakpoints');
      await client.move('next');
      assert.equal(solvers[1]!.k, 48);
    });
  }

  test('recover is refused while the process is alive', async () => {
    const { client } = await started();
    assert.match(await client.refusal('blockstep/recover'), /nothing to recover/);
  });
});

describe('restart', () => {
  test('keeps the session, its breakpoints and the configuration that the client chose', async () => {
    const { client, solver, solvers } = await started();
    await client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'bmi' }] });
    solver.emit('branch', { id: 'b1', from: 0, end: 3, text: 'eta = 1' });
    await client.move('next');
    const after = client.messages.length;
    await client.request('restart', { arguments: { ...launchArgs, seed: 2 } });
    const stop = await client.event('stopped', after);
    assert.deepEqual([stop.reason, solver.disposed], ['entry', true]);
    assert.deepEqual(solvers[1]!.calls[0], {
      name: 'load',
      params: { config: { ...launchArgs, seed: 2 } },
    });
    assert.equal(solvers[1]!.calls[1]?.name, 'setBreakpoints');
    const { threads } = await client.request('threads');
    assert.equal(threads.length, 1);
    // The old process no longer has a listener.
    const then = client.messages.length;
    solver.stop('step');
    solver.crash();
    await client.request('threads');
    assert.ok(client.messages.slice(then).every(m => m.event !== 'stopped'));
  });

  test('a restart that is refused ends the session', async () => {
    const { client, solvers } = await started();
    solvers[1] = new FakeSolver({
      load: () => {
        throw new Error('seed: "x" must be a number');
      },
    });
    assert.match(
      await client.refusal('restart', { arguments: { ...launchArgs, seed: 'x' } }),
      /seed/,
    );
    await client.event('terminated');
  });
});

describe('the end', () => {
  test('terminate asks the solver to end, and terminated follows the response', async () => {
    const { client, solver } = await started();
    await client.request('terminate');
    await client.event('terminated');
    assert.deepEqual([solver.calls.at(-1)?.name, solver.disposed], ['terminate', true]);
    assert.match(await client.refusal('next', thread), /session is over/);
    await client.request('disconnect', { restart: false });
  });

  test('disconnect ends the solver at any moment', async () => {
    const hanging = new FakeSolver({ load: () => new Promise(() => undefined) });
    const { client } = connect(hanging);
    await client.request('initialize');
    client.send('launch', launchArgs);
    await client.request('disconnect');
    assert.equal(hanging.disposed, true);
  });

  test('a session that the editor drops ends its solver', async () => {
    const { client, solver } = await started();
    await client.close();
    assert.equal(solver.disposed, true);
  });
});
