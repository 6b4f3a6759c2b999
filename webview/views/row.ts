import { formatNumber } from '../../solver/wire/number.ts';
import type { TableRows } from '../../solver/wire/panel.ts';
import type { Store } from '../store.ts';
import { el, setAttribute, setText } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';
import { colorOf } from './lines.ts';
import { product, type Ranking } from './ranking.ts';
import { drawSpark } from './spark.ts';

const numbers = ['gradNorm', 'stepSize', 'sharpness'] as const;
/** Right end of the bar for step × sharpness; its limit, 2, stands at four fifths. */
const barEnd = 2.5;

/** One block: its name and swatch, its newest numbers, and whether its step is too long. */
export class Row {
  readonly element: HTMLTableRowElement;
  readonly block: number;
  readonly name: string;
  readonly more: HTMLButtonElement;
  readonly swatch: HTMLButtonElement;
  readonly gutter: HTMLButtonElement;
  readonly spark = el('canvas', { class: 'spark', width: '60', height: '14' });
  readonly #cells: readonly HTMLElement[];
  readonly #product = el('span', { class: 'product' });
  readonly #bar = el('span', { class: 'bar-of', 'aria-hidden': 'true' });
  readonly #trend: HTMLElement;
  readonly #frozen = icon('frozen');
  readonly #shown = new Float64Array(4).fill(-1);

  constructor(block: number, name: string) {
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
    this.#cells = numbers.map(() => el('span', { class: 'number' }));
    const cells = this.#cells.map(cell => el('td', { role: 'cell' }, cell));
    this.#trend = cells[0]!;
    const last = el('td', { role: 'cell' }, this.#product, this.#bar);
    this.element = el('tr', { role: 'row', tabindex: '-1' }, head, ...cells, last);
  }

  show(store: Store, ranking: Ranking): void {
    const { values, table, status, inFocus } = store;
    if (values === null || table === null) return;
    for (const [i, metric] of numbers.entries()) {
      this.#write(i, values.columns[metric]?.[this.block] ?? Number.NaN, this.#cells[i]!);
    }
    const limit = product(values, this.block);
    this.#write(3, limit, this.#product);
    const part = Math.round(100 * Math.min(1, Math.max(0, limit / barEnd))) || 0;
    this.#bar.style.setProperty('--part', `${part}%`);
    const { classList } = this.element;
    classList.toggle('too-long', limit > 2);
    classList.toggle('in-focus', inFocus === this.block);
    classList.toggle('moves-next', status.block === this.block && status.state !== 'running');
    this.#marks(store, table);
    this.swatch.style.setProperty('--swatch', colorOf(store, ranking, this.block));
  }

  /** Only rows in sight have a canvas: the browser does work for every canvas in the page at every frame. */
  see(visible: boolean): void {
    if (visible) this.#trend.prepend(this.spark);
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

  #write(at: number, value: number, cell: HTMLElement): void {
    if (Object.is(this.#shown[at], value)) return;
    this.#shown[at] = value;
    // Before its first update a block has no numbers; NaN is one.
    setText(cell, Number.isNaN(value) ? '–' : formatNumber(value));
  }
}
