import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Calls, WireError } from '../../wire/protocol.ts';
import type { FromThread, News, ThreadCall, ThreadData } from '../messages.ts';
import { createShared, type SharedMemory } from '../shared.ts';
import { sentenceOf, userStack } from '../solver/contain.ts';

/** Calls that the solver thread answers. */
export const THREAD_CALLS: ReadonlySet<string> = new Set<ThreadCall>([
  'load',
  'restore',
  'resume',
  'goTo',
  'reverse',
  'edit',
  'setBreakpoints',
  'entry',
  'evaluate',
  'variables',
]);

export type Settled =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: WireError };

/** How a thread ended that nobody had ended. */
export interface Death {
  /** What ended it, as a part of a sentence. */
  readonly how: string;
  readonly stack: string | null;
}

export type Asked = {
  [N in ThreadCall]: { readonly call: N; readonly params: Calls[N]['params'] };
}[ThreadCall];

/** One solver thread: every call to it is settled once, by its answer or by its end. */
export class ThreadHandle {
  readonly shared: SharedMemory = createShared();
  readonly #worker: Worker;
  readonly #pending = new Map<number, (settled: Settled) => void>();
  /** When it was last asked something, in milliseconds of the epoch. */
  askedSince = 0;
  #asked = 0;
  #over = false;
  #error: unknown = null;

  constructor(hear: (news: News) => void, died: (death: Death) => void) {
    this.#worker = new Worker(join(__dirname, 'worker.js'), {
      workerData: { shared: this.shared } satisfies ThreadData,
      // The file of spilled rows is read on when the thread has ended.
      trackUnmanagedFds: false,
    });
    this.#worker.on('message', (message: FromThread) => {
      if (this.#over) return;
      if (message.kind === 'reply') this.#settle(message.id, { ok: true, result: message.result });
      else if (message.kind === 'error')
        this.#settle(message.id, { ok: false, error: message.error });
      else hear(message);
    });
    this.#worker.on('error', error => {
      this.#error = error;
    });
    // Whatever ended it, `exit` comes last.
    this.#worker.on('exit', code => {
      if (this.#over) return;
      const error = this.#error;
      const how = error === null ? `its thread ended with code ${code}` : sentenceOf(error);
      this.#end(`The solver thread ended: ${how}.`);
      died({ how, stack: error === null ? null : userStack(error) });
    });
  }

  /** Is there a call that was not answered yet? */
  get busy(): boolean {
    return this.#pending.size > 0;
  }

  ask(asked: Asked, settle: (settled: Settled) => void): void {
    if (this.#over) {
      settle({ ok: false, error: { kind: 'state', message: 'The run was ended.' } });
      return;
    }
    const id = ++this.#asked;
    if (!this.busy) this.askedSince = Date.now();
    this.#pending.set(id, settle);
    this.#worker.postMessage({ ...asked, id });
  }

  /** Ends the thread, whatever it is doing; what was asked of it is refused. */
  end(): void {
    if (this.#over) return;
    this.#end('The run was ended.');
    void this.#worker.terminate();
  }

  #end(message: string): void {
    this.#over = true;
    for (const settle of [...this.#pending.values()])
      settle({ ok: false, error: { kind: 'state', message } });
    this.#pending.clear();
  }

  #settle(id: number, settled: Settled): void {
    const settle = this.#pending.get(id);
    this.#pending.delete(id);
    settle?.(settled);
  }
}
