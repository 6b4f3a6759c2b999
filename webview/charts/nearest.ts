import { liveBranch } from '../../solver/wire/state.ts';
import type { Area } from './line.ts';
import type { TraceData } from './trace-controller.ts';

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
