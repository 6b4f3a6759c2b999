import { formatNumber } from '../../../solver/core/words.ts';
import type { Store } from '../../store.ts';
import { el, setText } from '../../ui/dom.ts';
import type { Hover } from '../../ui/hover.ts';
import { chartTitle, constants, isAbove } from '../metrics.ts';
import type { Ranking } from '../table/ranking.ts';
import { colorOf } from './lines.ts';

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
