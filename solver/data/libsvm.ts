import type { Poll } from '../core/problem.ts';
import type { SparseMatrix } from '../kernels/columns.ts';
import type { FileSource } from './file.ts';
import { badCell, badLine, excerpt, mostColumns, type Named, noRows } from './sentences.ts';
import { parseBytes } from './tableText.ts';
import { Triplets } from './triplets.ts';

/** What a libsvm file holds: labels, and a matrix whose columns are numbered from 1. */
export interface Labelled {
  readonly X: SparseMatrix;
  readonly y: Float64Array;
}

/** A longer word is neither a number nor a pair: the rest of the line need not be read to say so. */
const longestWord = 4096;

const [newline, blank, colon, comment, zero] = [0x0a, 0x20, 0x3a, 0x23, 0x30];

/** Reads lines `label index:value …` with rising indices from 1; `#` begins a comment, empty lines are skipped. */
export async function readLibsvm(source: FileSource, poll: Poll): Promise<Labelled> {
  const reader = new Reader(source.at);
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  for await (const chunk of source.open()) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let end = bytes.length;
    while (end > 0 && !isBlank(bytes[end - 1]!)) end--;
    reader.take(bytes, first ? markLength(bytes) : 0, end);
    rest = reader.inComment ? rest.subarray(0, 0) : bytes.subarray(end);
    if (rest.length > longestWord) reader.refuseWord(rest, 0, rest.length);
    first = end === 0 && first;
  }
  const last = Buffer.concat([rest, Buffer.of(newline)]);
  reader.take(last, first ? markLength(last) : 0, last.length);
  const { labels, entries } = reader;
  if (labels.length === 0) throw noRows(source.at);
  return {
    X: entries.toColumns(labels.length, entries.columns, poll),
    y: Float64Array.from(labels),
  };
}

/** Words of a libsvm file as they come; a word is never cut. */
class Reader {
  readonly labels: number[] = [];
  readonly entries = new Triplets();
  inComment = false;
  readonly #at: Named;
  #line = 1;
  /** The last index of this line: 0 after its label, −1 before it. */
  #before = -1;

  constructor(at: Named) {
    this.#at = at;
  }

  take(bytes: Buffer, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const byte = bytes[i]!;
      if (byte === newline) {
        this.#line++;
        this.#before = -1;
        this.inComment = false;
      } else if (byte === comment) this.inComment = true;
      else if (!this.inComment && !isBlank(byte)) {
        let end = i + 1;
        while (end < to && bytes[end] !== comment && !isBlank(bytes[end]!)) end++;
        if (this.#before < 0) this.#label(bytes, i, end);
        else this.#pair(bytes, i, end);
        i = end - 1;
      }
    }
  }

  /** Refuses the word bytes[from … to): it is neither a label nor a pair. */
  refuseWord(bytes: Buffer, from: number, to: number): never {
    const word = bytes.toString('utf8', from, Math.min(to, from + longestWord));
    if (this.#before < 0) throw badCell(this.#at, this.#line, 'label', word);
    const wrong = `"${excerpt(word)}" is not a pair index:value`;
    throw badLine(this.#at, this.#line, wrong, `indices from 1 to ${mostColumns}`);
  }

  #label(bytes: Buffer, from: number, to: number): void {
    const label = parseBytes(bytes, from, to);
    if (Number.isNaN(label)) this.refuseWord(bytes, from, to);
    this.labels.push(label);
    this.#before = 0;
  }

  #pair(bytes: Buffer, from: number, to: number): void {
    let index = 0;
    let at = from;
    for (; at < to && bytes[at] !== colon; at++) {
      const digit = bytes[at]! - zero;
      if (!(digit >= 0 && digit <= 9) || index > mostColumns) break;
      index = 10 * index + digit;
    }
    if (bytes[at] !== colon || at === to || index < 1 || index > mostColumns) {
      this.refuseWord(bytes, from, to);
    }
    if (index <= this.#before) {
      const wrong = `column ${index}: the index comes after ${this.#before}`;
      throw badLine(this.#at, this.#line, wrong, 'indices in ascending order within a line');
    }
    this.#before = index;
    const value = parseBytes(bytes, at + 1, to);
    if (Number.isNaN(value)) {
      throw badCell(this.#at, this.#line, String(index), bytes.toString('utf8', at + 1, to));
    }
    this.entries.add(this.labels.length - 1, index - 1, value);
  }
}

function isBlank(byte: number): boolean {
  return byte === blank || (byte >= 9 && byte <= 13);
}

/** Length of the byte order mark at the beginning of a file. */
function markLength(bytes: Buffer): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}
