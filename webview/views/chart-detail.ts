import { formatNumber } from '../../solver/wire/number.ts';
import type { ChartName, Store } from '../store.ts';
import { el } from '../ui/dom.ts';
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
    ...parts.map(({ words, color, dashed = false, room = 'any' }) => {
      const spans = words.map(([text, wants = 'any']) => el('span', { class: wants }, text));
      const part = el('span', { class: room }, ...spans);
      if (color !== undefined) {
        const stroke = el('i', { class: dashed ? 'stroke dashed' : 'stroke' });
        stroke.style.color = color;
        part.prepend(stroke);
      }
      return part;
    }),
  );
}

/** How wide a chart must be for a word: see charts.css. */
type Room = 'any' | 'medium' | 'wide';

interface Part {
  readonly words: readonly (readonly [text: string, wants?: Room])[];
  readonly color?: string;
  readonly dashed?: boolean;
  readonly room?: Room;
}

function objectiveParts(log: boolean, { values, traces, theme }: Store): Part[] {
  const [objective = Number.NaN, gap = Number.NaN] = values?.run ?? [];
  const color = theme.foreground;
  // Before the first update nothing is measured: a name without a value, and not a NaN that the run does not have.
  if (!values || values.k === 0) return [{ words: [[log ? 'F − bound' : 'F']], color }];
  if (!log) return [{ words: [['F'], [` ${formatNumber(objective)}`]], color }];
  const bounded = Number.isFinite(traces.bound);
  const above = formatNumber(objective - (bounded ? traces.bound : traces.lowest));
  const what = bounded ? ([['best ', 'wide'], ['bound']] as const) : ([['lowest F']] as const);
  const first: Part = { words: [['F − '], ...what, [` ${above}`, 'medium']], color };
  if (Number.isNaN(gap)) return [first];
  return [first, { words: [['gap'], [` ${formatNumber(gap)}`, 'medium']], color: theme.muted }];
}

function blockParts(name: ChartName, heat: boolean, store: Store, ranking: Ranking): Part[] {
  const { inFocus, values, loaded, theme } = store;
  const named = (block: number) => loaded?.blocks[block] ?? '';
  if (inFocus < 0) {
    const strong = (heat ? [] : ranking.worst).map(block => {
      const color = colorOf(store, ranking, block);
      return { words: [[named(block)]], color, room: 'medium' } satisfies Part;
    });
    if (name !== 'sharpness') return strong;
    const limit: Part = heat
      ? { words: [['above 2 / step']], color: theme.error, room: 'wide' }
      : { words: [['2 / step'], [' size', 'medium']], color: theme.muted, dashed: true };
    return [...strong, limit];
  }
  const at = (metric: string) => values?.columns[metric]?.[inFocus] ?? Number.NaN;
  const color = colorOf(store, ranking, inFocus);
  const own: Part = { words: [[`${named(inFocus)} `], [formatNumber(at(name))]], color };
  if (name !== 'sharpness') return [own];
  const limit = `2/t ${formatNumber(2 / at('stepSize'))}`;
  return [own, { words: [[limit]], color, dashed: true, room: heat ? 'wide' : 'medium' }];
}
