import { fstatSync, readSync } from 'node:fs';

/** Bytes before a message's metadata. */
const PREFIX = 8;

/** The whole messages of a stream, one at a time. */
export class Messages implements IterableIterator<Uint8Array> {
  /** The mark of the stream's end was read. */
  ended = false;
  readonly #file: number;
  #at = 0;

  constructor(file: number) {
    this.#file = file;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Uint8Array> {
    const message = this.ended ? null : this.#message();
    if (!message) return { done: true, value: undefined };
    this.#at += message.byteLength;
    return { done: false, value: message };
  }

  /** Eight bytes (−1 and the length of the metadata), the metadata, and a body of the length that it names. */
  #message(): Uint8Array | null {
    const prefix = this.#bytes(0, PREFIX);
    if (!prefix) return null;
    const view = new DataView(prefix.buffer);
    const length = view.getInt32(4, true);
    if (view.getInt32(0, true) !== -1 || length < 0 || length % 8 !== 0) return null;
    if (length === 0) {
      this.ended = true;
      return null;
    }
    const metadata = this.#bytes(PREFIX, length);
    if (!metadata) return null;
    const body = bodyOf(metadata);
    return body === null ? null : this.#bytes(0, PREFIX + length + body);
  }

  /** `length` bytes from here on in memory of their own, so that columns in them are aligned; null where the file ends before. */
  #bytes(skip: number, length: number): Uint8Array<ArrayBuffer> | null {
    const from = this.#at + skip;
    if (from + length > fstatSync(this.#file).size) return null;
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const read = readSync(this.#file, bytes, done, length - done, from + done);
      if (read === 0) return null;
      done += read;
    }
    return bytes;
  }
}

/** Slots of the FlatBuffers tables that a stream's messages are made of. */
const MESSAGE = { kind: 1, header: 2, bodyLength: 3, metadata: 4 } as const;
const SCHEMA = { fields: 1, metadata: 2 } as const;
const FIELD = { name: 0, children: 5, metadata: 6 } as const;
const PAIR = { key: 0, value: 1 } as const;
const BATCH = { length: 0, nodes: 1, buffers: 2, compression: 3, variadic: 4 } as const;
const DICTIONARY = { batch: 1 } as const;

/** Kinds of messages. */
const KIND = { schema: 1, dictionary: 2, batch: 3 } as const;
/** Bytes of a node and of a buffer's place: two numbers of 64 bits each. */
const PAIR_BYTES = 16;
/** Every row of a column has at least a number of 32 bits in the body. */
const ROW_BYTES = 4;

/**
 * Length of a message's body; null where its metadata are not such as a trace has. Arrow's reader believes every length
 * that it reads, and would build two billion fields from four damaged bytes: here each is held against what there is.
 */
export function bodyOf(metadata: Uint8Array): number | null {
  try {
    const bytes = new Bytes(metadata);
    const message = bytes.root();
    const bodyLength = message.long(MESSAGE.bodyLength);
    if (message.vector(MESSAGE.metadata, 4).length > 0) return null;
    const header = message.table(MESSAGE.header);
    if (bodyLength < 0 || header === null) return null;
    switch (message.byte(MESSAGE.kind)) {
      case KIND.schema:
        return soundSchema(bytes, header) ? bodyLength : null;
      case KIND.dictionary: {
        const batch = header.table(DICTIONARY.batch);
        return batch && soundBatch(bytes, batch, bodyLength) ? bodyLength : null;
      }
      case KIND.batch:
        return soundBatch(bytes, header, bodyLength) ? bodyLength : null;
      default:
        return null;
    }
  } catch {
    // A place outside of the metadata.
    return null;
  }
}

/** A trace's columns lie side by side, and no two of its names share their bytes. */
function soundSchema(bytes: Bytes, schema: Table): boolean {
  let text = 0;
  for (const field of schema.tables(SCHEMA.fields)) {
    text += field.text(FIELD.name);
    const inner = field.vector(FIELD.children, 4).length + field.vector(FIELD.metadata, 4).length;
    if (inner > 0) return false;
  }
  for (const pair of schema.tables(SCHEMA.metadata))
    text += pair.text(PAIR.key) + pair.text(PAIR.value);
  return text <= bytes.length;
}

function soundBatch(bytes: Bytes, batch: Table, bodyLength: number): boolean {
  const rows = [batch.long(BATCH.length)];
  for (const { at } of batch.elements(BATCH.nodes, PAIR_BYTES)) rows.push(bytes.long(at));
  for (const { at } of batch.elements(BATCH.buffers, PAIR_BYTES)) {
    const [from, length] = [bytes.long(at), bytes.long(at + 8)];
    if (from < 0 || length < 0 || from + length > bodyLength) return false;
  }
  return (
    batch.table(BATCH.compression) === null &&
    batch.vector(BATCH.variadic, 8).length === 0 &&
    rows.every(count => count >= 0 && count * ROW_BYTES <= bodyLength)
  );
}

/** The metadata; reading outside of them throws. */
class Bytes {
  readonly view: DataView;

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.view = new DataView(buffer, byteOffset, byteLength);
  }

  get length(): number {
    return this.view.byteLength;
  }

  root(): Table {
    return new Table(this, this.view.getUint32(0, true));
  }

  long(at: number): number {
    return Number(this.view.getBigInt64(at, true));
  }
}

/** A FlatBuffers table: a slot that it does not have reads as 0, null or empty. */
class Table {
  readonly #bytes: Bytes;
  readonly #at: number;

  constructor(bytes: Bytes, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  byte(slot: number): number {
    const at = this.#place(slot);
    return at === null ? 0 : this.#bytes.view.getUint8(at);
  }

  long(slot: number): number {
    const at = this.#place(slot);
    return at === null ? 0 : this.#bytes.long(at);
  }

  table(slot: number): Table | null {
    const at = this.#place(slot);
    return at === null ? null : new Table(this.#bytes, this.#target(at));
  }

  /** Bytes of a string. */
  text(slot: number): number {
    return this.vector(slot, 1).length;
  }

  /** Where a vector's elements lie, which do lie in the metadata. */
  vector(slot: number, bytes: number): { readonly at: number; readonly length: number } {
    const place = this.#place(slot);
    if (place === null) return { at: 0, length: 0 };
    const at = this.#target(place);
    const length = this.#bytes.view.getUint32(at, true);
    if (at + 4 + length * bytes > this.#bytes.length) throw new RangeError('a vector is too long');
    return { at: at + 4, length };
  }

  *elements(slot: number, bytes: number): Generator<{ readonly at: number }> {
    const { at, length } = this.vector(slot, bytes);
    for (let i = 0; i < length; i++) yield { at: at + i * bytes };
  }

  *tables(slot: number): Generator<Table> {
    for (const { at } of this.elements(slot, 4)) yield new Table(this.#bytes, this.#target(at));
  }

  #place(slot: number): number | null {
    const { view } = this.#bytes;
    const slots = this.#at - view.getInt32(this.#at, true);
    const entry = 4 + 2 * slot;
    if (entry >= view.getUint16(slots, true)) return null;
    const offset = view.getUint16(slots + entry, true);
    return offset === 0 ? null : this.#at + offset;
  }

  #target(at: number): number {
    return at + this.#bytes.view.getUint32(at, true);
  }
}
