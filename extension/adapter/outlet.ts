import type { Writable } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { MetricsBatch } from '../../solver/wire/protocol.ts';
import { outputLeftOut } from '../errors.ts';
import type { RunClient } from '../run/client.ts';
import type { Emit } from './client.ts';

/** Bytes that wait to be read by the client before events wait too. */
const FULL = 1024 * 1024;
/**
 * Limit of waiting events; beyond it, events that can be requested again or are only informative are dropped and counted.
 */
const MOST = 2000;
/** Events that may be dropped; the client is told how many were. */
const spare = /^(output|blockstep\/finding|progress.*|continued|invalidated)$/;

/**
 * Sends events in order to a client that may read slowly or never, and holds a bounded number while it does not read.
 * Without a stream the client is in this process, and nothing waits.
 */
export class Outlet {
  readonly #send: (event: DebugProtocol.Event) => void;
  #stream: Writable | null = null;
  #held: DebugProtocol.Event[] = [];
  #leftOut = 0;
  readonly #drained: (() => void)[] = [];

  constructor(send: (event: DebugProtocol.Event) => void) {
    this.#send = send;
  }

  /** Where the messages are written. */
  follow(stream: Writable): void {
    this.#stream = stream;
    stream.on('drain', () => this.#flow());
  }

  /** Is the client reading, so that events can be sent at once? */
  get flows(): boolean {
    return this.#stream === null || this.#stream.writableLength < FULL;
  }

  /** Calls this each time the client has read what was written. */
  onDrain(listener: () => void): void {
    this.#drained.push(listener);
  }

  push(event: DebugProtocol.Event): void {
    if (this.flows && this.#held.length === 0) this.#send(event);
    else if (this.#held.length >= MOST && spare.test(event.event)) this.#leftOut++;
    else this.#held.push(event);
  }

  #flow(): void {
    let sent = 0;
    while (this.flows && sent < this.#held.length) this.#send(this.#held[sent++]!);
    this.#held.splice(0, sent);
    if (this.#held.length > 0 || !this.flows) return;
    if (this.#leftOut > 0) {
      const output = `${outputLeftOut(this.#leftOut)}\n`;
      this.#leftOut = 0;
      this.#send({ seq: 0, type: 'event', event: 'output', body: { category: 'console', output } });
    }
    for (const listener of this.#drained) listener();
  }
}

/**
 * The value as JSON can carry it: NaN and infinities as the strings "NaN", "Infinity" and "-Infinity", typed arrays as
 * lists.
 */
export function jsonSafe(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, jsonSafe);
  if (Array.isArray(value)) return value.map(jsonSafe);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, jsonSafe(entry)]));
}

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
