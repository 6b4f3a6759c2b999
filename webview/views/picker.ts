import type { Store } from '../store.ts';
import { el, toolButton } from '../ui/elements.ts';
import { columnsOf, hasChart } from './metrics.ts';

const title = 'Charts and columns';

/** Which metrics have a chart, and which columns the table has. Closes on Escape and on a click elsewhere. */
export class Picker {
  readonly element = el('div', { class: 'menu picker', role: 'dialog', 'aria-label': title });
  readonly #store: Store;
  #opener: HTMLElement | null = null;

  constructor(store: Store) {
    this.#store = store;
    this.element.hidden = true;
    document.addEventListener('pointerdown', event => {
      const target = event.target as Node;
      if (!this.element.contains(target) && !this.#opener?.contains(target)) this.#close(false);
    });
    addEventListener('blur', () => this.#close(false));
    addEventListener('resize', () => this.#place());
    this.element.addEventListener('keydown', event => {
      if (event.key !== 'Escape') return;
      this.#close(true);
      event.stopPropagation();
    });
  }

  /** Opens below the button; closes, where it is open. */
  toggle(opener: HTMLElement): void {
    if (!this.element.hidden) {
      this.#close(true);
      return;
    }
    this.#opener = opener;
    this.#fill();
    this.element.hidden = false;
    this.#place();
    this.element.querySelector('input')?.focus();
  }

  /** Below its button, inside of the window, wherever that has gone. */
  #place(): void {
    if (this.element.hidden || this.#opener === null) return;
    // Where it stands must not decide how wide it can be.
    this.element.style.transform = '';
    const { right, bottom } = this.#opener.getBoundingClientRect();
    const own = this.element.getBoundingClientRect();
    const x = Math.max(4, Math.min(right - own.width, innerWidth - own.width - 4));
    const y = Math.max(4, Math.min(bottom + 2, innerHeight - own.height - 4));
    this.element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }

  #fill(): void {
    const { loaded, charts, columns } = this.#store;
    const metrics = loaded?.metrics ?? [];
    const shownCharts = charts.map(({ name }) => name);
    const shownColumns = columns.map(({ key }) => key);
    const chartBoxes = metrics.filter(hasChart).map(({ name, title }) => ({ key: name, title }));
    const unmeasured = (loaded?.unmeasured ?? []).map(({ name, title }) =>
      el('p', {}, `${title}: not measured; add "${name}" to the diagnostics.`),
    );
    this.element.replaceChildren(
      group('Charts', chartBoxes, shownCharts, chosen => this.#store.choose({ charts: chosen })),
      group('Columns', columnsOf(metrics), shownColumns, chosen =>
        this.#store.choose({ columns: chosen }),
      ),
      el(
        'div',
        { class: 'notes' },
        ...unmeasured,
        el('p', {}, 'More metrics: "diagnostics" in launch.json.'),
      ),
    );
  }

  #close(back: boolean): void {
    if (this.element.hidden) return;
    this.element.hidden = true;
    if (back) this.#opener?.focus();
  }
}

export function pickerButton(picker: Picker): HTMLElement {
  const button = toolButton(title, 'pick', () => picker.toggle(button as unknown as HTMLElement));
  const element = button as unknown as HTMLElement;
  element.setAttribute('aria-haspopup', 'dialog');
  return element;
}

/** A list of boxes; `choose` is given the keys of those that are ticked. */
function group(
  name: string,
  boxes: readonly { readonly key: string; readonly title: string }[],
  ticked: readonly string[],
  choose: (keys: readonly string[]) => void,
): HTMLElement {
  const inputs = boxes.map(({ key }) => {
    const input = el('input', { type: 'checkbox', value: key });
    input.checked = ticked.includes(key);
    input.addEventListener('change', () => {
      choose(inputs.filter(({ checked }) => checked).map(({ value }) => value));
    });
    return input;
  });
  const labels = boxes.map(({ title }, i) => el('label', {}, inputs[i]!, title));
  return el('fieldset', {}, el('legend', {}, name), ...labels);
}
