import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { blockstep, linesOf, moduleFile } from '../../support/cli.ts';
import { child, next } from '../../support/processes.ts';

test('what a module prints, in whatever way, never gets into the output of --json', async () => {
  const path = moduleFile(
    'printer.ts',
    `import fs from 'node:fs';
    process.stdout.write('from stdout\\n');
    globalThis.console.log('from the global console');
    fs.writeSync(1, 'from writeSync\\n');
    fs.writeSync(1, Buffer.from('xxfrom a bufferxx'), 2, 13);
    fs.writevSync(1, [Buffer.from('from '), Buffer.from('writevSync\\n')]);
    fs.writeFileSync('/dev/stdout', 'from the device\\n');
    fs.appendFileSync(1, 'from appendFileSync\\n');
    fs.write(1, 'from write\\n', (error, count) => fs.writeSync(2, 'from a callback of ' + count));
    fs.promises.writeFile('/dev/fd/1', 'from a promise\\n');
    fs.createWriteStream('', { fd: 1 }).on('error', () => {}).end('from a stream of a descriptor\\n');
    fs.createWriteStream('/dev/stdout').end('from a stream\\n');
    const opened = fs.openSync('/dev/stdout', 'w');
    fs.writeSync(opened, 'from what was opened\\n');
    fs.closeSync(opened);
    fs.promises.open('/dev/stdout', 'w').then(handle => handle.write('from a handle\\n'));
    fs.writeFileSync(new URL('file:///dev/stdout'), 'from an address\\n');
    fs.writeFileSync('/proc/' + process.pid + '/fd/1', 'from the process\\n');
    new (require('node:tty').WriteStream)(1).write('from a terminal\\n');
    const socket = new (require('node:net').Socket)({ fd: 1 });
    socket.end('from a socket\\n');
    if (!(require('node:net').connect({ port: 1 }).on('error', () => {}) instanceof require('node:net').Socket)) throw new Error('another class');
    process._rawDebug('from %s', 'a debugger');
    export default defineProblem({
      blocks: { a: 1 },
      value: x => { console.log('from the console'); return x.a[0]! ** 2; },
      gradient: x => [2 * x.a[0]!],
    });`,
  );
  const { stdout, stderr } = blockstep('run', path, '--json');
  assert.ok(linesOf(stdout).length > 1);
  const ways = [
    'stdout',
    'the global console',
    'the console',
    'writeSync',
    'a buffer',
    'writevSync',
  ];
  const others = ['the device', 'appendFileSync', 'write', 'a callback of 11', 'a promise'];
  const streams = ['a stream of a descriptor', 'a stream', 'what was opened', 'a handle'];
  const rest = ['an address', 'the process', 'a terminal', 'a socket', 'a debugger'];
  for (const way of [...ways, ...others, ...streams, ...rest])
    assert.match(stderr, new RegExp(`from ${way}(?!\\w)|from ${way}from`));
});

test('what the threads of a module print, in whatever way, never gets into the output of --json, and they run as they would', () => {
  const path = moduleFile(
    'threads.ts',
    `import { Worker } from 'node:worker_threads';
    const code = \`
      const { parentPort, Worker, workerData } = require('node:worker_threads');
      console.log('from the console of a thread');
      require('node:fs').writeSync(1, 'from the descriptor of a thread\\\\n');
      require('node:child_process').execSync('echo from a program of a thread', { stdio: 'inherit' });
      if (parentPort) parentPort.postMessage(workerData + process.execArgv.length);
      new Worker("require('fs').writeSync(1, 'from a thread of a thread')", { eval: true, execArgv: [] });
    \`;
    class Own extends Worker {}
    const options = { eval: true, workerData: 7, execArgv: ['--no-warnings'] };
    const thread = new Own(code, options);
    thread.on('message', said => console.log('a thread said ' + said, thread instanceof Own, thread instanceof Worker));
    thread.on('error', error => console.log(error.message));
    export default defineProblem({
      blocks: { a: 1 },
      value: x => x.a[0]! ** 2,
      gradient: x => { require('node:child_process').execSync('sleep 0.05'); return [2 * x.a[0]!]; },
    });`,
  );
  const { stdout, stderr, status } = blockstep('run', path, '--json', '--set', 'start="ones"');
  assert.equal(status, 0, stderr);
  assert.ok(linesOf(stdout).length > 1);
  const ways = ['the console of a thread', 'the descriptor of a thread', 'a program of a thread'];
  for (const way of [...ways, 'a thread of a thread'])
    assert.match(stderr, new RegExp(`from ${way}`));
  assert.match(stderr, /a thread said 10 true true\n/);
});

test('what a thread of a module prints faster than it is taken does not pile up', () => {
  const code = `
    for (let i = 0; i < 2000; i++) console.log('y'.repeat(9999));
    require('node:worker_threads').parentPort.postMessage(process.stdout.writableLength);
  `;
  const path = moduleFile(
    'piling.ts',
    `const { Worker } = require('node:worker_threads');
    const thread = new Worker(${JSON.stringify(code)}, { eval: true, stdout: true });
    thread.on('message', length => console.log('waiting: ' + length + ' characters'));
    export default defineProblem({
      blocks: { a: 1 },
      value: x => x.a[0]! ** 2,
      gradient: x => { require('node:child_process').execSync('sleep 0.05'); return [2 * x.a[0]!]; },
    });`,
  );
  const { stderr } = blockstep('run', path, '--json', '--set', 'start="ones"');
  const waiting = Number(/waiting: (\d+) characters/.exec(stderr)?.[1]);
  assert.ok(waiting > 9999 && waiting < 600_000, stderr.slice(0, 1000));
});

test('a part of Node that writes past all this is refused in a sentence, one that does not is given', () => {
  const path = moduleFile(
    'beneath.ts',
    `for (const part of ['fs', 'tty_wrap', 'pipe_wrap', 'process_wrap', 'spawn_sync', 'constants'])
      try {
        if (process.binding(part)) console.log('has ' + part);
      } catch (error) {
        console.log(error.message);
      }
    export default defineProblem({ blocks: { a: 1 }, value: x => x.a[0]! ** 2, gradient: x => [2 * x.a[0]!] });`,
  );
  const { stderr } = blockstep('run', path, '--json');
  for (const part of ['fs', 'tty_wrap', 'pipe_wrap', 'process_wrap', 'spawn_sync'])
    assert.ok(stderr.includes(`process.binding(${part}) was called; a problem module`), stderr);
  assert.match(stderr, /has constants\n/);
  assert.equal(stderr.match(/has /g)?.length, 1);
});

describe('a module that writes by its descriptor in every one of 1,000 steps', () => {
  const path = () =>
    moduleFile(
      'writer.ts',
      `import { writeSync } from 'node:fs';
      export default defineProblem({
        blocks: { a: 1, b: 1 },
        value: x => (x.a[0]! - 1) ** 2 + (x.b[0]! - 1) ** 2,
        gradient: (x, block) => {
          for (const place of [1, 2]) writeSync(place, 'y'.repeat(3000) + '\\n');
          return [2 * (x[block]![0]! - 1)];
        },
        lipschitz: () => 200,
      });`,
    );
  const thousand = { steps: 1000 };

  test('adds nothing to the lines of --json, and causes no finding', () => {
    const { stdout, stderr, status } = blockstep(
      ...['run', path(), '--json', '--set', `stopWhen=${JSON.stringify(thousand)}`],
    );
    const lines = linesOf(stdout);
    assert.equal(lines.length, 1002);
    assert.deepEqual([status, lines.at(-1)?.['status']], [0, 'budget']);
    assert.ok(lines.every(({ type }) => type !== 'finding'));
    assert.match(stderr, /left out \d+ prints/);
  });

  test('causes no finding in the editor either, where nothing reads the pipe of its output', async () => {
    const solver = child();
    const findings: unknown[] = [];
    solver.on('finding', finding => findings.push(finding));
    await solver.call('load', { config: { problem: path(), stopWhen: thousand } });
    const stopped = next(solver, 'stopped');
    await solver.call('resume', { until: { kind: 'end' } });
    const { reason, position } = await stopped;
    assert.deepEqual([reason, position.k, findings], ['budget', 1000, []]);
    solver.dispose();
  });
});

test('the output of a program that a module starts never gets into the output of --json', async () => {
  const path = moduleFile(
    'starter.ts',
    `import programs from 'node:child_process';
    programs.execSync('echo from execSync', { stdio: 'inherit' });
    programs.execFileSync('echo', ['from execFileSync'], { stdio: [0, 'inherit', 'inherit'] });
    programs.spawnSync('echo', ['from spawnSync'], { stdio: ['ignore', 1, 2] });
    programs.spawnSync('echo', ['from a stream'], { stdio: ['ignore', process.stdout, 2] });
    programs.spawn('echo', ['from spawn'], { stdio: 'inherit' });
    programs.spawn('sh', ['-c', 'echo from another descriptor >&3'], { stdio: [0, 1, 2, 1] });
    require('node:fs').writeFileSync(__filename + '.js', "console.log('from a fork')");
    programs.fork(__filename + '.js');
    if (!programs.execSync('echo kept').toString().startsWith('kept')) throw new Error('lost');
    programs.exec('echo kept', (_error, said) => { if (said.trim() !== 'kept') throw new Error('lost'); });
    export default defineProblem({
      blocks: { a: 1 },
      value: x => x.a[0]! ** 2,
      gradient: x => { programs.execSync('sleep 0.01'); return [2 * x.a[0]!]; },
    });`,
  );
  const { stdout, stderr, status } = blockstep('run', path, '--json');
  assert.equal(status, 0, stderr);
  assert.ok(linesOf(stdout).length > 1);
  const ways = ['execSync', 'execFileSync', 'spawnSync', 'a stream', 'spawn', 'another descriptor'];
  for (const way of [...ways, 'a fork']) assert.match(stderr, new RegExp(`from ${way}\\n`));
});

const thread = (code: string) =>
  `new (require('node:worker_threads').Worker)(${JSON.stringify(`setInterval(() => { for (let i = 0; i < 999; i++) ${code} }, 0)`)}, { eval: true });`;

for (const [way, start] of [
  ['in a thread', thread(`require('fs').writeSync(1, 'y'.repeat(9999))`)],
  ['by the console of a thread', thread(`console.error('y'.repeat(9999))`)],
  ['beside the run', `programs.spawn('yes', [], { stdio: 'inherit' });`],
  [
    'forked',
    `require('node:fs').writeFileSync(__filename + '.cjs', "for (;;) require('fs').writeSync(1, 'y'.repeat(9999))");
    programs.fork(__filename + '.cjs');`,
  ],
  [
    'waited for',
    `programs.spawnSync('head', ['-c', '20000000', '/dev/zero'], { stdio: 'inherit' });`,
  ],
] as const)
  test(`a program or a thread that prints without end is held to what a module may print: ${way}`, () => {
    const path = moduleFile(
      'flood.ts',
      `import programs from 'node:child_process';
      ${start}
      export default defineProblem({
        blocks: { a: 1 },
        start: { a: [1] },
        value: x => x.a[0]! ** 2,
        gradient: x => [2 * x.a[0]!],
        lipschitz: () => 1e9,
      });`,
    );
    const { stdout, stderr } = blockstep(
      'run',
      path,
      '--json',
      '--every',
      '0',
      '--set',
      'stopWhen={"seconds":1}',
    );
    assert.equal(linesOf(stdout).at(-1)?.['type'], 'end');
    assert.match(stderr, /left out \d+ print|more characters/);
    assert.ok(stderr.length < 600_000, `${stderr.length}`);
  });

test('a program that fails with the process’s own output fails as it would without', () => {
  const path = moduleFile(
    'failing.ts',
    `import programs from 'node:child_process';
    const thrown = (stdio: unknown) => {
      try {
        programs.execSync('echo said; echo wrong >&2; exit 3', { stdio });
      } catch (error) {
        return error.message.replaceAll('\\n', '|') + ' ' + error.status + ' ' + error.stdout;
      }
    };
    console.log(thrown('inherit'), '//', thrown(['ignore', 'pipe', 2]), '//', thrown('pipe'));
    console.log(programs.execFileSync('sh', ['-c', 'echo back; echo beside >&2'], { stdio: ['ignore', 'pipe', 'inherit'] }) + '.');
    const { output, stdout } = programs.spawnSync('echo', ['x'], { stdio: 'inherit', encoding: 'utf8' });
    console.log(stdout, output);
    console.log(programs.spawn('true', { stdio: 'inherit' }).stdout);
    export default defineProblem({ blocks: { a: 1 }, value: x => x.a[0]! ** 2, gradient: x => [2 * x.a[0]!] });`,
  );
  const { stderr } = blockstep('run', path, '--json');
  const command = 'Command failed: echo said; echo wrong >&2; exit 3';
  assert.ok(
    stderr.includes(`${command} 3 null // ${command} 3 said\n // ${command}|wrong| 3 said`),
    stderr,
  );
  assert.match(stderr, /beside\nback\n\.\nx\nnull \[ null, null, null \]\nnull\n/);
});
