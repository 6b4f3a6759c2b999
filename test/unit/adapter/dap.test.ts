import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  blocks,
  connected,
  endless,
  lasso,
  launched,
  m,
  thread,
  top,
  value,
} from '../../support/dap/dapSession.ts';

describe('time', () => {
  test('runs both ways: for every walk, step k shows what the straight run showed there, bit for bit', async () => {
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
        // A walk may end within an update, at whose start the run stood the same.
        await client.move('blockstep/goToStep', { k: Number(await value(client, 'k')) });
        const row = await look();
        assert.deepEqual(row, seen[Number(row[0])]);
      }),
      { numRuns: 12, seed: 1 },
    );
  });

  test('stepIn walks order, gradient, step, prox and commit, and five of them make one next', async () => {
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

  test('an edit in the past keeps the steps that followed as a thread, and the run goes on without it', async () => {
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

  test('before the step at which a block was frozen it is not, whatever was edited ahead', async () => {
    const client = await launched();
    await client.move('blockstep/goToStep', { k: 20 });
    const freeze = { expression: 'frozen("bmi") = true', context: 'repl' };
    await client.request('evaluate', freeze);
    const frozen = async () => (await client.request('blockstep/info')).facts.frozen.indexOf(true);
    assert.equal(await frozen(), blocks.indexOf('bmi'));
    await client.move('next');
    await client.move('blockstep/goToStep', { k: 19 });
    assert.equal(await frozen(), -1);
    await client.move('blockstep/goToStep', { k: 20 });
    assert.equal(await frozen(), blocks.indexOf('bmi'));
  });
});

describe('looking and changing', () => {
  test('every scope can be read, lazy values when asked for, and every expression of a variable has its value', async () => {
    const client = await launched();
    await client.move('blockstep/goToStep', { k: 30 });
    const { scopes } = await client.request('scopes', { frameId: 10 });
    assert.deepEqual(
      scopes.map((s: { name: string }) => s.name),
      ['Block', 'Sweep', 'Run', 'Parameters'],
    );
    let compared = 0;
    for (const scope of scopes) {
      const { variables } = await client.request('variables', scope);
      assert.ok(variables.length > 0);
      for (const variable of variables) {
        const lazy = variable.presentationHint?.lazy === true;
        const [shown] = lazy ? (await client.request('variables', variable)).variables : [variable];
        if (!lazy && variable.variablesReference > 0) {
          await client.request('variables', { ...variable, start: 0, count: 3 });
        }
        if (variable.evaluateName === undefined) continue;
        assert.equal(shown.value, await value(client, variable.evaluateName), variable.name);
        compared++;
      }
    }
    assert.ok(compared >= 8);
  });

  test('what is set is there, is recorded, and moves the run as it says', async () => {
    const client = await launched();
    await client.move('blockstep/goToStep', { k: 3 });
    const scope = async (name: string) =>
      (await client.request('scopes', { frameId: 10 })).scopes.find(
        (s: { name: string }) => s.name === name,
      );
    const { variablesReference } = await scope('Block');
    await client.request('setVariable', { variablesReference, name: 'frozen', value: 'true' });
    assert.equal(await value(client, 'frozen("bmi")'), 'true');
    await client.move('next');
    assert.equal(await value(client, 'value("bmi", 0)'), '0');
    await client.request('setExpression', { expression: 'value("bmi", 0)', value: '2.5' });
    assert.equal(await value(client, 'value("bmi", 0)'), '2.5');
    await client.request('blockstep/setStepSize', { value: 0.125, block: 's5' });
    assert.equal(await value(client, 'stepSize("s5")'), '0.125');
    const after = await scope('Run');
    assert.match(
      await client.refusal('setVariable', { ...after, name: 'k', value: '3' }),
      /cannot be set/,
    );
    assert.match(
      await client.refusal('setExpression', { expression: 'objective', value: '0' }),
      /cannot be assigned/,
    );
    const { edits } = await client.request('blockstep/info');
    assert.deepEqual(
      edits.map((e: { kind: string }) => e.kind),
      ['frozen', 'value', 'stepSize'],
    );
  });

  test('an expression that is none fails with a sentence, and assigns nowhere but in the console', async () => {
    const client = await launched();
    for (const expression of [
      'process.exit()',
      'foo',
      'gradNorm("bim")',
      'k; k',
      '',
      'constructor("x")()',
    ]) {
      const response = await client.ask('evaluate', { expression, context: 'watch' });
      assert.equal(response.success, false, expression);
      assert.match(response.message ?? '', /[.?]$/);
    }
    assert.match(
      await client.refusal('evaluate', { expression: 'stepSize = 1', context: 'watch' }),
      /console/,
    );
    const { targets } = await client.request('completions', { text: 'gradNorm("s', column: 12 });
    assert.deepEqual(
      targets.map((t: { label: string }) => t.label),
      ['sex', 's1', 's2', 's3', 's4', 's5', 's6'],
    );
  });

  test('goto leads to a block’s last visit, and the series has every step', async () => {
    const client = await launched();
    await client.move('blockstep/goToStep', { k: 30 });
    const { content } = await client.request('source', { sourceReference: 1 });
    const line = (content as string).split('\n').findIndex(text => /\bbmi\b/.test(text)) + 1;
    const { targets } = await client.request('gotoTargets', {
      source: { sourceReference: 1 },
      line,
    });
    await client.move('goto', { ...thread, targetId: targets[0].id });
    assert.deepEqual([await value(client, 'k'), await value(client, 'block')], ['25', 'bmi']);
    const series = await client.request('blockstep/series', {
      metric: 'gradNorm',
      block: 'bmi',
      from: 0,
    });
    assert.deepEqual(series.k, [4, 15, 26]);
    const objective = await client.request('blockstep/series', { metric: 'objective', from: 20 });
    assert.deepEqual(
      objective.k,
      Array.from({ length: 10 }, (_, i) => 21 + i),
    );
  });
});

describe('running', () => {
  test('pause is answered while the run is at full speed, and it stops', async () => {
    const client = await launched(endless);
    for (let i = 0; i < 5; i++) {
      await client.request('continue', thread);
      assert.match(await client.refusal('next', thread), /pause it first/);
      assert.match(
        await client.refusal('variables', { variablesReference: 1000 }),
        /pause it first/,
      );
      const start = performance.now();
      const stop = await client.move('pause');
      assert.equal(stop.reason, 'pause');
      // The promise is 50 ms; other work may keep these two cores busy for longer than that.
      assert.ok(performance.now() - start < 1000);
    }
    const k = Number(await value(client, 'k'));
    await client.move('stepBack');
    assert.equal(Number(await value(client, 'k')), k - 1);
  });

  test('an ordering is swapped while it runs', async () => {
    const client = await launched(endless);
    await client.request('continue', thread);
    await client.request('blockstep/setOrdering', { ordering: 'shuffled', when: 'now' });
    await client.move('pause');
    assert.equal(await value(client, 'ordering'), 'shuffled');
    assert.match(await client.refusal('blockstep/setOrdering', { ordering: 'shufled' }), /shuf/);
  });

  test('metrics reach a client that asks, every row once and in order', async () => {
    const client = await launched({ ...lasso, __metrics: true });
    await client.move('continue');
    const end = Number(await value(client, 'k'));
    await client.event('blockstep/metrics', 0, body => body.from + body.count === end);
    const batches = client.messages.filter(x => x.event === 'blockstep/metrics').map(x => x.body);
    let row = 0;
    for (const batch of batches) {
      assert.equal(batch.from, row);
      assert.equal(batch.columns.objective.length, batch.count);
      row += batch.count;
    }
    assert.equal(row, end);
    assert.equal(String(batches.at(-1).columns.objective.at(-1)), await value(client, 'objective'));
  });

  test('a run that converges says by which criterion, and can be gone back in', async () => {
    const client = await launched();
    const stop = await client.move('continue');
    assert.deepEqual([stop.reason, stop.description], ['converged', 'Converged']);
    assert.match(stop.text ?? '', /gap/);
    await client.move('stepBack');
    await client.move('next');
  });

  test('without debugging it runs to its end and the session is over', async () => {
    const client = connected();
    await client.request('initialize');
    await client.request('launch', { ...lasso, noDebug: true });
    await client.request('configurationDone');
    assert.equal((await client.event('exited')).exitCode, 0);
    await client.event('terminated');
    assert.ok(client.messages.every(x => x.event !== 'stopped'));
  });
});
