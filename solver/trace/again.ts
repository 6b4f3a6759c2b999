import { isRefusal } from '../core/part.ts';
import { metricNames } from '../run/recipe.ts';
import { batchOf } from '../run/rows/batch.ts';
import type { Run } from '../run/run.ts';
import { goAgain } from '../run/time/again.ts';
import { editRefusal } from '../run/time/edits.ts';
import type { Finding } from '../wire/run.ts';
import type { Steps } from './compare.ts';
import type { TraceHeader, TraceRows } from './file/header.ts';
import type { TraceEntry } from './file/reader.ts';
import { comparison } from './replay.ts';

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
