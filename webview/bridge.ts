import type { FromPage, PageAction, ToPage } from '../solver/wire/panel.ts';

interface VsCodeApi {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** The page's only connection to the host. */
export class Bridge {
  readonly #api = acquireVsCodeApi();
  #nextAction = 0;
  readonly #pending = new Map<number, (refusal: string | null) => void>();

  /** Frames and values go to `receive`; answers to actions settle their promise. */
  constructor(receive: (message: Exclude<ToPage, { kind: 'acted' }>) => void) {
    addEventListener('message', (event: MessageEvent<ToPage>) => {
      const message = event.data;
      if (message.kind !== 'acted') {
        receive(message);
        return;
      }
      this.#pending.get(message.id)?.(message.refusal);
      this.#pending.delete(message.id);
    });
  }

  send(message: FromPage): void {
    this.#api.postMessage(message);
  }

  /** Settles when the host has carried it out: with null, or with the sentence why not. */
  act(action: PageAction): Promise<string | null> {
    const id = ++this.#nextAction;
    this.send({ kind: 'act', id, action });
    return new Promise(resolve => this.#pending.set(id, resolve));
  }

  get state(): unknown {
    return this.#api.getState();
  }

  save(state: unknown): void {
    this.#api.setState(state);
  }
}

/** The editor takes the focus within so many milliseconds after a stop, on a machine that is busy with other things. */
const grasp = 4000;

/** How long a request for the focus is given before it is made again, in milliseconds. */
const patience = 200;

/** Requests after a loss of the focus; more would take it from where the user went meanwhile. */
const requests = 3;

/**
 * Where the run stops, the debugger gives the focus to the editor. A person who steps from the panel would have to come
 * back for every step, so the page asks for the focus again when it loses it right after an action of theirs, unless the
 * user left the page: the pointer left the page, or the last key was one that leads elsewhere. It asks a few
 * times: the workbench drops a request that the editor overtakes, and the page is not told.
 */
export class FocusKeeper {
  #acted = Number.NEGATIVE_INFINITY;
  /** What had the focus last: the editor takes it from the element first and gives it back to the page alone. */
  #last: EventTarget | null = null;
  #asked = false;

  constructor(bridge: Bridge) {
    document.documentElement.addEventListener('pointerleave', () => this.#letGo());
    addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
      // F1 opens the palette, F6 goes to the next part.
      if (/^(Tab|F1|F6)$/.test(key) || ctrlKey || metaKey || altKey) this.#letGo();
    });
    addEventListener('blur', () => this.#ask(bridge, requests));
    document.addEventListener('focusin', ({ target }) => {
      this.#last = target;
    });
    addEventListener('focus', () => {
      const last = this.#last;
      if (this.#asked && last instanceof HTMLElement) setTimeout(() => restore(last));
      this.#asked = false;
    });
  }

  /** A person let the run move from here. */
  acted(): void {
    if (document.hasFocus()) this.#acted = performance.now();
  }

  #ask(bridge: Bridge, left: number): void {
    if (left === 0 || document.hasFocus() || performance.now() - this.#acted > grasp) return;
    this.#asked = true;
    bridge.send({ kind: 'takeFocus' });
    setTimeout(() => this.#ask(bridge, left - 1), patience);
  }

  #letGo(): void {
    this.#acted = Number.NEGATIVE_INFINITY;
  }
}

/** Unless something else has the focus by now. */
function restore(element: HTMLElement): void {
  if (document.activeElement === document.body) element.focus();
}
