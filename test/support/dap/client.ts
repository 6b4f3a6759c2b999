// Clients of the Debug Adapter Protocol: over stdio, or of a session in this process over fake solvers.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { AdapterOptions } from '../../../extension/adapter/adapter.ts';
import { AdapterSession } from '../../../extension/adapter/adapter-session.ts';
import { RunClient } from '../../../extension/run/client.ts';
import { root } from '../../../scripts/lib/root.mjs';
import { FakeSolver } from './fakeSolver.ts';

/** Longest wait for a response or an event: enough for a busy machine of two cores. */
const PATIENCE_MS = 20_000;

/** What a client reads of a message. */
export interface Message {
  readonly type: 'response' | 'event';
  readonly seq: number;
  readonly request_seq?: number;
  readonly command?: string;
  readonly success?: boolean;
  readonly message?: string;
  readonly event?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the body of what it asked for.
  readonly body?: any;
}

/** Anything that takes requests and gives messages: a session in this process, or one over stdio. */
interface Transport {
  send(message: object): void;
  /** The only listener. */
  listen(listener: (message: Message) => void): void;
  close(): Promise<void>;
}

/** A DAP client for tests: every message is kept in the order in which it came. */
export class DapClient {
  readonly messages: Message[] = [];
  readonly #transport: Transport;
  readonly #waiting = new Set<() => void>();
  #seq = 0;

  constructor(transport: Transport) {
    this.#transport = transport;
    transport.listen(message => {
      this.messages.push(message);
      for (const look of [...this.#waiting]) look();
    });
  }

  /** The response, whether it succeeded or not. */
  async ask(command: string, args?: object): Promise<Message> {
    const seq = this.send(command, args);
    return this.#find(m => m.type === 'response' && m.request_seq === seq, `answer to ${command}`);
  }

  /** The body of a response that succeeded. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the body of what it asked for.
  async request(command: string, args?: object): Promise<any> {
    const response = await this.ask(command, args);
    if (!response.success) throw new Error(`${command} failed: ${response.message}`);
    return response.body;
  }

  /** The sentence of a response that failed. */
  async refusal(command: string, args?: object): Promise<string> {
    const response = await this.ask(command, args);
    if (response.success) throw new Error(`${command} succeeded: ${JSON.stringify(response.body)}`);
    return response.body.error.format;
  }

  /** Sends without waiting; returns the sequence number. */
  send(command: string, args?: object): number {
    const seq = ++this.#seq;
    this.raw({ seq, type: 'request', command, ...(args === undefined ? {} : { arguments: args }) });
    return seq;
  }

  /** Sends anything. */
  raw(message: object): void {
    this.#transport.send(message);
  }

  /** The first event of this kind among the messages after index `after`. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the body of what it waits for.
  async event(event: string, after = 0, holds: (body: any) => boolean = () => true): Promise<any> {
    const found = await this.#find(
      m => m.type === 'event' && m.event === event && holds(m.body),
      `event ${event}`,
      after,
    );
    return found.body;
  }

  /** Sends a request that moves the run and returns the body of the stop it leads to. */
  async move(
    command: string,
    args: object = { threadId: 1 },
  ): Promise<DebugProtocol.StoppedEvent['body']> {
    const after = this.messages.length;
    await this.request(command, args);
    return this.event('stopped', after);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #find(matches: (message: Message) => boolean, what: string, after = 0): Promise<Message> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const seen = this.messages.slice(-8).map(m => JSON.stringify(m).slice(0, 300));
        reject(new Error(`no ${what}; the last messages were\n${seen.join('\n')}`));
      }, PATIENCE_MS);
      const look = () => {
        const found = this.messages.slice(after).find(matches);
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** A session in this process, as in VS Code. */
export interface InlineSession {
  handleMessage(message: unknown): void;
  onDidSendMessage(listener: (message: unknown) => void): unknown;
  dispose(): void;
}

export function inline(session: InlineSession): DapClient {
  return new DapClient({
    // Through JSON, as any client would.
    send: message => session.handleMessage(JSON.parse(JSON.stringify(message))),
    listen: listener => {
      session.onDidSendMessage(message => listener(JSON.parse(JSON.stringify(message))));
    },
    close: async () => session.dispose(),
  });
}

/** dist/adapter.js over stdio. `viaEval`: loaded by `-e`, as VS Code forks an executable adapter. */
export function overStdio({
  viaEval = false,
  adapter = join(root, 'dist/adapter.js'),
} = {}): DapClient & { readonly process: ChildProcess } {
  const args = viaEval ? ['-e', `require(${JSON.stringify(adapter)})`] : [adapter];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const client = new DapClient({
    send: message => child.stdin.write(frame(JSON.stringify(message))),
    listen: listener => {
      let buffer = Buffer.alloc(0);
      child.stdout.on('data', (data: Buffer) => {
        buffer = Buffer.concat([buffer, data]);
        for (;;) {
          const end = buffer.indexOf('\r\n\r\n');
          if (end < 0) return;
          const length = Number(/Content-Length: (\d+)/.exec(buffer.toString('utf8', 0, end))?.[1]);
          if (buffer.length < end + 4 + length) return;
          const text = buffer.toString('utf8', end + 4, end + 4 + length);
          buffer = buffer.subarray(end + 4 + length);
          listener(JSON.parse(text));
        }
      });
    },
    close: () => {
      child.stdin.end();
      return exited;
    },
  });
  return Object.assign(client, { process: child });
}

export function frame(json: string): string {
  return `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
}

/** The live thread. */
export const thread = { threadId: 1 };
export const launchArgs = {
  type: 'blockstep',
  request: 'launch',
  name: 'test',
  problem: 'lasso',
} as const;
export const listing = { name: 'lasso.pccd.listing', sourceReference: 1 };

/** A client of a session over fake solvers, the first of which is given. */
export function connect(solver = new FakeSolver(), options: Partial<AdapterOptions> = {}) {
  const solvers = [solver];
  let made = 0;
  const createSource = () => {
    solvers[made] ??= new FakeSolver();
    return solvers[made++]!;
  };
  const runs: RunClient[] = [];
  const session = new AdapterSession({
    createRun: () => {
      const run = new RunClient(String(runs.length), 'test', createSource);
      runs.push(run);
      return run;
    },
    ...options,
  });
  return { client: inline(session), solver, solvers, session, runs };
}

/** Launched and configured; the run is stopped at its entry. */
export async function started(solver = new FakeSolver(), options: Partial<AdapterOptions> = {}) {
  const connection = connect(solver, options);
  const { client } = connection;
  await client.request('initialize', { adapterID: 'blockstep', supportsInvalidatedEvent: true });
  await client.request('launch', launchArgs);
  await client.request('configurationDone');
  await client.event('stopped');
  return connection;
}

/** The names of the events and of the answered commands, in order; `!` marks a refusal. */
export const order = (client: DapClient) =>
  client.messages.map(m => (m.type === 'event' ? m.event : `${m.command}${m.success ? '' : '!'}`));

export const oneSentence = (text: string) => assert.match(text, /^[^\n]+[.?]$/);
