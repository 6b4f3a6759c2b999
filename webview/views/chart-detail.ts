import type { ChartName, Store } from '../store.ts';
import { el } from '../ui/dom.ts';
import { number3 } from '../ui/format.ts';
import type { ChartCanvas } from './chart.ts';
import { colorOf } from './lines.ts';
import type { Ranking } from './ranking.ts';

/** What the curves are, with the values at the pointer or at the present step. */
export function describe(
  element: HTMLElement,
  { name, isLog, isHeat }: ChartCanvas,
  store: Store,
  ranking: Ranking,
): void {
  const parts =
    name === 'objective' ? objectiveParts(isLog, store) : blockParts(name, isHeat, store, ranking);
  const key = JSON.stringify(parts);
  if (element.dataset['shown'] === key) return;
  element.dataset['shown'] = key;
  element.replaceChildren(
    ...parts.map(({ text, color, wide = '', before = '', dashed = false }) => {
      const part = el('span', {}, before, el('span', { class: 'wide' }, wide), text);
      if (color !== undefined) {
        const stroke = el('i', { class: dashed ? 'stroke dashed' : 'stroke' });
        stroke.style.color = color;
        part.prepend(stroke);
      }
      return part;
    }),
  );
}

interface Part {
  readonly text: string;
  readonly color?: string;
  readonly dashed?: boolean;
  /** Words that come first, and words between that are left out where there is no room. */
  readonly before?: string;
  readonly wide?: string;
}

function objectiveParts(log: boolean, { values, traces, theme }: Store): Part[] {
  const [objective = Number.NaN, gap = Number.NaN] = values?.run ?? [];
  const color = theme.foreground;
  if (!log) return [{ text: `F ${number3(objective)}`, color }];
  const bounded = Number.isFinite(traces.bound);
  const above = number3(objective - (bounded ? traces.bound : traces.lowest));
  const first = bounded
    ? { before: 'F − ', wide: 'best ', text: `bound ${above}`, color }
    : { before: 'F − ', text: `lowest F ${above}`, color };
  return Number.isNaN(gap) ? [first] : [first, { text: `gap ${number3(gap)}`, color: theme.muted }];
}

function blockParts(name: ChartName, heat: boolean, store: Store, ranking: Ranking): Part[] {
  const { inFocus, values, loaded, theme } = store;
  const named = (block: number) => loaded?.blocks[block] ?? '';
  if (inFocus < 0) {
    const worst = heat ? [] : ranking.worst;
    const strong = worst.map(block => ({
      text: named(block),
      color: colorOf(store, ranking, block),
    }));
    if (name !== 'sharpness') return strong;
    const limit = heat
      ? { text: 'above 2 / step', color: theme.error }
      : { text: '2 / step size', color: theme.muted, dashed: true };
    return [...strong, limit];
  }
  const at = (metric: string) => values?.columns[metric]?.[inFocus] ?? Number.NaN;
  const color = colorOf(store, ranking, inFocus);
  const own = { text: `${named(inFocus)} ${number3(at(name))}`, color };
  if (name !== 'sharpness') return [own];
  return [own, { text: `2/t ${number3(2 / at('stepSize'))}`, color, dashed: true }];
}
