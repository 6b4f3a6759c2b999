// How a client moves and edits a run, and follows its metrics.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SourceError } from '../../../extension/run/source.ts';
import { order, started, thread } from '../../support/dap/client.ts';
import { FakeSolver } from '../../support/dap/fakeSolver.ts';

describe('moving', () => {
  const table: readonly [string, number, string][] = [
    ['next', 1, 'step'],
    ['stepOut', 3, 'step'],
    ['reverseContinue', 0, 'goto'],
  ];
  for (const [command, k, reason] of table) {
    test(`${command} goes to step ${k}, and its response precedes the stopped event`, async () => {
      const { client, solver } = await started();
      const stop = await client.move(command);
      assert.deepEqual([solver.k, stop.reason, stop.threadId], [k, reason, 1]);
      const seen = order(client);
      assert.ok(seen.indexOf(command) < seen.lastIndexOf('stopped'));
    });
  }

  test('stepIn visits the five phases of a block update, and the sixth stop is the next block’s first phase', async () => {
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

  test('stepBack goes to the start of the current update, then back one update at a time, and not before step 0', async () => {
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

  test('while it runs it can be paused, and no other request moves or reads it', async () => {
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

  test('a long replay is answered as soon as it starts, and its failure is reported by a stopped event', async () => {
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

  test('a refused move leaves the run where it was, with its variables', async () => {
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

  test('a run that was started from elsewhere sends a continued event', async () => {
    const { client, solver } = await started();
    const after = client.messages.length;
    await solver.call('resume', { until: { kind: 'end' } });
    assert.equal((await client.event('continued', after)).allThreadsContinued, true);
  });

  test('the stopped event gives the reason: breakpoints by id, findings as exceptions with an explanation', async () => {
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

  test('a run that has converged can still be viewed and stepped back', async () => {
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

describe('custom requests', () => {
  test('edits reach the solver unchanged', async () => {
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
    assert.match(
      await client.refusal('blockstep/fork', { k: 3, edits: [] }),
      /not implemented yet/,
    );
  });

  test('NaN and infinities are sent as strings', async () => {
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

  test('metrics are sent to clients that ask, each row once and in order, and again after a fork', async () => {
    const { client, solver } = await started();
    solver.end = 5;
    solver.emit('metrics', solver.rows(0, 5));
    await client.request('blockstep/subscribe', { metrics: true, from: 0 });
    const rows = (after: number) =>
      client.messages.slice(after).flatMap(m => (m.event === 'blockstep/metrics' ? [m.body] : []));
    await client.event('blockstep/metrics');
    assert.deepEqual(rows(0)[0].columns.gradNorm, [1, 'NaN', 3, 4, 5]);
    let after = client.messages.length;
    // A batch was dropped on the way: the missing rows are requested.
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
