import type { Calls, EventName, Events, FromChild, ToChild } from '../../wire/protocol.ts';
import type { Finding, Position, Stop } from '../../wire/run.ts';
import {
  askAttention,
  askPause,
  Declined,
  free,
  type News,
  takePause,
  WHERE,
  wireError,
} from '../shared.ts';
import { KnownRun } from './knownRun.ts';
import { rowAnswer } from './mirror.ts';
import {
  type Asked,
  away,
  type Death,
  deathFinding,
  nowhere,
  pausedText,
  type Settled,
  standing,
  ThreadHandle,
  Watchdog,
} from './threadHandle.ts';

/** A pause is told the user after this long even if the solver thread cannot stop. */
const PAUSE_MS = 30;
const WATCH_MS = 250;

/** The wire's end in the child: passes calls to the solver thread, mirrors its rows, and answers by itself what must not wait. */
export class WireThread {
  readonly #send: (message: FromChild) => boolean;
  readonly #known = new KnownRun((event, body) => this.#event(event, body));
  readonly #watchdog = new Watchdog();
  #thread: ThreadHandle | null = null;
  /** The thread ended and is not started again: the sentence that says so. */
  #lost: string | null = null;
  #running = false;
  /** A pause was told the user while the solver thread could not stop: the stop it sends later is not told again. */
  #toldPause = false;

  constructor(send: (message: FromChild) => boolean) {
    this.#send = send;
    setInterval(() => this.#watch(), WATCH_MS).unref();
  }

  /** The last message left the process. */
  sent(): void {
    this.#known.push.sent();
  }

  /** The run that was restored has been compared with this trace: it has its bits. */
  isIn(path: string): void {
    this.#known.trace.isIn(path);
  }

  /** The process ends: what is recorded is on the disk. */
  close(): void {
    this.#known.trace.close();
  }

  receive(message: ToChild): void {
    const { id, call } = message;
    if (typeof id !== 'number' || typeof call !== 'string') return;
    try {
      if (call === 'exportTrace') {
        this.#known.export(message.params.path).then(
          result => this.#settle(id, { ok: true, result }),
          error => this.#settle(id, { ok: false, error: wireError(error) }),
        );
        return;
      }
      if (ThreadHandle.answers(call)) this.#forward(message as ToChild & Asked);
      else this.#settle(id, { ok: true, result: this.#answer(message) });
    } catch (error) {
      this.#settle(id, { ok: false, error: wireError(error) });
    }
  }

  #answer(message: ToChild): unknown {
    switch (message.call) {
      case 'pause':
        return this.#pause();
      case 'position':
        return {
          position: this.#require(this.#known.position),
          facts: this.#known.facts,
          running: this.#running,
        };
      case 'metrics':
      case 'series':
        return rowAnswer(this.#require(this.#known.mirror), message);
      case 'interrupt':
        return this.#interrupt();
      case 'terminate':
        this.close();
        setImmediate(() => process.exit(0));
        return {};
      default:
        throw new Declined('unknown', `There is no call "${(message as { call: string }).call}".`);
    }
  }

  #forward(asked: ToChild & Asked): void {
    const { id, call, params } = asked;
    if (call === 'load' || call === 'restore') {
      this.#start();
      this.#known.asked(params, call === 'restore');
    }
    if (call === 'setBreakpoints') this.#known.breakpoints = params.breakpoints;
    const thread = this.#require(this.#thread);
    const stood = !this.#running;
    if (call === 'resume' || call === 'goTo' || call === 'reverse') {
      // A pause that came when the run had stopped by itself is over. One that was told stands until the solver thread has
      // taken it, then this goes on.
      if (stood && !this.#toldPause) takePause(thread.shared);
      this.#running = true;
    }
    // What is looked at while the run stands still gives way to whatever is asked; an answer under way does not.
    if (this.#running || !thread.busy) askAttention(thread.shared);
    thread.ask(asked, settled => {
      // What was refused did not set it in motion.
      if (!settled.ok && stood && thread === this.#thread) this.#running = false;
      const loaded = settled.ok && (call === 'load' || call === 'restore');
      this.#settle(id, loaded ? { ok: true, result: this.#known.packed } : settled);
    });
  }

  #start(): ThreadHandle {
    this.#thread?.end();
    this.#lost = null;
    this.#known.isHeld = false;
    this.#running = false;
    this.#toldPause = false;
    this.#watchdog.forget();
    const thread: ThreadHandle = new ThreadHandle(
      message => {
        if (thread === this.#thread) this.#hear(message);
      },
      death => {
        if (thread === this.#thread) this.#died(death);
      },
    );
    this.#thread = thread;
    return thread;
  }

  #hear(message: News): void {
    const isNews = this.#known.hear(message);
    if (message.kind === 'event' && isNews) this.#pass(message.event, message.body);
    if (message.kind === 'spilled' && this.#thread) free(this.#thread.shared, message.spill);
    if (message.kind === 'branch') this.#event('branch', message.branch);
  }

  #pass(event: EventName, body: unknown): void {
    if (event === 'stopped') {
      const { reason } = body as Stop;
      if (this.#toldPause) {
        this.#toldPause = false;
        if (reason === 'pause') return;
      }
      this.#running = false;
      this.#known.push.push();
      if (reason !== 'pause') this.#known.trace.stopped();
    }
    this.#event(event, body as never);
  }

  #pause(): Record<never, never> {
    if (!this.#running) throw new Declined('state', 'The run is not running.');
    askPause(this.#require(this.#thread).shared);
    setTimeout(() => this.#tellPause(), PAUSE_MS);
    return {};
  }

  /** The solver thread is in the module's hands and cannot stop: tells where the run stands; what it is doing will be done again. */
  #tellPause(): void {
    const thread = this.#thread;
    if (!this.#running || !this.#known.position || !thread) return;
    const taken = away(thread);
    if (taken === null || Date.now() - taken.since < PAUSE_MS) return;
    const position = this.#standing(thread);
    this.#toldPause = true;
    this.#stop('pause', position, pausedText(taken, position.block));
  }

  #watch(): void {
    const thread = this.#thread;
    if (!thread) return;
    const busy = this.#running || thread.busy;
    const news = this.#watchdog.look(busy ? thread : null, this.#known.packed);
    if (news) this.#event('unresponsive', news);
    // A pause that was told says so already.
    else if (!this.#toldPause && this.#watchdog.isBack()) this.#event('responsive', {});
  }

  /** Where the run stands, also while it is in the module's hands. */
  #standing(thread: ThreadHandle): Position {
    const { position, packed } = this.#known;
    return position ? standing(thread, position, packed) : nowhere;
  }

  /** Ends the solver thread with what the module does in it; another goes on from the last keyframe to the same step. */
  #interrupt(): Calls['interrupt']['result'] {
    const thread = this.#require(this.#thread);
    if (!this.#known.packed || !this.#known.position) {
      this.#start();
      this.#known.forget();
      this.#lose('The module did not return while it was loaded; it was ended.');
      this.#stop('failed', nowhere, this.#lost ?? '');
      return { position: nowhere };
    }
    const position = this.#standing(thread);
    this.#revive(position);
    this.#stop(
      'goto',
      position,
      `The module's function was ended; the run is at step ${position.k}.`,
    );
    return { position };
  }

  /** The thread ended by itself: says why, and goes on in another one, unless the run could not be loaded in that. */
  #died({ how, stack }: Death): void {
    const thread = this.#require(this.#thread);
    const position = this.#standing(thread);
    const { packed } = this.#known;
    const text = `The solver thread ended at step ${position.k}: ${how}.`;
    const finding = deathFinding(text, stack, position);
    const again = packed !== null && this.#known.position !== null && !this.#known.isHeld;
    if (again) this.#revive(position);
    else this.#lose(`${text} Restart the run.`);
    // Before it was loaded, the answer to its load says so.
    if (packed === null) return;
    this.#event('finding', finding);
    this.#stop('failed', position, text, finding);
  }

  #lose(sentence: string): void {
    this.#thread?.end();
    this.#thread = null;
    this.#lost = sentence;
    this.#known.isHeld = false;
    this.#running = false;
  }

  /** Another thread, which is to stand at this step again; what is asked meanwhile waits for it. */
  #revive(position: Position): void {
    const params = this.#require(this.#known.restore(position));
    const thread = this.#start();
    this.#known.revived();
    this.#known.position = position;
    this.#known.isHeld = true;
    thread.ask({ call: 'restore', params }, settled => {
      if (thread !== this.#thread) return;
      this.#known.isHeld = false;
      if (settled.ok) return;
      this.#lose(settled.error.message);
      this.#stop('failed', position, settled.error.message);
    });
    thread.shared.where[WHERE.k] = position.k;
    thread.ask(
      { call: 'setBreakpoints', params: { breakpoints: this.#known.breakpoints } },
      () => undefined,
    );
  }

  #stop(
    reason: Stop['reason'],
    position: Position,
    text: string,
    finding: Finding | null = null,
  ): void {
    this.#running = false;
    if (this.#known.position) this.#known.position = position;
    this.#event('stopped', {
      reason,
      position,
      facts: this.#known.facts,
      text,
      finding,
      breakpoints: [],
    });
  }

  #event<E extends EventName>(event: E, body: Events[E]): void {
    this.#send({ event, body } as FromChild);
  }

  #settle(id: number, settled: Settled): void {
    this.#send(settled.ok ? { reply: id, ...settled } : { reply: id, ...settled });
  }

  #require<T>(value: T | null): T {
    if (value === null) throw new Declined('state', this.#lost ?? 'No run is loaded yet.');
    return value;
  }
}
