import type { TableValues } from '../../solver/wire/panel.ts';
import type { SortColumn, Store } from '../store.ts';

/** Above so many blocks all have the same colour, and only some are drawn strongly: the chosen and so many of the worst. */
export const colorLimit = 8;
const worstCount = 3;
/** While the run goes on, rows change places at most so often (ms), and never under the pointer or the focus. */
const restless = 1000;

/** Keeps the order of the table's rows and the worst blocks. */
export class Ranking {
  worst: readonly number[] = [];
  #at = Number.NEGATIVE_INFINITY;
  #key = '';
  /** Told by the table: a person points at a row, or is in it. */
  held = false;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.onDraw(['run', 'table', 'prefs', 'status'], () => this.#rank());
  }

  #rank(): void {
    const { table, loaded, prefs, status } = this.#store;
    if (loaded === null) {
      this.#store.order = [];
      this.worst = [];
      this.#key = '';
      return;
    }
    const key = JSON.stringify([this.#store.run?.id, prefs.sort, loaded.blocks.length]);
    const now = performance.now();
    const moving = status.state === 'running';
    if (key === this.#key && (this.held || (moving && now - this.#at < restless))) return;
    this.#key = key;
    this.#at = now;
    const order = loaded.blocks.map((_, index) => index);
    if (prefs.sort !== null && table !== null) {
      const { column, descending } = prefs.sort;
      const by = keyOf(table, column, loaded.blocks);
      order.sort((a, b) => (descending ? compare(by(b), by(a)) : compare(by(a), by(b))) || a - b);
    }
    if (order.join() !== this.#store.order.join()) {
      this.#store.order = order;
      this.#store.change('order');
    }
    this.worst = table === null || loaded.blocks.length <= colorLimit ? [] : worstOf(table);
  }
}

function keyOf(table: TableValues, column: SortColumn, blocks: readonly string[]) {
  if (column === 'block') return (block: number) => blocks[block]!;
  if (column === 'product') return (block: number) => product(table, block);
  return (block: number) => table.columns[column]?.[block] ?? Number.NaN;
}

/** Numbers by size with NaN as the largest; names as a person counts: b2 before b10. */
function compare(a: number | string, b: number | string): number {
  if (typeof a === 'string' || typeof b === 'string') return names.compare(String(a), String(b));
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b;
}
const names = new Intl.Collator('en', { numeric: true });

/** step × sharpness; 2 is the limit of a step that cannot overshoot. */
export function product({ columns }: TableValues, block: number): number {
  const step = columns['stepSize']?.[block] ?? Number.NaN;
  return step * (columns['sharpness']?.[block] ?? Number.NaN);
}

function worstOf(table: TableValues): number[] {
  const values = table.columns['gradNorm'];
  if (values === undefined) return [];
  const indices = Array.from(values, (_, index) => index);
  return indices.sort((a, b) => compare(values[b]!, values[a]!)).slice(0, worstCount);
}
