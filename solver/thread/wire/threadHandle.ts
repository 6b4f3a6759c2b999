import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { formatNumber } from '../../core/words.ts';
import { sentenceOf } from '../../modules/userError.ts';
import type { Calls, Events, WireError } from '../../wire/protocol.ts';
import type { Finding, PackedInfo, Position } from '../../wire/run.ts';
import {
  createShared,
  type FromThread,
  type News,
  type SharedMemory,
  type ThreadCall,
  type ThreadData,
  WHERE,
} from '../shared.ts';
import { userStack } from '../solver/contain.ts';

/** Calls that the solver thread answers. */
const THREAD_CALLS: ReadonlySet<string> = new Set<ThreadCall>([
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

  static answers(call: string): boolean {
    return THREAD_CALLS.has(call);
  }

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

/** The solver thread is in the module's hands. */
interface Away {
  /** Since when, in milliseconds of the epoch. */
  readonly since: number;
  /** In one of its functions; else the thread waits for work that the module left behind, a loop of promises for one. */
  readonly inFunction: boolean;
  /** Index of the block whose function it is; −1: of none. */
  readonly block: number;
}

/** Is the solver thread in the module's hands? null: it works, or has nothing to do. */
export function away({ shared, askedSince }: ThreadHandle): Away | null {
  const { where } = shared;
  const inside = where[WHERE.userSince] as number;
  if (inside !== 0) {
    return { since: inside, inFunction: true, block: where[WHERE.userBlock] as number };
  }
  const resting = where[WHERE.restingSince] as number;
  if (resting === 0) return null;
  // It rests between two slices for a moment, and without anything to do for ever.
  return { since: Math.max(resting, askedSince), inFunction: false, block: -1 };
}

/** What has not come back for this long is named. */
const UNRESPONSIVE_MS = 2000;

/** Says once that the solver thread is long in the module's hands, and once that it is back. */
export class Watchdog {
  /** It was said to be away. */
  #told = false;
  #isAway = false;

  forget(): void {
    this.#told = false;
    this.#isAway = false;
  }

  /** A thread with something to do, or null; what is to be told of it now. */
  look(thread: ThreadHandle | null, info: PackedInfo | null): Events['unresponsive'] | null {
    const taken = thread && away(thread);
    const seconds = taken === null ? 0 : (Date.now() - taken.since) / 1000;
    this.#isAway = seconds * 1000 >= UNRESPONSIVE_MS;
    if (taken === null || !this.#isAway || this.#told) return null;
    this.#told = true;
    const block = info?.names[taken.block] ?? '';
    return { block, seconds, text: unresponsiveText(taken, block, seconds) };
  }

  /** True once after it came back. */
  isBack(): boolean {
    const back = this.#told && !this.#isAway;
    if (back) this.#told = false;
    return back;
  }
}

function unresponsiveText({ inFunction }: Away, block: string, seconds: number): string {
  const long = `${formatNumber(seconds)} s`;
  if (!inFunction) {
    return `Asynchronous work of the module, such as a loop of promises, has not ended for ${long}; end it and continue from the last step.`;
  }
  const of = block === '' ? '' : ` for block ${block}`;
  return `The module's own function${of} has not returned for ${long}; wait, or end it and continue from the last step.`;
}

/** A pause while the solver thread is in the module's hands. */
export function pausedText({ inFunction }: Away, block: string): string {
  return inFunction
    ? `Paused inside the module's own function for ${block}; what it returns will be computed again.`
    : 'Paused during asynchronous work of the module.';
}

/** What is told of a thread that ended by itself, with the user's stack where there is one. */
export function deathFinding(text: string, stack: string | null, position: Position): Finding {
  return {
    k: position.k,
    name: stack === null ? 'crash' : 'userError',
    block: position.block === '' ? null : position.block,
    text,
    evidence: {},
    ...(stack === null ? {} : { stack }),
  };
}

/** Where a run stands that has not begun. */
export const nowhere: Position = {
  k: 0,
  sweep: 1,
  place: 0,
  block: '',
  blocks: [],
  phase: 'order',
  ordering: '',
  pendingOrdering: null,
  end: 0,
};

/** Where the run stands: what the solver thread wrote as it gave itself into the module's hands, else what it last told. */
export function standing(
  { shared: { where } }: ThreadHandle,
  known: Position,
  info: PackedInfo | null,
): Position {
  if (where[WHERE.userSince] === 0) return { ...known, phase: 'order' };
  const k = where[WHERE.k] as number;
  return {
    ...known,
    k,
    sweep: where[WHERE.sweep] as number,
    place: where[WHERE.place] as number,
    block: info?.names[where[WHERE.userBlock] as number] ?? known.block,
    phase: 'gradient',
    end: Math.max(k, known.end),
  };
}
