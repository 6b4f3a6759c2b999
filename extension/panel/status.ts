import type {
  BlockColor,
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
  // First the events: of what is too much, the first marks go.
  const marks = marksFor('event', view.findings.live, null);
  for (const { edit, k, text } of view.facts.edits) {
    const kind = edit.kind === 'ordering' ? 'swap' : 'edit';
    marks.push({ kind, k: k ?? edit.k, text, serious: false, branch: null });
  }
  const { live, left, hits } = view.findings;
  const branches = view.facts.branches.slice(-branchLimit);
  for (const { id } of branches) marks.push(...marksFor('finding', left.get(id) ?? [], id));
  marks.push(...marksFor('finding', live, null));
  for (const k of thinned([...new Set(hits)])) {
    const text = `Stopped at a breakpoint at step ${k}`;
    marks.push({ kind: 'hit', k, text, serious: false, branch: null });
  }
  return { marks: thinned(marks), branches };
}

/** Marks of the events of a method, or of what was found. */
function marksFor(
  kind: 'event' | 'finding',
  all: readonly Finding[],
  branch: string | null,
): Mark[] {
  const isEvent = kind === 'event';
  const found = all.filter(({ event = false }) => event === isEvent);
  return thinned(found).map(one => ({ kind, ...foundOf(one), branch }));
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

/** As many blocks as colours can tell apart. With more of them colour carries no identity. */
export const colorLimit = 8;

/**
 * The theme's chart colours first, then some that differ from them in lightness as well as in hue.
 * The theme's yellow is left out: it is too near to orange, and edits are drawn in it.
 */
const palette: readonly BlockColor[] = [
  { theme: 'charts.blue', dark: '#3794ff', light: '#1a85ff' },
  { theme: 'charts.orange', dark: '#d18616', light: '#d18616' },
  { theme: 'charts.green', dark: '#89d185', light: '#388a34' },
  { theme: 'charts.purple', dark: '#b180d7', light: '#652d90' },
  { theme: 'charts.red', dark: '#f14c4c', light: '#e51400' },
  { theme: null, dark: '#5fe3d3', light: '#00707a' },
  { theme: null, dark: '#ffb3dc', light: '#b8337f' },
  { theme: null, dark: '#a8a8a8', light: '#7a7a7a' },
];
const neutral: BlockColor = { theme: 'descriptionForeground', dark: '#9d9d9d', light: '#717171' };

/** The colour of the block at this place among `count` blocks: in the charts, in the table and in the editor. */
export function blockColor(index: number, count: number): BlockColor {
  return count <= colorLimit ? palette[index % colorLimit]! : neutral;
}

/** Colours for the block in focus and for the worst few, where all blocks have the same colour. */
export const emphasis: readonly BlockColor[] = [palette[0]!, palette[4]!, palette[1]!, palette[3]!];
