import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SourceError } from '../../../extension/run/source.ts';
import { FakeSolver, fakeInfo } from '../../support/dap/fakeSolver.ts';
import { connect, launchArgs, oneSentence, order, started } from '../../support/dap/session.ts';

describe('the start', () => {
  test('initialized follows the response to initialize, and stopped the one to configurationDone', async () => {
    const { client } = await started();
    const seen = order(client).filter(m => !['output', 'thread', 'breakpoint'].includes(m ?? ''));
    const begun = ['initialize', 'initialized', 'launch', 'capabilities'];
    assert.deepEqual(seen, [...begun, 'configurationDone', 'stopped']);
    assert.deepEqual(client.messages.at(-1)?.body.reason, 'entry');
  });

  test('a launch that comes after configurationDone stops at the entry all the same', async () => {
    const { client } = connect();
    await client.request('initialize');
    await client.request('configurationDone');
    await client.request('launch', launchArgs);
    await client.event('stopped');
    assert.ok(order(client).indexOf('launch') < order(client).indexOf('stopped'));
  });

  test('attributes that the client added for itself stay behind, all others reach the solver', async () => {
    const { client, solver } = connect();
    await client.request('initialize');
    await client.request('launch', { ...launchArgs, __sessionId: 'x', odd: 1 });
    assert.deepEqual(solver.calls[0]?.params, { config: { ...launchArgs, odd: 1 } });
  });

  test('a refused launch is one sentence that is shown, then terminated', async () => {
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

  test('without debugging a run that ends before it is answered that it runs ends well all the same', async () => {
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

  test('progress is told to clients that show it, and a start can be cancelled', async () => {
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
    // Too late: the answer was on its way already.
    loaded(fakeInfo);
    assert.match((await launch).message ?? '', /cancelled/);
    await client.event('terminated');
  });
});
