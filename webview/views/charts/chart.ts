import { Chart } from 'chart.js';
import type { MetricInfo } from '../../../solver/wire/run.ts';
import { type XAxis, xAxis, xTicks, yAxis } from '../../charts/axis.ts';
import type { HeatData } from '../../charts/heat.ts';
import type { Area, TraceData, YAxis } from '../../charts/line.ts';
import { chartOptions, frame, nearest, swapLines, type Ticks } from '../../charts/plugins.ts';
import type { Store } from '../../store.ts';
import { el } from '../../ui/elements.ts';
import { countTick } from '../../ui/numbers.ts';
import type { Ranking } from '../table/ranking.ts';
import { HeatLayer } from './heat-layer.ts';
import { linesOf } from './lines.ts';

/** With more blocks than this a chart of lines is unreadable, and a heatmap takes its place. */
const lineLimit = 24;

/** One canvas: lines or a heatmap, with the axes, the swaps and the zoom. Draws on request. */
export class ChartCanvas {
  readonly canvas: HTMLCanvasElement;
  readonly name: string;
  readonly #store: Store;
  readonly #ranking: Ranking;
  readonly #chart: Chart;
  readonly #layer: HeatLayer;
  #trace: TraceData | null = null;
  #heat: HeatData | null = null;
  #x: XAxis = { min: 0, max: 1, step: 1 };
  #xTicks: Ticks = { values: [], texts: [] };
  #yTicks: Ticks = { values: [], texts: [] };
  /** In pixels, kept here because reading it from the page would force a layout. */
  #width = 0;
  #height = 0;
  #sized = '';
  /** What the axes, the swaps and the colours were made from. */
  #framed = '';

  constructor(
    name: string,
    label: string,
    store: Store,
    ranking: Ranking,
    plot: HTMLElement,
    zoomed: (min: number, max: number) => void,
  ) {
    this.name = name;
    this.#store = store;
    this.#ranking = ranking;
    this.#layer = new HeatLayer(store);
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

  get area(): Area {
    return this.#chart.chartArea ?? { left: 0, right: 1, top: 0, bottom: 1 };
  }

  get visible(): boolean {
    return this.#width > 0;
  }

  /** As this run has it; null where it is not measured. */
  get metric(): MetricInfo | null {
    return this.#store.loaded?.metrics.find(({ name }) => name === this.name) ?? null;
  }

  get isLog(): boolean {
    const { prefs } = this.#store;
    const chosen = prefs.scale[this.name] ?? 'auto';
    if (chosen !== 'auto') return chosen === 'log';
    return this.metric?.scale !== 'linear';
  }

  get isHeat(): boolean {
    const { metric } = this;
    const many = (this.#store.loaded?.blocks.length ?? 0) > lineLimit;
    return metric?.of === 'block' && (many || metric.draw.kind === 'heat');
  }

  /** Range of the heatmap's colours; null for lines. */
  get range(): YAxis | null {
    return this.isHeat ? this.#layer.range : null;
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
    const { metric } = this;
    if (metric === null) return;
    const { traces, status, theme, marks } = this.#store;
    const height = Math.max(40, this.#height - 26);
    this.#x = this.#xAxis();
    const xs = xTicks(this.#x);
    this.#xTicks = { values: xs, texts: xs.map(value => countTick(value, this.#x.step)) };
    const now = traces.place(status.k);
    const { min: xMin, max: xMax } = this.#x;
    this.#trace = null;
    this.#heat = null;
    let y: { min: number; max: number };
    if (this.isHeat) {
      this.#yTicks = this.#layer.names(height);
      // Before the first step all there is is the present.
      const until = status.end === 0 ? xMax : now;
      this.#heat = this.#layer.draw(metric, this.isLog, height, { xMin, xMax, now: until });
      y = { min: 0, max: Math.max(1, this.#layer.rows().length) };
    } else {
      const lines = linesOf(metric, this.isLog, this.#store, this.#ranking);
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

  /** The block whose curve or row is at this pixel of the canvas, −1 for none. */
  blockAt(pixelX: number, pixelY: number): number {
    if (this.metric?.of !== 'block') return -1;
    const { top, bottom } = this.area;
    if (this.isHeat) {
      const shown = this.#layer.rows();
      return shown[Math.floor(((pixelY - top) / (bottom - top)) * shown.length)] ?? -1;
    }
    return this.#trace === null ? -1 : nearest(this.#trace, this.area, pixelX, pixelY);
  }
}
