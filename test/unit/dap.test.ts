import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { root } from '../../scripts/root.mjs';
import { type DapClient, frame, overStdio } from '../support/dapClient.ts';

const thread = { threadId: 1 };
const lasso = {
  type: 'blockstep',
  request: 'launch',
  name: 'Lasso on diabetes',
  problem: 'lasso',
  data: join(root, 'examples/workspace/data/diabetes.csv'),
  target: 'progression',
  problemOptions: { lambda: '0.1*max', standardize: true, intercept: true },
  stopOnEntry: true,
};
/** Never satisfied, so that the run goes on for as long as a test looks at it. */
const endless = { ...lasso, stopWhen: { steps: 1e12 } };
const blocks = ['(intercept)', 'age', 'sex', 'bmi', 'bp', 's1', 's2', 's3', 's4', 's5', 's6'];
const m = blocks.length;

before(() => {
  assert.ok(existsSync(join(root, 'dist/adapter.js')), 'dist/ holds no build; run npm run build');
});

const open: DapClient[] = [];
after(() => Promise.all(open.map(client => client.close())));

/** A session over stdio that stands at the entry of its run. */
async function launched(config: object = lasso, setUp?: (client: DapClient) => Promise<unknown>) {
  const client = overStdio();
  open.push(client);
  await client.request('initialize', { adapterID: 'blockstep', supportsInvalidatedEvent: true });
  await client.request('launch', config);
  await setUp?.(client);
  await client.request('configurationDone');
  await client.event('stopped');
  return client;
}

async function value(client: DapClient, expression: string): Promise<string> {
  return (await client.request('evaluate', { expression, context: 'watch' })).result;
}

async function top(client: DapClient): Promise<string> {
  return (await client.request('stackTrace', thread)).stackFrames[0].name;
}

/** A zombie that nobody has waited for yet is not alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    // Without /proc the signal alone tells.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync('/proc');
  }
}

/** Resolves when the process is gone; there is no event for a process that is not a child. */
async function gone(pid: number): Promise<void> {
  for (const end = Date.now() + 10_000; isAlive(pid) && Date.now() < end; ) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  assert.equal(isAlive(pid), false, `the solver ${pid} lives on`);
}

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

  test('an edit in the past keeps the old future as a thread, and the run goes on without it', async () => {
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
    const { edits } = await client.request('blockstep/info');
    assert.deepEqual(edits, [{ kind: 'ordering', ordering: 'shuffled', k: 15 }]);
  });
});

describe('breakpoints', () => {
  test('on a block’s name stops before each of its updates; reverseContinue finds the one before', async () => {
    const client = await launched(lasso, c =>
      c.request('setFunctionBreakpoints', {
        breakpoints: [{ name: 'bmi' }, { name: 'sweep', condition: 'sweep == 2' }],
      }),
    );
    const ks: string[] = [];
    for (let i = 0; i < 4; i++) {
      const stop = await client.move('continue');
      assert.equal(stop.reason, 'function breakpoint');
      ks.push(await value(client, 'k'));
    }
    assert.deepEqual(ks, [3, m, 3 + m, 3 + 2 * m].map(String));
    await client.move('reverseContinue');
    assert.equal(await value(client, 'k'), String(3 + m));
    await client.move('reverseContinue');
    assert.equal(await value(client, 'k'), String(m));
    await client.request('setFunctionBreakpoints', { breakpoints: [] });
    await client.move('reverseContinue');
    assert.equal(await value(client, 'k'), '0');
    assert.match(await client.refusal('stepBack', thread), /step 0/);
  });

  test('on lines of the listing: a phase, a block with a condition and a hit count, a message', async () => {
    const client = await launched();
    const { content } = await client.request('source', { sourceReference: 1 });
    const lines = (content as string).split('\n');
    const line = (text: RegExp) => lines.findIndex(l => text.test(l)) + 1;
    const source = { sourceReference: 1 };
    const set = async (...breakpoints: object[]) =>
      (await client.request('setBreakpoints', { source, breakpoints })).breakpoints;
    const block = line(/\bbp\b/);
    const [hit] = await set({ line: block, condition: 'k > 20', hitCondition: '% 2' });
    assert.deepEqual([hit.verified, hit.line], [true, block]);
    const stop = await client.move('continue');
    assert.deepEqual([stop.reason, stop.hitBreakpointIds], ['breakpoint', [hit.id]]);
    // bp is the fifth block: k = 4, 15, 26, 37, and the second above 20 is 37.
    assert.equal(await value(client, 'k'), '37');
    const prox = (await client.request('stackTrace', thread)).stackFrames[0].line + 3;
    await set({ line: prox });
    await client.move('continue');
    assert.equal(await top(client), 'prox · bp');
    const from = client.messages.length;
    await set({ line: block, logMessage: 'k = {k}, {block}' });
    await client.request('setFunctionBreakpoints', {
      breakpoints: [{ name: 'sweep', condition: 'k >= 66' }],
    });
    await client.move('continue');
    const printed = client.messages
      .slice(from)
      .filter(x => x.event === 'output')
      .map(x => x.body.output);
    assert.deepEqual(printed, ['k = 48, bp\n', 'k = 59, bp\n']);
    assert.equal(await value(client, 'k'), '66');
  });

  test('with a fault are unverified and say what is meant', async () => {
    const client = await launched();
    const { breakpoints } = await client.request('setFunctionBreakpoints', {
      breakpoints: [
        { name: 'bim' },
        { name: 'bmi', condition: 'gradnrom > 1' },
        { name: 'bmi', hitCondition: 'x' },
      ],
    });
    assert.ok(breakpoints.every((b: { verified: boolean }) => !b.verified));
    const messages = breakpoints.map((b: { message: string }) => b.message);
    assert.match(messages[0], /bmi\?/);
    assert.match(messages[1], /gradNorm\?/);
    assert.match(messages[2], /% 5/);
  });

  test('on data stops after the update that changed it, and by condition', async () => {
    const client = await launched();
    const info = await client.request('dataBreakpointInfo', { name: 'objective' });
    const set = (condition?: string) =>
      client.request('setDataBreakpoints', { breakpoints: [{ dataId: info.dataId, condition }] });
    await set();
    const before = await value(client, 'objective');
    const stop = await client.move('continue');
    assert.equal(stop.reason, 'data breakpoint');
    assert.notEqual(await value(client, 'objective'), before);
    await set('objective < 2100');
    await client.move('continue');
    assert.ok(Number(await value(client, 'objective')) < 2100);
    assert.ok(Number(await value(client, 'prev(objective)')) >= 2100);
  });

  test('on findings: steps above 2/L diverge, which stops the run and is explained', async () => {
    const client = await launched(endless, c =>
      c.request('setExceptionBreakpoints', {
        filters: [],
        filterOptions: [{ filterId: 'divergence' }],
      }),
    );
    await client.move('next');
    await client.request('evaluate', {
      expression: 'stepSize = 2.6 / sharpness("bmi")',
      context: 'repl',
    });
    const from = client.messages.length;
    const stop = await client.move('continue');
    assert.deepEqual([stop.reason, stop.description], ['exception', 'divergence']);
    const finding = await client.event(
      'blockstep/finding',
      from,
      body => body.name === 'divergence',
    );
    const info = await client.request('exceptionInfo', thread);
    assert.deepEqual([info.exceptionId, info.description], ['divergence', finding.text]);
    assert.ok(Object.keys(info.evidence).length > 0);
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
    const client = overStdio();
    open.push(client);
    await client.request('initialize');
    await client.request('launch', { ...lasso, noDebug: true });
    await client.request('configurationDone');
    assert.equal((await client.event('exited')).exitCode, 0);
    await client.event('terminated');
    assert.ok(client.messages.every(x => x.event !== 'stopped'));
  });
});

describe('trouble', () => {
  for (const moving of [false, true]) {
    test(`a solver killed while the run ${moving ? 'runs' : 'stands'} is told of, and recover goes on`, async () => {
      const client = await launched(moving ? endless : lasso);
      await client.request('blockstep/setOrdering', { ordering: 'shuffled' });
      await client.move('blockstep/goToStep', { k: 50 });
      const objective = await value(client, 'objective');
      const { pid } = await client.request('blockstep/info');
      if (moving) await client.request('continue', thread);
      let from = client.messages.length;
      process.kill(pid, 'SIGKILL');
      const stop = await client.event('stopped', from);
      assert.deepEqual([stop.reason, stop.description], ['exception', 'crash']);
      assert.match(stop.text, /SIGKILL.*step \d+/);
      assert.match(await client.refusal('next', thread), /has ended/);
      assert.match((await client.request('exceptionInfo', thread)).description, /SIGKILL/);
      from = client.messages.length;
      await client.request('blockstep/recover');
      await client.event('stopped', from);
      assert.ok(Number(await value(client, 'k')) >= (moving ? 0 : 50));
      await client.move('blockstep/goToStep', { k: 50 });
      assert.equal(await value(client, 'objective'), objective);
      assert.equal(await value(client, 'ordering'), 'shuffled');
      const { edits } = await client.request('blockstep/info');
      assert.deepEqual(edits, [{ kind: 'ordering', ordering: 'shuffled', when: 'sweep', k: 0 }]);
    });
  }

  test('a launch that is refused is one sentence, then the session is over', async () => {
    const client = overStdio();
    open.push(client);
    await client.request('initialize');
    const response = await client.ask('launch', { ...lasso, problem: 'laso' });
    assert.match(response.body.error.format, /^problem: "laso" .*lasso/);
    assert.equal(response.body.error.showUser, true);
    await client.event('terminated');
  });

  test('restart begins anew in the same session, with its breakpoints', async () => {
    const client = await launched(lasso, c =>
      c.request('setFunctionBreakpoints', { breakpoints: [{ name: 'bmi' }] }),
    );
    await client.move('continue');
    const { pid } = await client.request('blockstep/info');
    const from = client.messages.length;
    await client.request('restart', { arguments: { ...lasso, seed: 2 } });
    assert.equal((await client.event('stopped', from)).reason, 'entry');
    assert.equal(await value(client, 'k'), '0');
    await gone(pid);
    await client.move('continue');
    assert.equal(await value(client, 'block'), 'bmi');
  });

  test('bytes may come in any pieces, several requests at once, and what is no message is passed over', async () => {
    const client = overStdio();
    open.push(client);
    const request = (seq: number, command: string) =>
      frame(JSON.stringify({ seq, type: 'request', command }));
    const { stdin } = client.process;
    const bytes = Buffer.from(
      request(101, 'initialize') +
        frame('{ this is no JSON') +
        frame('null') +
        request(102, 'threads') +
        request(103, 'nothing'),
    );
    for (let i = 0; i < bytes.length; i += 7) stdin?.write(bytes.subarray(i, i + 7));
    await client.ask('threads');
    const answers = client.messages
      .filter(x => x.type === 'response')
      .map(x => [x.request_seq, x.success]);
    assert.deepEqual(answers.slice(0, 3), [
      [101, true],
      [102, true],
      [103, false],
    ]);
  });
});

describe('the end', () => {
  const ends: readonly [string, (client: ReturnType<typeof overStdio>) => unknown][] = [
    ['disconnect', client => client.request('disconnect')],
    [
      'terminate and disconnect',
      async client => {
        await client.request('terminate');
        await client.event('terminated');
        await client.request('disconnect');
      },
    ],
    ['a client that closes its end', client => client.close()],
    ['a client that kills the adapter', client => client.process.kill('SIGKILL')],
  ];
  for (const [name, end] of ends) {
    test(`after ${name} neither the adapter nor the solver is left, though the run was at full speed`, async () => {
      const client = (await launched(endless)) as ReturnType<typeof overStdio>;
      await client.request('continue', thread);
      const { pid } = await client.request('blockstep/info');
      const exited = new Promise(resolve => client.process.once('exit', resolve));
      await end(client);
      await exited;
      await gone(pid);
    });
  }

  test('the adapter works when it is loaded by -e', async () => {
    const client = overStdio({ viaEval: true });
    open.push(client);
    await client.request('initialize');
    await client.request('launch', lasso);
    await client.request('configurationDone');
    assert.equal((await client.event('stopped')).reason, 'entry');
  });
});
