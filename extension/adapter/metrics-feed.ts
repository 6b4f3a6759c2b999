import type { MetricsBatch } from '../../solver/wire/protocol.ts';
import type { RunClient } from '../run/client.ts';
import type { Emit } from './client.ts';
import { jsonSafe, type Outlet } from './outlet.ts';

/** Rows in one event: about 100 kB of JSON with four metrics. */
const ROWS = 1000;

/**
 * Sends the live branch's metrics as events to a client that subscribed, from its cursor on and without gaps, only as
 * fast as the client reads; the rest stays with the solver. An event replaces earlier rows beyond its `from`: an edit in
 * the past moved those to a branch.
 */
export class MetricsFeed {
  readonly #emit: Emit;
  readonly #outlet: Outlet;
  #run: RunClient | null = null;
  /** Last row that was sent; null: the client has not subscribed. */
  #cursor: number | null = null;
  #pulling = false;

  constructor(emit: Emit, outlet: Outlet) {
    this.#emit = emit;
    this.#outlet = outlet;
    outlet.onDrain(() => void this.#pull());
  }

  get isSubscribed(): boolean {
    return this.#cursor !== null;
  }

  /** The client has the rows up to `from` and wants the others. */
  subscribe(from: number): void {
    this.#cursor = from;
    void this.#pull();
  }

  unsubscribe(): void {
    this.#cursor = null;
  }

  /** Restarts the cursor for a new run; keeps it for a recovered one. */
  follow(run: RunClient, recovered: boolean): void {
    this.#run = run;
    if (this.#cursor !== null && !recovered) this.#cursor = 0;
  }

  stop(): void {
    this.#run = null;
  }

  /** Takes a batch from the solver: sent as it is if it continues the cursor, else requested from the cursor. */
  hear(batch: MetricsBatch): void {
    if (this.#cursor === null || batch.branch !== 'live') return;
    if (batch.from < this.#cursor) this.#cursor = batch.from;
    const joins = batch.from === this.#cursor && batch.count <= ROWS;
    if (joins && !this.#pulling && this.#outlet.flows) this.#send(batch);
    if (batch.more || batch.to > this.#cursor) void this.#pull();
  }

  #send(batch: MetricsBatch): void {
    this.#cursor = batch.to;
    this.#emit('blockstep/metrics', jsonSafe(batch) as object);
  }

  async #pull(): Promise<void> {
    const run = this.#run;
    if (this.#pulling || run === null || this.#cursor === null || !this.#outlet.flows) return;
    this.#pulling = true;
    try {
      while (this.#cursor !== null && this.#run === run && this.#outlet.flows) {
        const from: number = this.#cursor;
        const batch = await run.ask('metrics', { branch: 'live', from, limit: ROWS });
        // The cursor moved back while the child answered: its rows are asked for again.
        if (this.#cursor !== from) continue;
        if (batch.count > 0 || batch.from < from) this.#send(batch);
        if (!batch.more) break;
      }
    } catch {
      // The solver has ended, which the client is told by another event.
    } finally {
      this.#pulling = false;
    }
  }
}
