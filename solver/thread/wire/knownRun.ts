import { type Facts, noFacts } from '../../wire/facts.ts';
import type { Calls, EventName, Events } from '../../wire/protocol.ts';
import type { Finding, PackedInfo, Position, RunConfig, Stop } from '../../wire/run.ts';
import type { News } from '../messages.ts';
import { Mirror } from './mirror.ts';
import { RowPush } from './rowPush.ts';
import { TraceKeeper } from './traceKeeper.ts';

type Breakpoints = Calls['setBreakpoints']['params']['breakpoints'];

/** What the main thread knows of the run in the solver thread: enough to answer while that one cannot, and to begin it anew. */
export class KnownRun {
  readonly push: RowPush;
  readonly trace: TraceKeeper;
  mirror: Mirror | null = null;
  packed: PackedInfo | null = null;
  facts: Facts = noFacts;
  position: Position | null = null;
  /** Position and facts stay as they are: a thread that follows one that was ended has not come back to its step yet. */
  isHeld = false;
  /** Set again in the thread that follows one that was ended. */
  breakpoints: Breakpoints = [];
  #config: RunConfig | null = null;
  /** It goes on with a run that another process began. */
  #restored = false;
  /** The newest two: the last step before an end is made again, because what it ended with is no part of the state. */
  #keyframes: readonly Events['keyframe'][] = [];
  /** Findings that were told of steps that no count has told of yet. */
  #ahead: readonly Finding[] = [];
  /** Of those, as JSON, what a thread had told that was lost before its count: the next one makes them again. */
  #toldBefore: readonly string[] = [];

  constructor(tell: <E extends EventName>(event: E, body: Events[E]) => void) {
    this.push = new RowPush(batch => tell('metrics', batch));
    this.trace = new TraceKeeper(text =>
      tell('output', { category: 'important', text: `${text}\n` }),
    );
  }

  /** Another run is asked for. */
  asked(params: Calls['load']['params'] | Calls['restore']['params'], restored: boolean): void {
    this.#config = 'config' in params ? params.config : null;
    this.#keyframes = 'keyframe' in params && params.keyframe ? [params.keyframe] : [];
    this.#restored = restored;
    this.breakpoints = [];
    this.forget();
  }

  /** Nothing is known of a run. */
  forget(): void {
    this.trace.forget();
    this.#ahead = [];
    this.#toldBefore = [];
    this.mirror = null;
    this.packed = null;
    this.facts = noFacts;
    this.position = null;
    this.push.follow(null);
  }

  /** What another thread is asked, to compute the run once more from its start: all its steps but those of its branches. */
  fromStart(): Calls['restore']['params'] | null {
    if (!this.#config || !this.position) return null;
    const { trace: _, ...config } = this.#config;
    const { k, end } = this.position;
    return { config, edits: this.facts.edits, branches: [], keyframe: null, k, end };
  }

  /** What another thread is asked, to stand at this step again; null: there is nothing to begin it from. */
  restore({ k, end }: Position): Calls['restore']['params'] | null {
    const { edits, branches } = this.facts;
    const keyframe = this.#keyframes.findLast(frame => frame.k < end) ?? null;
    return this.#config && { config: this.#config, edits, branches, keyframe, k, end };
  }

  /** Another thread follows one that was lost. */
  revived(): void {
    this.#toldBefore = this.#ahead.map(finding => JSON.stringify(finding));
    this.#ahead = [];
  }

  /** What the solver thread tells; false: not to be passed on, because it was told before or cannot be gone on from yet. */
  hear(message: News): boolean {
    if (message.kind === 'event' && message.event === 'finding') {
      const finding = message.body as Finding;
      const at = this.#toldBefore.indexOf(JSON.stringify(finding));
      if (at >= 0) {
        this.#toldBefore = this.#toldBefore.filter((_, i) => i !== at);
        this.trace.findingAgain(finding);
        return false;
      }
    }
    this.#hear(message);
    return !(message.kind === 'event' && message.event === 'keyframe' && this.trace.begins);
  }

  #hear(message: News): void {
    switch (message.kind) {
      case 'tables':
        this.packed = message.info;
        this.mirror = new Mirror(message, undefined, this.mirror);
        this.push.follow(this.mirror, message.from);
        this.trace.follow(this.mirror, message.info, message.origin, this.#restored);
        return;
      case 'spilled':
        this.mirror?.spilled(message);
        return;
      case 'chunk':
        this.mirror?.adopt(message);
        return;
      case 'count':
        this.mirror?.publish(message);
        this.#ahead = this.#ahead.filter(({ k }) => k > message.end);
        this.trace.advance(message.position);
        if (!this.isHeld) this.position = message.position;
        this.push.push();
        return;
      case 'foundAgain':
        this.trace.findingAgain(message.finding);
        return;
      case 'branch': {
        const { branch } = message;
        this.trace.branch(branch);
        this.mirror?.fork(branch);
        this.push.cut(branch.from);
        // A state of the steps that left is none of this run's.
        this.#keyframes = this.#keyframes.filter(({ k }) => k <= branch.from);
        this.#toldBefore = [];
        return;
      }
      case 'facts':
        if (!this.isHeld) this.facts = message.facts;
        this.trace.edits(message.facts.edits);
        return;
      case 'event':
        this.#learn(message.event, message.body);
    }
  }

  #learn(event: EventName, body: unknown): void {
    switch (event) {
      case 'stopped': {
        const { position, facts } = body as Stop;
        this.position = position;
        this.facts = facts;
        this.#ahead = [];
        return;
      }
      case 'finding':
        this.trace.finding(body as Finding);
        this.#ahead = [...this.#ahead, body as Finding];
        return;
      case 'keyframe':
        // Whoever goes on from a state has the rows that follow it: those before are to be in the file.
        this.trace.stopped();
        this.#keyframes = [...this.#keyframes, body as Events['keyframe']].slice(-2);
        return;
      case 'edited':
        this.position = (body as Events['edited']).position;
    }
  }
}
