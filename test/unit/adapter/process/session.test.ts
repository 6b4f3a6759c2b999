import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connected, endless, lasso, launched, thread, value } from '../../../support/processes.ts';

describe('looking and changing', () => {
  test('every scope can be read, lazy values on request, and the expression of every variable evaluates to its value', async () => {
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

  test('Block shows every metric of a block that can be read before its update, and what is recorded only after one where it was chosen; Run those of the run', async () => {
    const metrics = async (scope: string, diagnostics: readonly string[]) => {
      const client = await launched({ ...lasso, diagnostics });
      await client.move('blockstep/goToStep', { k: 30 });
      const { scopes } = await client.request('scopes', { frameId: 10 });
      const found = scopes.find(({ name }: { name: string }) => name === scope);
      const { variables } = await client.request('variables', found);
      return new Map<string, string>(
        variables
          .filter(
            ({ type, evaluateName }: Record<string, string>) => type === 'number' && evaluateName,
          )
          .map(({ name, value }: Record<string, string>) => [name, value]),
      );
    };
    const read = ['gradNorm', 'stepSize', 'sharpness', 'smoothGradNorm', 'stepTimesSharpness'];
    const always = [...read, 'predictedDecrease'];
    assert.deepEqual([...(await metrics('Block', ['objective'])).keys()], always);
    const chosen = await metrics('Block', ['objective', 'actualDecrease']);
    assert.deepEqual([...chosen.keys()], [...always, 'actualDecrease']);
    assert.ok(Number(chosen.get('actualDecrease')) >= 0);
    // Drawn nowhere, it is shown where it is recorded.
    assert.ok((await metrics('Block', ['objective', 'stepTried'])).has('stepTried'));
    assert.deepEqual(
      [...(await metrics('Run', ['gradNorm'])).keys()],
      ['k', 'objective', 'passes'],
    );
  });

  test('an edit is visible, is recorded, and changes the run accordingly', async () => {
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

  test('an invalid expression fails with a sentence, and only the console may assign', async () => {
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

  test('a watch on a metric that is not recorded says so, where its value would be of an update that was made', async () => {
    const client = await launched({ ...lasso, diagnostics: ['objective', 'gradNorm'] });
    await client.move('blockstep/goToStep', { k: 30 });
    const watch = { context: 'watch', frameId: 10 };
    for (const name of ['actualDecrease', 'prev(smoothGradNorm)', 'prev(gap) > 0'])
      assert.match(
        await client.refusal('evaluate', { ...watch, expression: name }),
        /^(actualDecrease|smoothGradNorm|gap) is not recorded in this run, .*; add it to `diagnostics`\.$/,
      );
    for (const name of ['smoothGradNorm', 'gap', 'prev(gradNorm)', 'prev(objective)'])
      assert.ok(Number(await value(client, name)) > 0, name);
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
  test('pause is answered at full speed, and the run stops', async () => {
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
      // The promise is 50 ms; other work may keep the two cores busy for longer.
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

  test('a client that asks for metrics gets every row once and in order', async () => {
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

  test('a run that converges says which criterion was met, and can be stepped back', async () => {
    const client = await launched();
    const stop = await client.move('continue');
    assert.deepEqual([stop.reason, stop.description], ['converged', 'Converged']);
    assert.match(stop.text ?? '', /gap/);
    await client.move('stepBack');
    await client.move('next');
  });

  test('without debugging the run goes to its end and the session ends', async () => {
    const client = connected();
    await client.request('initialize');
    await client.request('launch', { ...lasso, noDebug: true });
    await client.request('configurationDone');
    assert.equal((await client.event('exited')).exitCode, 0);
    await client.event('terminated');
    assert.ok(client.messages.every(x => x.event !== 'stopped'));
  });
});
