import type { Poll } from '../core/problem.ts';
import type { SparseMatrix } from '../kernels/columns.ts';
import { badArray, badEntry, mostColumns, mostRows, type Named, tooLarge } from './sentences.ts';

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
