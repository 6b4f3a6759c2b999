import type { RecordedEdit } from '../wire/protocol.ts';
import type { Finding } from '../wire/run.ts';
import type { TraceRows } from './file/header.ts';
import type { TraceWriter } from './file/writer.ts';

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
      this.#writer.edit(edit, text(edit, i));
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
