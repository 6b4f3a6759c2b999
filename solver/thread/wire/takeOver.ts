import { isRefusal } from '../../core/part.ts';
import { openTrace, type TraceEntry } from '../../trace/file/reader.ts';
import type { TraceWriter } from '../../trace/file/writer.ts';
import type { RecordedEdit } from '../../wire/protocol.ts';

/** What stands in a trace that was taken over. */
export interface Taken {
  /** The last step of its live branch. */
  readonly k: number;
  /** The edits of that. */
  readonly edits: readonly RecordedEdit[];
  /** Its findings, as JSON. */
  readonly findings: ReadonlySet<string>;
}

/**
 * Writes all that stands in another trace. `known`: the edits that its run goes on with; an edit behind them is one that the
 * process that wrote it was lost with, before it had told anybody, and nothing from it on is taken. null: not a trace.
 */
export function takeOver(
  path: string,
  writer: TraceWriter,
  known: readonly RecordedEdit[] | null,
): Taken | null {
  const until = known === null ? Number.POSITIVE_INFINITY : firstUnknown(path, known);
  const findings = new Set<string>();
  let edits: RecordedEdit[] = [];
  let k = 0;
  const there = each(path, (entry, at) => {
    if (at >= until) return false;
    if (entry.kind === 'rows') k = writer.steps(entry.rows) || k;
    if (entry.kind === 'edit') {
      writer.edit(entry.edit, entry.text);
      edits = followed(edits, entry.edit, k);
      k = Math.min(k, entry.edit.k);
    }
    if (entry.kind === 'finding') {
      writer.finding(entry.finding);
      findings.add(JSON.stringify(entry.finding));
    }
    return true;
  });
  return there ? { k, edits, findings } : null;
}

/** Place of the first edit that is still in force at the end of the trace, and that the run does not go on with. */
function firstUnknown(path: string, known: readonly RecordedEdit[]): number {
  let k = 0;
  let edits: RecordedEdit[] = [];
  const places = new Map<RecordedEdit, number>();
  each(path, (entry, at) => {
    if (entry.kind === 'rows') k = entry.rows.k[entry.rows.count - 1] ?? k;
    if (entry.kind !== 'edit') return true;
    edits = followed(edits, entry.edit, k);
    places.set(entry.edit, at);
    k = Math.min(k, entry.edit.k);
    return true;
  });
  const same = (edit: RecordedEdit, at: number) =>
    JSON.stringify(edit) === JSON.stringify(known[at]);
  const unknown = edits.find((edit, at) => !same(edit, at));
  return (unknown && places.get(unknown)) ?? Number.POSITIVE_INFINITY;
}

/** The log after one more edit: in the past it drops those beyond it. */
function followed(edits: readonly RecordedEdit[], edit: RecordedEdit, k: number): RecordedEdit[] {
  return [...edits.filter(before => edit.k >= k || before.k <= edit.k), edit];
}

/** Each entry with its place, until `take` has enough; false: there is no trace. */
function each(path: string, take: (entry: TraceEntry, at: number) => boolean): boolean {
  const trace = openTrace(path);
  if (isRefusal(trace)) return false;
  try {
    let at = 0;
    for (const entry of trace.entries()) if (!take(entry, at++)) break;
  } finally {
    trace.close();
  }
  return true;
}
