import type { MetricInfo } from '../../../solver/wire/run.ts';
import { Extent, niceStep, rangeOf } from '../../charts/axis.ts';
import { type HeatData, HeatImage } from '../../charts/heat.ts';
import type { YAxis } from '../../charts/line.ts';
import type { Ticks } from '../../charts/plugins.ts';
import type { Store } from '../../store.ts';
import type { Heat } from '../../traces.ts';
import { Numbers } from '../../ui/numbers.ts';

/** A chart's heatmap: block × sweep in the order of the table. */
export class HeatLayer {
  readonly #store: Store;
  readonly #image = new HeatImage();
  readonly #edges = new Numbers();
  #extent = new Extent();
  /** Version of the cells that are in the extent. */
  #measured = 0;
  /** Range of the colours. */
  range: YAxis | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The blocks that have a row, from above. */
  rows(): readonly number[] {
    const { order, loaded } = this.#store;
    return order.filter(block => !this.#store.isHidden(loaded?.blocks[block] ?? ''));
  }

  draw(
    metric: MetricInfo,
    log: boolean,
    height: number,
    at: Pick<HeatData, 'xMin' | 'xMax' | 'now'>,
  ): HeatData | null {
    const { traces, loaded, theme, inFocus } = this.#store;
    const { heat } = traces;
    this.range = null;
    if (heat === null || loaded === null) return null;
    const shown = this.rows();
    this.range = this.#rangeOf(metric.name, heat, log, height);
    const look = { range: this.range, theme };
    this.#image.paint(heat, metric.name, loaded.blocks.length, shown, look);
    this.#edges.length = 0;
    for (let i = 0; i < heat.edges.length; i++) this.#edges.push(traces.place(heat.edges.at(i)));
    return {
      ...at,
      picture: this.#image.canvas,
      rows: shown.length,
      edges: this.#edges,
      row: shown.indexOf(inFocus),
      theme,
    };
  }

  /** Columns that were there before are in the extent already; of the last of them the values only grow. */
  #rangeOf(
    name: string,
    { version, from, cells, edges }: Heat,
    log: boolean,
    height: number,
  ): YAxis {
    const values = cells.get(name) ?? new Numbers();
    const same = version === this.#measured;
    const follows = from > 0 && version === this.#measured + 1;
    if (!same && !follows) this.#extent = new Extent();
    this.#measured = version;
    const first = follows ? (from * values.length) / Math.max(1, edges.length - 1) : 0;
    return rangeOf(values, log, height, this.#extent, same ? values.length : first);
  }

  /** The names of some rows, as many as there is room for. */
  names(height: number): Ticks {
    const shown = this.rows();
    const stride = Math.max(1, niceStep((shown.length * 14) / height));
    const rows = shown.map((_, row) => row).filter(row => row % stride === 0);
    const texts = rows.map(row => {
      const name = this.#store.loaded?.blocks[shown[row]!] ?? '';
      return name.length > 8 ? `${name.slice(0, 7)}…` : name;
    });
    return { values: rows.map(row => row + 0.5), texts };
  }
}
