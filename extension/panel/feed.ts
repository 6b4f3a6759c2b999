import type { ForFeed, Frame, Look, ToPage } from '../../solver/wire/panel.ts';
import { liveBranch } from '../../solver/wire/state.ts';
import type { PanelContext, RunView } from './panel.ts';
import { headOf, marksOf, statusOf, sweepFrom, tableOf, valuesOf } from './status.ts';
import { TraceFeed } from './traces.ts';

/** Milliseconds between two frames: twelve a second. */
const frameInterval = 80;

export interface Clock {
  now(): number;
  later(ms: number, run: () => void): void;
}

/**
 * Feeds one page: everything when it sends `ready`, then the changes. A frame is sent when the previous one was drawn and
 * the interval has passed, so that a slow page gets fewer frames instead of a queue. Does not use vscode.
 */
export class Feed {
  readonly #context: Pick<PanelContext, 'source' | 'act'>;
  readonly #post: (message: ToPage) => void;
  readonly #clock: Clock;
  readonly #traces = new TraceFeed();
  /** What the page holds, by part of a frame. */
  readonly #held = new Map<string, string>();
  #open = false;
  #seq = 0;
  /** The frame that the page has not drawn yet, or 0. */
  #flying = 0;
  #sentAt = Number.NEGATIVE_INFINITY;
  #waiting = false;

  constructor(
    context: Pick<PanelContext, 'source' | 'act'>,
    post: (message: ToPage) => void,
    clock: Clock,
  ) {
    this.#context = context;
    this.#post = post;
    this.#clock = clock;
  }

  /** The page is gone or cannot be reached; it will say `ready` when it is there again. */
  close(): void {
    this.#open = false;
  }

  receive(message: ForFeed): void {
    switch (message.kind) {
      case 'ready':
        this.#open = true;
        this.#flying = 0;
        this.#held.clear();
        this.#sentAt = Number.NEGATIVE_INFINITY;
        this.#see(message.look);
        break;
      case 'look':
        this.#see(message.look);
        break;
      case 'drawn':
        if (message.seq === this.#flying) this.#flying = 0;
        this.changed();
        break;
      case 'valuesAt':
        void this.#values(message.k);
        break;
      case 'act':
        void this.#act(message);
    }
  }

  /** Something may have changed. */
  changed(): void {
    if (!this.#open || this.#flying > 0 || this.#waiting) return;
    const wait = this.#sentAt + frameInterval - this.#clock.now();
    if (wait <= 0) {
      this.#send();
      return;
    }
    this.#waiting = true;
    this.#clock.later(wait, () => {
      this.#waiting = false;
      this.changed();
    });
  }

  #see(look: Look): void {
    this.#traces.look(look);
    this.changed();
  }

  /** Sends the values held here at once; where rows were thinned, the exact values follow. */
  async #values(k: number): Promise<void> {
    const view = this.#context.source.current();
    const known = view?.info && k <= view.history.end;
    this.#post({ kind: 'values', values: known ? valuesOf(view, k) : null });
    if (!known || view.history.missingAt(k) === null) return;
    await view.refine(k);
    if (view.history.missingAt(k) === null && view === this.#context.source.current())
      this.#post({ kind: 'values', values: valuesOf(view, k) });
  }

  async #act({ id, action }: Extract<ForFeed, { kind: 'act' }>): Promise<void> {
    const view = this.#context.source.current();
    const resolved =
      action.kind !== 'goSweep'
        ? action
        : ({ kind: 'goTo', k: view === null ? 0 : sweepFrom(view, action) } as const);
    const refusal = await this.#context.act(resolved).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    this.#post({ kind: 'acted', id, refusal });
  }

  #send(): void {
    const frame = this.#frame();
    if (Object.keys(frame).length === 2) return;
    this.#flying = frame.seq;
    this.#sentAt = this.#clock.now();
    this.#post(frame);
  }

  #frame(): Frame {
    const { source } = this.#context;
    const view = source.current();
    const head = { kind: 'frame', seq: ++this.#seq } as const;
    if (view === null) {
      return {
        ...head,
        ...(this.#changed('run', 'none') ? { run: null } : {}),
        ...this.#when('recent', source.recent(), JSON.stringify),
      };
    }
    const run = this.#changed('run', `${view.id} ${view.info === null ? 'starting' : 'loaded'}`);
    if (run) for (const part of ['status', 'marks', 'table']) this.#held.delete(part);
    const status = statusOf(view);
    const traces = this.#traces.next(view);
    return {
      ...head,
      ...(run ? { run: headOf(view) } : {}),
      ...this.#when('status', status, JSON.stringify),
      ...(this.#changed('marks', marksKey(view)) ? { marks: marksOf(view) } : {}),
      ...(this.#changed('table', tableKey(view, status.k))
        ? { table: tableOf(view, status.k) }
        : {}),
      ...(traces === null ? {} : { traces }),
    };
  }

  #when<K extends string, V>(part: K, value: V, key: (value: V) => string): { [P in K]?: V } {
    return this.#changed(part, key(value)) ? ({ [part]: value } as { [P in K]: V }) : {};
  }

  #changed(part: string, key: string): boolean {
    if (this.#held.get(part) === key) return false;
    this.#held.set(part, key);
    return true;
  }
}

function marksKey({ facts, findings, history }: RunView): string {
  const { edits, branches } = facts;
  const places = edits.map(({ k, text }) => `${k} ${text}`);
  const counts = [findings.live.length, findings.hits.length, branches.length];
  return [...counts, history.revision, ...places].join();
}

function tableKey({ history, facts, breakOn, info }: RunView, k: number): string {
  const { end, revision, refined, entry } = history;
  const sweeps = history.rows(liveBranch)!.sweepK.length;
  return [
    info === null,
    k,
    end,
    revision,
    refined,
    entry.version,
    sweeps,
    facts.frozen.join('/'),
    ...breakOn,
  ].join();
}
