import type { Ability } from '../../../solver/wire/facts.ts';
import type { Actions } from '../../actions.ts';
import type { Store } from '../../store.ts';
import { el, setText, textButton, textField } from '../../ui/elements.ts';
import type { Row } from './row-and-head.ts';

interface Item {
  readonly text: string;
  /** Why it cannot be chosen. */
  readonly refusal?: string | null;
  readonly run: () => void;
}

/** What can be done with a block. Closes on Escape, on a click elsewhere and after a choice, and gives the focus back. */
export class RowMenu {
  readonly element = el('div', { class: 'menu' });
  readonly #store: Store;
  readonly #actions: Actions;
  #row: Row | null = null;
  #place = new DOMRect();

  constructor(store: Store, actions: Actions) {
    this.#store = store;
    this.#actions = actions;
    this.element.hidden = true;
    document.addEventListener('pointerdown', event => {
      if (!this.element.hidden && !this.element.contains(event.target as Node)) this.#close(false);
    });
    addEventListener('blur', () => this.#close(false));
    addEventListener('resize', () => this.#stand());
    this.element.addEventListener('keydown', event => this.#onKey(event));
  }

  open(row: Row, place: DOMRect): void {
    this.#row = row;
    this.#place = place;
    const items = this.#items(row).map(item => this.#button(item));
    this.element.setAttribute('role', 'menu');
    this.element.setAttribute('aria-label', `Actions for ${row.name}`);
    this.#show(items);
    items.find(item => item.getAttribute('aria-disabled') === null)?.focus();
  }

  #items(row: Row): Item[] {
    const { loaded, table, status } = this.#store;
    const { name, block } = row;
    const over =
      status.state === 'trace' ? 'The session is over, so its steps can only be viewed.' : null;
    const cannot = (ability: Ability) => {
      const can = loaded?.abilities[ability] ?? true;
      return over ?? (can === true ? null : can);
    };
    const refusal = cannot('editStepSize');
    const frozen = table?.frozen[block] === 1;
    const stops = table?.breakOn[block] === 1;
    const act = (action: Parameters<Actions['act']>[0]) => () => void this.#actions.act(action);
    return [
      { text: 'Set step size…', refusal, run: () => this.#askStep(row) },
      {
        text: 'Step size from the step rule',
        refusal,
        run: act({ kind: 'setStepSize', block: name, value: null }),
      },
      {
        text: frozen ? 'Thaw' : 'Freeze',
        refusal: cannot('editFrozen'),
        run: act({ kind: 'freeze', block: name, value: !frozen }),
      },
      {
        text: stops ? 'Remove breakpoint' : 'Break before this block',
        refusal: cannot('breakpoints'),
        run: () => this.#actions.toggleBreak(block),
      },
      { text: 'Show in the editor', run: act({ kind: 'reveal', block: name }) },
      {
        text: this.#store.isHidden(name) ? 'Show its line' : 'Hide its line',
        run: () => this.#actions.toggleLine(name),
      },
    ];
  }

  #button({ text, refusal = null, run }: Item): HTMLElement {
    const button = el('button', { type: 'button', role: 'menuitem', tabindex: '-1' }, text);
    if (refusal !== null) {
      button.setAttribute('aria-disabled', 'true');
      button.title = refusal;
      return button;
    }
    button.addEventListener('click', () => {
      this.#close(true);
      run();
    });
    return button;
  }

  /** A step size, checked here as the solver would check it. */
  #askStep(row: Row): void {
    const now = this.#store.table?.columns['stepSize']?.[row.block] ?? Number.NaN;
    const field = textField(`Step size of ${row.name}`, Number.isNaN(now) ? '' : String(now));
    const wrong = el('p', { class: 'wrong', role: 'alert' });
    const apply = () => {
      const value = Number(field.value.trim());
      if (field.value.trim() === '' || !(value > 0) || !Number.isFinite(value)) {
        setText(wrong, 'A step size is a number above 0.');
        return;
      }
      this.#close(true);
      void this.#actions.act({ kind: 'setStepSize', block: row.name, value });
    };
    field.addEventListener('keydown', event => {
      if (event.key === 'Enter') apply();
    });
    this.element.setAttribute('role', 'dialog');
    this.#row = row;
    this.#show([field, wrong, textButton('Set', 'primary', apply)]);
    requestAnimationFrame(() => field.focus());
  }

  #show(children: readonly HTMLElement[]): void {
    this.element.replaceChildren(...children);
    this.element.hidden = false;
    this.#stand();
  }

  /** At its place, inside of the window. */
  #stand(): void {
    if (this.element.hidden) return;
    const own = this.element.getBoundingClientRect();
    const { left, bottom, top } = this.#place;
    const x = Math.max(4, Math.min(left, innerWidth - own.width - 4));
    const below = bottom + own.height < innerHeight - 4;
    const y = below ? bottom : Math.max(4, Math.min(top, innerHeight - own.height - 4));
    this.element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }

  #close(back: boolean): void {
    if (this.element.hidden) return;
    this.element.hidden = true;
    if (back) this.#row?.element.focus();
    this.#row = null;
  }

  #onKey(event: KeyboardEvent): void {
    const items = [...this.element.querySelectorAll<HTMLElement>('[role=menuitem]')];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const focus = (index: number) => items[(index + items.length) % items.length]?.focus();
    if (event.key === 'Escape' || (event.key === 'Tab' && items.length > 0)) this.#close(true);
    else if (event.key === 'ArrowDown' && items.length > 0) focus(at + 1);
    else if (event.key === 'ArrowUp' && items.length > 0) focus(at - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
