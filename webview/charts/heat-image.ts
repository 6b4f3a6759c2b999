import type { Heat } from '../traces.ts';
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
