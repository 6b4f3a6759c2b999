import { liveBranch } from '../../solver/wire/state.ts';
import type { Line } from '../charts/line.ts';
import type { ChartName, Store } from '../store.ts';
import { resolveColor } from '../ui/theme.ts';
import { colorLimit, product, type Ranking } from './ranking.ts';

const plain = { kind: 'shift', by: 0 } as const;
const branchDash = [1.5, 3];
const limitDash = [5, 4];

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
export function linesOf(chart: ChartName, log: boolean, store: Store, ranking: Ranking): Line[] {
  return chart === 'objective' ? objective(log, store) : byBlock(chart, store, ranking);
}

/** On a logarithmic axis F minus the best lower bound (or the lowest F, where there is no bound) and the gap; else F. */
function objective(log: boolean, store: Store): Line[] {
  const { traces, theme } = store;
  const base = Number.isFinite(traces.bound) ? traces.bound : traces.lowest;
  const lines: Line[] = [];
  for (const points of traces.series) {
    const { metric, branch } = points.key;
    if (metric !== 'objective' && metric !== 'gap') continue;
    if (metric === 'gap' && !log) continue;
    const left = branch !== liveBranch;
    lines.push({
      points,
      color: metric === 'gap' ? theme.muted : theme.foreground,
      width: metric === 'gap' ? 1.25 : 2,
      alpha: left ? 0.5 : 1,
      dash: left ? branchDash : [],
      stepped: false,
      value: metric === 'objective' && log ? { kind: 'shift', by: base } : plain,
    });
  }
  // The branches first, the objective last.
  return lines.sort((a, b) => rank(a) - rank(b));
}

function rank({ points: { key } }: Line): number {
  return (key.branch === liveBranch ? 2 : 0) + (key.metric === 'objective' ? 1 : 0);
}

function byBlock(metric: ChartName, store: Store, ranking: Ranking): Line[] {
  const { traces, loaded, inFocus, table } = store;
  if (loaded === null) return [];
  const many = loaded.blocks.length > colorLimit;
  const faint: Line[] = [];
  const strong: Line[] = [];
  for (const points of traces.series) {
    const { block, branch } = points.key;
    if (points.key.metric !== metric || store.isHidden(loaded.blocks[block]!)) continue;
    const focus = block === inFocus;
    const color = colorOf(store, ranking, block);
    const line = { points, color, stepped: metric === 'stepSize', value: plain };
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
  if (metric !== 'sharpness' || table === null) return lines;
  for (const [block, name] of loaded.blocks.entries()) {
    const points = traces.find('stepSize', block);
    if (points === undefined || store.isHidden(name)) continue;
    const above = product(table, block) > 2;
    if (block !== inFocus && !above) continue;
    const alpha = inFocus < 0 || block === inFocus ? 0.9 : 0.35;
    const color = colorOf(store, ranking, block);
    const value = { kind: 'twoOver' } as const;
    lines.push({ points, color, width: 1.5, alpha, dash: limitDash, stepped: true, value });
  }
  return lines;
}
