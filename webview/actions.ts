import type { PageAction } from '../solver/wire/panel.ts';
import { type Bridge, FocusKeeper } from './bridge.ts';
import type { Store } from './store.ts';

/** Actions that move the run. */
const moves: ReadonlySet<PageAction['kind']> = new Set([
  'stepBlock',
  'stepSweep',
  'stepBack',
  'goTo',
  'goSweep',
  'pause',
  'setOrdering',
  'setStepSize',
  'freeze',
]);

/**
 * Sends the views' actions to the host. Of requests to go to or show a step only the newest counts, and one is in flight
 * at a time.
 */
export class Actions {
  readonly #bridge: Bridge;
  readonly #store: Store;
  readonly #focus: FocusKeeper;
  /** A refusal's sentence, for the status. */
  readonly #refused: (text: string) => void;
  #target: number | null = null;
  #asked: number | null = null;
  #looked: number | null = null;

  constructor(bridge: Bridge, store: Store, refused: (text: string) => void) {
    this.#bridge = bridge;
    this.#store = store;
    this.#focus = new FocusKeeper(bridge);
    this.#refused = refused;
  }

  async act(action: PageAction): Promise<void> {
    if (moves.has(action.kind)) this.#focus.acted();
    const refusal = await this.#bridge.act(action);
    if (refusal !== null) this.#refused(refusal);
  }

  goTo(k: number): void {
    if (k === (this.#store.going ?? this.#store.status.k)) return;
    const under = this.#store.going !== null;
    this.#target = k;
    this.#store.going = k;
    this.#store.change('status');
    if (!under) void this.#go();
  }

  goSweep(k: number, forward: boolean): void {
    if (this.#store.going === null) void this.act({ kind: 'goSweep', k, forward });
  }

  async #go(): Promise<void> {
    while (this.#target !== null) {
      const k = this.#target;
      this.#target = null;
      await this.act({ kind: 'goTo', k });
    }
    this.#store.going = null;
    this.#store.change('status');
  }

  /** Shows the values at step k in the table, and the second line; null: neither. */
  point(k: number | null): void {
    const store = this.#store;
    if (k === (store.pointer?.k ?? null)) return;
    store.pointer = k === null ? null : { k, values: null };
    if (k === null) this.#looked = null;
    else this.#look(k);
    store.change('pointer');
  }

  /** The answer to the question for the values at a step. */
  values(values: NonNullable<Store['pointer']>['values']): void {
    const { pointer } = this.#store;
    this.#asked = null;
    if (pointer !== null && values !== null) {
      this.#store.pointer = { k: pointer.k, values };
      this.#store.change('pointer');
    }
    const next = this.#looked;
    this.#looked = null;
    if (next !== null && next !== values?.k) this.#look(next);
  }

  #look(k: number): void {
    if (this.#asked !== null) {
      this.#looked = k;
      return;
    }
    this.#asked = k;
    this.#bridge.send({ kind: 'valuesAt', k });
  }

  lift(block: number): void {
    if (block === this.#store.lifted) return;
    this.#store.lift(block);
    const name = this.#store.loaded?.blocks[block] ?? null;
    this.#bridge.send({ kind: 'act', id: 0, action: { kind: 'lift', block: name } });
  }

  /** Keeps the block lifted, or lets it go. */
  choose(name: string): void {
    this.#store.choose({ chosen: this.#store.prefs.chosen === name ? null : name });
  }

  toggleLine(name: string): void {
    const { hidden } = this.#store.prefs;
    const others = hidden.filter(other => other !== name);
    this.#store.choose({ hidden: others.length < hidden.length ? others : [...hidden, name] });
  }

  toggleBreak(block: number): void {
    const { table, loaded } = this.#store;
    const name = loaded?.blocks[block];
    if (name === undefined) return;
    void this.act({ kind: 'breakOn', block: name, value: table?.breakOn[block] !== 1 });
  }

  zoom(fromK: number, toK: number): void {
    const { run, status } = this.#store;
    if (run === null) return;
    const from = Math.max(0, Math.min(fromK, toK - 2));
    const all = from <= 0 && toK >= status.end;
    this.#store.choose({ zoom: all ? null : { run: run.id, fromK: from, toK } });
  }

  resetZoom(): void {
    this.#store.choose({ zoom: null });
  }
}
