import { type ChartType, DatasetController } from 'chart.js';
import type { Numbers } from '../ui/numbers.ts';
import type { Theme } from '../ui/theme.ts';

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
