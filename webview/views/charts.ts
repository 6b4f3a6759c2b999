import { formatCount } from '../../solver/wire/number.ts';
import type { Actions } from '../actions.ts';
import type { ChartName, Store } from '../store.ts';
import { el, setAttribute, setText } from '../ui/dom.ts';
import type { Hover } from '../ui/hover.ts';
import { ChartCanvas } from './chart.ts';
import { describe } from './chart-detail.ts';
import { listen } from './chart-input.ts';
import { heatKey } from './heat-key.ts';
import type { Ranking } from './ranking.ts';

const titles: Readonly<Record<ChartName, string>> = {
  objective: 'Objective',
  gradNorm: 'Gradient norm by block',
  stepSize: 'Step size by block',
  sharpness: 'Sharpness by block',
};

/** The four charts, each with the same two vertical lines at the same place: the present step, and the pointer's. */
export function charts(store: Store, ranking: Ranking, hover: Hover, actions: Actions) {
  const element = el('div', { class: 'charts' });
  for (const name of Object.keys(titles) as ChartName[]) {
    element.append(chart(name, store, ranking, hover, actions));
  }
  return element;
}

function chart(
  name: ChartName,
  store: Store,
  ranking: Ranking,
  hover: Hover,
  actions: Actions,
): HTMLElement {
  const zoomed = (min: number, max: number) => {
    actions.zoom(store.traces.step(min), store.traces.step(max));
  };
  const plot = el('div', { class: 'plot' });
  const canvas = new ChartCanvas(name, titles[name], store, ranking, plot, zoomed);
  const title = el('h2', {}, titles[name]);
  const detail = el('span', { class: 'detail' });
  const key = heatKey();
  const scale = el('button', { class: 'scale', type: 'button' });
  scale.addEventListener('click', () => {
    const next = canvas.isLog ? 'linear' : 'log';
    store.choose({ scale: { ...store.prefs.scale, [name]: next } });
  });
  const head = el('div', { class: 'chart-head' }, title, detail, key.element, scale);
  const now = el('div', { class: 'line line-now' });
  const pointer = el('div', { class: 'line line-pointer' });
  const absent = el('p', { class: 'absent' });
  const unit = el('span', { class: 'unit', 'aria-hidden': 'true' });
  plot.append(canvas.canvas, unit, now, pointer, absent);
  const metric = () => store.loaded?.metrics.find(info => info.name === name);
  hover.explain(title, () => metric() ?? null);

  const parts = [
    'run',
    'status',
    'marks',
    'table',
    'traces',
    'prefs',
    'lift',
    'order',
    'theme',
  ] as const;
  store.onDraw([...parts, 'size'], () => {
    if (store.loaded === null || !canvas.visible) return;
    const measured = metric() !== undefined;
    setText(absent, measured ? '' : `Not measured: add "${name}" to the diagnostics.`);
    canvas.draw();
    setText(scale, canvas.isLog ? 'log' : 'linear');
    setAttribute(scale, 'aria-label', `Scale: ${canvas.isLog ? 'log' : 'linear'}`);
    setText(unit, store.axis);
    key.show(canvas);
  });
  store.onDraw([...parts, 'pointer', 'size'], () => {
    if (store.loaded === null || !canvas.visible) return;
    place(now, canvas, store.status.k);
    place(pointer, canvas, store.pointer?.k ?? null);
    if (store.pointer !== null) label(pointer, plot, canvas, store);
    describe(detail, canvas, store, ranking);
  });
  listen(canvas, plot, store, actions);
  return el('section', { class: `chart chart-${name}` }, head, plot);
}

/** Puts a vertical line at a step; null, or a step outside of the window, hides it. */
function place(line: HTMLElement, canvas: ChartCanvas, k: number | null): void {
  const { left, right, top, bottom } = canvas.area;
  const x = k === null ? Number.NaN : canvas.pixelOf(k);
  const inside = x >= left - 0.5 && x <= right + 0.5;
  line.hidden = !inside;
  if (!inside) return;
  line.style.transform = `translate(${Math.round(x)}px, ${top}px)`;
  line.style.height = `${bottom - top}px`;
}

/** Says at the pointer's own chart which step it is at. */
function label(line: HTMLElement, plot: HTMLElement, canvas: ChartCanvas, store: Store): void {
  const { pointer, loaded } = store;
  if (pointer === null) return;
  const own = plot.matches(':hover') || document.activeElement === canvas.canvas;
  const { values, k } = pointer;
  const block = values?.k === k ? loaded?.blocks[values.block] : undefined;
  const where = values?.k === k ? ` · sweep ${formatCount(values.sweep)}` : '';
  const text = `step ${formatCount(k)}${where}${block === undefined ? '' : ` · ${block}`}`;
  setAttribute(line, 'data-step', own ? text : '');
  line.classList.toggle('to-left', canvas.pixelOf(k) > (canvas.area.left + canvas.area.right) / 2);
}
