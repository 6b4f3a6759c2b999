import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Typed arrays of one chunk, one a column, over one block of memory. */
export type ChunkColumns = readonly (Float64Array | Int32Array)[];

/** Some rows of a table. Their arrays are in memory, or were spilled to the file and are read back when they are asked for. */
export interface Chunk {
  /** Its own number in this run. */
  readonly id: number;
  readonly index: number;
  /** On shared memory, so that the wire's thread reads them without a copy; null: spilled. */
  columns: ChunkColumns | null;
  /** Place in the file; −1: not spilled. */
  at: number;
}

/** Chunks that are kept after they were read back. */
const CACHED = 32;
/** Bytes of rows that are kept in memory where nobody sets a budget. */
export const ROW_BUDGET = 256 * 1024 * 1024;

/** Spare memory that is kept, in chunks. */
const SPARE = 64;
/** Spills of this thread so far, of all its runs. */
let spills = 0;

/** An unnamed temporary file that chunks are written to; it ends with the process. */
export class SpillFile {
  readonly fd: number;
  #size = 0;

  constructor(fd: number) {
    this.fd = fd;
  }

  static create(): SpillFile {
    const folder = mkdtempSync(join(tmpdir(), 'blockstep-rows-'));
    const fd = openSync(join(folder, 'rows'), 'wx+', 0o600);
    const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    try {
      // The open file outlives its name, and nothing is left behind whatever ends the process.
      remove();
    } catch {
      process.once('exit', () => {
        closeSync(fd);
        remove();
      });
    }
    return new SpillFile(fd);
  }

  /** Appends the chunk's memory; answers its place. Throws where the disk is full. */
  write(columns: ChunkColumns): number {
    const bytes = new Uint8Array(columns[0]!.buffer);
    const at = this.#size;
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.fd, bytes, done, bytes.length - done, at + done);
    this.#size += bytes.length;
    return at;
  }

  read(at: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const count = readSync(this.fd, bytes, done, bytes.length - done, at + done);
      if (count === 0) throw new Error('rows that were spilled are not there any more');
      done += count;
    }
  }
}

/** Where a run's chunks are: in memory up to a budget of bytes, the oldest beyond it in a file. Shared by all tables and branches of the run. */
export class RowMemory {
  readonly #budget: number;
  #file: SpillFile | null = null;
  /** Chunks in memory that are complete, the oldest first, and their bytes. */
  #held: Chunk[] = [];
  #bytes = 0;
  #next = 0;
  /** Set once the file could not be made or written: rows stay in memory from then on. */
  #failed = false;
  readonly #cache = new Map<number, ChunkColumns>();
  /** Memory of spilled chunks, to be written to again once nobody else reads it. */
  #spare: { readonly spill: number; readonly memory: ArrayBufferLike }[] = [];
  readonly #onSpill: (chunk: Chunk, fd: number, spill: number) => void;
  readonly #onTrouble: (why: string) => void;
  readonly #freed: () => number;

  constructor(
    budget: number = ROW_BUDGET,
    onSpill: (chunk: Chunk, fd: number, spill: number) => void = () => {},
    onTrouble: (why: string) => void = () => {},
    freed: () => number = () => Number.POSITIVE_INFINITY,
  ) {
    this.#budget = budget;
    this.#onSpill = onSpill;
    this.#onTrouble = onTrouble;
    this.#freed = freed;
  }

  /** Bytes of rows in memory, without those that were read back. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Memory for a chunk of so many bytes: of a spilled one where there is one, so that a long run allocates nothing more. */
  memory(bytes: number): ArrayBufferLike {
    const freed = this.#freed();
    const at = this.#spare.findIndex(
      ({ spill, memory }) => spill <= freed && memory.byteLength === bytes,
    );
    const spare = at < 0 ? undefined : this.#spare.splice(at, 1)[0];
    return spare?.memory ?? new SharedArrayBuffer(bytes);
  }

  make(index: number, columns: ChunkColumns): Chunk {
    this.#bytes += columns[0]!.buffer.byteLength;
    return { id: this.#next++, index, columns, at: -1 };
  }

  /** No row will be added to the chunk: it may be spilled. */
  completed(chunk: Chunk): void {
    this.#held.push(chunk);
    while (this.#bytes > this.#budget && this.#held.length > 0 && !this.#failed) this.#spill();
  }

  /** Another thread wrote this chunk of its own to its file at this place. */
  spilledElsewhere(chunk: Chunk, fd: number, at: number): void {
    this.#file ??= new SpillFile(fd);
    chunk.at = at;
    chunk.columns = null;
  }

  /** The chunk's arrays, read back where they were spilled; `make` gives arrays to read them into. */
  columnsOf(chunk: Chunk, make: () => ChunkColumns): ChunkColumns {
    if (chunk.columns !== null) return chunk.columns;
    const cached = this.#cache.get(chunk.id);
    if (cached !== undefined) return cached;
    const columns = make();
    if (this.#file === null) throw new Error('a spilled chunk has no file');
    this.#file.read(chunk.at, new Uint8Array(columns[0]!.buffer));
    if (this.#cache.size >= CACHED) this.#cache.delete(this.#cache.keys().next().value as number);
    this.#cache.set(chunk.id, columns);
    return columns;
  }

  #spill(): void {
    const chunk = this.#held[0] as Chunk;
    try {
      this.#file ??= SpillFile.create();
      chunk.at = this.#file.write(chunk.columns as ChunkColumns);
    } catch (error) {
      this.#failed = true;
      const why = error instanceof Error ? error.message : String(error);
      this.#onTrouble(why);
      return;
    }
    this.#held.shift();
    const memory = chunk.columns![0]!.buffer;
    this.#bytes -= memory.byteLength;
    chunk.columns = null;
    const spill = ++spills;
    this.#spare.push({ spill, memory });
    // A burst of spills leaves no more behind than what is in use at a time.
    if (this.#spare.length > SPARE) this.#spare.shift();
    this.#onSpill(chunk, this.#file.fd, spill);
  }
}
