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
