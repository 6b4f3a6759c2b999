import type { Args } from './args-and-references.ts';

/** Sends an event. Events about the run's movement wait for the response to the request that caused it. */
export type Emit = (event: string, body?: object) => void;

/** The client's settings from `initialize`. Here lines count from 1; the client chooses its own base. */
export class ClientTraits {
  readonly progress: boolean;
  readonly invalidated: boolean;
  readonly #lineBase: number;
  readonly #columnBase: number;

  constructor(args: Args) {
    this.progress = args.flag('supportsProgressReporting');
    this.invalidated = args.flag('supportsInvalidatedEvent');
    this.#lineBase = args.raw['linesStartAt1'] === false ? 0 : 1;
    this.#columnBase = args.raw['columnsStartAt1'] === false ? 0 : 1;
  }

  /** A line from 1, as the client counts. */
  toLine(line: number): number {
    return line - 1 + this.#lineBase;
  }

  /** A client's line, from 1. */
  fromLine(line: number): number {
    return line - this.#lineBase + 1;
  }

  /** An offset from 0, as the client counts columns. */
  toColumn(offset: number): number {
    return offset + this.#columnBase;
  }

  /** A client's column as an offset from 0. */
  fromColumn(column: number): number {
    return column - this.#columnBase;
  }
}

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

  /** Id of the work in progress, for `cancel`. */
  get active(): string | null {
    return this.#active;
  }

  begin(title: string, cancellable: boolean): void {
    this.end();
    this.#active = `progress-${++this.#count}`;
    if (!this.enabled) return;
    this.#emit('progressStart', { progressId: this.#active, title, cancellable });
  }

  /** fraction: 0 … 1, or null where it is unknown. Starts the progress display if none is shown. */
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
