import type { TableRows } from '../../../solver/wire/panel.ts';
import type { Draw, MetricInfo } from '../../../solver/wire/run.ts';
import { liveBranch } from '../../../solver/wire/state.ts';
import type { Line } from '../../charts/line.ts';
import type { Store } from '../../store.ts';
import { resolveColor } from '../../ui/theme.ts';
import { isAbove, runCurve } from '../metrics.ts';
import { colorLimit, type Ranking } from '../table/ranking.ts';

const plain = { kind: 'shift', by: 0 } as const;
const branchDash = [1.5, 3];
const limitDash = [5, 4];
/** Of metrics in another's chart, the first and those after it: told apart without colours. */
const guestDashes = [
  [7, 2],
  [2, 2],
];

/** The block's colour in this theme; of many blocks only the one in focus and the worst have one. */
export function colorOf(store: Store, ranking: Ranking, block: number): string {
  const { loaded, theme } = store;
  const color = loaded?.colors[block];
  if (loaded === null || color === undefined) return theme.muted;
  if (loaded.blocks.length <= colorLimit) return resolveColor(color, theme);
  const rank = block === store.inFocus ? 0 : ranking.worst.indexOf(block) + 1;
  const strong = rank > 0 || block === store.inFocus ? loaded.emphasis[rank] : undefined;
  return resolveColor(strong ?? color, theme);
}

/** What is drawn below first. */
export function linesOf(metric: MetricInfo, log: boolean, store: Store, ranking: Ranking): Line[] {
  return metric.of === 'run' ? ofRun(metric, log, store) : byBlock(metric, store, ranking);
}

/**
 * A metric of the run with those drawn in its chart. On a logarithmic axis suboptimality takes the place of F; in a run that
 * measures none F minus the lowest F is drawn. On a linear axis F stands alone, because a gap is small beside it.
 */
function ofRun(chart: MetricInfo, log: boolean, store: Store): Line[] {
  const { traces, theme, loaded } = store;
  const { onLog } = chart.draw;
  const main = runCurve(chart, log, store);
  const others = (loaded?.metrics ?? []).filter(({ draw }) => draw.within === chart.name);
  const names = log || onLog === null ? others.map(({ name }) => name) : [];
  const lines: Line[] = [];
  for (const points of traces.series) {
    const { metric, branch } = points.key;
    const own = metric === main.metric;
    if (!own && !names.includes(metric)) continue;
    const left = branch !== liveBranch;
    lines.push({
      points,
      color: own ? theme.foreground : theme.muted,
      width: own ? 2 : 1.25,
      alpha: left ? 0.5 : 1,
      dash: left ? branchDash : own ? [] : guestDashes[Math.min(names.indexOf(metric), 1)]!,
      stepped: chart.draw.stepped,
      value: own ? { kind: 'shift', by: main.less } : plain,
    });
  }
  // The branches first, the chart's own metric last.
  const rank = ({ points: { key } }: Line) =>
    (key.branch === liveBranch ? 2 : 0) + (key.metric === main.metric ? 1 : 0);
  return lines.sort((a, b) => rank(a) - rank(b));
}

function byBlock({ name: metric, draw }: MetricInfo, store: Store, ranking: Ranking): Line[] {
  const { traces, loaded, inFocus } = store;
  if (loaded === null) return [];
  const many = loaded.blocks.length > colorLimit;
  const faint: Line[] = [];
  const strong: Line[] = [];
  for (const points of traces.series) {
    const { block, branch } = points.key;
    if (points.key.metric !== metric || store.isHidden(loaded.blocks[block]!)) continue;
    const focus = block === inFocus;
    const color = colorOf(store, ranking, block);
    const line = { points, color, stepped: draw.stepped, value: plain };
    if (branch !== liveBranch) {
      if (focus || (!many && inFocus < 0)) {
        faint.push({ ...line, width: 1.25, alpha: focus ? 0.6 : 0.4, dash: branchDash });
      }
      continue;
    }
    const lifted = focus || ranking.worst.includes(block);
    const alpha = focus ? 1 : inFocus >= 0 ? 0.28 : many ? (lifted ? 0.95 : 0.4) : 1;
    const width = focus ? 2.25 : many && !lifted ? 1 : 1.5;
    (lifted ? strong : faint).push({ ...line, width, alpha, dash: [] });
  }
  const lines = [...faint, ...strong.sort((a, b) => a.alpha - b.alpha)];
  return [...lines, ...limits(metric, draw, store, ranking)];
}

/** The limit of the block in focus and of every block that is above its own; a limit that is one for all, once. */
function limits(metric: string, { limit }: Draw, store: Store, ranking: Ranking): Line[] {
  const { traces, loaded, inFocus, table, theme } = store;
  if (limit === null || loaded === null || table === null) return [];
  const { number, over } = limit;
  const look = { width: 1.5, dash: limitDash, stepped: true };
  if (over === null) {
    const points = traces.series.find(
      ({ key }) => key.metric === metric && key.branch === liveBranch,
    );
    const value = { kind: 'constant', number } as const;
    return points === undefined ? [] : [{ ...look, points, color: theme.muted, alpha: 0.9, value }];
  }
  return loaded.blocks.flatMap((name, block): Line[] => {
    const points = traces.find(over, block);
    if (points === undefined || store.isHidden(name)) return [];
    const above = isAbove(table, { name: metric }, limit, block);
    if (block !== inFocus && !above) return [];
    const alpha = inFocus < 0 || block === inFocus ? 0.9 : 0.35;
    const color = colorOf(store, ranking, block);
    return [{ ...look, points, color, alpha, value: { kind: 'over', number } }];
  });
}

/**
 * The newest gradient norms of a block as bars, by their logarithms between the smallest and the largest of them, which is
 * as high as there is room: one alone is a full bar.
 */
export function drawSpark(
  canvas: HTMLCanvasElement,
  { sparks, sparkLength }: TableRows,
  block: number,
  color: string,
): void {
  const scale = devicePixelRatio;
  const width = Math.round(60 * scale);
  const height = Math.round(14 * scale);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const pen = canvas.getContext('2d')!;
  pen.clearRect(0, 0, width, height);
  const values = sparks.subarray(block * sparkLength, (block + 1) * sparkLength);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!(value > 0) || !Number.isFinite(value)) continue;
    low = Math.min(low, Math.log(value));
    high = Math.max(high, Math.log(value));
  }
  // Values within a tenth of each other look alike.
  const span = Math.max(high - low, 0.1);
  const step = width / sparkLength;
  pen.fillStyle = color;
  for (let i = 0; i < sparkLength; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    const part = value > 0 ? (Number.isFinite(value) ? 1 - (high - Math.log(value)) / span : 1) : 0;
    const size = Math.max(scale, (0.12 + 0.88 * Math.max(0, part)) * height * (value > 0 ? 1 : 0));
    pen.fillRect(
      Math.round(i * step),
      height - size,
      Math.max(1, Math.floor(step - scale * 0.5)),
      size,
    );
  }
}
