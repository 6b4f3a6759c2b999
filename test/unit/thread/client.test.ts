// The process around the solver thread: its environment, and clients that leave or read slowly.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { lastWords } from '../../../extension/child.ts';
import { root } from '../../../scripts/lib/root.mjs';
import { frame, type overStdio } from '../../support/dap/client.ts';
import { converse } from '../../support/dap/conversations.ts';
import { FakeSolver } from '../../support/dap/fakeSolver.ts';
import { gone, resident, temporaryFolder } from '../../support/machine.ts';
import {
  child,
  endless,
  endlessly,
  launched,
  moduleOf,
  next,
  thread,
} from '../../support/processes.ts';

const folder = temporaryFolder();
type Client = ReturnType<typeof overStdio>;

test('every row of a run that goes on is told once, by events, and none has to be asked for', async () => {
  const solver = child();
  const config = { problem: 'lasso', problemOptions: { intercept: false } };
  await solver.call('load', { config: { ...config, stopWhen: { steps: 100_000 } } });
  let end = 0;
  const all = new Promise<void>(resolve =>
    solver.on('metrics', batch => {
      assert.equal(batch.from, end);
      assert.equal(batch.more, false);
      end = batch.to;
      if (end === 100_000) resolve();
    }),
  );
  const stopped = next(solver, 'stopped');
  await solver.call('resume', { until: { kind: 'end' } });
  await Promise.all([stopped, all]);
  solver.dispose();
});

describe('the environment of the solver', () => {
  test('the editor’s NODE_OPTIONS are not passed to the solver', async () => {
    const trace = join(folder, 'loaded');
    const hook = join(folder, 'hook.cjs');
    writeFileSync(hook, `require('node:fs').writeFileSync(${JSON.stringify(trace)}, '');`);
    const before = process.env['NODE_OPTIONS'];
    process.env['NODE_OPTIONS'] = `--require ${hook}`;
    const solver = child();
    process.env['NODE_OPTIONS'] = before ?? '';
    await solver.call('load', { config: { problem: 'lasso' } });
    assert.equal(existsSync(trace), false);
    solver.dispose();
  });

  test('a module that prints without end does not fill the memory, and the amount left out is reported', async () => {
    const later = `for (let i = 0; i < 2000; i++) { console.log('x'.repeat(100)); process.stdout.write('y'.repeat(1000) + '\\n'); }`;
    const solver = child();
    await solver.call('load', { config: endlessly(moduleOf('printer', { later })) });
    let characters = 0;
    const told: string[] = [];
    solver.on('output', ({ text }) => {
      characters += text.length;
      if (text.includes('left out')) told.push(text);
    });
    const before = performance.now();
    const stopped = next(solver, 'stopped');
    await solver.call('resume', { until: { kind: 'steps', count: 40 } });
    await stopped;
    const seconds = (performance.now() - before) / 1000;
    assert.ok(characters < 300_000 + 70_000 * seconds, `${characters} in ${seconds} s`);
    assert.match(told.join(''), /left out \d{3,} prints \(\d+ characters\)/);
    solver.dispose();
  });

  test('one very long line is cut', async () => {
    const solver = child();
    const later = `console.log('z'.repeat(5_000_000));`;
    await solver.call('load', { config: endlessly(moduleOf('longline', { later })) });
    const lengths: number[] = [];
    solver.on('output', ({ text }) => lengths.push(text.length));
    const stopped = next(solver, 'stopped');
    await solver.call('resume', { until: { kind: 'steps', count: 20 } });
    await stopped;
    assert.ok(lengths.length > 0 && Math.max(...lengths) < 10_100, `${lengths}`);
    solver.dispose();
  });

  test('a crash is reported with the error’s message, not with Node’s last lines', () => {
    const stderr = [
      'a warning',
      '/models/problem.ts:3',
      '    throw new RangeError("too steep");',
      '    ^',
      'RangeError: too steep',
      '    at gradient (/models/problem.ts:3:11)',
      'Node.js v20.20.2',
    ];
    assert.equal(lastWords(stderr), 'RangeError: too steep');
    assert.equal(
      lastWords(['FATAL ERROR: Reached heap limit Allocation failed', ' 1: 0xb8 node::Abort()']),
      'FATAL ERROR: Reached heap limit Allocation failed',
    );
    assert.equal(lastWords(['killed']), 'killed');
    assert.equal(lastWords([]), '');
  });
});

describe('a client that leaves', () => {
  test('gets an answer to every request in flight before the adapter ends', async () => {
    const client = (await launched(endless)) as Client;
    await client.request('continue', thread);
    const exited = new Promise(resolve => client.process.once('exit', resolve));
    const sent = ['evaluate', 'variables', 'blockstep/series', 'stackTrace', 'pause'].map(command =>
      client.send(command, { expression: 'objective', metric: 'objective', threadId: 1, from: 0 }),
    );
    sent.push(client.send('blockstep/goToStep', { k: 1e9 }), client.send('disconnect'));
    await exited;
    const answered = client.messages.flatMap(m => (m.type === 'response' ? [m.request_seq] : []));
    assert.deepEqual(
      sent.filter(seq => answered.filter(other => other === seq).length !== 1),
      [],
    );
  });

  test('also ends a solver that was stopped by a signal', async () => {
    const client = (await launched(endless)) as Client;
    const { pid } = await client.request('blockstep/info');
    process.kill(pid, 'SIGSTOP');
    const exited = new Promise(resolve => client.process.once('exit', resolve));
    client.send('disconnect');
    await exited;
    await gone(pid);
  });
});

describe('a client that reads slowly', () => {
  test('does not grow the adapter’s memory or slow the solver, and misses no row once it reads', async t => {
    const reader = spawn(process.execPath, [join(root, 'dist/adapter.js')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    t.after(() => reader.kill());
    const send = (seq: number, command: string, args: object = {}) =>
      reader.stdin.write(frame(JSON.stringify({ seq, type: 'request', command, arguments: args })));
    send(1, 'initialize');
    send(2, 'launch', { ...endless, stopOnEntry: false, __metrics: true });
    send(3, 'configurationDone');
    // Nothing is read: the adapter's memory levels off.
    await new Promise(resolve => setTimeout(resolve, 4000));
    const early = resident(reader.pid!).now;
    await new Promise(resolve => setTimeout(resolve, 4000));
    const late = resident(reader.pid!).now;
    assert.ok(late - early < 250e6, `grew by ${(late - early) / 1e6} MB in 4 s`);
    const ends: { from: number; to: number }[] = [];
    await new Promise<void>(resolve => {
      let text = '';
      reader.stdout.on('data', (data: Buffer) => {
        text += data.toString('latin1');
        for (;;) {
          const match = /^Content-Length: (\d+)\r\n\r\n/.exec(text);
          if (!match || text.length < match[0].length + Number(match[1])) break;
          const end = match[0].length + Number(match[1]);
          const message = JSON.parse(text.slice(match[0].length, end));
          text = text.slice(end);
          if (message.event === 'blockstep/metrics') ends.push(message.body);
        }
        if (ends.length > 200) resolve();
      });
    });
    assert.deepEqual(
      ends.filter((batch, i) => batch.from !== (ends[i - 1]?.to ?? 0)),
      [],
    );
    const exited = new Promise(resolve => reader.once('exit', resolve));
    send(4, 'disconnect');
    await exited;
  });
});

// `npm run soak -- fuzz` has ten thousand.

test('every request of 300 random conversations with a fake solver is answered once, within five seconds', async () => {
  const faults: string[] = [];
  for (let seed = 1; seed <= 300; seed++)
    faults.push(...(await converse(seed, () => new FakeSolver())).faults);
  assert.deepEqual(faults, []);
});

test('so is every request of 8 conversations with a real solver, and no process outlives them', async () => {
  const faults: string[] = [];
  for (let seed = 1; seed <= 8; seed++) faults.push(...(await converse(seed, child)).faults);
  assert.deepEqual(faults, []);
});
