import type { Chart } from 'chart.js';
import { type Theme, withAlpha } from '../ui/theme.ts';
import type { XAxis } from './axis.ts';

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
