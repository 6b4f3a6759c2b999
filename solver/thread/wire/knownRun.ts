import { type Facts, noFacts } from '../../wire/facts.ts';
import type { Calls, EventName, Events, MetricsBatch } from '../../wire/protocol.ts';
import type { Finding, PackedInfo, Position, RunConfig, Stop } from '../../wire/run.ts';
import { Declined, free, type News } from '../shared.ts';
import { BATCH_ROWS, Mirror } from './mirror.ts';
import { type Settled, ThreadHandle } from './threadHandle.ts';
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

  /** Writes the run to a file; where another process had its first rows, after it was computed once more from its start. */
  async export(path: string): Promise<Calls['exportTrace']['result']> {
    this.trace.requireOther(path);
    const params = this.trace.lacksStart ? this.#fromStart() : null;
    return params === null ? this.trace.export(path) : exportFromStart(params, path);
  }

  /** What another thread is asked, to compute the run once more from its start: all its steps but those of its branches. */
  #fromStart(): Calls['restore']['params'] | null {
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

/** Sends all rows that the host has not seen, one batch at a time: a slow reader is waited for, the solver is not. */
export class RowPush {
  readonly #send: (batch: MetricsBatch) => void;
  #mirror: Mirror | null = null;
  /** Last step whose rows were sent. */
  #step = 0;
  #sweep = 0;
  /** A batch is on its way; the next waits for it. */
  #sending = false;

  constructor(send: (batch: MetricsBatch) => void) {
    this.#send = send;
  }

  /** The rows of this run, those after the step `from`; null: there is none. */
  follow(mirror: Mirror | null, from = 0): void {
    this.#mirror = mirror;
    this.#step = from;
    this.#sweep = 0;
  }

  /** Rows beyond this step are others now. */
  cut(from: number): void {
    this.#step = Math.min(this.#step, from);
    this.#sweep = Math.min(this.#sweep, from);
  }

  /** A message left the process. */
  sent(): void {
    if (!this.#sending) return;
    this.#sending = false;
    this.push();
  }

  push(): void {
    if (!this.#mirror || this.#sending) return;
    const batch = this.#mirror.batch('live', this.#step, BATCH_ROWS);
    if (!batch || (batch.count === 0 && !this.#hasNewSweeps(batch))) return;
    this.#step = batch.to;
    this.#sweep = batch.sweepK[batch.sweepK.length - 1] ?? this.#sweep;
    this.#sending = true;
    this.#send({ ...batch, more: false });
  }

  #hasNewSweeps({ sweepK }: MetricsBatch): boolean {
    return sweepK.length > 0 && (sweepK[sweepK.length - 1] as number) > this.#sweep;
  }
}

/** Computes a run once more from its start, in a thread of its own beside it, and writes it to a file. */
async function exportFromStart(
  params: Calls['restore']['params'],
  path: string,
): Promise<Calls['exportTrace']['result']> {
  const again = new KnownRun(() => undefined);
  again.asked(params, false);
  const thread: ThreadHandle = new ThreadHandle(
    news => {
      again.hear(news);
      if (news.kind === 'spilled') free(thread.shared, news.spill);
    },
    () => undefined,
  );
  try {
    const settled = await new Promise<Settled>(done => {
      thread.ask({ call: 'restore', params }, done);
    });
    if (!settled.ok) throw new Declined(settled.error.kind, settled.error.message);
    return await again.trace.export(path);
  } finally {
    thread.end();
    again.forget();
  }
}
