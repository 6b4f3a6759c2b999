// Runs in a page beside dist/webview.js and plays the host: the real feed, an invented run, and a fake acquireVsCodeApi.
import { History } from '../../../extension/history.ts';
import { Feed } from '../../../extension/panel/feed.ts';
import type { PanelSource, RunView } from '../../../extension/panel/panel.ts';
import type { Ability, Facts } from '../../../solver/wire/facts.ts';
import type {
  FromPage,
  PanelAction,
  RecentLaunch,
  RunState,
  ToPage,
} from '../../../solver/wire/panel.ts';
import type { BranchInfo, RecordedEdit } from '../../../solver/wire/protocol.ts';
import type { Finding, MetricInfo, Position, RunInfo } from '../../../solver/wire/run.ts';
import { blocks, metrics, rows, type Shape } from '../engine/metrics.ts';
import { abilities, factsWith, runInfo } from './run-info.ts';

export interface RunOptions extends Shape {
  readonly names?: readonly string[];
  readonly metrics?: readonly string[];
  readonly steps: number;
  readonly state?: RunState;
  readonly text?: string;
  /** Where the run stands; default: at the end. */
  readonly k?: number;
  readonly edits?: readonly RecordedEdit[];
  readonly findings?: readonly Finding[];
  readonly breakpointHits?: readonly number[];
  /** The run was forked here, and the steps it had are kept as a branch. */
  readonly forkedAt?: number;
  readonly forkedEnd?: number;
  /** The gradient norms at step 0, if they are known. */
  readonly entry?: readonly number[];
  /** What the run cannot do, and why. */
  readonly cannot?: Partial<Record<Ability, string>>;
}

class InventedRun implements RunView {
  readonly id: string;
  readonly name = 'Lasso on diabetes';
  readonly history = new History();
  refine = async () => {};
  readonly edits: RecordedEdit[] = [];
  readonly frozen = new Map<string, boolean>();
  readonly findings: Finding[] = [];
  readonly branches: BranchInfo[] = [];
  readonly breakpointHits: number[] = [];
  breakOn = new Set<string>();
  info: RunInfo | null = null;
  state: RunState = 'starting';
  text = '';
  progress: number | null = null;
  at = 0;
  shape: Shape = { blocks: 1 };
  pending: string | null = null;

  constructor(id: string) {
    this.id = id;
  }

  get facts(): Facts {
    const name = this.edits.findLast(edit => edit.kind === 'ordering')?.ordering ?? 'cyclic';
    return factsWith({
      frozen: this.info?.blocks.map(({ name }) => this.frozen.get(name) === true) ?? [],
      ordering: { name, since: 0, pending: this.pending },
      edits: this.edits.map(edit => ({ edit, k: edit.k, text: textOf(edit) })),
      branches: this.branches,
    });
  }

  get found(): readonly Finding[] {
    return this.findings;
  }

  get position(): Position | null {
    if (this.info === null) return null;
    const k = this.at;
    const next = rows(this.shape, k, 1);
    return {
      k,
      sweep: next.sweep[0]!,
      place: k % this.shape.blocks,
      block: this.info.blocks[next.block[0]!]!.name,
      blocks: [this.info.blocks[next.block[0]!]!.name],
      phase: 'order',
      ordering: this.facts.ordering.name,
      pendingOrdering: this.pending,
      end: this.history.end,
    };
  }

  load(options: RunOptions): void {
    const chosen = (metric: MetricInfo) => options.metrics?.includes(metric.name) ?? true;
    this.shape = options;
    this.info = infoOf(options, metrics.filter(chosen));
    this.history.begin(this.info);
    if (options.entry !== undefined) {
      const gradNorm = Float64Array.from(options.entry);
      this.history.entry.take({ done: true, block: { gradNorm }, run: {} });
    }
    if (options.forkedAt !== undefined) {
      const end = options.forkedEnd ?? options.steps;
      const slow = { ...options, shuffledFrom: Number.POSITIVE_INFINITY };
      this.history.append(rows(slow, 0, end));
      const branch = { id: 'one', from: options.forkedAt, end, text: 'ordering = shuffled' };
      this.history.truncateToBranch(branch);
      this.branches.push(branch);
    }
    this.grow(options.steps - this.history.end);
    this.at = options.k ?? this.history.end;
    this.edits.push(...(options.edits ?? []));
    this.findings.push(...(options.findings ?? []));
    this.breakpointHits.push(...(options.breakpointHits ?? []));
    this.state = options.state ?? 'paused';
    this.text = options.text ?? '';
  }

  /** Computes more updates. */
  grow(count: number): void {
    this.history.append(rows(this.shape, this.history.end, count));
    this.at = this.history.end;
  }
}

/** The sentence of an edit, as the solver says it. */
function textOf(edit: RecordedEdit): string {
  switch (edit.kind) {
    case 'ordering':
      return `cyclic → ${edit.ordering}`;
    case 'frozen':
      return `${edit.block} ${edit.value ? 'frozen' : 'thawed'}`;
    case 'stepSize':
      return `step of ${edit.block} = ${edit.value}`;
    case 'value':
    case 'parameter':
      return `${edit.kind} = ${edit.value}`;
  }
}

function infoOf(options: RunOptions, chosen: readonly MetricInfo[]): RunInfo {
  return {
    ...runInfo(0),
    blocks: blocks(options.blocks, options.names),
    metrics: chosen,
    abilities: { ...abilities, ...options.cannot },
    unmeasured: metrics.filter(
      ({ name, byDefault }) => byDefault && !chosen.some(m => m.name === name),
    ),
    listing: { title: '', lines: [] },
    orderings: ['cyclic', 'shuffled', 'random', 'greedy'].map(name => ({ name, title: name })),
  };
}

const noRecent: readonly RecentLaunch[] = [];

/** What a test drives. */
export class InventedHost {
  run: InventedRun | null = null;
  recent = noRecent;
  readonly actions: PanelAction[] = [];
  readonly received: FromPage[] = [];
  readonly sent: { readonly kind: string; readonly seq: number; readonly bytes: number }[] = [];
  /** Set: actions are refused with this sentence. */
  refusal: string | null = null;
  saved: unknown = JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined;
  #listener = () => {};
  #ids = 0;
  #nextId: string | null = null;
  #recorded: ToPage[] | null = null;
  #flown = 0;
  #frames: readonly ToPage[] = [];
  #next = 0;
  readonly #feed: Feed;

  constructor() {
    const source: PanelSource = {
      current: () => this.run,
      recent: () => this.recent,
      onDidChange: listener => {
        this.#listener = listener;
        return { dispose() {} };
      },
    };
    this.#feed = new Feed(
      { source, act: action => this.#act(action) },
      message => this.#post(message),
      { now: () => this.#now(), later: (ms, run) => void setTimeout(run, ms) },
    );
    source.onDidChange(() => this.#feed.changed());
  }

  changed(): void {
    this.#listener();
  }

  /** Lets the run grow `count` times by `rows` updates and keeps the frames that a page would get, for `replay`. */
  record(count: number, rows: number): void {
    this.#recorded = [];
    // The first frame holds everything, so that the frames can be played again and again.
    const asked = this.received.findLast(message => 'look' in message);
    if (asked !== undefined) this.#feed.receive({ kind: 'look', look: asked.look });
    for (let i = 0; i < count; i++) this.update(run => run.grow(rows));
    this.#frames = this.#recorded;
    this.#recorded = null;
  }

  /** Gives the page so many recorded frames, each drawn at once. Painting is left to the browser. */
  replay(count: number): void {
    const later = window.requestAnimationFrame;
    const pending: FrameRequestCallback[] = [];
    window.requestAnimationFrame = run => pending.push(run);
    for (let i = 0; i < count; i++) {
      const data = this.#frames[this.#next++ % this.#frames.length];
      dispatchEvent(new MessageEvent('message', { data }));
      while (pending.length > 0) pending.shift()!(performance.now());
    }
    window.requestAnimationFrame = later;
  }

  /** While frames are recorded, time flies. */
  #now(): number {
    if (this.#recorded !== null) this.#flown += 1000;
    return performance.now() + this.#flown;
  }

  /** The id of the run that is shown next: a reload of the page does not make another run. */
  nameNext(id: string): void {
    this.#nextId = id;
  }

  show(options: RunOptions): void {
    this.run = new InventedRun(this.#nextId ?? `run ${++this.#ids}`);
    this.#nextId = null;
    this.run.load(options);
    this.changed();
  }

  close(): void {
    this.run = null;
    this.changed();
  }

  starting(text: string, progress: number | null): void {
    this.run = new InventedRun(`run ${++this.#ids}`);
    this.run.text = text;
    this.run.progress = progress;
    this.changed();
  }

  update(change: (run: InventedRun) => void): void {
    if (this.run !== null) change(this.run);
    this.changed();
  }

  /** From the page, as postMessage would carry it. */
  receive(message: FromPage): void {
    const copy = structuredClone(message);
    this.received.push(copy);
    if (copy.kind !== 'takeFocus') queueMicrotask(() => this.#feed.receive(copy));
  }

  #post(message: ToPage): void {
    const copy = structuredClone(message);
    if (this.#recorded !== null) {
      this.#recorded.push(copy);
      if (message.kind === 'frame') this.#feed.receive({ kind: 'drawn', seq: message.seq });
      return;
    }
    this.sent.push({
      kind: message.kind,
      seq: message.kind === 'frame' ? message.seq : 0,
      bytes: bytesOf(message),
    });
    setTimeout(() => dispatchEvent(new MessageEvent('message', { data: copy })));
  }

  async #act(action: PanelAction): Promise<void> {
    this.actions.push(action);
    if (this.refusal !== null) throw new Error(this.refusal);
    const { run } = this;
    if (run === null) return;
    if (action.kind === 'goTo') run.at = action.k;
    if (action.kind === 'stepBlock') run.at < run.history.end ? run.at++ : run.grow(1);
    if (action.kind === 'stepBack') run.at = Math.max(0, run.at - 1);
    if (action.kind === 'breakOn') {
      if (action.value) run.breakOn.add(action.block);
      else run.breakOn.delete(action.block);
    }
    if (action.kind === 'freeze') {
      run.frozen.set(action.block, action.value);
      run.edits.push({ kind: 'frozen', block: action.block, value: action.value, k: run.at });
    }
    this.changed();
  }
}

function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce((sum: number, part) => sum + bytesOf(part), 0);
}

declare global {
  interface Window {
    host: InventedHost;
  }
}

window.host = new InventedHost();
Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: (message: FromPage) => window.host.receive(message),
    getState: () => window.host.saved,
    setState: (state: unknown) => {
      window.host.saved = state;
      sessionStorage.setItem('state', JSON.stringify(state));
    },
  }),
});
