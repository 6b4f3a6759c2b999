// The one place that knows @vscode/webview-ui-toolkit. Badge and the progress ring with a value are left out:
// they set style attributes, which the page's policy forbids.
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
import { el } from './dom.ts';
import { type IconName, icon } from './icons.ts';

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
