import type { ExpressionScope } from '../breakpoints/parse.ts';
import { isRefusal, type Refusal } from '../core/part.ts';
import { RowMemory } from '../run/rows/rowMemory.ts';
import { Declined } from '../thread/shared.ts';
import { Mirror, type Stood } from '../thread/wire/mirror.ts';
import type { EditFact } from '../wire/facts.ts';
import type { BranchInfo, MetricsBatch, RecordedEdit } from '../wire/protocol.ts';
import { type Finding, type MetricInfo, packInfo } from '../wire/run.ts';
import type { TraceHeader, TraceRows } from './header.ts';
import { openTrace, type TraceEntry } from './reader.ts';

/** What happened in a recorded run, in its order. */
export type Happening =
  | { readonly kind: 'rows'; readonly batch: MetricsBatch }
  | { readonly kind: 'branch'; readonly branch: BranchInfo }
  | { readonly kind: 'finding'; readonly finding: Finding };

/** A trace in memory: the rows of every branch, and the log of the one that the run ended on. */
export interface Recording {
  readonly path: string;
  readonly header: TraceHeader;
  readonly rows: Mirror;
  readonly branches: readonly BranchInfo[];
  readonly edits: readonly EditFact[];
  /** Rows of every kind. */
  readonly count: number;
  /** Was the file closed by the run, or is it as a killed one left it? */
  readonly whole: boolean;
  /** Reads the file once more, from its start. */
  happenings(): Generator<Happening, void>;
}

/** Reads a trace, up to its last whole batch; a refusal where it is none. */
export function readRecording(path: string): Recording | Refusal {
  const trace = openTrace(path);
  if (isRefusal(trace)) return trace;
  const { header } = trace;
  const { metrics } = header.info;
  const named = (cost: 'block' | 'sweep') =>
    metrics.filter(metric => metric.cost === cost).map(metric => metric.name);
  const tables = {
    info: packInfo(header.info),
    blockMetrics: named('block'),
    sweepMetrics: named('sweep'),
  };
  const rows = new Mirror({ ...tables, from: 0 }, new RowMemory());
  const branches: BranchInfo[] = [];
  let count = 0;
  let log: { readonly edit: RecordedEdit; readonly text: string }[] = [];
  for (const { entry, branch } of forks(trace.entries())) {
    if (branch) {
      branches.push(branch);
      rows.fork(branch);
      log = log.filter(({ edit }) => edit.k <= branch.from);
    }
    count += entry.kind === 'rows' ? entry.rows.count : 1;
    if (entry.kind === 'rows') rows.append(entry.rows);
    if (entry.kind === 'edit') log.push(entry);
  }
  trace.close();
  return {
    path,
    header,
    rows,
    branches,
    count,
    edits: log.map(({ edit, text }) => ({ edit, text, k: effectOf(edit, rows) })),
    whole: trace.ended,
    happenings: () => happenings(path),
  };
}

/** Metrics of the run at step 0 that were recorded; an edit of x there left none. */
export function entryOf({
  header,
  edits,
}: Pick<Recording, 'header' | 'edits'>): TraceHeader['entry'] {
  return edits.some(({ edit }) => edit.kind === 'value' && edit.k === 0) ? {} : header.entry;
}

function* happenings(path: string): Generator<Happening, void> {
  const trace = openTrace(path);
  if (isRefusal(trace)) return;
  try {
    for (const { entry, branch } of forks(trace.entries())) {
      if (branch) yield { kind: 'branch', branch };
      if (entry.kind === 'rows') yield { kind: 'rows', batch: batchOf(entry.rows) };
      if (entry.kind === 'finding') yield entry;
    }
  } finally {
    trace.close();
  }
}

/** Tells before an edit in the past that what was written beyond it is a branch from here on. */
function* forks(
  entries: Iterable<TraceEntry>,
): Generator<{ readonly entry: TraceEntry; readonly branch: BranchInfo | null }> {
  let end = 0;
  let count = 0;
  for (const [entry, ...more] of madeAtOnce(entries)) {
    let branch: BranchInfo | null = null;
    if (entry.kind === 'rows') end = entry.rows.k[entry.rows.count - 1] ?? end;
    if (entry.kind === 'edit' && entry.edit.k < end) {
      const text = [entry, ...more].map(one => (one.kind === 'edit' ? one.text : '')).join(', ');
      branch = { id: `branch ${++count}`, from: entry.edit.k, end, text };
      end = entry.edit.k;
    }
    yield { entry, branch };
    for (const one of more) yield { entry: one, branch: null };
  }
}

/** The entries, with each edit those that were made at once with it. */
function* madeAtOnce(entries: Iterable<TraceEntry>): Generator<[TraceEntry, ...TraceEntry[]]> {
  let group: [TraceEntry, ...TraceEntry[]] | null = null;
  for (const entry of entries) {
    if (group && entry.kind === 'edit' && entry.together) group.push(entry);
    else {
      if (group) yield group;
      group = [entry];
    }
  }
  if (group) yield group;
}

function batchOf(rows: TraceRows): MetricsBatch {
  const from = (rows.k[0] ?? 1) - 1;
  const to = rows.k[rows.count - 1] ?? from;
  return { branch: 'live', from, to, ...rows, more: false };
}

/** The step after which an edit held; null: its sweep had not ended when the run did. */
function effectOf(edit: RecordedEdit, rows: Mirror): number | null {
  if (edit.kind !== 'ordering' || edit.when === 'now' || edit.k === 0) return edit.k;
  let sweep: number | undefined;
  for (let from = edit.k - 1; from < rows.end; ) {
    const batch = rows.batch('live', from, 1024);
    if (!batch || batch.count === 0) return null;
    for (let i = 0; i < batch.count; i++) {
      sweep ??= batch.sweep[i];
      if (batch.sweep[i] !== sweep) return (batch.k[i] as number) - 1;
    }
    from = batch.to;
  }
  return null;
}

/**
 * What expressions read of a recorded run at a step: each metric as it last stood. What was not recorded, x among it, is
 * declined in a sentence, never NaN: that is a value, and may have been recorded.
 */
export function recordedScope(
  recording: Recording,
  at: {
    readonly k: number;
    readonly sweep: number;
    readonly block: string;
    readonly ordering: string;
    readonly frozen: Int32Array;
  },
): ExpressionScope {
  const { header, rows } = recording;
  const entry = entryOf(recording);
  const { blocks, metrics, orderings, ordering, parameters } = header.info;
  const infos = new Map(metrics.map(metric => [metric.name, metric]));
  const places = new Map(blocks.map(({ name }, place) => [name, place]));
  const numbers = Object.entries(parameters).filter(([, value]) => typeof value === 'number');
  const recorded = (info: MetricInfo, block: string, before: number): Stood =>
    info.cost === 'sweep'
      ? rows.lastOfSweep(info.name, before)
      : rows.last(info.name, info.of === 'run' ? null : (places.get(block) ?? -1), before);
  const value = (info: MetricInfo, block: string, before: number): Stood => {
    const stood = recorded(info, block, before);
    const atStart = info.of === 'run' && before >= 0 ? entry[info.name] : undefined;
    if (stood.k === 0 && atStart === undefined)
      throw new Declined('refused', unrecorded(info, block, before));
    return stood.k === 0 ? { k: 0, value: atStart as number } : stood;
  };
  return {
    blockNames: new Set(places.keys()),
    metricNames: new Set(infos.keys()),
    orderingNames: new Set([ordering, ...orderings.map(({ name }) => name)]),
    runMetricNames: new Set(metrics.filter(({ of }) => of === 'run').map(({ name }) => name)),
    parameterNames: new Set(numbers.map(([name]) => name)),
    parameter: name => numbers.find(([own]) => own === name)?.[1] as number | undefined,
    blockSize: block => blocks[places.get(block) ?? -1]?.size ?? 0,
    k: at.k,
    sweep: at.sweep,
    get block() {
      if (at.block === '') throw new Declined('refused', `${unknownBlock(at.k)}.`);
      return at.block;
    },
    ordering: at.ordering,
    metric(name, block) {
      const info = infos.get(name);
      return info ? value(info, block ?? at.block, at.k).value : Number.NaN;
    },
    previous(name, block) {
      const info = infos.get(name);
      if (!info) return Number.NaN;
      const now = value(info, block ?? at.block, at.k);
      return value(info, block ?? at.block, now.k - 1).value;
    },
    values() {
      throw new Declined('refused', 'The values of x were not recorded in this trace.');
    },
    isFrozen: block => at.frozen.includes(places.get(block) ?? -1),
  };
}

/** Why a metric has no value at step k of a trace; before step 0 nothing has one. */
function unrecorded({ name, of }: MetricInfo, block: string, k: number): string {
  const since = k < 0 ? 'before step 0' : `up to step ${k}`;
  if (of === 'run') return `${name} is not recorded ${since}.`;
  return block === ''
    ? `${unknownBlock(k)}; name one, as in ${name}("block").`
    : `${name} of ${block} is not recorded ${since}.`;
}

const unknownBlock = (k: number): string =>
  `Which block moves after step ${k}, where the trace ends, is not recorded`;
