import type { MetricsBatch } from '../../wire/protocol.ts';
import { BATCH_ROWS, type Mirror } from './mirror.ts';

/** Sends the rows that the host has not seen, one batch at a time: a slow reader is waited for, the solver is not. */
export class RowPush {
  readonly #send: (batch: MetricsBatch) => void;
  #mirror: Mirror | null = null;
  /** Last step whose rows were sent. */
  #step = 0;
  #sweep = 0;
  /** A batch is on its way; the next waits for it. */
  #sending = false;

  constructor(send: (batch: MetricsBatch) => void) {
    this.#send = send;
  }

  /** The rows of this run, those after the step `from`; null: there is none. */
  follow(mirror: Mirror | null, from = 0): void {
    this.#mirror = mirror;
    this.#step = from;
    this.#sweep = 0;
  }

  /** Rows beyond this step are others now. */
  cut(from: number): void {
    this.#step = Math.min(this.#step, from);
    this.#sweep = Math.min(this.#sweep, from);
  }

  /** A message left the process. */
  sent(): void {
    if (!this.#sending) return;
    this.#sending = false;
    this.push();
  }

  push(): void {
    if (!this.#mirror || this.#sending) return;
    const batch = this.#mirror.batch('live', this.#step, BATCH_ROWS);
    if (!batch || (batch.count === 0 && !this.#hasNewSweeps(batch))) return;
    this.#step = batch.to;
    this.#sweep = batch.sweepK[batch.sweepK.length - 1] ?? this.#sweep;
    this.#sending = true;
    this.#send(batch);
  }

  #hasNewSweeps({ sweepK }: MetricsBatch): boolean {
    return sweepK.length > 0 && (sweepK[sweepK.length - 1] as number) > this.#sweep;
  }
}
