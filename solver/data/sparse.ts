import type { Poll } from '../core/problem.ts';
import type { SparseMatrix } from '../kernels/columns.ts';
import type { FileSource } from './file.ts';
import {
  badArray,
  badCell,
  badEntry,
  badLine,
  excerpt,
  mostColumns,
  mostRows,
  type Named,
  noRows,
  tooLarge,
} from './sentences.ts';
import { parseBytes } from './tableText.ts';

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

/** Entries (row, column, value) in any order, in arrays that double when they are full. */
export class Triplets {
  #rows = new Int32Array(1024);
  #columns = new Int32Array(1024);
  #values = new Float64Array(1024);
  #count = 0;
  #width = 0;

  /** 1 + the largest column seen. */
  get columns(): number {
    return this.#width;
  }

  add(row: number, column: number, value: number): void {
    if (this.#count === this.#values.length) this.#grow();
    this.#rows[this.#count] = row;
    this.#columns[this.#count] = column;
    this.#values[this.#count] = value;
    this.#count++;
    if (column >= this.#width) this.#width = column + 1;
  }

  /** The (n, p) matrix of the entries, by columns, rows ascending; entries at one place add up, zeros are left out. */
  toColumns(n: number, p: number, poll: Poll): SparseMatrix {
    const byRow = order(this.#rows, this.#count, n, null);
    poll();
    const byColumn = order(this.#columns, this.#count, p, byRow);
    poll();
    const starts = new Int32Array(p + 1);
    const indices = new Int32Array(this.#count);
    const values = new Float64Array(this.#count);
    let end = 0;
    let next = 0;
    for (let j = 0; j < p; j++) {
      const start = end;
      while (next < this.#count && this.#columns[byColumn[next]!] === j) {
        const k = byColumn[next++]!;
        const row = this.#rows[k]!;
        if (end > start && indices[end - 1] === row)
          values[end - 1] = values[end - 1]! + this.#values[k]!;
        else if (this.#values[k] !== 0) {
          indices[end] = row;
          values[end++] = this.#values[k]!;
        }
      }
      starts[j + 1] = end;
    }
    return {
      kind: 'sparse',
      rows: n,
      columns: p,
      starts,
      indices: indices.slice(0, end),
      values: values.slice(0, end),
    };
  }

  #grow(): void {
    const double = <T extends Int32Array | Float64Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    const size = 2 * this.#count;
    this.#rows = double(this.#rows, new Int32Array(size));
    this.#columns = double(this.#columns, new Int32Array(size));
    this.#values = double(this.#values, new Float64Array(size));
  }
}

/** Positions 0 … count − 1 sorted by keys[position] < bound, stable over `before` (null: the natural order). */
function order(
  keys: Int32Array,
  count: number,
  bound: number,
  before: Int32Array | null,
): Int32Array {
  const starts = new Int32Array(bound + 1);
  for (let k = 0; k < count; k++) starts[keys[k]! + 1] = starts[keys[k]! + 1]! + 1;
  for (let b = 0; b < bound; b++) starts[b + 1] = starts[b + 1]! + starts[b]!;
  const sorted = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const k = before === null ? i : before[i]!;
    const place = starts[keys[k]!]!;
    sorted[place] = k;
    starts[keys[k]!] = place + 1;
  }
  return sorted;
}

/** A matrix as scipy stores it, by rows (csr) or columns (csc). */
interface Compressed {
  readonly kind: 'csr' | 'csc';
  readonly shape: Float64Array;
  readonly pointers: Float64Array;
  readonly indices: Float64Array;
  readonly data: Float64Array;
}

/** The matrix of a csr or csc archive, by columns; one that contradicts itself is refused. */
export function compressed(parts: Compressed, at: Named, poll: Poll): SparseMatrix {
  const { kind, shape, pointers, indices, data } = parts;
  const [rows = 0, columns = 0] = shape;
  const lines = kind === 'csr' ? rows : columns;
  const across = kind === 'csr' ? columns : rows;
  const broken = (): Error =>
    badArray(at, `holds an inconsistent ${kind} matrix`, 'a consistent one');
  if (!isSize(rows) || !isSize(columns)) throw broken();
  if (rows > mostRows || columns > mostColumns) throw tooLarge(at, rows, columns);
  if (pointers.length !== lines + 1 || data.length !== indices.length) throw broken();
  const entries = new Triplets();
  for (let line = 0; line < lines; line++) {
    const end = pointers[line + 1]!;
    if (!Number.isInteger(end)) throw broken();
    if (!(pointers[line]! >= 0 && pointers[line]! <= end && end <= data.length)) throw broken();
    for (let k = pointers[line]!; k < end; k++) {
      const other = indices[k]!;
      const value = data[k]!;
      if (!(other >= 0 && other < across && Number.isInteger(other))) throw broken();
      const row = kind === 'csr' ? line : other;
      const column = kind === 'csr' ? other : line;
      if (!Number.isFinite(value)) throw badEntry(at, row + 1, String(column + 1), value);
      entries.add(row, column, value);
    }
    if (line % 4096 === 4095) poll();
  }
  return entries.toColumns(rows, columns, poll);
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
