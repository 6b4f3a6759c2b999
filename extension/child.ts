import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PrintLimit } from '../solver/wire/printLimit.ts';
import type {
  CallName,
  Calls,
  EventName,
  Events,
  FromChild,
  ToChild,
} from '../solver/wire/protocol.ts';
import { type Position, unpackInfo } from '../solver/wire/run.ts';
import * as say from './errors.ts';
import { type Disposable, type Source, SourceError, type SourceExit } from './run/source.ts';

/** Lines of standard error that are kept for the report of a crash. */
const KEPT_LINES = 50;
const KEPT_CHARACTERS = 1000;
/** A process that was asked to end is killed after this long, which is enough to write its trace. */
const GRACE_MS = 1000;
/** The variable of its environment that tells the solver how many megabytes its rows may take. */
const rowsVariable = 'BLOCKSTEP_ROWS_MB';

/**
 * Starts the solver that was built beside this file, with so many megabytes for its rows. Throws a `SourceError` where
 * there is none. `path` is for tests.
 */
export function createSolver(path = join(__dirname, 'solver.js'), rowsMB?: number): Source {
  return new SolverClient(path, rowsMB);
}

interface Pending {
  readonly name: CallName;
  resolve(result: never): void;
  reject(error: Error): void;
}

class SolverClient implements Source {
  readonly #process: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<EventName, Set<(body: never) => void>>();
  readonly #exitListeners = new Set<(exit: SourceExit) => void>();
  readonly #stderr: string[] = [];
  readonly #prints = new PrintLimit<'stdout' | 'stderr'>(
    (category, text) => this.#fire('output', { category, text }),
    () => performance.now(),
  );
  #calls = 0;
  #ending = false;
  #exit: SourceExit | null = null;
  #position: Position | null = null;
  #k: number | null = null;

  constructor(path: string, rowsMB: number | undefined) {
    if (!existsSync(path)) throw new SourceError('failed', say.solverNotFound(path));
    // No flags of this process: a debugger's port would be taken twice. Electron runs as Node by fork's own doing.
    // Nor its NODE_OPTIONS: they would load code into the solver, and a debugger's would stop it.
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.#process = fork(path, [], {
      serialization: 'advanced',
      execArgv: [],
      env: rowsMB === undefined ? env : { ...env, [rowsVariable]: String(rowsMB) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#process.on('message', message => this.#receive(message as FromChild));
    this.#process.on('error', error => this.#gone(null, null, error));
    // `close`, not `exit`: only then is all that it said here.
    this.#process.on('close', (code, signal) => this.#gone(code, signal));
    this.#process.stdout?.on('data', data => this.#print('stdout', data));
    this.#process.stderr?.on('data', data => this.#print('stderr', data));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  call<N extends CallName>(name: N, params: Calls[N]['params']): Promise<Calls[N]['result']> {
    if (this.#exit !== null || this.#ending) {
      const text = this.#ending ? say.solverDisposed() : say.solverGone();
      return Promise.reject(new SourceError('gone', text));
    }
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { name, resolve, reject });
      const message = { id, call: name, params } as ToChild;
      const failed = (error: Error) => {
        // A process that is gone tells so itself, with more to say.
        if (this.#process.connected) this.#settle(id)?.reject(unreachable(error));
      };
      try {
        this.#process.send(message, error => error && failed(error));
      } catch (error) {
        this.#settle(id)?.reject(unreachable(error as Error));
      }
    });
  }

  on<E extends EventName>(event: E, listener: (body: Events[E]) => void): Disposable {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    const own = (body: Events[E]) => listener(body);
    listeners.add(own as (body: never) => void);
    return { dispose: () => listeners.delete(own as (body: never) => void) };
  }

  onExit(listener: (exit: SourceExit) => void): Disposable {
    if (this.#exit !== null) listener(this.#exit);
    else this.#exitListeners.add(listener);
    return { dispose: () => this.#exitListeners.delete(listener) };
  }

  dispose(): void {
    if (this.#ending || this.#exit !== null) return;
    this.#ending = true;
    this.#rejectAll(say.solverDisposed());
    this.#process.kill();
    // One that was stopped hears of it only when it goes on.
    if (process.platform !== 'win32') this.#process.kill('SIGCONT');
    setTimeout(() => this.#process.kill('SIGKILL'), GRACE_MS).unref();
  }

  #receive(message: FromChild): void {
    if ('event' in message) {
      this.#hear(message.event, message.body);
      return;
    }
    const pending = this.#settle(message.reply);
    if (pending === undefined) return;
    if (!message.ok) {
      const { kind, message: text, stack } = message.error;
      pending.reject(new SourceError(kind, text, stack));
      return;
    }
    const { result } = message as { result: { position?: Position } | undefined };
    if (result?.position) this.#stands(result.position);
    if (pending.name === 'terminate') this.#ending = true;
    const isInfo = pending.name === 'load' || pending.name === 'restore';
    pending.resolve((isInfo ? unpackInfo(result as never) : result) as never);
  }

  #hear<E extends EventName>(event: E, body: Events[E]): void {
    if ('position' in body) this.#stands(body.position);
    else if ('from' in body && 'count' in body && body.branch === 'live') {
      this.#k = body.from + body.count;
    }
    this.#fire(event, body);
  }

  #fire<E extends EventName>(event: E, body: Events[E]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      (listener as (body: Events[E]) => void)(body);
    }
  }

  #stands(position: Position): void {
    this.#position = position;
    this.#k = position.k;
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #rejectAll(text: string): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(new SourceError('gone', text));
  }

  #print(category: 'stdout' | 'stderr', data: Buffer): void {
    const text = data.toString();
    if (category === 'stderr') {
      const lines = text.split('\n').filter(line => line.trim() !== '');
      this.#stderr.push(...lines.slice(-KEPT_LINES).map(line => line.slice(0, KEPT_CHARACTERS)));
      this.#stderr.splice(0, this.#stderr.length - KEPT_LINES);
    }
    this.#prints.print(category, text);
  }

  #gone(code: number | null, signal: string | null, error?: Error): void {
    if (this.#exit !== null) return;
    this.#prints.tell();
    const expected = this.#ending;
    const how = error?.message ?? say.exitedWith(code, signal);
    const text = say.solverEnded(this.#k, how, lastWords(this.#stderr));
    this.#exit = {
      expected,
      code,
      signal,
      position: this.#position,
      k: this.#k,
      stderr: this.#stderr,
      text,
    };
    this.#rejectAll(expected ? say.solverDisposed() : text);
    for (const listener of [...this.#exitListeners]) listener(this.#exit);
  }
}

function unreachable(error: Error): SourceError {
  return new SourceError('gone', say.solverUnreachable(error.message));
}

/**
 * The reason in the output of a process that ended: the message of the uncaught error, or of the last error it printed,
 * else its last line; without stack and Node's own lines.
 */
export function lastWords(lines: readonly string[]): string {
  const said = lines
    .map(line => line.trim())
    .filter(line => !/^(at |Node\.js v\d|\d+: 0x)/.test(line));
  const error = said.findLast(line => /^(Uncaught )?([\w$.]*Error|FATAL ERROR)\b.*: /.test(line));
  return error ?? said.at(-1) ?? '';
}
