import { type ChartType, DatasetController } from 'chart.js';
import { liveBranch } from '../../solver/wire/state.ts';
import type { PointSeries } from '../traces.ts';
import type { Theme } from '../ui/theme.ts';

/** One curve with its style. */
export interface Line {
  readonly points: PointSeries;
  readonly color: string;
  readonly width: number;
  readonly alpha: number;
  readonly dash: readonly number[];
  /** A value holds until the next one, in place of a straight line between them. */
  readonly stepped: boolean;
  /** `shift`: v − by. `over`: number/v. `constant`: the number, wherever there is a point. */
  readonly value:
    | { readonly kind: 'shift'; readonly by: number }
    | { readonly kind: 'over' | 'constant'; readonly number: number };
}

/** A vertical axis: plain numbers, or their decimal logarithms. */
export interface YAxis {
  readonly log: boolean;
  readonly min: number;
  readonly max: number;
  /** On a logarithmic axis: the lowest decade; zero, negative and smaller numbers are drawn at `min`, below it. */
  readonly floor: number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/** Lowest and highest value of point i after the line's own transformation. */
export function lowOf({ points, value }: Line, i: number): number {
  if (value.kind === 'shift') return points.low.at(i) - value.by;
  return value.kind === 'over' ? value.number / points.high.at(i) : value.number;
}
export function highOf({ points, value }: Line, i: number): number {
  if (value.kind === 'shift') return points.high.at(i) - value.by;
  return value.kind === 'over' ? value.number / points.low.at(i) : value.number;
}

/** Where a chart draws, in pixels of its canvas. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** An area with the two linear maps of x and y into it. */
export interface Plot extends Area {
  readonly xMin: number;
  readonly xMax: number;
  readonly y: YAxis;
}

export function drawLine(pen: CanvasRenderingContext2D, line: Line, plot: Plot): Oddities {
  const { points, stepped } = line;
  const { left, top, bottom, xMin, y } = plot;
  const perX = (plot.right - left) / (plot.xMax - xMin);
  const perY = (bottom - top) / (y.max - y.min);
  const odd: Oddities = { zeros: [], others: [] };
  const first = Math.max(0, points.x.upTo(xMin) - 1);
  const last = Math.min(points.x.length, points.x.upTo(plot.xMax) + 1);
  const place = (value: number) => {
    const at = y.log ? (value > 0 ? Math.log10(value) : Number.NEGATIVE_INFINITY) : value;
    if (at >= y.floor || !y.log) return bottom - (at - y.min) * perY;
    return bottom - 1;
  };
  pen.beginPath();
  let before = Number.NaN;
  let wasZero = false;
  for (let i = first; i < last; i++) {
    const px = left + (points.x.at(i) - xMin) * perX;
    const low = lowOf(line, i);
    const high = highOf(line, i);
    if (!Number.isFinite(low) || !Number.isFinite(high)) {
      odd.others.push(px);
      before = Number.NaN;
      continue;
    }
    const lowY = place(low);
    const highY = place(high);
    const zero = y.log && low <= 0;
    if (zero && !wasZero) odd.zeros.push(px);
    wasZero = zero;
    // The nearer end of the bucket first, so that the curve does not zigzag.
    const down = Math.abs(before - highY) < Math.abs(before - lowY);
    const enter = down ? highY : lowY;
    const leave = down ? lowY : highY;
    if (Number.isNaN(before)) pen.moveTo(px, enter);
    else {
      if (stepped) pen.lineTo(px, before);
      pen.lineTo(px, enter);
    }
    if (leave !== enter) pen.lineTo(px, leave);
    before = leave;
  }
  pen.strokeStyle = line.color;
  pen.globalAlpha = line.alpha;
  pen.lineWidth = line.width;
  pen.setLineDash(line.dash as number[]);
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 1;
  return odd;
}

/** A dot at the curve's first point, where it is all there is of it. Nothing for a value that has no place. */
export function drawStart(pen: CanvasRenderingContext2D, line: Line, plot: Plot): void {
  const { points } = line;
  const { left, right, top, bottom, xMin, xMax, y } = plot;
  const value = lowOf(line, 0);
  const at = y.log ? Math.log10(value) : value;
  const x = left + ((points.x.at(0) - xMin) * (right - left)) / (xMax - xMin);
  if (!Number.isFinite(at) || at < y.floor || x < left - 0.5 || x > right) return;
  pen.beginPath();
  pen.arc(x, bottom - ((at - y.min) * (bottom - top)) / (y.max - y.min), 3, 0, 2 * Math.PI);
  pen.fillStyle = line.color;
  pen.globalAlpha = line.alpha;
  pen.fill();
  pen.globalAlpha = 1;
}

/** Where a curve reaches zero on a logarithmic axis, and where it is NaN or infinite: x in pixels. */
export interface Oddities {
  readonly zeros: number[];
  readonly others: number[];
}

/** A hollow triangle at the floor for zero, a cross at the top for NaN and infinities. */
export function drawOddities(
  pen: CanvasRenderingContext2D,
  { zeros, others }: Oddities,
  { top, bottom }: Plot,
  zeroColor: string,
  otherColor: string,
): void {
  pen.lineWidth = 1.25;
  pen.strokeStyle = zeroColor;
  pen.beginPath();
  for (const x of apart(zeros)) {
    pen.moveTo(x - 3, bottom - 7);
    pen.lineTo(x + 3, bottom - 7);
    pen.lineTo(x, bottom - 2);
    pen.closePath();
  }
  pen.stroke();
  pen.strokeStyle = otherColor;
  pen.lineWidth = 1.75;
  pen.beginPath();
  for (const x of apart(others)) {
    pen.moveTo(x - 3, top + 2);
    pen.lineTo(x + 3, top + 8);
    pen.moveTo(x + 3, top + 2);
    pen.lineTo(x - 3, top + 8);
  }
  pen.stroke();
}

/** Of positions nearer than 8 pixels only the first. */
function apart(xs: readonly number[]): number[] {
  let last = Number.NEGATIVE_INFINITY;
  return xs.filter(x => {
    if (x - last < 8) return false;
    last = x;
    return true;
  });
}

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
