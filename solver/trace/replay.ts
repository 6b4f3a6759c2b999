import { isRefusal } from '../core/part.ts';
import { metricNames } from '../run/recipe.ts';
import { batchOf } from '../run/rows/rows.ts';
import type { Run } from '../run/run.ts';
import { goAgain } from '../run/time/again.ts';
import { editRefusal } from '../run/time/edits.ts';
import type { MetricsBatch } from '../wire/protocol.ts';
import type { Finding, RunInfo } from '../wire/run.ts';
import {
  type Build,
  type InputFile,
  inputFile,
  type TraceHeader,
  type TraceRows,
  thisBuild,
} from './header.ts';
import type { TraceEntry } from './reader.ts';

/** Why a recorded run cannot be computed again here, in one sentence; null: it can. */
export async function irreproducible({ inputs }: TraceHeader): Promise<string | null> {
  const found = await Promise.all(inputs.map(({ path }) => inputFile(path)));
  for (const [i, recorded] of inputs.entries()) {
    const reason = changed(recorded, found[i] as InputFile);
    if (reason)
      return `The steps of this trace can be viewed but not computed again: ${recorded.path} ${reason}.`;
  }
  return null;
}

function changed(recorded: InputFile, found: InputFile): string | null {
  if (found.sha256 === '') return 'is not there';
  return found.sha256 === recorded.sha256 ? null : 'has changed since it was recorded';
}

/** What differs between the build that recorded and this one, in one sentence; null: nothing. */
export function otherBuild(recorded: Build): string | null {
  const parts = (
    [
      ['Blockstep', recorded.version, thisBuild.version],
      ['Node', recorded.node, thisBuild.node],
      ['V8', recorded.v8, thisBuild.v8],
    ] as const
  ).filter(([, then, now]) => then !== now);
  if (parts.length === 0) return null;
  const told = parts.map(([name, then, now]) => `${name} ${then}, here ${now}`).join('; ');
  return `The trace was recorded by another build: ${told}. Its bits may differ.`;
}

type Computed = Pick<RunInfo, 'backend' | 'backendReason'>;

/** What computes here where a graphics device computed what was recorded, or the reverse, in one sentence; null: the same. */
export function otherDevice(recorded: Computed, here: Computed): string | null {
  const [then, now] = [recorded, here].map(({ backend, backendReason }) =>
    // The reason of a device's run begins with its name.
    backend === 'gpu' ? `gpu, ${backendReason.split(' by gpu.js')[0]}` : 'cpu',
  ) as [string, string];
  if (then === now) return null;
  const named = (text: string, { backend }: Computed) => (text === 'cpu' ? backend : text);
  return `The trace was recorded on the backend ${named(then, recorded)}, and replayed on ${named(now, here)}: steps that a graphics device computes may differ.`;
}

/** Compares what was computed with what was recorded; the finding that names the first bits that differ, or null. */
export function comparison(
  recorded: Steps,
  computed: Steps,
  { blocks }: RunInfo,
  build: Build,
): Finding | null {
  const difference = firstDifference(recorded, computed);
  return difference && found(difference, blocks[difference.block]?.name ?? null, build);
}

function found(
  { k, metric, recorded, computed }: Difference,
  block: string | null,
  build: Build,
): Finding {
  const of = block === null ? '' : ` of ${block}`;
  const why = otherBuild(build);
  const exact = (value: number) => (Object.is(value, -0) ? '-0' : String(value));
  const told =
    metric === 'end'
      ? `The replay ended at step ${computed}; the trace has a step ${k}.`
      : `The replay differs from the trace first at step ${k}: ${metric}${of} is ${exact(computed)}, and ${exact(recorded)} was recorded.`;
  return {
    k,
    name: 'traceDiffers',
    block,
    text: why ? `${told} ${why}` : told,
    evidence: { metric, recorded: exact(recorded), computed: exact(computed) },
  };
}

/** A value that is not what was recorded. */
export interface Difference {
  readonly k: number;
  /** Place in RunInfo.blocks of the block whose row it is, as recorded. */
  readonly block: number;
  /** A metric, `block`, `sweep`, or `end` where a step is missing. */
  readonly metric: string;
  readonly recorded: number;
  readonly computed: number;
}

/** Whole steps of one branch with k > from. */
export type Steps = (from: number) => MetricsBatch;

/** The first bits in which two runs differ over the steps that were recorded; NaN is one value, −0 is not 0. */
export function firstDifference(recorded: Steps, computed: Steps): Difference | null {
  for (let from = 0; ; ) {
    const a = recorded(from);
    if (a.count === 0) return null;
    const b = computed(from);
    if (b.count === 0) {
      const k = a.k[0] as number;
      return { k, block: a.block[0] as number, metric: 'end', recorded: k, computed: from };
    }
    const to = Math.min(a.to, b.to);
    const found = inRows(a, b, to) ?? inSweeps(a, b, to);
    if (found) return found;
    from = to;
  }
}

function inRows(a: MetricsBatch, b: MetricsBatch, to: number): Difference | null {
  const shared = Object.keys(a.columns).filter(name => name in b.columns);
  for (let i = 0; i < a.count; i++) {
    const k = a.k[i] as number;
    if (k > to) return null;
    const block = a.block[i] as number;
    const unequal = (metric: string, recorded: number, computed: number): Difference | null =>
      Object.is(recorded, computed) ? null : { k, block, metric, recorded, computed };
    const found =
      unequal('k', k, b.k[i] ?? Number.NaN) ??
      unequal('block', block, b.block[i] ?? Number.NaN) ??
      unequal('sweep', a.sweep[i] as number, b.sweep[i] ?? Number.NaN);
    if (found) return found;
    for (const name of shared) {
      const one = a.columns[name]?.[i] as number;
      const other = b.columns[name]?.[i] as number;
      if (!Object.is(one, other)) return unequal(name, one, other);
    }
  }
  return null;
}

function inSweeps(a: MetricsBatch, b: MetricsBatch, to: number): Difference | null {
  const shared = Object.keys(a.sweepColumns).filter(name => name in b.sweepColumns);
  for (let i = 0; i < a.sweepK.length; i++) {
    const k = a.sweepK[i] as number;
    if (k <= a.from || k > to) continue;
    const j = b.sweepK.indexOf(k);
    const block = a.block[a.k.lastIndexOf(k)] as number;
    for (const metric of shared) {
      const recorded = a.sweepColumns[metric]?.[i] as number;
      const computed = j < 0 ? Number.NaN : (b.sweepColumns[metric]?.[j] as number);
      if (!Object.is(recorded, computed)) return { k, block, metric, recorded, computed };
    }
  }
  return null;
}

/** Milliseconds of solving between two looks at whether it should end. */
const SLICE = 40;

/** What was computed again. */
export interface Again {
  /** Rows of steps that were compared. */
  rows: number;
  branches: number;
  /** The first bits that differ. */
  difference: Finding | null;
}

/**
 * Computes a recorded run again in the order in which it happened, branches too, and compares every row as it comes. Ends at
 * the first bits that differ; gives what it has done after each piece, so that it can be left between them.
 */
export function* runAgain(
  run: Run,
  { info, build }: TraceHeader,
  entries: Iterable<TraceEntry>,
): Generator<Again, void> {
  const again: Again = { rows: 0, branches: 0, difference: null };
  const names = [metricNames(run.recipe, 'block'), metricNames(run.recipe, 'sweep')] as const;
  for (const entry of entries) {
    if (entry.kind === 'finding') continue;
    const to = entry.kind === 'edit' ? entry.edit.k : (entry.rows.k[entry.rows.count - 1] ?? 0);
    while (!goAgain(run, to, SLICE)) yield again;
    if (entry.kind === 'rows') {
      const { rows } = entry;
      const before = (rows.k[0] ?? 1) - 1;
      const computed: Steps = from =>
        batchOf(run.rows, 'live', Math.max(from, before), rows.count, ...names);
      again.difference = comparison(from => after(rows, from), computed, info, build);
      again.rows += rows.count;
    } else if (run.state.k === to) {
      const { edit } = entry;
      const refusal = editRefusal(run.recipe, run.state, edit);
      if (isRefusal(refusal)) throw new Error(refusal.refusal);
      if (run.edit([edit]) !== null) again.branches++;
    }
    yield again;
    if (again.difference) return;
  }
}

/** The recorded rows of steps with k > from. */
function after(rows: TraceRows, from: number): ReturnType<Steps> {
  const found = rows.k.findIndex(k => k > from);
  const first = found < 0 ? rows.count : found;
  const columns = Object.entries(rows.columns);
  return {
    ...rows,
    branch: 'live',
    from,
    to: rows.k[rows.count - 1] ?? from,
    more: false,
    count: rows.count - first,
    k: rows.k.subarray(first),
    block: rows.block.subarray(first),
    sweep: rows.sweep.subarray(first),
    columns: Object.fromEntries(columns.map(([name, all]) => [name, all.subarray(first)])),
  };
}
