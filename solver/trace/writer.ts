import { closeSync, writevSync } from 'node:fs';
import {
  AsyncByteQueue,
  Dictionary,
  Field,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import type { Refusal } from '../core/part.ts';
import type { RecordedEdit } from '../wire/protocol.ts';
import type { Finding } from '../wire/run.ts';
import {
  exactJson,
  FORMAT,
  KEYS,
  KINDS,
  openForWriting,
  type TraceHeader,
  type TraceRows,
} from './header.ts';
import { BATCH, Pending } from './pendingRows.ts';

/** Rows wait no longer than this for their batch, as long as some come. */
const FLUSH_MS = 200;

/**
 * Writes a run to an Arrow IPC stream while it goes: a row a block that moved, edits and findings as rows of their own.
 * Every batch is on the file system when `flush` returns, so a killed process leaves a file that is whole up to there.
 */
export class TraceWriter {
  readonly path: string;
  readonly #file: number;
  readonly #out: RecordBatchStreamWriter;
  readonly #sink = new Sink();
  readonly #schema: Schema;
  readonly #names: { readonly kind: Vector<Utf8>; readonly block: Vector<Utf8> };
  readonly #blocks: ReadonlyMap<string, number>;
  readonly #rows: Pending;
  #flushed = performance.now();
  #failed: Error | null = null;
  #count = 0;

  /** Makes the folder and replaces the file; a refusal where it cannot be written. */
  static open(path: string, header: TraceHeader): TraceWriter | Refusal {
    const file = openForWriting(path);
    return typeof file === 'number' ? new TraceWriter(path, file, header) : file;
  }

  private constructor(path: string, file: number, header: TraceHeader) {
    this.path = path;
    this.#file = file;
    const { metrics, blocks } = header.info;
    const named = (cost: 'block' | 'sweep') =>
      metrics.filter(metric => metric.cost === cost).map(metric => metric.name);
    this.#rows = new Pending(named('block'), named('sweep'));
    const blockNames = blocks.map(block => block.name);
    this.#blocks = new Map(blockNames.map((name, i) => [name, i]));
    this.#names = {
      kind: vectorFromArray(KINDS, new Utf8()),
      block: vectorFromArray(blockNames, new Utf8()),
    };
    this.#schema = schemaOf(header, [...this.#rows.metrics.keys()]);
    this.#out = new RecordBatchStreamWriter();
    this.#out.reset(this.#sink, this.#schema);
    this.#write();
  }

  /** Why nothing is written any more, or null. */
  get failed(): Error | null {
    return this.#failed;
  }

  /** Rows of every kind that were given. */
  get rows(): number {
    return this.#count;
  }

  /** Rows of whole steps with k ≤ to; returns the last step among them, 0 where there is none. */
  steps(rows: TraceRows, to = Number.POSITIVE_INFINITY): number {
    let ended = 0;
    let written = 0;
    for (let i = 0; i < rows.count; i++) {
      const k = rows.k[i] as number;
      if (k > to) break;
      while (ended < rows.sweepK.length && (rows.sweepK[ended] as number) < k) ended++;
      // Several rows may share the step: what belongs to its sweep stands on the last of them.
      const last = rows.k[i + 1] !== k;
      const sweepRow = last && rows.sweepK[ended] === k ? ended : -1;
      this.#rows.step(rows, i, sweepRow);
      this.#count++;
      written = k;
      if (last && this.#rows.count >= BATCH) this.flush();
    }
    this.tick();
    return written;
  }

  /** Writes what has waited for long enough. */
  tick(): void {
    if (performance.now() - this.#flushed > FLUSH_MS) this.flush();
  }

  /**
   * An edit at step `edit.k`; rows beyond it that were written before belong to a branch from here on. `together`: it was
   * made at once with the one before it.
   */
  edit(edit: RecordedEdit, text: string, together: boolean): void {
    this.#event('edit', edit.k, null, text, together ? { ...edit, together } : edit);
  }

  finding(finding: Finding): void {
    this.#event('finding', finding.k, finding.block, finding.text, finding);
  }

  /** Writes what waits as one batch. */
  flush(): void {
    this.#flushed = performance.now();
    if (this.#rows.count === 0) return;
    const columns = this.#rows.take(this.#names);
    const length = columns[0]?.length ?? 0;
    const type = new Struct(this.#schema.fields);
    this.#out.write(
      new RecordBatch(this.#schema, makeData({ type, length, nullCount: 0, children: columns })),
    );
    this.#write();
  }

  /** The last batch and the stream's end. */
  close(): void {
    this.flush();
    this.#out.finish();
    this.#write();
    closeSync(this.#file);
  }

  #event(
    kind: 'edit' | 'finding',
    k: number,
    block: string | null,
    text: string,
    payload: object,
  ): void {
    this.#count++;
    const index = block === null ? -1 : (this.#blocks.get(block) ?? -1);
    this.#rows.event(KINDS.indexOf(kind), k, index, text, exactJson(payload));
    if (this.#rows.count >= BATCH) this.flush();
  }

  /** Hands the bytes of whole messages to the file system. A full disk ends the trace, not the run. */
  #write(): void {
    const pieces = this.#sink.take();
    if (this.#failed) return;
    try {
      writeAll(this.#file, pieces);
    } catch (error) {
      this.#failed = error as Error;
    }
  }
}

/** Takes what the Arrow writer gives away, at once. */
class Sink extends AsyncByteQueue {
  #pieces: Uint8Array[] = [];

  override write(value: Parameters<AsyncByteQueue['write']>[0]): void {
    const { buffer, byteOffset, byteLength } = value as Uint8Array;
    this.#pieces.push(new Uint8Array(buffer, byteOffset, byteLength));
  }

  take(): Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }
}

/** The most pieces that one call takes on every system. */
const PIECES = 512;

function writeAll(file: number, pieces: readonly Uint8Array[]): void {
  for (let i = 0; i < pieces.length; i += PIECES) {
    const some = pieces.slice(i, i + PIECES);
    const wanted = some.reduce((sum, piece) => sum + piece.byteLength, 0);
    const written = writevSync(file, some);
    if (written !== wanted) throw new Error('the disk took only a part of a batch');
  }
}

function schemaOf(header: TraceHeader, metrics: readonly string[]): Schema {
  const words = (id: number) => new Dictionary(new Utf8(), new Int32(), id);
  return new Schema(
    [
      new Field('kind', words(0), false),
      new Field('k', new Float64(), false),
      new Field('sweep', new Int32(), true),
      new Field('block', words(1), true),
      ...metrics.map(name => new Field(name, new Float64(), true)),
      new Field('text', new Utf8(), true),
      new Field('payload', new Utf8(), true),
    ],
    new Map([
      [KEYS.format, FORMAT],
      [KEYS.build, exactJson(header.build)],
      [KEYS.recipe, exactJson(header.recipe)],
      [KEYS.inputs, exactJson(header.inputs)],
      [KEYS.info, exactJson(header.info)],
      [KEYS.entry, exactJson(header.entry)],
    ]),
  );
}
