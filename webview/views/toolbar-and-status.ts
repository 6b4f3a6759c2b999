import { formatCount } from '../../solver/core/words.ts';
import type { Ability } from '../../solver/wire/facts.ts';
import type { Axis, PanelAction } from '../../solver/wire/panel.ts';
import { standsStill, stateWords } from '../../solver/wire/state.ts';
import type { Actions } from '../actions.ts';
import type { Scale, Store } from '../store.ts';
import { choices, el, type IconName, setAttribute, setText, toolButton } from '../ui/elements.ts';
import { type Picker, pickerButton } from './picker.ts';
import { goesOn } from './states.ts';

type Simple = 'continue' | 'pause' | 'stepBlock' | 'stepSweep' | 'stepBack' | 'swapOrdering';
const buttons: readonly { kind: Simple; name: string; icon: IconName; needs: Ability }[] = [
  { kind: 'continue', name: 'Continue', icon: 'continue', needs: 'continue' },
  { kind: 'pause', name: 'Pause', icon: 'pause', needs: 'pause' },
  { kind: 'stepBlock', name: 'Step block', icon: 'stepBlock', needs: 'stepUpdate' },
  { kind: 'stepSweep', name: 'Step sweep', icon: 'stepSweep', needs: 'stepSweep' },
  { kind: 'stepBack', name: 'Step back', icon: 'stepBack', needs: 'back' },
  { kind: 'swapOrdering', name: 'Swap ordering', icon: 'swap', needs: 'editOrdering' },
];

const axes: readonly Axis[] = ['step', 'sweep', 'pass'];
const unmeasured = 'Not measured: add "passes" to the diagnostics.';
const scales: readonly { value: Scale; text: string }[] = [
  { value: 'auto', text: 'auto' },
  { value: 'log', text: 'log' },
  { value: 'linear', text: 'linear' },
];

/** The panel's heading, one line of controls, and what the run is doing. */
export function toolbar(store: Store, actions: Actions, picker: Picker): HTMLElement {
  const made = buttons.map(({ kind, name, icon, needs }) => ({
    kind,
    name,
    needs,
    button: toolButton(name, icon, () => void actions.act({ kind } as PanelAction)),
  }));
  const ordering = choices('Ordering', name => {
    void actions.act({ kind: 'setOrdering', ordering: name, when: 'sweep' });
  });
  const x = choices('Horizontal axis', value => store.choose({ axis: value as Axis }));
  const y = choices('Vertical scale', value => {
    const scale = value as Scale;
    const all = store.charts.map(({ name }) => [name, scale]);
    store.choose({ scale: { ...store.prefs.scale, ...Object.fromEntries(all) } });
  });
  const reset = toolButton('Reset zoom', 'reset', () => actions.resetZoom());
  const [run, swap] = [made.slice(0, 5), made.slice(5)];
  const tools = el(
    'div',
    { class: 'tools', role: 'toolbar', 'aria-label': 'Run' },
    ...run.map(({ button }) => button),
    el('span', { class: 'separator' }),
    el('span', { class: 'word', 'aria-hidden': 'true' }, 'ordering'),
    ordering.element,
    ...swap.map(({ button }) => button),
    el('span', { class: 'separator' }),
    el('span', { class: 'word', 'aria-hidden': 'true' }, 'x'),
    x.element,
    el('span', { class: 'word', 'aria-hidden': 'true' }, 'y'),
    y.element,
    pickerButton(picker),
    reset,
  );

  store.onDraw(['run', 'status', 'prefs'], () => {
    const { state, k, end, ordering: present, pendingOrdering } = store.status;
    const stands = standsStill(state) && store.loaded !== null;
    const enabled: Readonly<Record<Simple, boolean>> = {
      continue: stands && (!final.has(state) || k < end),
      pause: state === 'running',
      stepBlock: stands && (!final.has(state) || k < end),
      stepSweep: stands && (!final.has(state) || k < end),
      stepBack: stands && k > 0,
      swapOrdering: (stands || state === 'running') && !final.has(state),
    };
    for (const { kind, name, needs, button } of made) {
      // What the run cannot do is said where the pointer asks for it.
      const can = store.loaded?.abilities[needs] ?? true;
      button.disabled = !enabled[kind] || can !== true;
      const past = kind === 'continue' ? goesOn[state] : undefined;
      button.title = can !== true ? `${name}: ${can}` : (past ?? name);
    }
    const orderings = store.loaded?.orderings ?? [];
    const known = orderings.map(({ name }) => ({ value: name, text: name }));
    const list = known.some(({ value }) => value === present)
      ? known
      : [{ value: present, text: present }, ...known];
    ordering.show(list, pendingOrdering ?? present);
    const canSwap = store.loaded?.abilities.editOrdering === true;
    ordering.element.disabled = !enabled.swapOrdering || !canSwap;
    const offered = new Set<Axis>(store.loaded?.axes ?? ['step', 'sweep']);
    x.show(
      axes.map(axis => ({ value: axis, text: axis, refusal: offered.has(axis) ? '' : unmeasured })),
      store.axis,
    );
    const chosen = new Set(store.charts.map(({ name }) => store.prefs.scale[name] ?? 'auto'));
    const mixed = chosen.size > 1;
    y.show(
      mixed ? [{ value: 'mixed', text: 'mixed' }, ...scales] : scales,
      mixed ? 'mixed' : ([...chosen][0] ?? 'auto'),
    );
    reset.hidden = !store.isZoomed;
  });
  const bar = el('div', { class: 'bar' }, tools, status(store));
  store.onDraw(['run'], () => {
    bar.hidden = store.run === null;
  });
  return el('header', {}, el('h1', { class: 'unseen' }, 'Convergence'), bar);
}

/** States from which nothing more can be computed. */
const final = new Set(['nonfinite', 'failed']);

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
