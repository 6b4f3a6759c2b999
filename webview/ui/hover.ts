import type { MetricInfo } from '../../solver/wire/run.ts';
import { el } from './elements.ts';

/** Milliseconds that the pointer rests before an explanation is shown. */
const rest = 350;

/** What a number means: name, formula, unit, and when it is measured. One box for the whole page. */
export class Hover {
  readonly element = el('div', { class: 'hover', role: 'tooltip', id: 'explanation' });
  #timer = 0;
  #owner: HTMLElement | null = null;

  constructor() {
    this.element.hidden = true;
    addEventListener('keydown', event => {
      if (event.key === 'Escape') this.#hide();
    });
    addEventListener('scroll', () => this.#hide(), true);
  }

  /** Shows it while the pointer rests on the element or the focus is in it. */
  explain(element: HTMLElement, info: () => MetricInfo | null): void {
    const show = () => {
      const metric = info();
      if (metric !== null) this.#show(element, metric);
    };
    element.addEventListener('pointerenter', () => {
      this.#timer = window.setTimeout(show, rest);
    });
    element.addEventListener('pointerleave', () => this.#hide());
    element.addEventListener('focusin', show);
    element.addEventListener('focusout', () => this.#hide());
  }

  #show(owner: HTMLElement, { title, formula, unit, cost, name }: MetricInfo): void {
    const when = cost === 'block' ? 'measured at every block update' : 'measured when a sweep ends';
    const facts = [unit === '' ? null : `in ${unit}`, when].filter(fact => fact !== null);
    this.element.replaceChildren(
      el('strong', {}, title),
      el('code', {}, name),
      el('p', {}, formula),
      el('p', { class: 'quiet' }, facts.join(', ')),
    );
    this.#owner = owner;
    owner.setAttribute('aria-describedby', this.element.id);
    this.element.hidden = false;
    const box = owner.getBoundingClientRect();
    const own = this.element.getBoundingClientRect();
    const below = box.bottom + 4 + own.height < innerHeight;
    const top = below ? box.bottom + 4 : Math.max(4, box.top - own.height - 4);
    const left = Math.max(4, Math.min(box.left, innerWidth - own.width - 4));
    this.element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  #hide(): void {
    clearTimeout(this.#timer);
    this.#owner?.removeAttribute('aria-describedby');
    this.#owner = null;
    this.element.hidden = true;
  }
}
