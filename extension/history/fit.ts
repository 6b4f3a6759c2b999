import type { HistoryRows } from './rows.ts';

/** Thinning begins at this part of the limit, and goes down to that one; meanwhile what stays is held twice. */
const BEGINS = 0.5;
const ENDS = 0.25;
/** Rows that are looked at for each row that comes, at least. */
const RATE = 4;
/** Steps of the first windows that old rows are thinned to, in blocks: each keeps a few of a block's sixteen rows. */
const FIRST_WINDOW = 16;

/** All that a history holds. */
interface Held {
  readonly live: HistoryRows;
  readonly branches: Map<string, HistoryRows>;
  /** Rows of no branch yet. */
  readonly pending: HistoryRows | null;
  readonly bytes: number;
}

/** Keeps what a history holds below a limit of bytes, by thinning its old rows a little at each batch. */
export class Fit {
  readonly #held: () => Held;
  readonly #limit: number;
  readonly #thinned: () => void;
  #under: Generator<number, void> | null = null;

  /** `thinned` is called when rows have gone. */
  constructor(limit: number, held: () => Held, thinned: () => void) {
    this.#limit = limit;
    this.#held = held;
    this.#thinned = thinned;
  }

  /** Rows were cut off: what was begun is dropped, and begun again when it is due. */
  drop(): void {
    this.#under = null;
  }

  /** So many rows came: thins a few times as many, so that nobody is kept waiting; at once where that was not enough. */
  after(rows: number): void {
    const isDue = this.#under !== null || this.#held().bytes > BEGINS * this.#limit;
    let left = isDue ? RATE * rows : 0;
    for (let before = Number.POSITIVE_INFINITY; left > 0 || this.#held().bytes > this.#limit; ) {
      this.#under ??= this.#thin(ENDS * this.#limit);
      const piece = this.#under.next();
      if (!piece.done) {
        left -= piece.value;
        continue;
      }
      this.#under = null;
      left = 0;
      // What is left cannot be thinned: it takes more than the limit.
      const { bytes } = this.#held();
      if (bytes >= before) return;
      before = bytes;
    }
  }

  /**
   * Thins old rows, in windows that are doubled, until what is held, but for the rows that come meanwhile, takes at most
   * `goal` bytes; then drops branches, the oldest first. The newest live rows stay whole. Each piece tells how many rows
   * it looked at.
   */
  *#thin(goal: number): Generator<number, void> {
    const { live, branches } = this.#held();
    const all = () => {
      const { pending } = this.#held();
      return [...branches.values(), ...(pending ? [pending] : []), live];
    };
    // A window keeps up to 2 rows of each block and 2 of each of its metrics; where even four windows are too much,
    // blocks are not told apart.
    const blocks = live.visits.length;
    const perRow = live.bytes / Math.max(1, live.k.length);
    const byBlock = 4 * blocks * (2 + 2 * live.columns.size) * perRow < goal;
    const start = byBlock ? FIRST_WINDOW * blocks : FIRST_WINDOW;
    let width = Math.max(2 ** Math.ceil(Math.log2(start)), ...all().map(rows => rows.width));
    for (;;) {
      const before = live.end;
      const recent = live.k.get(Math.max(0, live.k.length - Math.floor(goal / 2 / perRow)));
      for (const rows of all()) {
        yield* rows.thinning(width, rows === live ? recent : rows.end, byBlock);
        this.#thinned();
      }
      const came = live.k.length - live.rowsUpTo(before);
      if (this.#held().bytes - came * perRow <= goal) return;
      const [oldest] = branches.keys();
      if (width < Math.max(...all().map(({ end }) => end))) width *= 2;
      else if (oldest !== undefined) branches.delete(oldest);
      else return;
    }
  }
}
