import { formatNumber } from '../../../solver/core/words.ts';
import type { MetricInfo } from '../../../solver/wire/run.ts';
import { ramp } from '../../charts/heat.ts';
import type { Store } from '../../store.ts';
import { el, setText } from '../../ui/elements.ts';
import type { Hover } from '../../ui/hover.ts';
import { decade, tick } from '../../ui/numbers.ts';
import { chartTitle, constants, isAbove, limitAt, runCurve, runValue } from '../metrics.ts';
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
    ...parts.map(({ words, color, stroke: look = 'plain', room = 'any' }) => {
      const spans = words.map(([text, wants = 'any']) => el('span', { class: wants }, text));
      const part = el('span', { class: room }, ...spans);
      if (color !== undefined) {
        const stroke = el('i', { class: `stroke ${look}` });
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
  readonly stroke?: 'plain' | 'dashed' | 'dotted';
  readonly room?: Room;
}

function runParts(metric: MetricInfo, log: boolean, store: Store): Part[] {
  const { values, theme, loaded } = store;
  const color = theme.foreground;
  const { onLog } = metric.draw;
  // Before the first update nothing is measured: a name without a value, and not a NaN that the run does not have.
  const empty = !values || values.k === 0;
  const value = empty ? Number.NaN : runValue(store, metric.name);
  const said = (number: number) => (Number.isNaN(number) ? '' : ` ${formatNumber(number)}`);
  if (onLog === null) return [{ words: [[said(value).trim()]], color }];
  if (!log) return [{ words: [['F'], [said(value)]], color }];
  const main = runCurve(metric, log, store);
  const bounded = main.metric !== metric.name;
  const above = empty ? Number.NaN : runValue(store, main.metric) - main.less;
  const what = bounded ? ([['best ', 'wide'], ['bound']] as const) : ([['lowest F']] as const);
  const first: Part = { words: [['F − '], ...what, [said(above), 'medium']], color };
  const others = (loaded?.metrics ?? [])
    .filter(({ draw }) => draw.within === metric.name)
    .map(({ name }, place) => ({ name, place, at: empty ? Number.NaN : runValue(store, name) }))
    .filter(({ at }) => !Number.isNaN(at));
  return [
    first,
    ...others.map(
      ({ name, place, at }): Part => ({
        words: [[name], [said(at), 'medium']],
        color: theme.muted,
        stroke: place === 0 ? 'dashed' : 'dotted',
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
      : { words: [[limit.text]], color: theme.muted, stroke: 'dashed' };
    return [...strong, part];
  }
  const color = colorOf(store, ranking, inFocus);
  const at = values?.columns[metric.name]?.[inFocus] ?? Number.NaN;
  const own: Part = { words: [[`${named(inFocus)} `], [formatNumber(at)]], color };
  if (limit === null || values === null) return [own];
  const said = `${limit.text} = ${formatNumber(limitAt(values, limit, inFocus))}`;
  return [own, { words: [[said]], color, stroke: 'dashed', room: heat ? 'wide' : 'medium' }];
}

/** A constant metric in words: "Step size by block: s5 0.132 … age 1.00, constant". */
export function constantLine(
  name: string,
  store: Store,
  ranking: Ranking,
  hover: Hover,
): HTMLElement {
  const heading = el('h2');
  const text = el('span', { class: 'values' });
  const warning = el('span', { class: 'above' });
  const element = el('p', { role: 'img', class: 'constant' }, heading, text, warning);
  const metric = () => store.charts.find(other => other.name === name) ?? null;
  hover.explain(heading, metric);
  store.onDraw(['run', 'table', 'traces', 'lift', 'prefs', 'theme'], () => {
    const info = metric();
    const values = info === null ? null : constants(store, info);
    if (info === null || values === null || store.loaded === null) return;
    const title = chartTitle(info);
    setText(heading, title);
    const own = values.get(store.inFocus);
    text.style.color = own === undefined ? '' : colorOf(store, ranking, store.inFocus);
    setText(
      text,
      own === undefined
        ? rangeOf(values, store.loaded.blocks)
        : `${store.loaded.blocks[store.inFocus]} ${formatNumber(own)}, constant`,
    );
    const { limit } = info.draw;
    const { table, loaded } = store;
    const above =
      limit === null || table === null
        ? []
        : loaded.blocks.filter((_, block) => isAbove(table, info, limit, block));
    setText(
      warning,
      above.length === 0 ? '' : `above ${limit?.text}: ${above.slice(0, 3).join(', ')}`,
    );
    const all = [title, text.textContent, warning.textContent].filter(part => part !== '');
    element.setAttribute('aria-label', title);
    element.title = all.join(': ');
  });
  return element;
}

/** The smallest and the largest value with their blocks. */
function rangeOf(values: ReadonlyMap<number, number>, blocks: readonly string[]): string {
  const known = [...values].filter(([, value]) => !Number.isNaN(value));
  if (known.length === 0) return 'has no value in this run';
  known.sort((a, b) => a[1] - b[1]);
  const [low, high] = [known[0]!, known[known.length - 1]!];
  if (low[1] === high[1]) return `${formatNumber(low[1])}, constant`;
  const named = ([block, value]: [number, number]) => `${blocks[block]} ${formatNumber(value)}`;
  return `${named(low)} … ${named(high)}, constant`;
}

/** The heatmap's colours with the values at their ends. */
export function heatKey() {
  const low = el('span');
  const high = el('span');
  const bar = el('canvas', { width: '64', height: '1' });
  const pen = bar.getContext('2d')!;
  const image = pen.createImageData(64, 1);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < 64; i++) pixels[i] = ramp[Math.round((i / 63) * 255)]!;
  pen.putImageData(image, 0, 0);
  const element = el('span', { class: 'heat-key', 'aria-hidden': 'true' }, low, bar, high);
  return {
    element,
    show({ range }: ChartCanvas) {
      element.hidden = range === null;
      if (range === null) return;
      const { log, floor, min, max } = range;
      setText(low, log ? decade(floor) : tick(min, (max - min) / 10));
      setText(high, log ? decade(max) : tick(max, (max - min) / 10));
    },
  };
}
