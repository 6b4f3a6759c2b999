import { Chart } from 'chart.js';
import { niceStep, rangeOf, type XAxis, xAxis, xTicks, yAxis } from '../charts/axis.ts';
import type { HeatData } from '../charts/heat-controller.ts';
import { HeatImage } from '../charts/heat-image.ts';
import type { YAxis } from '../charts/line.ts';
import { chartOptions, swapLines, type Ticks } from '../charts/plugins.ts';
import type { TraceData } from '../charts/trace-controller.ts';
import type { ChartName, Store } from '../store.ts';
import { el } from '../ui/dom.ts';
import { tick } from '../ui/format.ts';
import { Numbers } from '../ui/numbers.ts';
import { type Theme, withAlpha } from '../ui/theme.ts';
import { linesOf } from './lines.ts';
import type { Ranking } from './ranking.ts';

/** With more blocks than this a chart of lines is unreadable, and a heatmap takes its place. */
const lineLimit = 24;

export interface ChartArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** One canvas: lines or a heatmap, with the axes, the swaps and the zoom. Draws when it is told. */
export class ChartCanvas {
  readonly canvas: HTMLCanvasElement;
  readonly name: ChartName;
  readonly #store: Store;
  readonly #ranking: Ranking;
  readonly #chart: Chart;
  readonly #image = new HeatImage();
  readonly #edges = new Numbers();
  #trace: TraceData | null = null;
  #heat: HeatData | null = null;
  #x: XAxis = { min: 0, max: 1, step: 1 };
  #xTicks: Ticks = { values: [], texts: [] };
  #yTicks: Ticks = { values: [], texts: [] };
  /** In pixels, without a question that makes the browser lay the page out. */
  #width = 0;
  #height = 0;
  #sized = '';
  /** What the axes, the swaps and the colours were made from. */
  #framed = '';
  /** Range of the heatmap's colours; null for lines. */
  range: YAxis | null = null;

  constructor(
    name: ChartName,
    label: string,
    store: Store,
    ranking: Ranking,
    plot: HTMLElement,
    zoomed: (min: number, max: number) => void,
  ) {
    this.name = name;
    this.#store = store;
    this.#ranking = ranking;
    this.canvas = el('canvas', { role: 'img', 'aria-label': label, tabindex: '0' });
    const ticks = { x: () => this.#xTicks, y: () => this.#yTicks };
    const datasets = [
      { type: 'trace', data: [], trace: () => this.#trace },
      { type: 'heat', data: [], heat: () => this.#heat },
    ];
    // The two kinds of datasets are ours, and Chart.js has no type for a chart that mixes them.
    this.#chart = new Chart(this.canvas, {
      type: 'trace',
      data: { datasets: datasets as never },
      options: chartOptions(ticks, zoomed),
    });
    new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      this.#width = width;
      this.#height = height;
      store.change('size');
    }).observe(plot);
  }

  get area(): ChartArea {
    return this.#chart.chartArea ?? { left: 0, right: 1, top: 0, bottom: 1 };
  }

  get visible(): boolean {
    return this.#width > 0;
  }

  get isLog(): boolean {
    const { loaded, prefs } = this.#store;
    const chosen = prefs.scale[this.name];
    if (chosen !== 'auto') return chosen === 'log';
    return loaded?.metrics.find(({ name }) => name === this.name)?.scale !== 'linear';
  }

  get isHeat(): boolean {
    return this.name !== 'objective' && (this.#store.loaded?.blocks.length ?? 0) > lineLimit;
  }

  /** Pixel of a step, from the canvas's left edge. */
  pixelOf(k: number): number {
    const { left, right } = this.area;
    const { min, max } = this.#x;
    return left + ((this.#store.traces.place(k) - min) / (max - min)) * (right - left);
  }

  /** The step under a pixel; at least 0 and at most the end of what was computed. */
  stepAt(pixel: number): number {
    const { left, right } = this.area;
    const { min, max } = this.#x;
    const x = min + ((pixel - left) / (right - left)) * (max - min);
    return Math.max(0, Math.min(this.#store.status.end, this.#store.traces.step(x)));
  }

  draw(): void {
    this.#resize();
    const { traces, status, theme, marks } = this.#store;
    const height = Math.max(40, this.#height - 26);
    this.#x = this.#xAxis();
    const xs = xTicks(this.#x);
    this.#xTicks = { values: xs, texts: xs.map(value => tick(value, this.#x.step)) };
    const now = traces.place(status.k);
    const { min: xMin, max: xMax } = this.#x;
    this.#trace = null;
    this.#heat = null;
    this.range = null;
    let y: { min: number; max: number };
    if (this.isHeat) y = this.#drawHeat(height, { xMin, xMax, now });
    else {
      const lines = linesOf(this.name, this.isLog, this.#store, this.#ranking);
      const axis = yAxis(lines, this.isLog, this.#x, height);
      this.#yTicks = {
        values: axis.ticks.map(({ value }) => value),
        texts: axis.ticks.map(({ text }) => text),
      };
      this.#trace = { lines, y: axis, xMin, xMax, now, theme };
      y = axis;
    }
    const place = (k: number) => traces.place(k);
    const swaps = marks.marks.filter(
      ({ kind, k }) => kind === 'swap' && place(k) >= xMin && place(k) <= xMax,
    );
    const at = swaps.map(({ k, text }) => [Math.round(this.pixelOf(k)), text]);
    const framed = JSON.stringify([this.#x, y, this.#yTicks, theme, this.isHeat, at]);
    if (framed === this.#framed) {
      this.#chart.draw();
      return;
    }
    this.#framed = framed;
    frame(this.#chart, this.#x, y, this.isHeat, theme);
    const annotations = swapLines(swaps, place, theme);
    this.#chart.options.plugins!.annotation = { annotations };
    this.#chart.update('none');
  }

  #resize(): void {
    const size = `${this.#width} ${this.#height} ${devicePixelRatio}`;
    if (size === this.#sized) return;
    this.#sized = size;
    this.#framed = '';
    this.#chart.options.devicePixelRatio = devicePixelRatio;
    this.#chart.resize(this.#width, this.#height);
  }

  #xAxis(): XAxis {
    const { traces, marks, status, axis, window } = this.#store;
    const ends = marks.branches.map(branch => branch.end);
    const until = window.toK ?? Math.max(status.end, ...ends);
    const width = this.#width - 60;
    const open = window.toK === null;
    return xAxis(traces.place(window.fromK), traces.place(until), open, width, axis === 'step');
  }

  #drawHeat(height: number, at: { xMin: number; xMax: number; now: number }) {
    const { traces, loaded, theme, order, inFocus } = this.#store;
    const shown = order.filter(block => !this.#store.isHidden(loaded!.blocks[block]!));
    this.#yTicks = this.#names(shown, height);
    const { heat } = traces;
    if (heat !== null) {
      const range = rangeOf(heat.cells.get(this.name) ?? new Numbers(), this.isLog, height);
      const steps = this.name === 'sharpness' ? (heat.cells.get('stepSize') ?? null) : null;
      const look = { range, theme, steps };
      this.#image.paint(heat, this.name, loaded!.blocks.length, shown, look);
      this.range = range;
      this.#edges.length = 0;
      for (let i = 0; i < heat.edges.length; i++) this.#edges.push(traces.place(heat.edges.at(i)));
      const rows = shown.length;
      const row = shown.indexOf(inFocus);
      this.#heat = { ...at, picture: this.#image.canvas, rows, edges: this.#edges, row, theme };
    }
    return { min: 0, max: Math.max(1, shown.length) };
  }

  /** The names of some rows, as many as there is room for. */
  #names(shown: readonly number[], height: number): Ticks {
    const stride = Math.max(1, niceStep((shown.length * 14) / height));
    const rows = shown.map((_, row) => row).filter(row => row % stride === 0);
    const texts = rows.map(row => {
      const name = this.#store.loaded!.blocks[shown[row]!]!;
      return name.length > 8 ? `${name.slice(0, 7)}…` : name;
    });
    return { values: rows.map(row => row + 0.5), texts };
  }

  /** The block whose curve or row is at this pixel of the canvas, −1 for none. */
  blockAt(pixelX: number, pixelY: number): number {
    const { loaded, order } = this.#store;
    if (loaded === null || this.name === 'objective') return -1;
    const { top, bottom } = this.area;
    if (this.isHeat) {
      const shown = order.filter(block => !this.#store.isHidden(loaded.blocks[block]!));
      return shown[Math.floor(((pixelY - top) / (bottom - top)) * shown.length)] ?? -1;
    }
    return this.#trace === null ? -1 : nearest(this.#trace, this.area, pixelX, pixelY);
  }
}

/** Sets the axes' ranges and the theme's colours. */
function frame(
  { options }: Chart,
  x: XAxis,
  y: { min: number; max: number },
  heat: boolean,
  theme: Theme,
): void {
  const scales = options.scales as unknown as Record<string, ScaleOptions>;
  for (const [id, range] of [
    ['x', x],
    ['y', y],
  ] as const) {
    const scale = scales[id]!;
    scale.min = range.min;
    scale.max = range.max;
    scale.grid.color = theme.grid;
    scale.ticks.color = theme.muted;
    scale.ticks.font = { size: 10, family: theme.font };
  }
  scales['y']!.reverse = heat;
  scales['y']!.grid.display = !heat;
  const drag = options.plugins!.zoom!.zoom!.drag!;
  drag.backgroundColor = withAlpha(theme.focus, 0.2);
  drag.borderColor = theme.focus;
}

interface ScaleOptions {
  min: number;
  max: number;
  reverse: boolean;
  grid: { color: string; display: boolean };
  ticks: { color: string; font: { size: number; family: string } };
}

/** The block whose curve passes within 9 pixels. */
function nearest({ lines, y, xMin, xMax }: TraceData, area: ChartArea, px: number, py: number) {
  const x = xMin + ((px - area.left) / (area.right - area.left)) * (xMax - xMin);
  let best = 9;
  let found = -1;
  for (const { points, value } of lines) {
    if (points.key.branch !== 'live' || value.kind === 'twoOver') continue;
    const at = points.x.upTo(x) - 1;
    for (const i of [at, at + 1]) {
      if (i < 0 || i >= points.x.length) continue;
      const number = points.high.at(i);
      const place = y.log ? Math.max(y.min, Math.log10(Math.max(0, number))) : number;
      const distance =
        area.bottom - ((place - y.min) / (y.max - y.min)) * (area.bottom - area.top) - py;
      if (Math.abs(distance) < best) {
        best = Math.abs(distance);
        found = points.key.block;
      }
    }
  }
  return found;
}
