import { formatCount } from '../../solver/core/words.ts';
import { stateWords } from '../../solver/wire/state.ts';
import type { Store } from '../store.ts';
import { el, setAttribute, setText } from '../ui/dom.ts';

/**
 * Sweep, step, block, ordering and state in words. Announced to screen readers when the run stops or starts, not at every
 * frame.
 */
export function status(store: Store): HTMLElement {
  const state = el('strong');
  const place = el('span');
  const element = el('div', { class: 'status', role: 'status' }, state, place);
  store.onDraw(['run', 'status'], () => {
    const { status: run, loaded } = store;
    element.hidden = store.run === null;
    setAttribute(element, 'aria-live', run.state === 'running' ? 'off' : 'polite');
    setAttribute(element, 'data-state', run.state);
    setText(state, stateWords[run.state]);
    if (loaded === null) {
      setText(place, '');
      return;
    }
    const block = loaded.blocks[run.block];
    const moved = run.state === 'running' ? 'at' : 'next';
    const pending = run.pendingOrdering;
    const waiting = pending === null ? '' : `, ${pending} from the next sweep on`;
    const parts = [
      `sweep ${formatCount(run.sweep)}`,
      `step ${formatCount(run.k)}${run.k < run.end ? `/${formatCount(run.end)}` : ''}`,
      ...(block === undefined
        ? []
        : [`${moved} ${block}${run.more > 0 ? ` and ${formatCount(run.more)} more` : ''}`]),
      `${run.ordering}${waiting}`,
    ];
    setText(place, ` · ${parts.join(' · ')}`);
    setAttribute(element, 'title', element.textContent);
  });
  return element;
}
