import { formatCount } from '../../solver/core/words.ts';
import type { RunState, ShownFinding } from '../../solver/wire/panel.ts';
import type { Actions } from '../actions.ts';
import type { Store } from '../store.ts';
import { busyRing, el, icon, setText, textButton } from '../ui/elements.ts';

/** Shown while there is no run: what this is for, and how to begin. */
export function empty(store: Store, actions: Actions): HTMLElement {
  const recent = el('ul', { class: 'recent', 'aria-label': 'Launch configurations' });
  const start = textButton('Debug a problem', 'primary', () => {
    void actions.act({ kind: 'debugProblem' });
  });
  const element = el(
    'section',
    { class: 'empty' },
    el(
      'p',
      {},
      'Step a block-coordinate method one block update at a time, back and forth, and see which block stalls and which step is too long.',
    ),
    start,
    recent,
  );
  store.onDraw(['run', 'recent'], () => {
    element.hidden = store.run !== null;
    recent.hidden = store.recent.length === 0;
    const items = store.recent.slice(0, 6).map(launch => {
      const button = el('button', { type: 'button', class: 'link' }, launch.name);
      button.addEventListener('click', () => void actions.act({ kind: 'launch', launch }));
      return el('li', {}, icon('continue'), button);
    });
    recent.replaceChildren(...items);
  });
  return element;
}

/** Shown until the problem is loaded: the current activity and its progress. */
export function starting(store: Store): HTMLElement {
  const text = el('p');
  const bar = el('progress', { max: '1', 'aria-label': 'Loading' });
  const ring = busyRing();
  const element = el('section', { class: 'starting' }, ring, text, bar);
  store.onDraw(['run', 'status'], () => {
    const { state, text: said, progress } = store.status;
    element.hidden = store.run === null || store.loaded !== null;
    const busy = state === 'starting';
    setText(text, said === '' && busy ? `Starting ${store.run?.name ?? ''}…` : said);
    bar.hidden = !busy || progress === null;
    ring.hidden = !busy || progress !== null;
    if (progress !== null) bar.value = progress;
  });
  return element;
}

/** States whose sentence gets a line of its own; the others say it in the status. */
const loud: Partial<Readonly<Record<RunState, 'info' | 'warning' | 'error'>>> = {
  converged: 'info',
  budget: 'info',
  nonfinite: 'error',
  failed: 'error',
  crashed: 'error',
  trace: 'info',
};

/** What Continue will do where a criterion or the budget has ended the run. */
export const goesOn: Partial<Readonly<Record<RunState, string>>> = {
  converged: 'Continue goes on past this criterion.',
  budget: 'Continue goes on past this budget.',
};

/** The state's sentence (the criterion and its value, what failed), what was found since the last stop, and refusals. */
export function notice(store: Store, actions: Actions) {
  const text = el('span');
  const restart = textButton('Restart from the last step', 'primary', () => {
    void actions.act({ kind: 'restartFromKeyframe' });
  });
  const found = el('ul', { class: 'found', 'aria-label': 'Findings' });
  const line = el('div', { class: 'notice', role: 'alert' }, icon('warning'), text, restart);
  const element = el('div', { class: 'notices' }, line, found);
  let refusal: string | null = null;
  store.onDraw(['run', 'status', 'marks'], () => {
    const { state, text: said, found: findings } = store.status;
    const level = refusal !== null ? 'warning' : loud[state];
    // A finding that stopped the run is named below, with its step.
    const own = findings.some(finding => finding.text === said) ? '' : said;
    const sentence = refusal ?? [own, goesOn[state] ?? ''].filter(part => part !== '').join(' ');
    const quiet =
      sentence === '' || store.loaded === null || (level === undefined && state !== 'paused');
    line.hidden = quiet;
    line.dataset['level'] = level ?? 'plain';
    setText(text, quiet ? '' : sentence);
    restart.hidden = state !== 'crashed';
  });
  let shown = '';
  store.onDraw(['run', 'status'], () => {
    const { found: findings, foundCount } = store.status;
    const key = JSON.stringify([findings, foundCount]);
    if (key === shown) return;
    shown = key;
    found.hidden = findings.length === 0;
    const more = foundCount - findings.length;
    const items = findings.map(finding => el('li', {}, foundButton(finding, actions)));
    if (more > 0) items.unshift(el('li', { class: 'more-found' }, `${formatCount(more)} before`));
    found.replaceChildren(...items);
  });
  store.onDraw(['table'], () => {
    // The run moved on, so what was refused before is of no interest any more.
    if (refusal === null) return;
    refusal = null;
    store.change('status');
  });
  return {
    element,
    refuse(sentence: string) {
      refusal = sentence;
      store.change('status');
    },
  };
}

/** A finding in words; a press goes to its step. */
function foundButton({ k, text, serious }: ShownFinding, actions: Actions): HTMLElement {
  const button = el(
    'button',
    { type: 'button', class: serious ? 'serious' : '', title: `Go to step ${k}` },
    icon('warning'),
    el('strong', {}, `step ${formatCount(k)}`),
    el('span', {}, text),
  );
  button.addEventListener('click', () => actions.goTo(k));
  return button;
}
