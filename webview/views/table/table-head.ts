import type { MetricInfo } from '../../../solver/wire/run.ts';
import type { Store } from '../../store.ts';
import { el, setAttribute } from '../../ui/dom.ts';
import type { Hover } from '../../ui/hover.ts';
import type { Column } from '../metrics.ts';

/** A column's head (null: of the blocks' names): sorts when it is pressed, and says what its numbers mean. */
export function head(column: Column | null, store: Store, hover: Hover): HTMLElement {
  const key = column?.key ?? 'block';
  const arrow = el('span', { class: 'arrow', 'aria-hidden': 'true' });
  const button = el('button', { type: 'button' }, column?.title ?? 'Block', arrow);
  const cell = el(
    'th',
    { role: 'columnheader', class: key === 'block' ? 'names' : 'numbers' },
    button,
  );
  button.addEventListener('click', () => {
    const { sort } = store.prefs;
    const first = key !== 'block';
    const next =
      sort?.column !== key
        ? { column: key, descending: first }
        : sort.descending === first
          ? { column: key, descending: !first }
          : null;
    store.choose({ sort: next });
  });
  const draw = () => {
    const { sort } = store.prefs;
    const own = sort?.column === key ? (sort.descending ? 'descending' : 'ascending') : null;
    setAttribute(cell, 'aria-sort', own);
    arrow.textContent = own === null ? '' : own === 'descending' ? '▾' : '▴';
  };
  draw();
  store.onDraw(['prefs'], draw);
  hover.explain(button, () => {
    const now = store.columns.find(other => other.key === key);
    return now === undefined ? null : explained(now);
  });
  return cell;
}

/** What is said of a column: its metric, or how the metric stands to its limit. */
function explained({ metric, limit }: Column): MetricInfo {
  if (limit === null) return metric;
  const formula = `${metric.title} against ${limit.text}, times ${limit.number}: above ${limit.number} it is too large`;
  return { ...metric, name: limit.ratio, title: limit.ratio, formula, unit: '' };
}
