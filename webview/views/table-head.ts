import type { SortColumn, Store } from '../store.ts';
import { el, setAttribute } from '../ui/dom.ts';
import type { Hover } from '../ui/hover.ts';

const productInfo = {
  name: 'step × sharpness',
  title: 'Step × sharpness',
  formula:
    't_b · λ_max(∇²_bb f): above 2 a gradient step overshoots so far that it grows; 1 is 1/L',
  unit: '',
  scale: 'linear',
  cost: 'block',
  of: 'block',
} as const;

/** A column's head: sorts when it is pressed, and says what its numbers mean. */
export function head(key: SortColumn, title: string, store: Store, hover: Hover): HTMLElement {
  const arrow = el('span', { class: 'arrow', 'aria-hidden': 'true' });
  const button = el('button', { type: 'button' }, title, arrow);
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
  store.onDraw(['prefs'], () => {
    const { sort } = store.prefs;
    const own = sort?.column === key ? (sort.descending ? 'descending' : 'ascending') : null;
    setAttribute(cell, 'aria-sort', own);
    arrow.textContent = own === null ? '' : own === 'descending' ? '▾' : '▴';
  });
  if (key === 'product') hover.explain(button, () => productInfo);
  else if (key !== 'block') {
    hover.explain(button, () => store.loaded?.metrics.find(({ name }) => name === key) ?? null);
  }
  return cell;
}
