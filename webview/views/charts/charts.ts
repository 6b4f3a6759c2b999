import { formatCount } from '../../../solver/core/words.ts';
import type { MetricInfo } from '../../../solver/wire/run.ts';
import type { Actions } from '../../actions.ts';
import type { Store } from '../../store.ts';
import { el, setAttribute, setText } from '../../ui/elements.ts';
import type { Hover } from '../../ui/hover.ts';
import { chartTitle } from '../metrics.ts';
import type { Ranking } from '../table/ranking.ts';
import { ChartCanvas } from './chart.ts';
import { listen } from './chart-input.ts';
import { constantLine, describe, heatKey } from './chart-words.ts';

/**
 * A chart of every metric that was chosen, each with the same two vertical lines at the same place: the present step, and
 * the pointer's. A constant metric is a line of text below them, which leaves the room to the others.
 */
export function charts(store: Store, ranking: Ranking, hover: Hover, actions: Actions) {
  const element = el('div', { class: 'charts' });
  const plots = el('div', { class: 'plots' });
  const still = el('div', { class: 'still' });
  const made = new Map<string, { readonly chart: Chart; readonly line: HTMLElement }>();
  const viewsOf = (metric: MetricInfo) => {
    const known = made.get(metric.name);
    if (known !== undefined) return known;
    const view = {
      chart: chart(metric, store, ranking, hover, actions),
      line: constantLine(metric.name, store, ranking, hover),
    };
    made.set(metric.name, view);
    return view;
  };
  let shown = '';
  store.onDraw(['run', 'status', 'table', 'traces', 'prefs'], () => {
    const chosen = store.charts;
    const constant = chosen.map(metric => store.isConstant(metric));
    const key = JSON.stringify([chosen.map(({ name }) => name), constant]);
    if (key === shown) return;
    shown = key;
    element.replaceChildren(plots);
    plots.replaceChildren(
      ...chosen.filter((_, i) => !constant[i]).map(metric => viewsOf(metric).chart.element),
    );
    still.replaceChildren(
      ...chosen.filter((_, i) => constant[i]).map(metric => viewsOf(metric).line),
    );
    const odd = plots.childElementCount % 2 === 1 && plots.childElementCount > 1;
    (odd ? plots : element).append(still);
    store.change('size');
  });
  const all = (draw: (chart: Chart) => void) => () => {
    for (const { chart } of made.values()) if (chart.shows()) draw(chart);
  };
  // All canvases are painted before anything is written to the page: text on a canvas makes the browser work out the
  // styles of a page that was written to since.
  store.onDraw(
    [...parts, 'size'],
    all(chart => chart.paint()),
  );
  store.onDraw(
    [...parts, 'size'],
    all(chart => chart.write()),
  );
  store.onDraw(
    [...parts, 'pointer', 'size'],
    all(chart => chart.point()),
  );
  return element;
}

/** What a chart is drawn from. */
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

interface Chart {
  readonly element: HTMLElement;
  /** It has a metric, and room on the page. */
  shows(): boolean;
  paint(): void;
  /** Writes what stands beside the canvas. */
  write(): void;
  /** Places the lines of the present step and of the pointer, and says what is there. */
  point(): void;
}

function chart(
  { name, title, of }: MetricInfo,
  store: Store,
  ranking: Ranking,
  hover: Hover,
  actions: Actions,
): Chart {
  const zoomed = (min: number, max: number) => {
    actions.zoom(store.traces.step(min), store.traces.step(max));
  };
  const plot = el('div', { class: 'plot' });
  const label = chartTitle({ title, of });
  const canvas = new ChartCanvas(name, label, store, ranking, plot, zoomed);
  const heading = el('h2', {}, label);
  const detail = el('span', { class: 'detail' });
  const key = heatKey();
  const scale = el('button', { class: 'scale', type: 'button' });
  scale.addEventListener('click', () => {
    const next = canvas.isLog ? 'linear' : 'log';
    store.choose({ scale: { ...store.prefs.scale, [name]: next } });
  });
  const head = el('div', { class: 'chart-head' }, heading, detail, key.element, scale);
  const now = el('div', { class: 'line line-now' });
  const pointer = el('div', { class: 'line line-pointer' });
  const unit = el('span', { class: 'unit', 'aria-hidden': 'true' });
  plot.append(canvas.canvas, unit, now, pointer);
  hover.explain(heading, () => canvas.metric);

  listen(canvas, plot, store, actions);
  return {
    element: el('section', { class: `chart chart-${name}` }, head, plot),
    shows: () => canvas.metric !== null && canvas.visible,
    paint: () => canvas.draw(),
    write() {
      setText(scale, canvas.isLog ? 'log' : 'linear');
      setAttribute(scale, 'aria-label', `Scale: ${canvas.isLog ? 'log' : 'linear'}`);
      setText(unit, store.axis);
      key.show(canvas);
    },
    point() {
      place(now, canvas, store.status.k);
      place(pointer, canvas, store.pointer?.k ?? null);
      if (store.pointer !== null) labelStep(pointer, plot, canvas, store);
      describe(detail, canvas, store, ranking);
    },
  };
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
function labelStep(line: HTMLElement, plot: HTMLElement, canvas: ChartCanvas, store: Store): void {
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
