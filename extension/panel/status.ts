import type {
  Mark,
  Marks,
  RunHead,
  RunStatus,
  ShownFinding,
  TableRows,
  TableValues,
} from '../../solver/wire/panel.ts';
import type { Finding } from '../../solver/wire/run.ts';
import { liveBranch } from '../../solver/wire/state.ts';
import { blockColor, emphasis } from './colors.ts';
import type { RunView } from './panel.ts';

/** Newest values of the first metric, shown beside a block's number. */
const sparkLength = 20;
/** Findings that the banner names. */
const foundLimit = 3;

export function headOf(view: RunView): RunHead {
  const { id, name, info } = view;
  if (info === null) return { id, name, loaded: null };
  const { problem, method, step, metrics, unmeasured, orderings, abilities, notes } = info;
  const blocks = info.blocks.map(block => block.name);
  const colors = blocks.map((_, index) => blockColor(index, blocks.length));
  const passes = metrics.some(metric => metric.name === 'passes');
  const axes = passes ? (['step', 'sweep', 'pass'] as const) : (['step', 'sweep'] as const);
  const parts = { problem, method, step, blocks, colors, metrics, unmeasured, orderings };
  return { id, name, loaded: { ...parts, abilities, axes, emphasis, notes } };
}

/** While the run goes on no position comes, so it is read off the newest row. */
export function statusOf(view: RunView): RunStatus {
  const { state, text, progress, position, facts, history, info } = view;
  const moving = state === 'running' || position === null;
  const k = moving ? history.end : position.k;
  const end = Math.max(history.end, position?.end ?? 0);
  const ordering = facts.ordering.name || (info?.ordering ?? '');
  const fixed = {
    state,
    text,
    progress,
    k,
    end,
    ordering,
    pendingOrdering: facts.ordering.pending,
    found: view.found.slice(-foundLimit).map(foundOf),
    foundCount: view.found.length,
  };
  if (!moving) {
    const block = info?.blocks.findIndex(({ name }) => name === position.block) ?? -1;
    const more = Math.max(0, position.blocks.length - 1);
    return { ...fixed, sweep: position.sweep, block, more };
  }
  const rows = history.rowsAt(k);
  return {
    ...fixed,
    sweep: k === 0 ? 0 : rows.sweepAt(k),
    block: rows.blockAt(k),
    more: 0,
  };
}

/** The k at which the sweep before k, or the one after it, starts; the ends where there is none. */
export function sweepFrom({ history }: RunView, at: { k: number; forward: boolean }): number {
  const { sweepStarts } = history.rows(liveBranch)!;
  // A sweep whose first update is k + 1 starts when k updates are done.
  if (!at.forward) {
    const before = sweepStarts.upTo(at.k) - 1;
    return before < 0 ? 0 : sweepStarts.get(before) - 1;
  }
  const after = sweepStarts.upTo(at.k + 1);
  return after < sweepStarts.length ? sweepStarts.get(after) - 1 : history.end;
}

/** The values of every block at step k, for the table under the pointer. */
export function valuesOf(view: RunView, k: number): TableValues {
  const { history, info } = view;
  const ofRun = info?.metrics.filter(({ of }) => of === 'run') ?? [];
  const { updated, values } = history.valuesAt(k);
  const rows = history.rowsAt(k);
  return {
    k,
    sweep: k === 0 ? 0 : rows.sweepAt(k),
    block: rows.blockAt(k),
    updated,
    columns: values,
    run: Float64Array.from(ofRun, ({ name }) => history.runValue(name, k)),
  };
}

export function tableOf(view: RunView, k: number): TableRows {
  const blocks = view.info?.blocks ?? [];
  const frozen = new Uint8Array(blocks.length);
  for (const place of view.facts.frozen) frozen[place] = 1;
  const breakOn = Uint8Array.from(blocks, ({ name }) => (view.breakOn.has(name) ? 1 : 0));
  const sparks = new Float32Array(blocks.length * sparkLength).fill(Number.NaN);
  const trend = view.info?.metrics.find(({ of }) => of === 'block');
  for (const [index, { name }] of trend === undefined ? [] : blocks.entries()) {
    const last = view.history.last(trend!.name, name, sparkLength, k);
    sparks.set(last, (index + 1) * sparkLength - last.length);
  }
  return { ...valuesOf(view, k), frozen, breakOn, sparks, sparkLength };
}

/** More marks than this cannot be told apart on a line of a thousand pixels. */
const limit = 300;
/** Branches that are drawn: the newest. */
export const branchLimit = 4;

/** What stands on the line of time. */
export function marksOf(view: RunView): Marks {
  const marks: Mark[] = [];
  for (const { edit, k, text } of view.facts.edits) {
    const kind = edit.kind === 'ordering' ? 'swap' : 'edit';
    marks.push({ kind, k: k ?? edit.k, text, serious: false, branch: null });
  }
  const { live, left, hits } = view.findings;
  const branches = view.facts.branches.slice(-branchLimit);
  for (const { id } of branches)
    for (const finding of thinned(left.get(id) ?? []))
      marks.push({ kind: 'finding', ...foundOf(finding), branch: id });
  for (const finding of thinned(live))
    marks.push({ kind: 'finding', ...foundOf(finding), branch: null });
  for (const k of thinned([...new Set(hits)])) {
    const text = `Stopped at a breakpoint at step ${k}`;
    marks.push({ kind: 'hit', k, text, serious: false, branch: null });
  }
  return { marks: thinned(marks), branches };
}

const serious: ReadonlySet<string> = new Set(['nonfinite', 'divergence', 'userError', 'crash']);

/** A finding as it is shown: where it is, and how bad. */
export function foundOf({ k, name, text }: Finding): ShownFinding {
  return { k, text, serious: serious.has(name) };
}

/** The newest of the list; what is older has its place in the Debug Console. */
function thinned<T>(list: readonly T[]): readonly T[] {
  return list.slice(-limit);
}
