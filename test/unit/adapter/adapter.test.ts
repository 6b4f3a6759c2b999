import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SourceError } from '../../../extension/run/source.ts';
import type { DapClient } from '../../support/dap/dapClient.ts';
import { FakeSolver, fakeInfo } from '../../support/dap/fakeSolver.ts';
import { connect, launchArgs, started, thread } from '../../support/dap/session.ts';

const order = (client: DapClient) =>
  client.messages.map(m => (m.type === 'event' ? m.event : `${m.command}${m.success ? '' : '!'}`));
const oneSentence = (text: string) => assert.match(text, /^[^\n]+[.?]$/);

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

describe('moving', () => {
  const table: readonly [string, number, string][] = [
    ['next', 1, 'step'],
    ['stepOut', 3, 'step'],
    ['reverseContinue', 0, 'goto'],
  ];
  for (const [command, k, reason] of table) {
    test(`${command} leads to step ${k}, and its response precedes the stop`, async () => {
      const { client, solver } = await started();
      const stop = await client.move(command);
      assert.deepEqual([solver.k, stop.reason, stop.threadId], [k, reason, 1]);
      const seen = order(client);
      assert.ok(seen.indexOf(command) < seen.lastIndexOf('stopped'));
    });
  }

  test('stepIn walks the five phases of a block update, and the sixth is the next block’s first', async () => {
    const { client } = await started();
    const names: string[] = [];
    for (let i = 0; i < 6; i++) {
      const { stackFrames } = await client.request('stackTrace', thread);
      names.push(stackFrames[0].name);
      await client.move('stepIn');
    }
    assert.deepEqual(names, [
      ...['order', 'gradient', 'step', 'prox', 'commit'].map(phase => `${phase} · (intercept)`),
      'order · bmi',
    ]);
  });

  test('stepBack goes to the start of the update it is in, then one update at a time, and not before step 0', async () => {
    const { client, solver } = await started();
    await client.move('stepOut');
    await client.move('stepIn');
    const visited: number[] = [];
    for (let i = 0; i < 4; i++) {
      assert.equal((await client.move('stepBack')).reason, 'step');
      visited.push(solver.k);
    }
    assert.deepEqual(visited, [3, 2, 1, 0]);
    assert.match(await client.refusal('stepBack', thread), /step 0/);
  });

  test('while it runs it can be paused, and nothing else moves or reads it', async () => {
    const { client } = await started();
    const body = await client.request('continue', thread);
    assert.equal(body.allThreadsContinued, true);
    for (const command of [
      'next',
      'stepIn',
      'stepOut',
      'stepBack',
      'reverseContinue',
      'continue',
    ]) {
      assert.match(await client.refusal(command, thread), /pause it first/);
    }
    assert.match(await client.refusal('stackTrace', thread), /pause it first/);
    assert.match(await client.refusal('scopes', { frameId: 10 }), /pause it first/);
    const stop = await client.move('pause');
    assert.equal(stop.reason, 'pause');
    await client.request('pause', thread);
  });

  test('a long replay is answered as soon as it runs, and its failure is told at a stop', async () => {
    let fail: (error: Error) => void = () => undefined;
    const solver = new FakeSolver({
      goTo: () => {
        solver.emit('running', {});
        return new Promise((_, reject) => {
          fail = reject;
        });
      },
    });
    const { client } = await started(solver);
    const after = client.messages.length;
    await client.request('blockstep/goToStep', { k: 1e6 });
    fail(new SourceError('failed', 'The replay failed.'));
    const stop = await client.event('stopped', after);
    assert.equal(stop.text, 'The replay failed.');
  });

  test('a refusal to move leaves the run where it was, with its variables', async () => {
    const solver = new FakeSolver({
      resume: () => {
        throw new SourceError('state', 'The run has converged; go back first.');
      },
    });
    const { client } = await started(solver);
    const { scopes } = await client.request('scopes', { frameId: 10 });
    assert.equal(await client.refusal('next', thread), 'The run has converged; go back first.');
    await client.request('variables', { variablesReference: scopes[0].variablesReference });
  });

  test('a run that somebody else set in motion is told of by continued', async () => {
    const { client, solver } = await started();
    const after = client.messages.length;
    await solver.call('resume', { until: { kind: 'end' } });
    assert.equal((await client.event('continued', after)).allThreadsContinued, true);
  });

  test('the stop says why: breakpoints by id, findings as exceptions that can be explained', async () => {
    const { client, solver } = await started();
    assert.match(await client.refusal('exceptionInfo', thread), /did not stop at a finding/);
    const { breakpoints } = await client.request('setFunctionBreakpoints', {
      breakpoints: [{ name: 'bmi' }],
    });
    await client.request('continue', thread);
    let after = client.messages.length;
    solver.stop('functionBreakpoint', {
      breakpoints: [String(breakpoints[0].id)],
      text: 'Before bmi.',
    });
    const hit = await client.event('stopped', after);
    assert.equal(hit.reason, 'function breakpoint');
    assert.deepEqual(hit.hitBreakpointIds, [breakpoints[0].id]);
    await client.request('continue', thread);
    after = client.messages.length;
    const finding = {
      k: 7,
      name: 'divergence',
      block: 'bmi',
      text: 'F rose.',
      evidence: { ratio: Number.POSITIVE_INFINITY },
    } as const;
    solver.emit('finding', finding);
    solver.stop('finding', { finding, text: finding.text });
    const stop = await client.event('stopped', after);
    assert.deepEqual(
      [stop.reason, stop.description, stop.text],
      ['exception', 'divergence', 'F rose.'],
    );
    assert.equal((await client.event('blockstep/finding', after)).evidence.ratio, 'Infinity');
    const info = await client.request('exceptionInfo', thread);
    assert.equal(info.exceptionId, 'divergence');
    assert.match(info.details.message, /ratio = Infinity/);
  });

  test('a run that has converged stays to be looked at and gone back in', async () => {
    const { client, solver } = await started();
    await client.request('continue', thread);
    const after = client.messages.length;
    solver.k = 30;
    solver.stop('converged', { text: 'relativeGap 9e-11 is below 1e-10.' });
    const stop = await client.event('stopped', after);
    assert.deepEqual([stop.reason, stop.description], ['converged', 'Converged']);
    await client.move('stepBack');
    assert.equal(solver.k, 29);
  });
});

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
      assert.match(await client.refusal(command, { threadId }), /looked at and not run/);
    }
    const frameId = stackFrames[0].id;
    assert.match(
      await client.refusal('evaluate', { expression: 'k', frameId }),
      /branch that an edit left/,
    );
    const { scopes } = await client.request('scopes', { frameId });
    const { variablesReference } = scopes[0];
    const { variables } = await client.request('variables', { variablesReference });
    assert.equal(variables.find((v: { name: string }) => v.name === 'gradNorm').value, '12');
  });
});
