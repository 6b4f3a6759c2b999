import { formatCount } from '../../solver/core/words.ts';
import type { Mark } from '../../solver/wire/panel.ts';
import type { BranchInfo } from '../../solver/wire/protocol.ts';
import type { Actions } from '../actions.ts';
import type { Store } from '../store.ts';
import { el, setAttribute } from '../ui/elements.ts';

/** Steps from 0 to the end of what was computed, as a line whose handle is where the run stands. */
export function timeline(store: Store, actions: Actions): HTMLElement {
  const done = el('div', { class: 'done' });
  const computed = el('div', { class: 'computed' });
  const zoom = el('div', { class: 'zoom' });
  const handle = el('div', { class: 'handle' });
  const marks = el('div', { class: 'marks' });
  const branches = el('div', { class: 'branches' });
  const track = el('div', { class: 'track' }, computed, done, zoom, handle);
  const slider = el(
    'div',
    { class: 'slider', role: 'slider', tabindex: '0', 'aria-label': 'Time', 'aria-valuemin': '0' },
    track,
  );
  // The buttons stand over the slider and not in it: a control within a control cannot be reached by everybody.
  const element = el(
    'div',
    { class: 'time' },
    slider,
    el('div', { class: 'over' }, branches, marks),
  );
  let dragged: number | null = null;
  /** The last step that the line covers: branches included. */
  const extent = () =>
    Math.max(1, store.status.end, ...store.marks.branches.map(branch => branch.end));
  const at = (k: number) => `${(100 * k) / extent()}%`;

  store.onDraw(['marks', 'run'], () => {
    const from = (id: string | null) => store.marks.branches.find(one => one.id === id)?.from;
    marks.replaceChildren(
      ...store.marks.marks.map(mark => markButton(mark, from(mark.branch) ?? mark.k, actions)),
    );
    branches.replaceChildren(...store.marks.branches.map(branch => branchLine(branch, actions)));
  });
  store.onDraw(['run', 'status', 'marks', 'prefs', 'pointer', 'traces'], () => {
    const { status, window } = store;
    const k = dragged ?? store.going ?? status.k;
    done.style.width = at(k);
    computed.style.width = at(status.end);
    handle.style.left = at(k);
    zoom.hidden = window.toK === null;
    zoom.style.left = at(window.fromK);
    zoom.style.width = at((window.toK ?? 0) - window.fromK);
    for (const [i, mark] of store.marks.marks.entries()) {
      const button = marks.children[i] as HTMLElement;
      button.style.left = at(mark.k);
      // Where the run stands the handle can be grasped.
      button.classList.toggle('under-handle', mark.k === k);
    }
    for (const [i, { from, end }] of store.marks.branches.entries()) {
      const line = branches.children[i] as HTMLElement;
      line.style.left = at(from);
      line.style.width = at(end - from);
    }
    setAttribute(slider, 'aria-valuemax', String(status.end));
    setAttribute(slider, 'aria-valuenow', String(k));
    const block = store.loaded?.blocks[status.block];
    const next = block === undefined ? '' : `, next ${block}`;
    setAttribute(slider, 'aria-valuetext', `step ${k}, sweep ${status.sweep}${next}`);
  });

  const stepAt = (event: PointerEvent) => {
    const box = track.getBoundingClientRect();
    const k = Math.round(((event.clientX - box.left) / box.width) * extent());
    return Math.max(0, Math.min(store.status.end, k));
  };
  element.addEventListener('pointerdown', event => {
    if (event.button !== 0 || (event.target as Element).closest('button') !== null) return;
    element.setPointerCapture(event.pointerId);
    dragged = stepAt(event);
    actions.point(dragged);
    actions.goTo(dragged);
  });
  element.addEventListener('pointermove', event => {
    if (dragged === null) {
      actions.point(stepAt(event));
      return;
    }
    if (stepAt(event) === dragged) return;
    dragged = stepAt(event);
    actions.point(dragged);
    actions.goTo(dragged);
  });
  const drop = () => {
    dragged = null;
    actions.point(null);
  };
  element.addEventListener('pointerup', drop);
  element.addEventListener('pointercancel', drop);
  element.addEventListener('pointerleave', () => {
    if (dragged === null) actions.point(null);
  });
  slider.addEventListener('keydown', event => {
    if (!onKey(event, store, actions)) return;
    event.preventDefault();
  });
  return element;
}

/** Arrows: a step, with Shift a sweep; Home and End: the ends; Page Up and Down: the mark before and after. */
function onKey(event: KeyboardEvent, store: Store, actions: Actions): boolean {
  const { end } = store.status;
  const k = store.going ?? store.status.k;
  const places = store.marks.marks.flatMap(({ k, branch }) => (branch === null ? [k] : []));
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      if (event.shiftKey) actions.goSweep(k, false);
      else actions.goTo(Math.max(0, k - 1));
      return true;
    case 'ArrowRight':
    case 'ArrowUp':
      if (event.shiftKey) actions.goSweep(k, true);
      else actions.goTo(Math.min(end, k + 1));
      return true;
    case 'Home':
      actions.goTo(0);
      return true;
    case 'End':
      actions.goTo(end);
      return true;
    case 'PageUp':
      actions.goTo(Math.max(0, ...places.filter(place => place < k)));
      return true;
    case 'PageDown':
      actions.goTo(Math.min(end, ...places.filter(place => place > k)));
      return true;
    default:
      return false;
  }
}

/** A mark that goes to step `to` when it is pressed: its own, or of a branch where that leaves the run. */
function markButton(mark: Mark, to: number, actions: Actions): HTMLElement {
  const { kind, k, text, serious, branch } = mark;
  const label = `${branch === null ? 'Step' : 'Branch, step'} ${formatCount(k)}: ${text}`;
  const button = el('button', {
    type: 'button',
    class: `mark mark-${kind}${serious ? ' serious' : ''}${branch === null ? '' : ' on-branch'}`,
    'aria-label': label,
    title: label,
    tabindex: '-1',
  });
  button.addEventListener('click', () => actions.goTo(to));
  return button;
}

function branchLine({ from, end, text }: BranchInfo, actions: Actions): HTMLElement {
  const label = `Branch from step ${formatCount(from)} to ${formatCount(end)}: ${text}`;
  const attributes = { type: 'button', 'aria-label': label, title: label, tabindex: '-1' };
  const button = el('button', { class: 'branch', ...attributes });
  button.addEventListener('click', () => actions.goTo(from));
  return button;
}
