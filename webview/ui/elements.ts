import {
  type Button,
  type Dropdown,
  provideVSCodeDesignSystem,
  type TextField,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

type Attributes = Readonly<Record<string, string>>;

/** An element with attributes and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes?: Attributes,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K];
export function el(
  tag: string,
  attributes?: Attributes,
  ...children: readonly (Node | string)[]
): HTMLElement;
export function el(
  tag: string,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Writes a text only where it differs, so that nothing is laid out or announced anew. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Writes an attribute only where it differs; null takes it away. */
export function setAttribute(element: Element, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** Outlines on a grid of 16 × 16, drawn in the text's colour. */
const shapes = {
  continue: 'M4 3l9 5-9 5z',
  pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  stepBlock: 'M2 7.25h7.2L6.6 4.6l1.1-1.1L12.2 8l-4.5 4.5-1.1-1.1 2.6-2.65H2z',
  stepSweep: 'M2 7.25h6.2L5.6 4.6l1.1-1.1L11.2 8l-4.5 4.5-1.1-1.1 2.6-2.65H2zM12.5 3H14v10h-1.5z',
  stepBack: 'M14 8.75H6.8l2.6 2.65-1.1 1.1L3.8 8l4.5-4.5 1.1 1.1-2.6 2.65H14z',
  swap: 'M10.4 2.4L14 6l-3.6 3.6-1-1 1.9-1.9H3V5.3h8.3L9.4 3.4zM5.6 6.4l1 1-1.9 1.9H13v1.4H4.7l1.9 1.9-1 1L2 10z',
  reset:
    'M7 2a5 5 0 013.9 8.1l3.3 3.3-1 1-3.2-3.3A5 5 0 117 2zm0 1.4a3.6 3.6 0 100 7.2 3.6 3.6 0 000-7.2zM4.8 6.3h4.4v1.4H4.8z',
  pick: 'M2 3h3v3H2zM6.5 3.8H14v1.4H6.5zM2 7h3v3H2zM6.5 7.8H14v1.4H6.5zM2 11h3v3H2zM6.5 11.8H14v1.4H6.5z',
  warning: 'M8 1.5l7 12.5H1zm-.7 4.7v4.2h1.4V6.2zm0 5.2v1.4h1.4v-1.4z',
  more: 'M3 7h2v2H3zM7 7h2v2H7zM11 7h2v2h-2z',
  frozen: 'M4 3h2.6v10H4zM9.4 3H12v10H9.4z',
} as const;
export type IconName = keyof typeof shapes;

const svg = 'http://www.w3.org/2000/svg';

export function icon(name: IconName): SVGSVGElement {
  const element = document.createElementNS(svg, 'svg');
  element.setAttribute('viewBox', '0 0 16 16');
  element.setAttribute('class', `icon icon-${name}`);
  element.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', shapes[name]);
  path.setAttribute('fill-rule', 'evenodd');
  element.append(path);
  return element;
}

// The one place that knows @vscode/webview-ui-toolkit. Badge and the progress ring with a value are left out:
// they set style attributes, which the page's policy forbids.

export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

/** A button of a toolbar: an icon, and its name beside it where there is room. */
export function toolButton(name: string, iconName: IconName, press: () => void): Button {
  const button = el('vscode-button', { appearance: 'icon', 'aria-label': name, title: name });
  button.append(icon(iconName), el('span', { class: 'label' }, name));
  button.addEventListener('click', press);
  return button as unknown as Button;
}

export function textButton(name: string, appearance: 'primary' | 'secondary', press: () => void) {
  const button = el('vscode-button', { appearance }, name) as unknown as Button;
  button.addEventListener('click', press);
  return button;
}

export interface Choice {
  readonly value: string;
  readonly text: string;
  /** Why it cannot be chosen, or ''. */
  readonly refusal?: string;
}
export interface Choices {
  readonly element: Dropdown;
  /** Replaces the choices where they differ, and selects. */
  show(choices: readonly Choice[], value: string): void;
}

/** A dropdown; `choose` is called for a choice made by a person, not for `show`. */
export function choices(name: string, choose: (value: string) => void): Choices {
  const element = el('vscode-dropdown', { 'aria-label': name, title: name }) as unknown as Dropdown;
  let shown = '';
  let selected = '';
  element.addEventListener('change', () => {
    if (element.value === selected || element.value === '') return;
    selected = element.value;
    choose(selected);
  });
  return {
    element,
    show(list, value) {
      const key = JSON.stringify(list);
      if (key === shown && value === selected) return;
      if (key !== shown) {
        const options = list.map(({ value: own, text, refusal = '' }) => {
          const option = el('vscode-option', { value: own }, text);
          if (refusal !== '') {
            option.setAttribute('disabled', '');
            option.title = refusal;
          }
          return option;
        });
        element.replaceChildren(...options);
        // The dropdown knows its options only after they were slotted.
        requestAnimationFrame(() => {
          element.value = selected;
        });
      }
      shown = key;
      selected = value;
      element.value = value;
    },
  };
}

export function textField(label: string, value: string): TextField {
  return el('vscode-text-field', { value, size: '12' }, label) as unknown as TextField;
}

export function busyRing(): HTMLElement {
  return el('vscode-progress-ring', { 'aria-hidden': 'true' });
}
