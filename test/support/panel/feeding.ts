// Histories that a test makes, and a panel's feed with such a run and a clock that is moved by hand.
import assert from 'node:assert/strict';
import { History } from '../../../extension/history.ts';
import { Feed } from '../../../extension/panel/feed.ts';
import type { RunView } from '../../../extension/panel/panel.ts';
import { Findings } from '../../../extension/run/findings.ts';
import type { Look, PanelAction, ToPage } from '../../../solver/wire/panel.ts';
import type { MetricsBatch } from '../../../solver/wire/protocol.ts';
import type { RunInfo } from '../../../solver/wire/run.ts';
import { abilities, blocks, drawn, factsWith, metrics, rows } from './invented.ts';

export type Writable = { -readonly [K in keyof RunView]: RunView[K] };

export const everything: Look = { fromK: 0, toK: null, metrics: drawn, columns: 256 };
export const ready = { kind: 'ready', look: everything } as const;

/** A run of five blocks, whose order is shuffled from its step 60 on. */
export const info = { blocks: blocks(5), metrics };
export const shape = { blocks: 5, shuffledFrom: 60 };

/** The history of a run of the five blocks, from these batches. */
export function historyOf(...batches: readonly MetricsBatch[]): History {
  const made = new History();
  made.begin(info);
  for (const batch of batches) assert.equal(made.append(batch), true);
  return made;
}

export function view(count: number, steps: number): Writable {
  const info = {
    problem: 'lasso',
    method: 'pccd',
    step: 'lipschitz',
    ordering: 'cyclic',
    blocks: blocks(count),
    metrics,
    orderings: [],
    abilities,
    notes: [],
  } as unknown as RunInfo;
  const history = new History();
  history.begin(info);
  history.append(rows({ blocks: count }, 0, steps));
  return {
    id: 'one',
    name: 'Lasso',
    info,
    state: 'running',
    text: '',
    progress: null,
    position: null,
    history,
    facts: factsWith(),
    findings: new Findings(),
    found: [],
    refine: async () => {},
    breakOn: new Set(),
  };
}

/** A feed with a clock that is moved by hand, and what it posted. */
export function feeding(run: RunView | null) {
  let now = 0;
  const timers: { at: number; run: () => void }[] = [];
  const posted: ToPage[] = [];
  const actions: PanelAction[] = [];
  const state = { run, refusal: null as string | null };
  const feed = new Feed(
    {
      source: {
        current: () => state.run,
        recent: () => [{ name: 'Lasso', folder: null }],
        onDidChange: () => ({ dispose() {} }),
      },
      act: async action => {
        actions.push(action);
        if (state.refusal !== null) throw new Error(state.refusal);
      },
    },
    message => posted.push(message),
    { now: () => now, later: (ms, later) => void timers.push({ at: now + ms, run: later }) },
  );
  return {
    feed,
    posted,
    actions,
    state,
    frames: () => posted.filter(message => message.kind === 'frame'),
    pass(ms: number) {
      now += ms;
      for (const timer of timers.splice(0)) {
        if (timer.at <= now) timer.run();
        else timers.push(timer);
      }
    },
    /** The page acknowledges its last frame, and time passes. */
    draw(ms = 100) {
      const frame = this.frames().at(-1);
      if (frame !== undefined) feed.receive({ kind: 'drawn', seq: frame.seq });
      this.pass(ms);
    },
  };
}
