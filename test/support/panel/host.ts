// Runs in a page beside dist/webview.js and plays the host: the real feed, an invented run, and a fake acquireVsCodeApi.
import { Feed } from '../../../extension/panel/feed.ts';
import type { PanelSource } from '../../../extension/panel/panel.ts';
import type { FromPage, PanelAction, RecentLaunch, ToPage } from '../../../solver/wire/panel.ts';
import { InventedRun, type RunOptions } from './inventedRun.ts';

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

  /** Gives the page this many recorded frames, each drawn at once. Painting is left to the browser. */
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

  /** The time; while frames are recorded it goes a second further at each call. */
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

  /** A message from the page, copied as postMessage does. */
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
