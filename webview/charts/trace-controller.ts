import { type ChartType, DatasetController } from 'chart.js';
import { liveBranch } from '../../solver/wire/state.ts';
import type { Theme } from '../ui/theme.ts';
import { drawLine, drawOddities, drawStart, type Line, type Plot, type YAxis } from './line.ts';

/** What a chart of lines draws; one dataset holds them all. */
export interface TraceData {
  readonly lines: readonly Line[];
  readonly y: YAxis;
  readonly xMin: number;
  readonly xMax: number;
  /** Place of the present step: what lies beyond it was computed and then stepped back from, and is drawn faintly. */
  readonly now: number;
  readonly theme: Theme;
}

declare module 'chart.js' {
  interface ChartTypeRegistry {
    trace: {
      chartOptions: Record<never, never>;
      datasetOptions: { trace: () => TraceData | null };
      defaultDataPoint: number;
      metaExtensions: Record<never, never>;
      parsedDataType: { x: number; y: number };
      scales: 'linear';
    };
  }
}

/** Draws from columns of numbers, with no object for a point: Chart.js keeps the axes, the zoom and the annotations. */
export class TraceController extends DatasetController<ChartType> {
  static id = 'trace';
  static defaults = { dataElementType: 'none' };
  statics = {
    scales: { x: { type: 'linear' }, y: { type: 'linear' } },
  };

  override buildOrUpdateElements(): void {}
  override update(): void {}
  override parse(): void {}

  override draw(): void {
    const dataset = this.getDataset() as unknown as { trace: () => TraceData | null };
    const data = dataset.trace();
    if (data === null) return;
    const pen = this.chart.ctx;
    const { left, right, top, bottom } = this.chart.chartArea;
    const { lines, y, xMin, xMax, now, theme } = data;
    const plot: Plot = { left, right, top, bottom, xMin, xMax, y };
    const split = left + ((now - xMin) / (xMax - xMin)) * (right - left);
    pen.save();
    pen.lineJoin = 'round';
    clipped(pen, left, top, Math.min(split, right), bottom, () => {
      for (const line of lines)
        drawOddities(pen, drawLine(pen, line, plot), plot, line.color, theme.error);
    });
    // Branches are as faint as they are anyway.
    clipped(pen, Math.max(left, split), top, right, bottom, () => {
      for (const line of lines) {
        const left = line.points.key.branch !== liveBranch;
        drawLine(pen, left ? line : { ...line, alpha: line.alpha * 0.4 }, plot);
      }
    });
    // A curve of one point, or of which only the first is not in the future, would not be seen.
    for (const line of lines) {
      const { x, key } = line.points;
      if (key.branch === liveBranch && x.length > 0 && (x.length === 1 || now <= x.at(0)))
        drawStart(pen, line, plot);
    }
    pen.restore();
  }
}

function clipped(
  pen: CanvasRenderingContext2D,
  left: number,
  top: number,
  right: number,
  bottom: number,
  draw: () => void,
): void {
  if (right - left < 0.5) return;
  pen.save();
  pen.beginPath();
  pen.rect(left, top - 1, right - left, bottom - top + 2);
  pen.clip();
  draw();
  pen.restore();
}
