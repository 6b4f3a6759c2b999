import { formatNumber } from '../../../solver/core/words.ts';
import type { TableRows } from '../../../solver/wire/panel.ts';
import type { MetricInfo } from '../../../solver/wire/run.ts';
import type { Store } from '../../store.ts';
import { el, icon, setAttribute, setText } from '../../ui/elements.ts';
import type { Hover } from '../../ui/hover.ts';
import { colorOf, drawSpark } from '../charts/lines.ts';
import { type Column, isAbove, ratio } from '../metrics.ts';
import type { Ranking } from './ranking.ts';

/** Right end of the bar of a ratio, in limits: the limit stands at four fifths. */
const barEnd = 1.25;

interface Cell {
  readonly column: Column;
  readonly text: HTMLElement;
  /** Of a ratio. */
  readonly bar: HTMLElement | null;
  shown: number;
}

/** One block: its name and swatch, its newest numbers, and whether its step is too long. */
export class Row {
  readonly element: HTMLTableRowElement;
  readonly block: number;
  readonly name: string;
  readonly more: HTMLButtonElement;
  readonly swatch: HTMLButtonElement;
  readonly gutter: HTMLButtonElement;
  readonly spark = el('canvas', { class: 'spark', width: '60', height: '14' });
  readonly #cells: readonly Cell[];
  readonly #trend: HTMLElement | undefined;
  readonly #frozen = icon('frozen');

  constructor(block: number, name: string, columns: readonly Column[]) {
    this.block = block;
    this.name = name;
    const button = (kind: string, label: string) =>
      el('button', {
        type: 'button',
        class: kind,
        'aria-label': label,
        tabindex: '-1',
        title: label,
      });
    this.gutter = button('gutter', `Break before ${name}`);
    this.swatch = button('swatch', `Hide the line of ${name}`);
    this.more = button('more', `Actions for ${name}`);
    this.more.setAttribute('aria-haspopup', 'menu');
    this.more.append(icon('more'));
    this.#frozen.setAttribute('class', 'icon frozen');
    const label = el('span', { class: 'name' }, name);
    const head = el('th', { role: 'rowheader', 'aria-label': name, title: name });
    head.append(el('div', {}, this.gutter, this.swatch, label, this.#frozen, this.more));
    this.#cells = columns.map(column => {
      const text = el('span', { class: column.limit === null ? 'number' : 'product' });
      const bar =
        column.limit === null ? null : el('span', { class: 'bar-of', 'aria-hidden': 'true' });
      return { column, text, bar, shown: -1 };
    });
    const cells = this.#cells.map(({ text, bar }, i) => {
      const cell = el('td', { role: 'cell', class: i === 0 ? 'trend' : '' }, text);
      if (bar !== null) cell.append(bar);
      return cell;
    });
    this.#trend = cells[0];
    this.element = el('tr', { role: 'row', tabindex: '-1' }, head, ...cells);
  }

  show(store: Store, ranking: Ranking): void {
    const { values, table, status, inFocus } = store;
    if (values === null || table === null) return;
    let above = false;
    for (const cell of this.#cells) {
      const { metric, limit } = cell.column;
      if (limit === null) {
        write(cell, values.columns[metric.name]?.[this.block] ?? Number.NaN);
        continue;
      }
      const value = ratio(values, metric, limit, this.block);
      write(cell, value);
      above ||= isAbove(values, metric, limit, this.block);
      const part = Math.round((100 * Math.max(0, value / limit.number)) / barEnd) || 0;
      cell.bar?.style.setProperty('--part', `${Math.min(100, part)}%`);
    }
    const { classList } = this.element;
    classList.toggle('too-long', above);
    classList.toggle('in-focus', inFocus === this.block);
    classList.toggle('moves-next', status.block === this.block && status.state !== 'running');
    this.#marks(store, table);
    this.swatch.style.setProperty('--swatch', colorOf(store, ranking, this.block));
  }

  /** Only rows in sight have a canvas: the browser does work for every canvas in the page at every frame. */
  see(visible: boolean): void {
    if (visible) this.#trend?.prepend(this.spark);
    else this.spark.remove();
  }

  drawSpark(store: Store, ranking: Ranking): void {
    if (store.table !== null) {
      drawSpark(this.spark, store.table, this.block, colorOf(store, ranking, this.block));
    }
  }

  #marks(store: Store, { frozen, breakOn }: TableRows): void {
    const stops = breakOn[this.block] === 1;
    const still = frozen[this.block] === 1;
    const hidden = store.isHidden(this.name);
    setAttribute(this.gutter, 'aria-pressed', String(stops));
    setAttribute(this.swatch, 'aria-pressed', String(hidden));
    this.element.classList.toggle('is-frozen', still);
    this.element.classList.toggle('is-hidden', hidden);
    const notes = [still ? 'frozen' : '', stops ? 'breakpoint' : '', hidden ? 'line hidden' : ''];
    const said = [this.name, ...notes.filter(note => note !== '')].join(', ');
    setAttribute(this.element.cells[0]!, 'aria-label', said);
  }
}

function write(cell: Cell, value: number): void {
  if (Object.is(cell.shown, value)) return;
  cell.shown = value;
  // Before its first update a block has no numbers; NaN is one.
  setText(cell.text, Number.isNaN(value) ? '–' : formatNumber(value));
}

/** A column's head (null: of the blocks' names): sorts when it is pressed, and says what its numbers mean. */
export function head(column: Column | null, store: Store, hover: Hover): HTMLElement {
  const key = column?.key ?? 'block';
  const arrow = el('span', { class: 'arrow', 'aria-hidden': 'true' });
  const button = el('button', { type: 'button' }, column?.title ?? 'Block', arrow);
  const cell = el(
    'th',
    { role: 'columnheader', class: key === 'block' ? 'names' : 'numbers' },
    button,
  );
  button.addEventListener('click', () => {
    const { sort } = store.prefs;
    const first = key !== 'block';
    const next =
      sort?.column !== key
        ? { column: key, descending: first }
        : sort.descending === first
          ? { column: key, descending: !first }
          : null;
    store.choose({ sort: next });
  });
  const draw = () => {
    const { sort } = store.prefs;
    const own = sort?.column === key ? (sort.descending ? 'descending' : 'ascending') : null;
    setAttribute(cell, 'aria-sort', own);
    arrow.textContent = own === null ? '' : own === 'descending' ? '▾' : '▴';
  };
  draw();
  store.onDraw(['prefs'], draw);
  hover.explain(button, () => {
    const now = store.columns.find(other => other.key === key);
    return now === undefined ? null : explained(now);
  });
  return cell;
}

/** What is said of a column: its metric, or how the metric stands to its limit. */
function explained({ metric, limit }: Column): MetricInfo {
  if (limit === null) return metric;
  const formula = `${metric.title} against ${limit.text}, times ${limit.number}: above ${limit.number} it is too large`;
  return { ...metric, name: limit.ratio, title: limit.ratio, formula, unit: '' };
}
