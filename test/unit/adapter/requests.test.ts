import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { started } from '../../support/dap/session.ts';

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
    assert.match(
      await client.refusal('blockstep/fork', { k: 3, edits: [] }),
      /not implemented yet/,
    );
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
