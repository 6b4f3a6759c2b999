import { type Facts, noFacts } from '../../solver/wire/facts.ts';
import type { RunState } from '../../solver/wire/panel.ts';
import type { BranchInfo, Events, KeyframeView, MetricsBatch } from '../../solver/wire/protocol.ts';
import type { EntryValues, Finding, Position, RunInfo, Stop } from '../../solver/wire/run.ts';
import { liveBranch, standsStill, stateAfter } from '../../solver/wire/state.ts';
import { History } from '../history.ts';
import { Findings } from './findings.ts';
import { type Change, Emitter, type Origin, type Source, type SourceExit } from './source.ts';

/** The rows that are asked for at a time when the source has more than it sent. */
const ofLive = { branch: liveBranch, limit: 20_000 } as const;
/** Copies of the state that are kept: the newest may be ahead of the rows. */
const keyframesKept = 4;

/** A run whose problem is loaded. */
export type Loaded<T extends RunModel = RunModel> = T & { readonly info: RunInfo };

/** State of a run as reported by its source, held once. Announces each change once, with its origin. Replays nothing. */
export abstract class RunModel {
  /** Stays the same as long as it is the same run, also when another source goes on with it. */
  readonly id: string;
  /** The launch configuration's name. */
  readonly name: string;
  readonly history: History;
  info: RunInfo | null = null;
  state: RunState = 'starting';
  /** One sentence for the state: what is being done, which criterion holds, what failed. '' for none. */
  text = '';
  /** How far loading or a long replay is, 0 … 1; null where it cannot be told. */
  progress: number | null = null;
  position: Position | null = null;
  /** The last stop. */
  stop: Stop | null = null;
  facts: Facts = noFacts;
  readonly findings = new Findings();
  /** Blocks that a breakpoint stands on, by name. */
  breakOn: ReadonlySet<string> = new Set();
  /** The block that the panel's pointer or focus is on. */
  lifted: string | null = null;
  /** Set when the source ended without being asked to. */
  exit: SourceExit | null = null;
  /** The session is over; what was computed can still be looked at. */
  ended = false;

  readonly #changed = new Emitter<Change>();
  readonly onDidChange = this.#changed.event;
  protected source: Source | null = null;
  protected keyframes: readonly KeyframeView[] = [];
  /** Who set the run in motion, until it stops. */
  protected mover: Origin | null = null;
  /** A jump that was asked for as a step, so that its stop is one. */
  protected asStep = false;
  /** Who made the edits that are not answered yet. */
  protected readonly editors: Origin[] = [];
  #pulling = false;

  constructor(id: string, name: string, historyBytes?: number) {
    this.id = id;
    this.name = name;
    this.history = new History(historyBytes);
  }

  /** The run is stopped and can be stepped. */
  get isPaused(): boolean {
    return !this.ended && standsStill(this.state);
  }

  get isRunning(): boolean {
    return !this.ended && this.state === 'running';
  }

  /** It has a source, which may have crashed. */
  get isOpen(): boolean {
    return this.source !== null;
  }

  get pid(): number | undefined {
    return this.source?.pid;
  }

  /** The last step known to be done. */
  get k(): number {
    return Math.max(this.exit?.k ?? 0, this.position?.k ?? 0);
  }

  isFrozen(block: string): boolean {
    const index = this.info?.blocks.findIndex(({ name }) => name === block) ?? -1;
    return this.facts.frozen.includes(index);
  }

  /** What was found since the stop before, and while it goes on since the last one. */
  get found(): readonly Finding[] {
    return this.findings.since(this.isRunning ? (this.position?.k ?? -1) : null);
  }

  protected tell(change: Change): void {
    this.#changed.fire(change);
  }

  /** Takes this source as the run's source from here on. */
  protected follow(source: Source): void {
    this.source = source;
    const on = <E extends keyof Events>(event: E, hear: (body: Events[E]) => void) =>
      source.on(event, body => {
        if (this.source === source) hear(body);
      });
    on('progress', progress => this.#progressed(progress));
    on('running', () => {
      this.mover ??= 'source';
      this.state = 'running';
      this.text = '';
      this.tell({ kind: 'running', origin: this.mover });
      this.agreed();
    });
    on('stopped', stop => this.stopped(stop));
    on('metrics', batch => this.#append(batch));
    on('finding', finding => {
      if (this.findings.add(finding)) this.tell({ kind: 'finding', finding });
    });
    on('entry', values => this.#entered(values));
    on('branch', branch => this.#forked(branch));
    on('edited', edited => this.#edited(edited));
    on('facts', facts => {
      this.facts = facts;
      this.tell({ kind: 'facts' });
    });
    on('keyframe', keyframe => {
      this.keyframes = [...this.keyframes, keyframe].slice(-keyframesKept);
    });
    on('output', output => this.tell({ kind: 'output', output }));
    on('unresponsive', ({ text }) => {
      this.text = text;
      this.tell({ kind: 'unresponsive', text });
    });
    on('responsive', () => {
      this.text = '';
      this.tell({ kind: 'responsive' });
    });
    source.onExit(exit => {
      if (this.source === source && !exit.expected) this.#crashed(exit);
    });
  }

  /** Called when the source has accepted the requested movement. */
  protected abstract agreed(): void;

  protected stopped(told: Stop): void {
    const stop: Stop = told.reason === 'goto' && this.asStep ? { ...told, reason: 'step' } : told;
    const origin = this.mover ?? 'source';
    this.mover = null;
    this.asStep = false;
    const { k } = stop.position;
    this.findings.stopped(this.position?.k ?? -1, k, stop.breakpoints.length > 0);
    this.stop = stop;
    this.state = stateAfter(stop.reason);
    this.position = stop.position;
    this.facts = stop.facts;
    this.text = stop.text;
    this.progress = null;
    this.tell({ kind: 'stopped', stop, origin });
    void this.refine(k);
    if (stop.reason !== 'failed') this.#askEntry();
  }

  /** At step 0, requests the metrics at x₀ after the stop was announced; a command given meanwhile takes precedence. */
  #askEntry(): void {
    const { position, history, source, info } = this;
    if (position?.k !== 0 || history.entry.done || info?.abilities.evaluate !== true) return;
    // A source that went away has said so.
    source?.call('entry', {}).catch(() => undefined);
  }

  #entered(values: EntryValues | null): void {
    this.history.entry.take(values);
    this.tell({ kind: 'entry' });
  }

  #progressed({ text, fraction }: Events['progress']): void {
    this.text = text;
    this.progress = fraction;
    this.tell({ kind: 'progress', text, fraction });
  }

  #edited({ position, facts }: Events['edited']): void {
    const before = this.position;
    this.findings.edited();
    this.position = position;
    this.facts = facts;
    const moved =
      before?.k !== position.k ||
      before.sweep !== position.sweep ||
      before.block !== position.block ||
      before.phase !== position.phase;
    this.tell({ kind: 'edited', moved, origin: this.editors[0] ?? 'source' });
    if (position.k > 0) return;
    this.#entered(null);
    this.#askEntry();
  }

  #forked(branch: BranchInfo): void {
    if (!this.facts.branches.some(({ id }) => id === branch.id)) {
      this.facts = { ...this.facts, branches: [...this.facts.branches, branch] };
    }
    // Keyframes of the steps that left no longer belong to this branch.
    this.keyframes = this.keyframes.filter(({ k }) => k <= branch.from);
    this.history.truncateToBranch(branch);
    this.findings.fork(branch);
    this.tell({ kind: 'branch', branch, origin: this.editors[0] ?? 'source' });
  }

  #crashed(exit: SourceExit): void {
    this.exit = exit;
    this.mover = null;
    this.asStep = false;
    this.editors.length = 0;
    this.state = 'crashed';
    this.text = exit.text;
    this.progress = null;
    this.tell({ kind: 'crashed', exit });
  }

  /** Asks the source for the rows that the history thinned and needs to know the values at step k exactly. */
  async refine(k: number): Promise<void> {
    const { source, history } = this;
    const from = history.missingAt(k);
    if (from === null || source === null || this.exit !== null) return;
    const { revision } = history;
    const batches: MetricsBatch[] = [];
    try {
      for (let at = from; at < k; at = batches.at(-1)!.to) {
        const limit = Math.min(ofLive.limit, k - at);
        const batch = await source.call('metrics', { branch: liveBranch, from: at, limit });
        if (batch.from !== at || batch.count === 0) return;
        batches.push(batch);
      }
    } catch {
      // The source went away, which its exit tells better.
      return;
    }
    if (this.source !== source || history.revision !== revision) return;
    history.refine(batches);
    this.tell({ kind: 'refined' });
  }

  #append(batch: MetricsBatch): void {
    const connects = this.history.append(batch);
    this.tell({ kind: 'rows', batch });
    if (batch.more || !connects) void this.#pull();
  }

  /** Asks for the rows that did not fit into a batch, until none is left. */
  async #pull(): Promise<void> {
    const { source } = this;
    if (this.#pulling || source === null) return;
    this.#pulling = true;
    try {
      for (let more = true; more && this.source === source; ) {
        const from = this.history.end;
        const batch = await source.call('metrics', { ...ofLive, from });
        if (this.source !== source) return;
        this.history.append(batch);
        this.tell({ kind: 'rows', batch });
        more = batch.more && this.history.end > from;
      }
    } catch {
      // The source went away, which its exit tells better.
    } finally {
      this.#pulling = false;
    }
  }
}
