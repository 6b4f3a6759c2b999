import { formatNumber } from '../../../solver/core/words.ts';
import type { MetricInfo } from '../../../solver/wire/run.ts';
import type { Store } from '../../store.ts';
import { el } from '../../ui/dom.ts';
import { limitAt, runValue } from '../metrics.ts';
import type { Ranking } from '../table/ranking.ts';
import type { ChartCanvas } from './chart.ts';
import { colorOf } from './lines.ts';

/** What the curves are, with the values at the pointer or at the present step. */
export function describe(
  element: HTMLElement,
  { metric, isLog, isHeat }: ChartCanvas,
  store: Store,
  ranking: Ranking,
): void {
  if (metric === null) return;
  const parts =
    metric.of === 'run'
      ? runParts(metric, isLog, store)
      : blockParts(metric, isHeat, store, ranking);
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

function runParts(metric: MetricInfo, log: boolean, store: Store): Part[] {
  const { values, traces, theme, loaded } = store;
  const color = theme.foreground;
  const { aboveBound } = metric.draw;
  // Before the first update nothing is measured: a name without a value, and not a NaN that the run does not have.
  const empty = !values || values.k === 0;
  const value = empty ? Number.NaN : runValue(store, metric.name);
  const said = (number: number) => (Number.isNaN(number) ? '' : ` ${formatNumber(number)}`);
  if (!aboveBound) return [{ words: [[said(value).trim()]], color }];
  if (!log) return [{ words: [['F'], [said(value)]], color }];
  const bounded = Number.isFinite(traces.bound);
  const above = said(value - (bounded ? traces.bound : traces.lowest));
  const what = bounded ? ([['best ', 'wide'], ['bound']] as const) : ([['lowest F']] as const);
  const first: Part = empty
    ? { words: [['F − bound']], color }
    : { words: [['F − '], ...what, [above, 'medium']], color };
  const others = (loaded?.metrics ?? [])
    .filter(({ draw }) => draw.within === metric.name)
    .map(({ name }) => ({ name, at: empty ? Number.NaN : runValue(store, name) }))
    .filter(({ at }) => !Number.isNaN(at));
  return [
    first,
    ...others.map(
      ({ name, at }): Part => ({
        words: [[name], [said(at), 'medium']],
        color: theme.muted,
        dashed: true,
      }),
    ),
  ];
}

function blockParts(metric: MetricInfo, heat: boolean, store: Store, ranking: Ranking): Part[] {
  const { inFocus, values, loaded, theme } = store;
  const named = (block: number) => loaded?.blocks[block] ?? '';
  const { limit } = metric.draw;
  if (inFocus < 0) {
    const strong = (heat ? [] : ranking.worst).map(block => {
      const color = colorOf(store, ranking, block);
      return { words: [[named(block)]], color, room: 'medium' } satisfies Part;
    });
    if (limit === null) return strong;
    const part: Part = heat
      ? { words: [[`above ${limit.text}`]], color: theme.error, room: 'wide' }
      : { words: [[limit.text]], color: theme.muted, dashed: true };
    return [...strong, part];
  }
  const color = colorOf(store, ranking, inFocus);
  const at = values?.columns[metric.name]?.[inFocus] ?? Number.NaN;
  const own: Part = { words: [[`${named(inFocus)} `], [formatNumber(at)]], color };
  if (limit === null || values === null) return [own];
  const said = `${limit.text} = ${formatNumber(limitAt(values, limit, inFocus))}`;
  return [own, { words: [[said]], color, dashed: true, room: heat ? 'wide' : 'medium' }];
}
