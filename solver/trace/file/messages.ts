import { fstatSync, readSync } from 'node:fs';
import { bodyOf } from './sound.ts';

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
