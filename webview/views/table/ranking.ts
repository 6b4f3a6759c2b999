import type { LoadedRun, TableValues } from '../../../solver/wire/panel.ts';
import type { MetricInfo } from '../../../solver/wire/run.ts';
import type { Store } from '../../store.ts';
import { columnsOf, ratio } from '../metrics.ts';

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
  /** Set by the table while the pointer or the focus is on a row. */
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
      const by = keyOf(table, column, loaded);
      order.sort((a, b) => (descending ? compare(by(b), by(a)) : compare(by(a), by(b))) || a - b);
    }
    if (order.join() !== this.#store.order.join()) {
      this.#store.order = order;
      this.#store.change('order');
    }
    const few = table === null || loaded.blocks.length <= colorLimit;
    this.worst = few ? [] : worstOf(table, this.#store.ranked);
  }
}

function keyOf(table: TableValues, key: string, { blocks, metrics }: LoadedRun) {
  if (key === 'block') return (block: number) => blocks[block]!;
  const column = columnsOf(metrics).find(other => other.key === key);
  if (column === undefined) return () => Number.NaN;
  const { metric, limit } = column;
  if (limit !== null) return (block: number) => ratio(table, metric, limit, block);
  return (block: number) => table.columns[metric.name]?.[block] ?? Number.NaN;
}

/** Numbers by size with NaN as the largest; names as a person counts: b2 before b10. */
function compare(a: number | string, b: number | string): number {
  if (typeof a === 'string' || typeof b === 'string') return names.compare(String(a), String(b));
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b;
}
const names = new Intl.Collator('en', { numeric: true });

function worstOf(table: TableValues, ranked: MetricInfo | null): number[] {
  const values = ranked === null ? undefined : table.columns[ranked.name];
  if (values === undefined) return [];
  const indices = Array.from(values, (_, index) => index);
  return indices.sort((a, b) => compare(values[b]!, values[a]!)).slice(0, worstCount);
}
