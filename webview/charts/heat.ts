import { type ChartType, DatasetController } from 'chart.js';
import type { Heat } from '../traces.ts';
import type { Numbers } from '../ui/numbers.ts';
import { rgb, type Theme } from '../ui/theme.ts';
import type { YAxis } from './line.ts';

/** Viridis: even in lightness, and told apart with any colour vision. */
const anchors = [
  '#440154',
  '#482878',
  '#3e4989',
  '#31688e',
  '#26828e',
  '#1f9e89',
  '#35b779',
  '#6ece58',
  '#b5de2b',
  '#fde725',
] as const;

/** 256 colours from small to large, as little-endian RGBA. */
export const ramp: Uint32Array = Uint32Array.from({ length: 256 }, (_, i) => {
  const at = (i / 255) * (anchors.length - 1);
  const low = Math.min(anchors.length - 2, Math.floor(at));
  const from = rgb(anchors[low]!);
  const to = rgb(anchors[low + 1]!);
  return packed(from.map((c, j) => Math.round(c + (at - low) * (to[j]! - c))));
});

function packed([r = 0, g = 0, b = 0]: readonly number[]): number {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

export interface HeatColors {
  /** Range of values that the ramp covers. */
  readonly range: YAxis;
  readonly theme: Theme;
}

/** A picture of block × column, a pixel a cell, in the order of the table. Only new columns are painted anew. */
export class HeatImage {
  readonly canvas = document.createElement('canvas');
  #painted = '';
  #version = -1;

  paint(
    heat: Heat,
    metric: string,
    blocks: number,
    order: readonly number[],
    look: HeatColors,
  ): void {
    const columns = Math.max(0, heat.edges.length - 1);
    const cells = heat.cells.get(metric);
    const above = heat.above.get(metric);
    if (cells === undefined || columns === 0 || order.length === 0) return;
    const { range, theme } = look;
    const key = JSON.stringify([metric, range.min, range.max, range.log, theme, order]);
    const grown = this.canvas.width !== columns || this.canvas.height !== order.length;
    if (key === this.#painted && heat.version === this.#version && !grown) return;
    const next = key === this.#painted && heat.version === this.#version + 1;
    const first = next && this.canvas.height === order.length ? heat.from : 0;
    this.#resize(columns, order.length, first);
    this.#painted = key;
    this.#version = heat.version;
    const pen = this.canvas.getContext('2d')!;
    const image = pen.createImageData(columns - first, order.length);
    const pixels = new Uint32Array(image.data.buffer);
    const stride = columns - first;
    const paint = painter(look);
    for (let column = first; column < columns; column++) {
      for (let row = 0; row < order.length; row++) {
        const cell = column * blocks + order[row]!;
        pixels[row * stride + column - first] = paint(cells.at(cell), above?.at(cell) === 1);
      }
    }
    pen.putImageData(image, first, 0);
  }

  /** Keeps the first `kept` columns of pixels. */
  #resize(width: number, height: number, kept: number): void {
    if (this.canvas.width === width && this.canvas.height === height) return;
    const old = kept > 0 ? this.canvas.getContext('2d')!.getImageData(0, 0, kept, height) : null;
    this.canvas.width = width;
    this.canvas.height = height;
    if (old !== null) this.canvas.getContext('2d')!.putImageData(old, 0, 0);
  }
}

/**
 * The colour of a value: nothing for −∞ (not moved then), the text's colour for NaN and ∞, that of errors above a limit, a
 * dark floor for zero.
 */
function painter({ range, theme }: HeatColors): (value: number, isAbove: boolean) => number {
  const odd = packed(rgb(theme.foreground));
  const long = packed(rgb(theme.error));
  const zero = packed(rgb(theme.light ? '#d8d8d8' : '#2c2c34'));
  const bottom = range.log ? range.floor : range.min;
  const scale = 255 / (range.max - bottom);
  return (value, isAbove) => {
    if (value === Number.NEGATIVE_INFINITY) return 0;
    if (!Number.isFinite(value)) return odd;
    if (isAbove) return long;
    if (range.log && value <= 0) return zero;
    const at = (range.log ? Math.log10(value) : value) - bottom;
    return ramp[Math.max(0, Math.min(255, Math.round(at * scale)))]!;
  };
}

/** What a heatmap draws: a picture with a pixel a cell, stretched between the edges of its columns. */
export interface HeatData {
  readonly picture: HTMLCanvasElement;
  readonly rows: number;
  /** Places of the columns' edges on the axis. */
  readonly edges: Numbers;
  readonly xMin: number;
  readonly xMax: number;
  readonly now: number;
  /** Row of the block in focus, or −1. */
  readonly row: number;
  readonly theme: Theme;
}

declare module 'chart.js' {
  interface ChartTypeRegistry {
    heat: {
      chartOptions: Record<never, never>;
      datasetOptions: { heat: () => HeatData | null };
      defaultDataPoint: number;
      metaExtensions: Record<never, never>;
      parsedDataType: { x: number; y: number };
      scales: 'linear';
    };
  }
}

export class HeatController extends DatasetController<ChartType> {
  static id = 'heat';
  static defaults = { dataElementType: 'none' };
  statics = {
    scales: { x: { type: 'linear' }, y: { type: 'linear', reverse: true } },
  };

  override buildOrUpdateElements(): void {}
  override update(): void {}
  override parse(): void {}

  override draw(): void {
    const dataset = this.getDataset() as unknown as { heat: () => HeatData | null };
    const data = dataset.heat();
    if (data === null || data.picture.width === 0 || data.edges.length < 2) return;
    const pen = this.chart.ctx;
    const { left, right, top, bottom } = this.chart.chartArea;
    const { picture, edges, xMin, xMax, now, rows, row, theme } = data;
    const height = bottom - top;
    const at = (place: number) => left + ((place - xMin) / (xMax - xMin)) * (right - left);
    pen.save();
    pen.beginPath();
    pen.rect(left, top, right - left, height);
    pen.clip();
    pen.imageSmoothingEnabled = picture.height > height || picture.width > right - left;
    const columns = Math.min(picture.width, edges.length - 1);
    if (even(edges, columns, at)) {
      const x = at(edges.at(0));
      pen.drawImage(picture, 0, 0, columns, rows, x, top, at(edges.at(columns)) - x, height);
    } else {
      for (let c = 0; c < columns; c++) {
        const x = Math.floor(at(edges.at(c)));
        const width = Math.max(1, Math.ceil(at(edges.at(c + 1))) - x);
        pen.drawImage(picture, c, 0, 1, rows, x, top, width, height);
      }
    }
    if (now < edges.at(columns)) {
      pen.fillStyle = theme.background;
      pen.globalAlpha = 0.6;
      pen.fillRect(at(now), top, right - at(now), height);
      pen.globalAlpha = 1;
    }
    if (row >= 0) {
      const size = height / rows;
      pen.strokeStyle = theme.foreground;
      pen.lineWidth = 1;
      const y = Math.round(top + row * size) - 0.5;
      pen.strokeRect(left + 0.5, y, right - left - 1, Math.max(3, Math.ceil(size) + 1));
    }
    pen.restore();
  }
}

/** Do the edges stand at even distances, to within a pixel? */
function even(edges: Numbers, columns: number, at: (place: number) => number): boolean {
  const first = at(edges.at(0));
  const width = (at(edges.at(columns)) - first) / columns;
  for (let c = 1; c < columns; c++) {
    if (Math.abs(at(edges.at(c)) - first - c * width) > 1) return false;
  }
  return true;
}
