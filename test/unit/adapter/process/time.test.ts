import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { blocks, launched, m, top, value } from '../../../support/processes.ts';

describe('time', () => {
  test('runs both ways: on every walk, step k shows what the straight run showed there, bit for bit', async () => {
    const client = await launched();
    const length = 4 * m;
    const seen: string[][] = [];
    const look = async () => [
      await value(client, 'k'),
      await value(client, 'block'),
      await value(client, 'objective'),
      await value(client, 'norm("bmi")'),
      await value(client, 'gradNorm("s5")'),
    ];
    for (let k = 0; k <= length; k++) {
      seen.push(await look());
      if (k < length) await client.move('next');
    }
    assert.deepEqual(
      seen.map(row => row[1]),
      seen.map((_, k) => blocks[k % m]),
    );
    assert.ok(seen.every((row, k) => k === 0 || Number(row[2]) <= Number(seen[k - 1]![2])));
    const moves = fc.oneof(
      fc.constantFrom('next', 'stepBack', 'stepIn', 'stepOut', 'reverseContinue'),
      fc.integer({ min: 0, max: length }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(moves, { maxLength: 12 }), async walk => {
        for (const move of walk) {
          const k = Number(await value(client, 'k'));
          if (typeof move === 'number') await client.move('blockstep/goToStep', { k: move });
          else if (move === 'stepBack' ? k > 0 : k < length - m) await client.move(move);
        }
        // A walk may end within an update; the state is then that of the update's start.
        await client.move('blockstep/goToStep', { k: Number(await value(client, 'k')) });
        const row = await look();
        assert.deepEqual(row, seen[Number(row[0])]);
      }),
      { numRuns: 12, seed: 1 },
    );
  });

  test('stepIn visits order, gradient, step, prox and commit, and five of them equal one next', async () => {
    const client = await launched();
    await client.move('next');
    const objective = await value(client, 'objective');
    await client.move('stepBack');
    const names: string[] = [];
    for (let i = 0; i < 5; i++) {
      names.push(await top(client));
      await client.move('stepIn');
    }
    assert.deepEqual(
      names,
      ['order', 'gradient', 'step', 'prox', 'commit'].map(phase => `${phase} · (intercept)`),
    );
    assert.equal(await top(client), 'order · age');
    assert.deepEqual(
      [await value(client, 'k'), await value(client, 'objective')],
      ['1', objective],
    );
    await client.move('stepIn');
    await client.move('stepOut');
    assert.equal(await value(client, 'k'), String(m));
  });

  test('an edit in the past keeps the steps that followed as a thread, and the run continues without them', async () => {
    const client = await launched();
    await client.move('blockstep/goToStep', { k: 40 });
    await client.move('blockstep/goToStep', { k: 15 });
    const from = client.messages.length;
    await client.request('evaluate', { expression: 'ordering = shuffled', context: 'repl' });
    const branch = await client.event('blockstep/branch', from);
    assert.deepEqual([branch.from, branch.end], [15, 40]);
    await client.event('invalidated', from);
    const { threads } = await client.request('threads');
    assert.equal(threads.length, 2);
    const { stackFrames } = await client.request('stackTrace', { threadId: branch.threadId });
    assert.deepEqual(
      [stackFrames[0].name, stackFrames[1].name],
      [`commit · ${blocks[39 % m]}`, 'sweep 4'],
    );
    assert.match(await client.refusal('next', { threadId: branch.threadId }), /not run/);
    // The swap waits for the end of its sweep.
    assert.equal(await value(client, 'ordering'), 'cyclic');
    await client.move('stepOut');
    assert.equal(await value(client, 'ordering'), 'shuffled');
    const { edits, facts } = await client.request('blockstep/info');
    assert.deepEqual(edits, [{ kind: 'ordering', ordering: 'shuffled', k: 15 }]);
    assert.deepEqual(facts.ordering, { name: 'shuffled', since: 2 * m, pending: null });
    assert.deepEqual(facts.edits, [{ edit: edits[0], k: 2 * m, text: 'cyclic → shuffled' }]);
  });

  test('a block is not frozen before the step at which it was frozen, whatever was edited later', async () => {
    const client = await launched();
    await client.move('blockstep/goToStep', { k: 20 });
    const freeze = { expression: 'frozen("bmi") = true', context: 'repl' };
    await client.request('evaluate', freeze);
    const frozen = async () => (await client.request('blockstep/info')).facts.frozen[0] ?? -1;
    assert.equal(await frozen(), blocks.indexOf('bmi'));
    await client.move('next');
    await client.move('blockstep/goToStep', { k: 19 });
    assert.equal(await frozen(), -1);
    await client.move('blockstep/goToStep', { k: 20 });
    assert.equal(await frozen(), blocks.indexOf('bmi'));
  });
});
