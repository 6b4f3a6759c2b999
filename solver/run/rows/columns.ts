import { type Chunk, type ChunkColumns, RowMemory } from './rowMemory.ts';

/** Rows to a chunk, a power of two: a short run stays small, a long one has few chunks. */
const SHIFT = 11;
const CHUNK = 1 << SHIFT;

export interface ColumnSpec {
  readonly name: string;
  readonly kind: 'float64' | 'int32';
}

/**
 * Rows in growing columns. Rows are numbered from 0 over the whole run; a fork hands the chunks beyond a row to a
 * branch and goes on in a fresh copy of the chunk it cut, so that nothing a reader may hold is ever overwritten.
 */
export class Columns {
  readonly specs: readonly ColumnSpec[];
  #from: number;
  #count: number;
  readonly #chunks = new Map<number, Chunk>();
  /** The chunk of the newest row. */
  #newest: Chunk | null = null;
  readonly #indices: ReadonlyMap<string, number>;
  readonly #memory: RowMemory;
  readonly #onChunk: (chunk: Chunk) => void;

  constructor(
    specs: readonly ColumnSpec[],
    from = 0,
    memory: RowMemory = new RowMemory(),
    onChunk: (chunk: Chunk) => void = () => {},
  ) {
    this.specs = specs;
    this.#memory = memory;
    this.#from = from;
    this.#count = from;
    this.#onChunk = onChunk;
    this.#indices = new Map(specs.map((spec, i) => [spec.name, i]));
  }

  /** The first row there is; rows before it were made by another process. */
  get from(): number {
    return this.#from;
  }

  /** One past the last row. */
  get count(): number {
    return this.#count;
  }

  has(name: string): boolean {
    return this.#indices.has(name);
  }

  /** Position of a column, for `write`. */
  indexOf(name: string): number {
    const index = this.#indices.get(name);
    if (index === undefined) throw new Error(`no column ${name}`);
    return index;
  }

  /** Opens one more row and returns its chunk's columns; write at `rowWithin(row)`. Columns not written stay as they are: fill them all. */
  open(): ChunkColumns {
    const row = this.#count++;
    const index = row >>> SHIFT;
    if (this.#newest?.index === index) return this.#newest.columns as ChunkColumns;
    if (this.#newest) this.#memory.completed(this.#newest);
    let chunk = this.#chunks.get(index);
    if (!chunk) {
      chunk = this.#memory.make(index, this.#newColumns());
      this.adopt(chunk);
      this.#onChunk(chunk);
    }
    this.#newest = chunk;
    return chunk.columns as ChunkColumns;
  }

  /** Opens `count` rows more; `write` is given each chunk's columns, the place of the first row in them, and which of the rows they are. */
  openMany(
    count: number,
    write: (columns: ChunkColumns, within: number, from: number, to: number) => void,
  ): void {
    for (let from = 0; from < count; ) {
      const within = rowWithin(this.#count);
      const columns = this.open();
      const to = Math.min(count, from + CHUNK - within);
      this.#count += to - from - 1;
      write(columns, within, from, to);
      from = to;
    }
  }

  /** Takes a chunk another thread made. */
  adopt(chunk: Chunk): void {
    this.#chunks.set(chunk.index, chunk);
  }

  /** Rows up to `count` may be read. */
  publish(count: number): void {
    this.#count = count;
  }

  get(column: number, row: number): number {
    if (row < this.#from || row >= this.#count) return Number.NaN;
    const columns = this.#columns(row >>> SHIFT);
    return columns?.[column]?.[row & (CHUNK - 1)] ?? Number.NaN;
  }

  read(name: string, row: number): number {
    const column = this.#indices.get(name);
    return column === undefined ? Number.NaN : this.get(column, row);
  }

  /** A copy of rows from … to − 1 of a column. */
  copy(name: string, from: number, to: number): Float64Array | Int32Array {
    const column = this.indexOf(name);
    const out =
      this.specs[column]?.kind === 'int32'
        ? new Int32Array(to - from)
        : new Float64Array(to - from);
    for (let row = Math.max(from, this.#from); row < to; ) {
      const stop = Math.min(to, (row >>> SHIFT) * CHUNK + CHUNK);
      const part = this.#columns(row >>> SHIFT)?.[column];
      if (part)
        out.set(part.subarray(row & (CHUNK - 1), ((stop - 1) & (CHUNK - 1)) + 1), row - from);
      row = stop;
    }
    return out;
  }

  /** Cuts at `row`: rows before it stay, the rest is returned as columns of their own with the same numbering. */
  fork(row: number): Columns {
    const branch = new Columns(this.specs, Math.max(row, this.#from), this.#memory);
    branch.publish(this.#count);
    const first = row >>> SHIFT;
    if (this.#newest) this.#memory.completed(this.#newest);
    this.#newest = null;
    for (const [index, chunk] of [...this.#chunks]) {
      if (index < first) continue;
      branch.adopt(chunk);
      this.#chunks.delete(index);
      if (index > first || (row & (CHUNK - 1)) === 0) continue;
      // A mirror is sent the fresh chunk; only who writes makes it.
      const held = this.#memory.columnsOf(chunk, () => newColumns(this.specs));
      const columns = this.#newColumns();
      held.forEach((column, i) => {
        columns[i]?.set(column.subarray(0, row & (CHUNK - 1)));
      });
      const fresh = this.#memory.make(index, columns);
      this.adopt(fresh);
      this.#onChunk(fresh);
      this.#newest = fresh;
    }
    this.#count = row;
    this.#from = Math.min(this.#from, row);
    return branch;
  }

  /** In memory that is written to from here on; `newColumns` is for what is only read. */
  #newColumns(): ChunkColumns {
    return columnsIn(this.#memory.memory(bytesOf(this.specs)), this.specs);
  }

  #columns(index: number): ChunkColumns | undefined {
    const chunk = this.#chunks.get(index);
    return chunk && this.#memory.columnsOf(chunk, () => newColumns(this.specs));
  }
}

export function rowWithin(row: number): number {
  return row & (CHUNK - 1);
}

function bytesOf(specs: readonly ColumnSpec[]): number {
  return specs.reduce((sum, { kind }) => sum + CHUNK * (kind === 'float64' ? 8 : 4), 0);
}

function newColumns(specs: readonly ColumnSpec[]): ChunkColumns {
  return columnsIn(new ArrayBuffer(bytesOf(specs)), specs);
}

/** All columns of a chunk lie in one block of memory, wide ones first so that each is aligned. */
function columnsIn(memory: ArrayBufferLike, specs: readonly ColumnSpec[]): ChunkColumns {
  const wide = specs.filter(spec => spec.kind === 'float64').length;
  let wideAt = 0;
  let narrowAt = CHUNK * 8 * wide;
  return specs.map(spec => {
    if (spec.kind === 'int32') {
      narrowAt += CHUNK * 4;
      return new Int32Array(memory, narrowAt - CHUNK * 4, CHUNK);
    }
    wideAt += CHUNK * 8;
    return new Float64Array(memory, wideAt - CHUNK * 8, CHUNK);
  });
}
