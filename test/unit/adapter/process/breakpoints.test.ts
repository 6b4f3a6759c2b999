// Breakpoints of every kind, and problem modules, over stdio with a real solver.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  endless,
  lasso,
  launched,
  m,
  moduleOf,
  thread,
  top,
  value,
} from '../../../support/processes.ts';

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

  test('with a mistake are unverified and say what is wrong', async () => {
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

  test('on findings: steps above 2/L diverge, which stops the run with an explanation', async () => {
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

const launch = (problem: string) => ({ problem, stopOnEntry: true });

describe('a problem module', () => {
  test('shows the next block at its declaration, and stops there', async () => {
    const path = moduleOf('plain', {});
    const client = await launched(launch(path));
    const place = async () => {
      const [{ source, line }] = (await client.request('stackTrace', thread)).stackFrames;
      return [source.path ?? source.sourceReference, line];
    };
    assert.deepEqual(await place(), [path, 5]);
    await client.move('next');
    assert.deepEqual(await place(), [path, 6]);
    const { breakpoints } = await client.request('setBreakpoints', {
      source: { path },
      breakpoints: [{ line: 6 }, { line: 12 }],
    });
    assert.deepEqual(
      breakpoints.map((b: { verified: boolean }) => b.verified),
      [true, false],
    );
    const stop = await client.move('continue');
    assert.deepEqual([stop.reason, await value(client, 'block')], ['breakpoint', 'offset']);
    await client.move('stepIn');
    assert.equal((await place())[0], 1);
  });

  test('that throws stops the run at that step, with the user’s own stack', async () => {
    const path = moduleOf('thrower', { later: 'throw new RangeError("too steep");' });
    const client = await launched(launch(path));
    const stop = await client.move('continue');
    assert.equal(stop.reason, 'exception');
    const info = await client.request('exceptionInfo', thread);
    assert.equal(info.exceptionId, 'userError');
    assert.match(info.description, /too steep/);
    assert.match(info.details.stackTrace, /thrower\.ts:10/);
    assert.match(await top(client), /slope$/);
  });

  test('that does not return can be paused and ended all the same; breakpoints stay set', async () => {
    const path = moduleOf('hanger', { later: 'for (;;);' });
    const client = await launched(launch(path), c =>
      c.request('setFunctionBreakpoints', {
        breakpoints: [{ name: 'offset', condition: 'k == 5' }],
      }),
    );
    assert.equal((await client.move('continue')).reason, 'function breakpoint');
    await client.request('continue', thread);
    await client.event('output', 0, body => /has not returned/.test(body.output));
    const stop = await client.move('pause');
    assert.match(stop.text ?? '', /slope/);
    const after = client.messages.length;
    await client.request('blockstep/interrupt');
    await client.event('stopped', after);
    // The last step whose measurement came to its end.
    assert.equal(await value(client, 'k'), '7');
    await client.move('blockstep/goToStep', { k: 0 });
    assert.equal((await client.move('continue')).reason, 'function breakpoint');
    assert.equal(await value(client, 'k'), '5');
    await client.move('next');
  });
});
