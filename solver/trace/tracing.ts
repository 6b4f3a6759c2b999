import { isRefusal } from '../core/part.ts';
import type { RecordedEdit } from '../wire/protocol.ts';
import type { Finding } from '../wire/run.ts';
import type { TraceRows } from './header.ts';
import { openTrace, type TraceEntry } from './reader.ts';
import type { TraceWriter } from './writer.ts';

/** Rows of whole steps of the live branch with k > from, as many as come at once. */
export type RowSource = (from: number) => TraceRows;

/** Follows a run and writes what is final: each step once with all that belongs to it, findings and edits behind their steps. */
export class Tracing {
  readonly #writer: TraceWriter;
  readonly #rows: RowSource;
  /** Last step that was written. */
  #k: number;
  #edits: readonly RecordedEdit[];
  #findings: Finding[] = [];

  /** `from`: the run's last step and edits that stand in the file already. */
  constructor(
    writer: TraceWriter,
    rows: RowSource,
    from: { readonly k: number; readonly edits: readonly RecordedEdit[] } = { k: 0, edits: [] },
  ) {
    this.#writer = writer;
    this.#rows = rows;
    this.#k = from.k;
    this.#edits = from.edits;
  }

  /** Rows so far. */
  get rows(): number {
    return this.#writer.rows;
  }

  /** Steps up to `to` have all their values. */
  advance(to: number): void {
    while (this.#k < to) {
      const written = this.#writer.steps(this.#rows(this.#k), to);
      if (written === 0) break;
      this.#k = written;
      this.#tell();
    }
    this.#tell();
    this.#writer.tick();
  }

  /** A finding of a step that may not be written yet. */
  finding(finding: Finding): void {
    this.#findings.push(finding);
  }

  /** The live branch goes on from step k; what it had beyond was written, or is lost to the trace. */
  forked(k: number): void {
    this.#tellAll();
    this.#k = Math.min(this.#k, k);
  }

  /** The log of edits as it is now; each new one is told with its sentence. */
  edited(
    edits: readonly RecordedEdit[],
    text: (edit: RecordedEdit, index: number) => string,
  ): void {
    const known = this.#edits;
    let same = 0;
    while (same < edits.length && same < known.length && equal(edits[same], known[same])) same++;
    this.#edits = edits;
    if (same === edits.length) return;
    this.#tellAll();
    for (let i = same; i < edits.length; i++) {
      const edit = edits[i] as RecordedEdit;
      this.#writer.edit(edit, text(edit, i), i > same && edit.k === edits[i - 1]?.k);
      // Steps beyond it that were written are a branch, told of or not.
      this.#k = Math.min(this.#k, edit.k);
    }
  }

  flush(): void {
    this.#writer.flush();
  }

  close(): void {
    this.#tellAll();
    this.#writer.close();
  }

  /** Findings whose step stands in the file; one about the update that failed waits for no step. */
  #tell(): void {
    if (this.#findings.length === 0) return;
    const due = this.#findings.filter(finding => finding.k <= this.#k);
    this.#findings = this.#findings.filter(finding => finding.k > this.#k);
    for (const finding of due) this.#writer.finding(finding);
  }

  #tellAll(): void {
    for (const finding of this.#findings.splice(0)) this.#writer.finding(finding);
  }
}

function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

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
      writer.edit(entry.edit, entry.text, entry.together);
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
