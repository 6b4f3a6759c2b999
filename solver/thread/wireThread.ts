import { type Facts, noFacts } from '../wire/facts.ts';
import type { Calls, EventName, Events, FromChild, ToChild } from '../wire/protocol.ts';
import type { Finding, Position, RunConfig, RunInfo, Stop } from '../wire/run.ts';
import { Declined, wireError } from './declined.ts';
import type { News } from './messages.ts';
import { Mirror } from './mirror.ts';
import { rowAnswer } from './rowAnswers.ts';
import { RowPush } from './rowPush.ts';
import { askAttention, askPause, free, takePause, WHERE } from './shared.ts';
import {
  type Asked,
  type Death,
  type Settled,
  THREAD_CALLS,
  ThreadHandle,
} from './threadHandle.ts';
import { TraceKeeper } from './traceKeeper.ts';
import { away, nowhere, standing, unresponsiveText } from './watchdog.ts';

/** A pause is told the user after this long even if the solver thread cannot stop. */
const PAUSE_MS = 30;
/** What has not come back for this long is named. */
const UNRESPONSIVE_MS = 2000;
const WATCH_MS = 250;

/** The wire's end in the child: passes calls to the solver thread, mirrors its rows, and answers by itself what must not wait. */
export class WireThread {
  readonly #send: (message: FromChild) => boolean;
  readonly #push = new RowPush(batch => this.#event('metrics', batch));
  readonly #trace = new TraceKeeper(text =>
    this.#event('output', { category: 'important', text: `${text}\n` }),
  );
  #thread: ThreadHandle | null = null;
  /** The thread ended and is not started again: the sentence that says so. */
  #lost: string | null = null;
  /** A thread that followed one that was ended has not come back to its step yet. */
  #reviving = false;
  #mirror: Mirror | null = null;
  #info: RunInfo | null = null;
  #config: RunConfig | null = null;
  /** It goes on with a run that another process began. */
  #restored = false;
  #facts: Facts = noFacts;
  #position: Position | null = null;
  #running = false;
  /** A pause was told the user while the solver thread could not stop: the stop it sends later is not told again. */
  #toldPause = false;
  #unresponsive = false;
  /** The newest two: the last step before an end is made again, because what it ended with is no part of the state. */
  #keyframes: readonly Events['keyframe'][] = [];
  /** Set again in the thread that follows one that was ended. */
  #breakpoints: Calls['setBreakpoints']['params']['breakpoints'] = [];

  constructor(send: (message: FromChild) => boolean) {
    this.#send = send;
    setInterval(() => this.#watch(), WATCH_MS).unref();
  }

  /** The last message left the process. */
  sent(): void {
    this.#push.sent();
  }

  /** The run that was restored has been compared with this trace: it has its bits. */
  isIn(path: string): void {
    this.#trace.isIn(path);
  }

  /** The process ends: what is recorded is on the disk. */
  close(): void {
    this.#trace.close();
  }

  receive(message: ToChild): void {
    const { id, call } = message;
    if (typeof id !== 'number' || typeof call !== 'string') return;
    try {
      if (call === 'exportTrace') {
        this.#trace.export(message.params.path).then(
          result => this.#settle(id, { ok: true, result }),
          error => this.#settle(id, { ok: false, error: wireError(error) }),
        );
        return;
      }
      if (THREAD_CALLS.has(call)) this.#forward(message as ToChild & Asked);
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
          position: this.#require(this.#position),
          facts: this.#facts,
          running: this.#running,
        };
      case 'metrics':
      case 'series':
        return rowAnswer(this.#require(this.#mirror), message);
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
      this.#config = 'config' in params ? params.config : null;
      this.#keyframes = call === 'restore' && params.keyframe ? [params.keyframe] : [];
      this.#breakpoints = [];
      this.#restored = call === 'restore';
      this.#begin();
    }
    if (call === 'setBreakpoints') this.#breakpoints = params.breakpoints;
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
      this.#settle(id, settled);
    });
  }

  /** A fresh solver thread and nothing known of a run. */
  #begin(): void {
    this.#start();
    this.#trace.forget();
    this.#mirror = null;
    this.#info = null;
    this.#facts = noFacts;
    this.#position = null;
    this.#push.follow(null);
  }

  #start(): ThreadHandle {
    this.#thread?.end();
    this.#lost = null;
    this.#reviving = false;
    this.#running = false;
    this.#toldPause = false;
    this.#unresponsive = false;
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
    switch (message.kind) {
      case 'tables':
        this.#info = message.info;
        this.#mirror = new Mirror(message, undefined, this.#mirror);
        this.#push.follow(this.#mirror, message.from);
        this.#trace.follow(this.#mirror, message.info, message.origin, this.#restored);
        return;
      case 'spilled':
        this.#mirror?.spilled(message);
        if (this.#thread) free(this.#thread.shared, message.spill);
        return;
      case 'chunk':
        this.#mirror?.adopt(message);
        return;
      case 'count':
        this.#mirror?.publish(message);
        this.#trace.advance(message.position);
        if (!this.#reviving) this.#position = message.position;
        this.#push.push();
        return;
      case 'foundAgain':
        this.#trace.findingAgain(message.finding);
        return;
      case 'branch':
        this.#trace.branch(message.branch);
        this.#mirror?.fork(message.branch);
        this.#push.cut(message.branch.from);
        // A state of the steps that left is none of this run's.
        this.#keyframes = this.#keyframes.filter(({ k }) => k <= message.branch.from);
        this.#event('branch', message.branch);
        return;
      case 'facts':
        if (!this.#reviving) this.#facts = message.facts;
        this.#trace.edits(message.facts.edits);
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
      this.#push.push();
      if (stop.reason !== 'pause') this.#trace.stopped();
    }
    if (event === 'finding') this.#trace.finding(body as Finding);
    // Whoever goes on from a state has the rows that follow it: those before are to be in the file.
    if (event === 'keyframe') this.#trace.stopped();
    if (event === 'keyframe')
      this.#keyframes = [...this.#keyframes, body as Events['keyframe']].slice(-2);
    if (event === 'edited') this.#position = (body as Events['edited']).position;
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
    if (!this.#running || !this.#position || !thread) return;
    const taken = away(thread);
    if (taken === null || Date.now() - taken.since < PAUSE_MS) return;
    const position = standing(thread, this.#position ?? nowhere, this.#info);
    this.#toldPause = true;
    this.#stop(
      'pause',
      position,
      taken.inFunction
        ? `Paused inside the module's own function for ${position.block}; what it returns will be computed again.`
        : 'Paused while work that the module left behind does not rest.',
    );
  }

  #watch(): void {
    const thread = this.#thread;
    if (!thread) return;
    const taken = this.#running || thread.busy ? away(thread) : null;
    const seconds = taken === null ? 0 : (Date.now() - taken.since) / 1000;
    const hangs = seconds * 1000 >= UNRESPONSIVE_MS;
    if (taken && hangs && !this.#unresponsive) {
      this.#unresponsive = true;
      const block = this.#info?.blocks[taken.block]?.name ?? '';
      const text = unresponsiveText(taken, block, seconds);
      this.#event('unresponsive', { block, seconds, text });
    } else if (this.#unresponsive && !hangs && !this.#toldPause) {
      this.#unresponsive = false;
      this.#event('responsive', {});
    }
  }

  /** Ends the solver thread with what the module does in it; another goes on from the last keyframe to the same step. */
  #interrupt(): Calls['interrupt']['result'] {
    const thread = this.#require(this.#thread);
    if (!this.#info || !this.#position) {
      this.#begin();
      this.#lose('The module did not return while it was loaded; it was ended.');
      this.#stop('failed', nowhere, this.#lost ?? '');
      return { position: nowhere };
    }
    const position = standing(thread, this.#position ?? nowhere, this.#info);
    this.#revive(position);
    this.#stop(
      'goto',
      position,
      `The module's function was ended; the run stands at step ${position.k}.`,
    );
    return { position };
  }

  /** The thread ended by itself: says why, and goes on in another one, unless the run could not be loaded in that. */
  #died({ how, stack }: Death): void {
    const thread = this.#require(this.#thread);
    const position =
      this.#position === null ? nowhere : standing(thread, this.#position ?? nowhere, this.#info);
    const text = `The solver thread ended at step ${position.k}: ${how}.`;
    const finding: Finding = {
      k: position.k,
      name: stack === null ? 'crash' : 'userError',
      block: position.block === '' ? null : position.block,
      text,
      evidence: {},
      ...(stack === null ? {} : { stack }),
    };
    const again = this.#info !== null && this.#position !== null && !this.#reviving;
    if (again) this.#revive(position);
    else this.#lose(`${text} Restart the run.`);
    // Before it was loaded, the answer to its load says so.
    if (this.#info === null) return;
    this.#event('finding', finding);
    this.#stop('failed', position, text, finding);
  }

  #lose(sentence: string): void {
    this.#thread?.end();
    this.#thread = null;
    this.#lost = sentence;
    this.#reviving = false;
    this.#running = false;
  }

  /** Another thread, which is to stand at this step again; what is asked meanwhile waits for it. */
  #revive(position: Position): void {
    const config = this.#require(this.#config);
    const thread = this.#start();
    this.#position = position;
    this.#reviving = true;
    const { k, end } = position;
    const { edits, branches } = this.#facts;
    const keyframe = this.#keyframes.findLast(frame => frame.k < end) ?? null;
    const params = { config, edits, branches, keyframe, k, end };
    thread.ask({ call: 'restore', params }, settled => {
      if (thread !== this.#thread) return;
      this.#reviving = false;
      if (settled.ok) return;
      this.#lose(settled.error.message);
      this.#stop('failed', position, settled.error.message);
    });
    const { shared } = thread;
    shared.where[WHERE.k] = k;
    thread.ask(
      { call: 'setBreakpoints', params: { breakpoints: this.#breakpoints } },
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
    if (this.#position) this.#position = position;
    this.#event('stopped', {
      reason,
      position,
      facts: this.#facts,
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
