import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createSolver } from '../../extension/child.ts';
import { type Source, SourceError, type SourceExit } from '../../extension/run/source.ts';
import { temporaryFolder } from '../support/machine.ts';

const folder = temporaryFolder();

/** A solver whose answers are this program: it sees `call` and `params`, and has `reply`, `fail` and `event`. */
function scripted(program: string): Source {
  const path = join(folder, `${Math.floor(performance.now() * 1e3)}.js`);
  writeFileSync(
    path,
    `process.on('message', ({ id, call, params }) => {
      const reply = result => process.send({ reply: id, ok: true, result });
      const fail = error => process.send({ reply: id, ok: false, error });
      const event = (event, body) => process.send({ event, body });
      ${program}
    });`,
  );
  return createSolver(path);
}

const exitOf = (solver: Source) => new Promise<SourceExit>(resolve => solver.onExit(resolve));
const position = {
  k: 3,
  sweep: 1,
  place: 3,
  block: 'bmi',
  phase: 'order',
  ordering: 'cyclic',
  pendingOrdering: null,
  end: 3,
};
const gone = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof SourceError);
  assert.match(error.message, pattern);
  return true;
};

describe('a call', () => {
  test('passes numbers unchanged in both directions, NaN, −0 and infinities too', async () => {
    const solver = scripted('reply({ variables: params })');
    const sent = {
      numbers: Float64Array.of(Number.NaN, -0, Number.POSITIVE_INFINITY),
      plain: Number.NaN,
    };
    const { variables } = await solver.call('variables', sent as never);
    assert.deepEqual(variables, sent);
    solver.dispose();
  });

  test('that is refused rejects with its sentence and its kind', async () => {
    const solver = scripted(`fail({ kind: 'refused', message: 'problem: "x" is unknown.' })`);
    await assert.rejects(solver.call('load', { config: { problem: 'x' } }), {
      name: 'SourceError',
      kind: 'refused',
      message: 'problem: "x" is unknown.',
    });
    solver.dispose();
  });

  test('is answered by its own reply, in whatever order replies come', async () => {
    const solver = scripted('setTimeout(() => reply(params.k), 40 - 10 * params.k)');
    const answers = [0, 1, 2, 3].map(k => solver.call('goTo', { k }));
    assert.deepEqual(await Promise.all(answers), [0, 1, 2, 3]);
    solver.dispose();
  });

  test('to a program that does not exist throws when the process is created', () => {
    assert.throws(() => createSolver(join(folder, 'nothing.js')), gone(/does not exist/));
  });
});

describe('when the process ends', () => {
  test('on its own, every pending call is rejected with how it ended, at which step, and its last output', async () => {
    const solver = scripted(`
      if (call === 'position') { event('stopped', { reason: 'step', position: ${JSON.stringify(position)} }); reply({}); }
      if (call === 'resume') {
        for (let i = 0; i < 60; i++) process.stderr.write('line ' + i + '\\n');
        process.stderr.write('out of luck\\n', () => process.exit(7));
      }`);
    await solver.call('position', {});
    const exited = exitOf(solver);
    const pending = [solver.call('resume', { until: { kind: 'end' } }), solver.call('pause', {})];
    for (const call of pending)
      await assert.rejects(call, gone(/exit code 7.*step 3.*out of luck/));
    const exit = await exited;
    assert.deepEqual(
      [exit.expected, exit.code, exit.k, exit.position?.block],
      [false, 7, 3, 'bmi'],
    );
    assert.deepEqual([exit.stderr.length, exit.stderr.at(-1)], [50, 'out of luck']);
    await assert.rejects(solver.call('position', {}), gone(/no longer answers/));
    assert.equal(await exitOf(solver), exit);
  });

  test('by a signal, the signal is named', async () => {
    const solver = scripted('process.kill(process.pid, "SIGKILL")');
    await assert.rejects(solver.call('position', {}), gone(/signal SIGKILL.*before the run began/));
  });

  test('before it could answer, the call is still rejected', async () => {
    const path = join(folder, 'broken.js');
    writeFileSync(path, 'throw new Error("no start")');
    await assert.rejects(createSolver(path).call('position', {}), gone(/no start|exit code 1/));
  });

  test('because it was asked to, pending calls are rejected at once and the end counts as expected', async () => {
    const solver = scripted('');
    const pending = solver.call('position', {});
    const exited = exitOf(solver);
    solver.dispose();
    await assert.rejects(pending, gone(/ended with its session/));
    assert.equal((await exited).expected, true);
    await assert.rejects(solver.call('position', {}), gone(/session|no more/));
  });

  test('after the call terminate was answered, the end counts as expected', async () => {
    const solver = scripted('reply({}); setTimeout(() => process.exit(0), 10)');
    const exited = exitOf(solver);
    await solver.call('terminate', {});
    assert.equal((await exited).expected, true);
  });

  test('a process that ignores the request is killed', async () => {
    const solver = scripted('process.on("SIGTERM", () => undefined); reply({})');
    await solver.call('position', {});
    const exited = exitOf(solver);
    solver.dispose();
    assert.equal((await exited).signal, 'SIGKILL');
  });
});

test('what it prints arrives as output, and events reach listeners until they are disposed', async () => {
  const solver = scripted(`
    process.stdout.write('hello\\n', () => { event('finding', { k: 1 }); event('running', {}); reply({}); });`);
  const heard: string[] = [];
  const printed = new Promise(resolve => solver.on('output', resolve));
  const listening = solver.on('finding', ({ k }) => heard.push(`finding ${k}`));
  solver.on('running', () => heard.push('running'));
  await solver.call('position', {});
  assert.deepEqual(await printed, { category: 'stdout', text: 'hello\n' });
  listening.dispose();
  await solver.call('position', {});
  assert.deepEqual(heard, ['finding 1', 'running', 'running']);
  solver.dispose();
});
