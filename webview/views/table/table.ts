import type { Actions } from '../../actions.ts';
import type { Store } from '../../store.ts';
import { el } from '../../ui/elements.ts';
import type { Hover } from '../../ui/hover.ts';
import type { Column } from '../metrics.ts';
import type { Ranking } from './ranking.ts';
import { head, Row } from './row-and-head.ts';
import type { RowMenu } from './row-menu.ts';

/** The blocks, a row each: the legend of the charts, and what they show in numbers. */
export function table(
  store: Store,
  ranking: Ranking,
  hover: Hover,
  menu: RowMenu,
  actions: Actions,
): HTMLElement {
  const heads = el('tr', { role: 'row' });
  const body = el('tbody', { role: 'rowgroup' });
  const element = el(
    'table',
    { role: 'table', 'aria-label': 'Blocks' },
    el('thead', { role: 'rowgroup' }, heads),
    body,
  );
  const headOf = new Map<string, HTMLElement>();
  let rows: readonly Row[] = [];
  let run = '';
  const visible = new Set<Row>();
  const rowOf = new WeakMap<Element, Row>();
  const observer = new IntersectionObserver(entries => {
    for (const { target, isIntersecting } of entries) {
      const row = rowOf.get(target)!;
      row.see(isIntersecting);
      if (!isIntersecting) visible.delete(row);
      else {
        visible.add(row);
        row.drawSpark(store, ranking);
      }
    }
  });

  store.onDraw(['run', 'prefs'], () => {
    const blocks = store.loaded?.blocks ?? [];
    const { columns } = store;
    const key = JSON.stringify([store.run?.id, blocks, columns.map(column => column.key)]);
    if (key === run) return;
    run = key;
    const shown = [null, ...columns].map(column => {
      const own = column?.key ?? 'block';
      const cell = headOf.get(own) ?? head(column, store, hover);
      headOf.set(own, cell);
      return cell;
    });
    heads.replaceChildren(...shown);
    layOut(element, columns);
    observer.disconnect();
    visible.clear();
    rows = blocks.map((name, block) => new Row(block, name, columns));
    for (const row of rows) {
      rowOf.set(row.element, row);
      observer.observe(row.element);
    }
    rows[0]?.element.setAttribute('tabindex', '0');
    arrange();
  });
  const arrange = () => {
    if (store.order.length !== rows.length) return;
    const focused = document.activeElement;
    body.replaceChildren(...store.order.map(block => rows[block]!.element));
    if (focused instanceof HTMLElement && body.contains(focused)) focused.focus();
  };
  store.onDraw(['order'], arrange);
  let written = Number.NEGATIVE_INFINITY;
  const parts = ['run', 'table', 'pointer', 'prefs', 'lift', 'status', 'theme', 'order'] as const;
  store.onDraw(parts, () => {
    // While the run goes on, rows that are scrolled out of sight are written once a second.
    const now = performance.now();
    const all = store.status.state !== 'running' || now - written > 1000;
    if (all) written = now;
    for (const row of all ? rows : visible) row.show(store, ranking);
    element.classList.toggle('at-pointer', store.pointer !== null);
  });
  store.onDraw(['run', 'table', 'lift', 'prefs', 'theme', 'order'], () => {
    for (const row of visible) row.drawSpark(store, ranking);
  });

  // A block lifted from a chart is shown in the table, where that moves nothing but the table.
  store.onDraw(['lift'], () => {
    if (ranking.held || store.lifted < 0 || innerWidth < 700) return;
    rows[store.lifted]?.element.scrollIntoView({ block: 'nearest' });
  });

  const target = (event: Event) => {
    const found = (event.target as Element).closest('tbody tr');
    return found === null ? undefined : rowOf.get(found);
  };
  body.addEventListener('pointerover', event => {
    ranking.held = true;
    actions.lift(target(event)?.block ?? -1);
  });
  body.addEventListener('pointerleave', () => {
    ranking.held = body.contains(document.activeElement);
    actions.lift(-1);
  });
  body.addEventListener('focusin', event => {
    const row = target(event);
    ranking.held = true;
    for (const other of rows) other.element.setAttribute('tabindex', other === row ? '0' : '-1');
    if (row !== undefined) actions.lift(row.block);
  });
  body.addEventListener('focusout', event => {
    if (body.contains(event.relatedTarget as Node | null)) return;
    ranking.held = false;
    actions.lift(-1);
  });
  body.addEventListener('click', event => {
    const row = target(event);
    if (row === undefined) return;
    const button = (event.target as Element).closest('button');
    if (button === row.gutter) actions.toggleBreak(row.block);
    else if (button === row.swatch) actions.toggleLine(row.name);
    else if (button === row.more) menu.open(row, row.more.getBoundingClientRect());
    else actions.choose(row.name);
  });
  body.addEventListener('dblclick', event => {
    const row = target(event);
    if (row !== undefined && (event.target as Element).closest('button') === null) {
      void actions.act({ kind: 'reveal', block: row.name });
    }
  });
  body.addEventListener('contextmenu', event => {
    const row = target(event);
    if (row === undefined) return;
    event.preventDefault();
    const keyboard = event.clientX === 0 && event.clientY === 0;
    const place = new DOMRect(event.clientX, event.clientY, 0, 0);
    menu.open(row, keyboard ? row.element.getBoundingClientRect() : place);
  });
  body.addEventListener('keydown', event => {
    const row = target(event);
    if (row === undefined || event.target !== row.element) return;
    if (onKey(event, row, body, menu, actions)) event.preventDefault();
  });
  return el('div', { class: 'table' }, element);
}

/** Share of a letter of a title's longer line: where there is little room a title breaks into two, between its words alone. */
const letterShare = 2.7;

/** Letters of the longer line where the title breaks into two as evenly as it can. */
function longerLine(title: string): number {
  const words = title.split(' ');
  const broken = words.slice(1).map((_, i) => {
    const first = words.slice(0, i + 1).join(' ').length;
    return Math.max(first, title.length - first - 1);
  });
  return Math.min(title.length, ...broken);
}

/** So many columns have room for titles on one line and for a curve, at the default size of the panel. */
const fewColumns = 4;

/** How wide a column is beside the others, in three kinds of room. */
function layOut(element: HTMLElement, columns: readonly Column[]): void {
  element.classList.toggle('many', columns.length > fewColumns);
  const widths = columns.map(({ limit }, i) => (limit !== null ? 2 : i === 0 ? 1 : 0));
  const shares = {
    wide: [25, 14, 24, 23],
    narrow: [36, 18, 18, 22],
    narrowest: [25, 17, 19, 22],
  } as const;
  for (const [name, [names, ...share]] of Object.entries(shares)) {
    const least = (i: number) =>
      name === 'wide' ? 0 : letterShare * longerLine(columns[i]!.title);
    const all = [names, ...widths.map((kind, i) => Math.max(share[kind], least(i)))];
    element.style.setProperty(`--${name}`, all.map(part => `${part}fr`).join(' '));
  }
}

/** Arrows, Home and End: another row. Enter: its line in the editor. Space: keeps it lifted. H: its line. B: a breakpoint. */
function onKey(
  event: KeyboardEvent,
  row: Row,
  body: HTMLElement,
  menu: RowMenu,
  actions: Actions,
): boolean {
  const focus = (other: Element | null) => {
    if (other instanceof HTMLElement) other.focus();
    return true;
  };
  switch (event.key) {
    case 'ArrowDown':
      return focus(row.element.nextElementSibling);
    case 'ArrowUp':
      return focus(row.element.previousElementSibling);
    case 'Home':
      return focus(body.firstElementChild);
    case 'End':
      return focus(body.lastElementChild);
    case 'Enter':
      void actions.act({ kind: 'reveal', block: row.name });
      return true;
    case ' ':
      actions.choose(row.name);
      return true;
    case 'h':
      actions.toggleLine(row.name);
      return true;
    case 'b':
      actions.toggleBreak(row.block);
      return true;
    case 'ContextMenu':
      menu.open(row, row.element.getBoundingClientRect());
      return true;
    case 'F10':
      if (!event.shiftKey) return false;
      menu.open(row, row.element.getBoundingClientRect());
      return true;
    default:
      return false;
  }
}
