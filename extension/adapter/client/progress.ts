import type { Emit } from './traits.ts';

/** The progress of one long piece of work at a time, for clients that show it. */
export class Progress {
  readonly #emit: Emit;
  #count = 0;
  #active: string | null = null;
  /** Does the client show progress? */
  enabled = false;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Id of what is going on, for `cancel`. */
  get active(): string | null {
    return this.#active;
  }

  begin(title: string, cancellable: boolean): void {
    this.end();
    this.#active = `progress-${++this.#count}`;
    if (!this.enabled) return;
    this.#emit('progressStart', { progressId: this.#active, title, cancellable });
  }

  /** fraction: 0 … 1, or null where it cannot be told. Begins where nothing was going on. */
  update(message: string, fraction: number | null): void {
    if (this.#active === null) this.begin(message, false);
    if (!this.enabled) return;
    const percentage = fraction === null ? {} : { percentage: Math.round(100 * fraction) };
    this.#emit('progressUpdate', { progressId: this.#active, message, ...percentage });
  }

  end(): void {
    if (this.#active !== null && this.enabled) {
      this.#emit('progressEnd', { progressId: this.#active });
    }
    this.#active = null;
  }
}
