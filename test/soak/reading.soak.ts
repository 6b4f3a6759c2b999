// Clients that read slowly or not at all: they cost the adapter no memory and the run no speed.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../scripts/lib/root.mjs';
import { frame } from '../support/dap/client.ts';
import { resident } from '../support/machine.ts';
import { amount, endless, seconds, soak } from '../support/soaking.ts';

/** Steps a second of a run at full speed, and the adapter's memory at its highest, by how its client reads. */
soak(async tell => {
  const slow = amount('SOAK_SLOW_SECONDS', 180);
  const never = amount('SOAK_NEVER_SECONDS', 60);
  for (const [name, bytesPerSecond, duration] of [
    ['reads 100 kB a second', 100_000, slow],
    ['never reads', 0, never],
  ] as const) {
    const reader = new Reader(join(root, 'dist/adapter.js'), bytesPerSecond);
    await seconds(Math.min(10, duration / 3));
    const early = reader.bytes();
    let highest = early;
    for (let passed = 10; passed < duration; passed += 2) {
      await seconds(2);
      highest = Math.max(highest, reader.bytes());
    }
    tell(`client that ${name}, ${duration} s: adapter’s memory after 10 s`, early / 1e6, 'MB');
    tell(
      `client that ${name}, ${duration} s: adapter’s memory at its highest`,
      highest / 1e6,
      'MB',
      1000,
    );
    const gaps = await reader.readsOn(200);
    tell(
      `client that ${name}: batches of rows that do not join on, of ${reader.batches}`,
      gaps,
      '',
      0,
    );
    const { k, lasted } = await reader.leave();
    tell(`client that ${name}: steps of the solver`, k / lasted, 'steps/s');
  }
});

/** A client over stdio whose run goes at full speed from its launch on, and which reads a given number of bytes a second. */
export class Reader {
  batches = 0;
  #gaps = 0;
  #to = 0;
  #text = '';
  #answer: ((body: { position: { end: number } }) => void) | null = null;
  readonly #adapter: ChildProcess;
  readonly #pace: NodeJS.Timeout;
  readonly #started = performance.now();
  #seq = 0;

  constructor(adapter: string, bytesPerSecond: number) {
    this.#adapter = spawn(process.execPath, [adapter], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#send('initialize');
    this.#send('launch', { ...endless, stopOnEntry: false, __metrics: true });
    this.#send('configurationDone');
    const { stdout } = this.#adapter;
    stdout!.pause();
    const piece = bytesPerSecond / 10;
    this.#pace = setInterval(() => {
      if (piece === 0) return;
      const data = stdout!.read(Math.min(piece, stdout!.readableLength)) ?? stdout!.read();
      if (data) this.#take(data);
    }, 100);
  }

  /** The adapter's memory. */
  bytes(): number {
    return resident(this.#adapter.pid!).now;
  }

  /** Reads as fast as it can until this many more batches came; returns how many batches did not follow on the one before. */
  readsOn(batches: number): Promise<number> {
    clearInterval(this.#pace);
    const wanted = this.batches + batches;
    return new Promise(resolve => {
      const { stdout } = this.#adapter;
      stdout!.resume();
      stdout!.on('data', (data: Buffer) => {
        this.#take(data);
        if (this.batches >= wanted) resolve(this.#gaps);
      });
    });
  }

  /** The steps that the run made, and the seconds that it took. */
  async leave(): Promise<{ readonly k: number; readonly lasted: number }> {
    const info = new Promise<{ position: { end: number } }>(resolve => {
      this.#answer = resolve;
    });
    this.#send('pause', { threadId: 1 });
    await new Promise(resolve => setTimeout(resolve, 500));
    this.#send('blockstep/info');
    const lasted = (performance.now() - this.#started) / 1000;
    const { position } = await info;
    const exited = new Promise(resolve => this.#adapter.once('exit', resolve));
    this.#send('disconnect');
    await exited;
    return { k: position.end, lasted };
  }

  #send(command: string, args: object = {}): void {
    this.#adapter.stdin!.write(
      frame(JSON.stringify({ seq: ++this.#seq, type: 'request', command, arguments: args })),
    );
  }

  #take(data: Buffer): void {
    this.#text += data.toString('latin1');
    for (;;) {
      const match = /^Content-Length: (\d+)\r\n\r\n/.exec(this.#text);
      const end = match === null ? 0 : match[0].length + Number(match[1]);
      if (match === null || this.#text.length < end) return;
      const message = JSON.parse(this.#text.slice(match[0].length, end));
      this.#text = this.#text.slice(end);
      if (message.command === 'blockstep/info') this.#answer?.(message.body);
      if (message.event !== 'blockstep/metrics') continue;
      if (message.body.from !== this.#to) this.#gaps++;
      this.#to = message.body.to;
      this.batches++;
    }
  }
}
