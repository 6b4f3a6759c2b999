import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { frame, type overStdio } from '../../../support/dap/client.ts';
import { gone } from '../../../support/machine.ts';
import { connected, endless, lasso, launched, thread, value } from '../../../support/processes.ts';

describe('trouble', () => {
  for (const moving of [false, true]) {
    test(`a solver killed while the run is ${moving ? 'running' : 'stopped'} is reported, and recover resumes the run`, async () => {
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

  test('a solver killed right after an edit in the past resumes on the branch of the edit', async () => {
    const straight = await launched(lasso);
    await straight.move('blockstep/goToStep', { k: 20 });
    await straight.request('blockstep/setOrdering', { ordering: 'shuffled' });
    await straight.move('blockstep/goToStep', { k: 60 });
    const objective = await value(straight, 'objective');

    const client = await launched(lasso);
    await client.move('blockstep/goToStep', { k: 60 });
    await client.move('blockstep/goToStep', { k: 20 });
    await client.request('blockstep/setOrdering', { ordering: 'shuffled' });
    const { pid } = await client.request('blockstep/info');
    let from = client.messages.length;
    process.kill(pid, 'SIGKILL');
    await client.event('stopped', from);
    from = client.messages.length;
    await client.request('blockstep/recover');
    await client.event('stopped', from);
    assert.ok(Number(await value(client, 'k')) <= 20);
    await client.move('blockstep/goToStep', { k: 60 });
    assert.equal(await value(client, 'objective'), objective);
  });

  test('a refused launch is told in one sentence, then the session ends', async () => {
    const client = connected();
    await client.request('initialize');
    const response = await client.ask('launch', { ...lasso, problem: 'laso' });
    assert.match(response.body.error.format, /^problem: "laso" .*lasso/);
    assert.equal(response.body.error.showUser, true);
    await client.event('terminated');
  });

  test('restart begins again in the same session, with its breakpoints', async () => {
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

  test('bytes may arrive in any pieces and several requests at once, and invalid messages are skipped', async () => {
    const client = connected();
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
    test(`after ${name} neither the adapter nor the solver is left, even at full speed`, async () => {
      const client = (await launched(endless)) as ReturnType<typeof overStdio>;
      await client.request('continue', thread);
      const { pid } = await client.request('blockstep/info');
      const exited = new Promise(resolve => client.process.once('exit', resolve));
      await end(client);
      await exited;
      await gone(pid);
    });
  }

  test('the adapter works when it is loaded by node -e', async () => {
    const client = connected({ viaEval: true });
    await client.request('initialize');
    await client.request('launch', lasso);
    await client.request('configurationDone');
    assert.equal((await client.event('stopped')).reason, 'entry');
  });
});
