import type { Writable } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { outputLeftOut } from '../errors.ts';

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
