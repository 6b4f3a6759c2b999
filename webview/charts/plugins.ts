import { Chart, type ChartOptions, Element, LinearScale } from 'chart.js';
import annotationPlugin, { type AnnotationOptions } from 'chartjs-plugin-annotation';
import zoomPlugin from 'chartjs-plugin-zoom';
import type { Mark } from '../../solver/wire/panel.ts';
import { liveBranch } from '../../solver/wire/state.ts';
import { type Theme, withAlpha } from '../ui/theme.ts';
import type { XAxis } from './axis.ts';
import { HeatController } from './heat.ts';
import { type Area, TraceController, type TraceData } from './line.ts';

/** Chart.js asks every kind of chart what its points are. Ours have none. */
class NoElement extends Element {
  static id = 'none';
  static override defaults = {};
}

/** Registers what is used of Chart.js and nothing else. */
export function registerCharts(): void {
  Chart.register(LinearScale, NoElement, TraceController, HeatController);
  Chart.register(zoomPlugin, annotationPlugin);
}

/** Swaps that are labelled; with more of them the lines say enough. */
const labelled = 6;

/** A dashed line at each swap, with "cyclic → shuffled" beside it. */
export function swapLines(
  marks: readonly Mark[],
  place: (k: number) => number,
  theme: Theme,
): Record<string, AnnotationOptions> {
  const swaps = marks.filter(mark => mark.kind === 'swap');
  const lines: Record<string, AnnotationOptions> = {};
  for (const [i, { k, text }] of swaps.entries()) {
    lines[`swap${i}`] = {
      type: 'line',
      scaleID: 'x',
      value: place(k),
      borderColor: theme.swap,
      borderWidth: 1,
      borderDash: [4, 3],
      drawTime: 'beforeDatasetsDraw',
      label: {
        display: i >= swaps.length - labelled,
        content: text,
        drawTime: 'afterDatasetsDraw',
        position: 'start',
        yAdjust: -2 + 13 * (i % 2),
        color: theme.swap,
        backgroundColor: withAlpha(theme.background, 0.75),
        padding: { x: 3, y: 1 },
        borderRadius: 2,
        font: { family: theme.font, size: 10, weight: 'normal' },
      },
    };
  }
  return lines;
}

/** Drag over a part to see it larger; the wheel does the same around the pointer, Shift and drag moves it. */
export function zoomOptions(zoomed: (min: number, max: number) => void) {
  const tell = ({ chart }: { chart: Chart }) => {
    const { min, max } = chart.scales['x']!;
    zoomed(min, max);
  };
  return {
    zoom: {
      mode: 'x' as const,
      drag: { enabled: true, threshold: 6, borderWidth: 1, backgroundColor: '', borderColor: '' },
      wheel: { enabled: true, modifierKey: 'ctrl' as const, speed: 0.15 },
      pinch: { enabled: true },
      onZoomComplete: tell,
    },
    pan: { enabled: true, mode: 'x' as const, modifierKey: 'shift' as const, onPanComplete: tell },
  };
}

export interface Ticks {
  readonly values: readonly number[];
  readonly texts: readonly string[];
}

/** Options of a chart that draws only on request, handles no events and is given its ticks. */
export function chartOptions(
  ticks: { readonly x: () => Ticks; readonly y: () => Ticks },
  zoomed: (min: number, max: number) => void,
): ChartOptions<'trace'> {
  const axis = (given: () => Ticks) => ({
    type: 'linear' as const,
    border: { display: false },
    grid: { drawTicks: false },
    ticks: {
      callback: (_: unknown, index: number) => given().texts[index] ?? '',
      autoSkip: false,
      maxRotation: 0,
      padding: 5,
      font: { size: 10 },
    },
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = given().values.map(value => ({ value }));
    },
  });
  return {
    animation: false,
    events: [],
    responsive: false,
    maintainAspectRatio: false,
    normalized: true,
    layout: { padding: { top: 4, right: 10 } },
    scales: {
      x: {
        ...axis(ticks.x),
        afterFit: (scale: { height: number }) => Object.assign(scale, { height: 18 }),
      },
      y: {
        ...axis(ticks.y),
        afterFit: (scale: { width: number }) => Object.assign(scale, { width: 46 }),
      },
    },
    plugins: { zoom: zoomOptions(zoomed) },
  } as ChartOptions<'trace'>;
}

/** The block whose curve passes within 9 pixels. */
export function nearest({ lines, y, xMin, xMax }: TraceData, area: Area, px: number, py: number) {
  const x = xMin + ((px - area.left) / (area.right - area.left)) * (xMax - xMin);
  let best = 9;
  let found = -1;
  for (const { points, value } of lines) {
    if (points.key.branch !== liveBranch || value.kind !== 'shift') continue;
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

/** Sets the axes' ranges and the theme's colours. */
export function frame(
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
