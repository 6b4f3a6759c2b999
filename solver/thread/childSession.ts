import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Facts, noFacts } from '../wire/facts.ts';
import type {
  Calls,
  EventName,
  Events,
  FromChild,
  Position,
  RunConfig,
  RunInfo,
  Stop,
  StopReason,
  ToChild,
  WireError,
} from '../wire/protocol.ts';
import type { FromThread, ThreadCall, ThreadData } from './messages.ts';
import { BATCH_ROWS, Mirror } from './mirror.ts';
import { askAttention, askPause, createShared, type SharedMemory, WHERE } from './shared.ts';

/** A pause is told the user after this long even if the solver thread is inside a user function. */
const PAUSE_MS = 30;
/** A user function that has not returned for this long is named. */
const UNRESPONSIVE_MS = 2000;
const WATCH_MS = 250;

const THREAD_CALLS: ReadonlySet<string> = new Set<ThreadCall>([
  'load',
  'restore',
  'resume',
  'goTo',
  'reverse',
  'edit',
  'setBreakpoints',
  'evaluate',
  'variables',
]);

/** The wire's end in the child: passes calls to the solver thread, mirrors its rows, and answers by itself what must not wait. */
export class ChildSession {
  readonly #send: (message: FromChild) => boolean;
  #thread: Worker | null = null;
  #shared: SharedMemory = createShared();
  #mirror: Mirror | null = null;
  #info: RunInfo | null = null;
  #config: RunConfig | null = null;
  #facts: Facts = noFacts;
  #position: Position | null = null;
  #running = false;
  /** A pause was told the user while the solver thread was inside a user function: its own stop is old news. */
  #toldPause = false;
  #unresponsive = false;
  readonly #pending = new Map<number, string>();
  /** Last step whose rows were pushed. */
  #pushed = 0;
  #pushedSweeps = 0;
  /** A batch is on its way; the next waits for it. */
  #pushing = false;
  #keyframe: Events['keyframe'] | null = null;
  /** Set again in the thread that follows one that was ended. */
  #breakpoints: Calls['setBreakpoints']['params']['breakpoints'] = [];

  constructor(send: (message: FromChild) => boolean) {
    this.#send = send;
    setInterval(() => this.#watch(), WATCH_MS).unref();
  }

  /** The last message left the process. */
  sent(): void {
    if (!this.#pushing) return;
    this.#pushing = false;
    this.#push();
  }

  receive(message: ToChild): void {
    const { id, call } = message;
    if (typeof id !== 'number' || typeof call !== 'string') return;
    try {
      if (THREAD_CALLS.has(call)) this.#forward(message);
      else this.#reply(id, this.#answer(message));
    } catch (error) {
      this.#refuse(
        id,
        error instanceof Refused
          ? error.wire
          : { kind: 'failed', message: error instanceof Error ? error.message : String(error) },
      );
    }
  }

  #answer(message: ToChild): unknown {
    switch (message.call) {
      case 'pause':
        return this.#pause();
      case 'position':
        return { position: this.#requirePosition(), facts: this.#facts, running: this.#running };
      case 'metrics': {
        const { branch, from, limit } = message.params;
        const batch = this.#requireMirror().batch(branch, from, limit);
        if (!batch)
          throw new Refused(
            'refused',
            `branch: "${branch}" is unknown; accepted: live and the branches that were announced`,
          );
        return batch;
      }
      case 'series': {
        const series = this.#requireMirror().series(message.params);
        if (typeof series === 'string') throw new Refused('refused', series);
        return series;
      }
      case 'interrupt':
        return this.#interrupt();
      case 'terminate':
        setImmediate(() => process.exit(0));
        return {};
      default:
        throw new Refused('unknown', `There is no call "${(message as { call: string }).call}".`);
    }
  }

  #forward(message: ToChild): void {
    const { id, call, params } = message;
    if (call === 'load' || call === 'restore') {
      this.#config = 'config' in params ? params.config : null;
      this.#keyframe = call === 'restore' ? params.keyframe : null;
      this.#breakpoints = [];
      this.#restart();
    }
    if (call === 'setBreakpoints') this.#breakpoints = params.breakpoints;
    if (call === 'resume' || call === 'goTo' || call === 'reverse') {
      // A pause that was told stands until the solver thread has taken it, then this goes on.
      this.#running = true;
    }
    if (!this.#thread) throw new Refused('state', 'No run is loaded yet.');
    this.#pending.set(id, call);
    if (this.#running) askAttention(this.#shared);
    this.#thread.postMessage(message);
  }

  /** Asks the solver thread something of our own: ids below 0, whose replies go nowhere. */
  #ask(
    id: number,
    asked: {
      [N in ThreadCall]: { readonly call: N; readonly params: Calls[N]['params'] };
    }[ThreadCall],
  ): void {
    this.#pending.set(id, asked.call);
    this.#thread?.postMessage({ id, ...asked });
  }

  /** A fresh solver thread and nothing known of a run. */
  #restart(): void {
    void this.#thread?.terminate();
    this.#rejectPending('The run was ended.');
    this.#shared = createShared();
    const thread = new Worker(join(__dirname, 'worker.js'), {
      workerData: { shared: this.#shared } satisfies ThreadData,
    });
    thread.on('message', (message: FromThread) => {
      if (thread === this.#thread) this.#hear(message);
    });
    thread.on('error', error => {
      if (thread === this.#thread) this.#threadDied(error);
    });
    this.#thread = thread;
    this.#mirror = null;
    this.#facts = noFacts;
    this.#position = null;
    this.#running = false;
    this.#toldPause = false;
    this.#unresponsive = false;
    this.#pushed = 0;
    this.#pushedSweeps = 0;
  }

  #hear(message: FromThread): void {
    switch (message.kind) {
      case 'reply':
        if (this.#pending.delete(message.id)) this.#reply(message.id, message.result);
        return;
      case 'error':
        if (this.#pending.delete(message.id)) this.#refuse(message.id, message.error);
        return;
      case 'tables':
        this.#info = message.info;
        this.#mirror = new Mirror(message);
        this.#pushed = message.from;
        return;
      case 'chunk':
        this.#mirror?.adopt(message);
        return;
      case 'count':
        this.#mirror?.publish(message);
        this.#position = message.position;
        this.#push();
        return;
      case 'branch':
        this.#mirror?.fork(message.branch);
        this.#pushed = Math.min(this.#pushed, message.branch.from);
        // A state of the steps that left is none of this run's.
        if (this.#keyframe && this.#keyframe.k > message.branch.from) this.#keyframe = null;
        this.#event('branch', message.branch);
        return;
      case 'facts':
        this.#facts = message.facts;
        return;
      case 'event':
        this.#pass(message.event, message.body);
    }
  }

  #pass(event: EventName, body: unknown): void {
    if (event === 'stopped') {
      const stop = body as Stop;
      this.#position = stop.position;
      this.#facts = stop.facts;
      if (this.#toldPause) {
        this.#toldPause = false;
        if (stop.reason === 'pause') return;
      }
      this.#running = false;
      this.#push();
    }
    if (event === 'keyframe') this.#keyframe = body as Events['keyframe'];
    if (event === 'edited') this.#position = (body as Events['edited']).position;
    this.#event(event, body as never);
  }

  #pause(): Record<never, never> {
    if (!this.#running) throw new Refused('state', 'The run is not running.');
    askPause(this.#shared);
    setTimeout(() => this.#tellPause(), PAUSE_MS);
    return {};
  }

  /** The solver thread is inside a user function and cannot stop: tells where the run stands; the function's result will be dropped. */
  #tellPause(): void {
    const { where } = this.#shared;
    if (!this.#running || where[WHERE.userSince] === 0 || !this.#position) return;
    const k = where[WHERE.k] as number;
    const block =
      this.#info?.blocks[where[WHERE.userBlock] as number]?.name ?? this.#position.block;
    const position: Position = {
      ...this.#position,
      k,
      sweep: where[WHERE.sweep] as number,
      place: where[WHERE.place] as number,
      block,
      phase: 'gradient',
      end: Math.max(k, this.#position.end),
    };
    this.#running = false;
    this.#toldPause = true;
    this.#position = position;
    const text = `Paused inside the module's own function for ${block}; what it returns will be computed again.`;
    this.#tellStop('pause', position, text);
  }

  #watch(): void {
    const since = this.#shared.where[WHERE.userSince] as number;
    const seconds = since === 0 ? 0 : (Date.now() - since) / 1000;
    const hangs = seconds * 1000 >= UNRESPONSIVE_MS && (this.#running || this.#pending.size > 0);
    if (hangs && !this.#unresponsive) {
      this.#unresponsive = true;
      const block = this.#info?.blocks[this.#shared.where[WHERE.userBlock] as number]?.name ?? '';
      const of = block === '' ? '' : ` for block ${block}`;
      this.#event('unresponsive', {
        block,
        seconds,
        text: `The module's own function${of} has not returned for ${seconds.toFixed(0)} s; wait, or end it and go on from the last keyframe.`,
      });
    } else if (this.#unresponsive && since === 0) {
      this.#unresponsive = false;
      this.#event('responsive', {});
    }
  }

  /** Ends the solver thread with the user function in it and starts another from the last keyframe. */
  #interrupt(): unknown {
    const config = this.#config;
    if (!config || !this.#thread) throw new Refused('state', 'No run is loaded yet.');
    const facts = this.#facts;
    const { edits, branches } = facts;
    const keyframe = this.#keyframe;
    const position = this.#position;
    const loading = this.#mirror === null;
    this.#restart();
    if (loading || !position) {
      const text = 'The module did not return while it was loaded; it was ended.';
      this.#tellStop('failed', nowhere, text);
      return { position: nowhere };
    }
    const at = standingAt(position, keyframe);
    this.#position = at;
    this.#ask(-1, {
      call: 'restore',
      params: { config, edits, branches, keyframe, k: at.k, end: at.k },
    });
    this.#ask(-2, { call: 'setBreakpoints', params: { breakpoints: this.#breakpoints } });
    this.#facts = facts;
    const text = `The module's function was ended; the run stands at step ${at.k}, its last keyframe.`;
    this.#tellStop('goto', at, text);
    return { position: at };
  }

  #threadDied(error: Error): void {
    this.#running = false;
    this.#rejectPending(`The solver thread ended: ${error.message}`);
    const text = `The solver thread ended: ${error.message}`;
    this.#tellStop('failed', this.#position ?? nowhere, text);
  }

  /** A stop that the solver thread did not make, with what is known of it. */
  #tellStop(reason: StopReason, position: Position, text: string): void {
    const facts = this.#facts;
    this.#event('stopped', { reason, position, facts, text, finding: null, breakpoints: [] });
  }

  /** Sends the rows that the host has not seen, one batch at a time: a slow reader is waited for, the solver is not. */
  #push(): void {
    const mirror = this.#mirror;
    if (!mirror || this.#pushing) return;
    const batch = mirror.batch('live', this.#pushed, BATCH_ROWS);
    if (!batch || (batch.count === 0 && !this.#hasNewSweeps(batch))) return;
    this.#pushed = batch.to;
    this.#pushedSweeps = batch.sweepK[batch.sweepK.length - 1] ?? this.#pushedSweeps;
    this.#pushing = true;
    this.#event('metrics', batch);
  }

  #hasNewSweeps({ sweepK }: Events['metrics']): boolean {
    return sweepK.length > 0 && (sweepK[sweepK.length - 1] as number) > this.#pushedSweeps;
  }

  #rejectPending(message: string): void {
    for (const id of this.#pending.keys())
      if (id >= 0) this.#refuse(id, { kind: 'state', message });
    this.#pending.clear();
  }

  #event<E extends EventName>(event: E, body: Events[E]): void {
    this.#send({ event, body } as FromChild);
  }

  #reply(id: number, result: unknown): void {
    if (id >= 0) this.#send({ reply: id, ok: true, result });
  }

  #refuse(id: number, error: WireError): void {
    if (id >= 0) this.#send({ reply: id, ok: false, error });
  }

  #requireMirror(): Mirror {
    if (!this.#mirror) throw new Refused('state', 'No run is loaded yet.');
    return this.#mirror;
  }

  #requirePosition(): Position {
    if (!this.#position) throw new Refused('state', 'No run is loaded yet.');
    return this.#position;
  }
}

class Refused extends Error {
  readonly wire: WireError;
  constructor(kind: WireError['kind'], message: string) {
    super(message);
    this.wire = { kind, message };
  }
}

const nowhere: Position = {
  k: 0,
  sweep: 1,
  place: 0,
  block: '',
  phase: 'order',
  ordering: '',
  pendingOrdering: null,
  end: 0,
};

/** Where a run stands that goes on from a keyframe, without one at its start. */
function standingAt(position: Position, keyframe: Events['keyframe'] | null): Position {
  const state = keyframe?.state as { sweep: number; place: number } | undefined;
  const { sweep, place } = state ?? { sweep: 1, place: 0 };
  const k = keyframe?.k ?? 0;
  return { ...position, k, sweep, place, phase: 'order', end: k };
}
