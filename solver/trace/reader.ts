import { closeSync, fstatSync, openSync } from 'node:fs';
import { DataType, type RecordBatch, RecordBatchReader, type Schema } from 'apache-arrow';
import { isRefusal, type Refusal } from '../core/part.ts';
import { refuse } from '../core/words.ts';
import type { RecordedEdit } from '../wire/protocol.ts';
import type { Finding } from '../wire/run.ts';
import { Messages } from './arrowMessages.ts';
import { FORMAT, KEYS, KINDS, type TraceHeader, type TraceRows } from './header.ts';

/** What a trace tells, in the order in which it was written. */
export type TraceEntry =
  | { readonly kind: 'rows'; readonly rows: TraceRows }
  | {
      readonly kind: 'edit';
      readonly edit: RecordedEdit;
      readonly text: string;
      /** Made at once with the edit before it. */
      readonly together: boolean;
    }
  | { readonly kind: 'finding'; readonly finding: Finding };

/** A trace that was opened. */
export interface TraceFile {
  readonly header: TraceHeader;
  /** Reads on; after the last whole batch it ends. */
  entries(): Generator<TraceEntry, void>;
  /** Once the entries are read: was the stream's end there? A killed run leaves none. */
  readonly ended: boolean;
  /** May be called again. */
  close(): void;
}

const ACCEPTED = 'an Arrow stream that Blockstep wrote';

/** Opens a trace, whole or cut off anywhere; a refusal where it is none. Close it. */
export function openTrace(path: string): TraceFile | Refusal {
  let file: number;
  try {
    file = openSync(path, 'r');
    if (!fstatSync(file).isFile()) {
      closeSync(file);
      return refuse('trace', path, 'is not a regular file', ACCEPTED);
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return refuse('trace', path, `cannot be read (${code})`, ACCEPTED);
  }
  const messages = new Messages(file);
  const refused = (wrong: string): Refusal => {
    closeSync(file);
    return refuse('trace', path, wrong, ACCEPTED);
  };
  const head = messages.next();
  if (head.done) return refused('is not an Arrow stream, or ends in its head');
  try {
    const reader = RecordBatchReader.from(chained(head.value, messages)).open();
    const header = headerOf(reader.schema);
    return typeof header === 'string'
      ? refused(header)
      : new Opened(file, messages, reader, header);
  } catch {
    return refused('is damaged in its head');
  }
}

/** Does a trace lie there, whole or cut off? */
export function isTrace(path: string): boolean {
  const trace = openTrace(path);
  if (isRefusal(trace)) return false;
  trace.close();
  return true;
}

function* chained<T>(first: T, rest: Iterable<T>): Generator<T> {
  yield first;
  yield* rest;
}

class Opened implements TraceFile {
  readonly header: TraceHeader;
  readonly #file: number;
  readonly #messages: Messages;
  readonly #reader: Iterable<RecordBatch>;
  #open = true;

  constructor(
    file: number,
    messages: Messages,
    reader: Iterable<RecordBatch>,
    header: TraceHeader,
  ) {
    this.#file = file;
    this.#messages = messages;
    this.#reader = reader;
    this.header = header;
  }

  get ended(): boolean {
    return this.#messages.ended;
  }

  *entries(): Generator<TraceEntry, void> {
    const batches = this.#reader[Symbol.iterator]();
    for (;;) {
      let entries: TraceEntry[];
      try {
        const next = batches.next();
        if (next.done) return;
        entries = entriesOf(next.value, this.header);
      } catch {
        // What is damaged, and all behind it, is as good as not written.
        return;
      }
      yield* entries;
    }
  }

  close(): void {
    if (this.#open) closeSync(this.#file);
    this.#open = false;
  }
}

/** What the metadata say; a string: what is wrong with them. */
function headerOf({ metadata, fields }: Schema): TraceHeader | string {
  const format = metadata.get(KEYS.format);
  if (format === undefined) return 'is an Arrow stream, but not a trace';
  if (format !== FORMAT) return `has the format ${format}, and this build reads ${FORMAT}`;
  try {
    const part = (key: string): unknown => JSON.parse(metadata.get(key) ?? '');
    const header = {
      build: part(KEYS.build),
      recipe: part(KEYS.recipe),
      inputs: part(KEYS.inputs),
      info: part(KEYS.info),
      // Traces of before had none.
      entry: metadata.has(KEYS.entry) ? part(KEYS.entry) : {},
    };
    if (!isHeader(header)) return 'has damaged metadata';
    const floats = new Set(
      fields.filter(({ type }) => DataType.isFloat(type)).map(field => field.name),
    );
    const missing = ['k', ...header.info.metrics.map(metric => metric.name)].find(
      name => !floats.has(name),
    );
    return missing === undefined ? header : `lacks the column ${missing}`;
  } catch {
    return 'has damaged metadata';
  }
}

/** Has it what is read of it before a view is? */
function isHeader(parts: Readonly<Record<keyof TraceHeader, unknown>>): parts is TraceHeader {
  const { build, recipe, inputs, info, entry } = parts as Partial<TraceHeader>;
  const texts = (...values: readonly unknown[]) => values.every(one => typeof one === 'string');
  return (
    texts(build?.version, build?.node, build?.v8, recipe?.problem) &&
    Array.isArray(inputs) &&
    inputs.every(file => texts(file?.path, file?.sha256)) &&
    typeof entry === 'object' &&
    entry !== null &&
    Array.isArray(info?.notes) &&
    Array.isArray(info.blocks) &&
    info.blocks.every(block => texts(block?.name)) &&
    Array.isArray(info.metrics) &&
    info.metrics.every(metric => texts(metric?.name, metric?.cost))
  );
}

/** A batch's rows in their order: runs of steps as columns, events one by one. */
function entriesOf(batch: RecordBatch, { info }: TraceHeader): TraceEntry[] {
  const column = (name: string) => {
    const found = batch.getChild(name)?.data[0];
    if (!found) throw new Error(`no column ${name}`);
    return found;
  };
  const kinds = column('kind').values as Int32Array;
  const named = (cost: 'block' | 'sweep') =>
    info.metrics
      .filter(metric => metric.cost === cost)
      .map(({ name }) => ({
        name,
        data: column(name),
        values: column(name).values as Float64Array,
      }));
  const ofBlock = named('block');
  const ofSweep = named('sweep');
  const k = column('k').values as Float64Array;
  const sweep = column('sweep').values as Int32Array;
  const block = column('block').values as Int32Array;
  const entries: TraceEntry[] = [];
  for (let row = 0; row < batch.numRows; ) {
    if (kinds[row] !== 0) {
      entries.push(eventOf(batch, row++, KINDS[kinds[row - 1] as number]));
      continue;
    }
    let to = row;
    while (to < batch.numRows && kinds[to] === 0) to++;
    const ends: number[] = [];
    const first = ofSweep[0];
    for (let i = row; first && i < to; i++) if (first.data.getValid(i)) ends.push(i);
    const at = (values: Float64Array) => Float64Array.from(ends, i => values[i] as number);
    entries.push({
      kind: 'rows',
      rows: {
        count: to - row,
        k: k.subarray(row, to),
        block: block.subarray(row, to),
        sweep: sweep.subarray(row, to),
        columns: Object.fromEntries(
          ofBlock.map(({ name, values }) => [name, values.subarray(row, to)]),
        ),
        sweepK: at(k),
        sweepColumns: Object.fromEntries(ofSweep.map(({ name, values }) => [name, at(values)])),
      },
    });
    row = to;
  }
  return entries;
}

function eventOf(batch: RecordBatch, row: number, kind: string | undefined): TraceEntry {
  const text = String(batch.getChild('text')?.get(row) ?? '');
  const payload: unknown = JSON.parse(String(batch.getChild('payload')?.get(row) ?? ''));
  if (kind === 'edit') {
    const { together = false, ...edit } = payload as RecordedEdit & { together?: boolean };
    return { kind, edit, text, together };
  }
  return { kind: 'finding', finding: payload as Finding };
}
