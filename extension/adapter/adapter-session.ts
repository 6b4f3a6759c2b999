import type { Readable, Writable } from 'node:stream';
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as say from '../errors.ts';
import { SourceError } from '../run/source.ts';
import { Adapter, type AdapterOptions, type Body } from './adapter.ts';
import { Args, RequestError } from './args-and-references.ts';
import { Outlet } from './outlet.ts';
import { requests } from './requests/index.ts';

/** Events of a run's movement follow the responses to these, never precede them. */
const movers: ReadonlySet<string> = new Set([
  ...['initialize', 'launch', 'configurationDone', 'restart', 'terminate', 'disconnect'],
  ...['continue', 'next', 'stepIn', 'stepOut', 'stepBack', 'reverseContinue', 'goto', 'pause'],
  ...['blockstep/goToStep', 'blockstep/recover'],
]);
/** Sent at once, because they report on work that a pending request is still doing. */
const immediate = /^(progress.*|output|blockstep\/metrics)$/;

/** Bytes that the client has not read, beyond which its requests wait. */
const MOST_UNREAD = 16 * 1024 * 1024;
/** How long after the end of the run open requests may still be answered. */
const LATE_MS = 2000;

/**
 * One debug session: requests in, responses and events out, each request answered exactly once. Used inline by the
 * extension and over stdio; what the requests do stands in `requests/`.
 */
export class AdapterSession extends ProtocolServer {
  readonly #adapter: Adapter;
  readonly #outlet = new Outlet(event => this.sendEvent(event));
  /** Requests that are not answered yet. */
  readonly #unanswered = new Set<Promise<void>>();
  /** Movers whose response is not sent yet, and the events that wait for it. */
  #held = 0;
  #waiting: DebugProtocol.Event[] = [];

  constructor(options: AdapterOptions) {
    super();
    this.#adapter = new Adapter(options, (event, body) => this.#emit(event, body), this.#outlet);
    // Bytes that are no message have nobody to be answered to; unheard, they would end the process.
    this.on('error', () => undefined);
  }

  override start(input: Readable, output: Writable): void {
    this.#outlet.follow(output);
    super.start(input, output);
    // Responses must not pile up either: what a client that does not read asks for waits until it does.
    input.on('data', () => {
      if (output.writableLength > MOST_UNREAD) input.pause();
    });
    output.on('drain', () => input.resume());
  }

  override handleMessage(message: unknown): void {
    if (typeof message !== 'object' || message === null) return;
    super.handleMessage(message as DebugProtocol.ProtocolMessage);
  }

  override dispose(): void {
    this.#adapter.over = true;
    this.#adapter.dispose();
  }

  /** Ends the run; resolves when every request is answered, those in flight with the reason. */
  async finish(): Promise<void> {
    this.dispose();
    const late = new Promise(resolve => setTimeout(resolve, LATE_MS).unref());
    await Promise.race([Promise.all(this.#unanswered), late]);
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    if (request.command === 'disconnect') {
      // Its response is the session's last.
      void this.finish().then(() => this.#answer(request));
      return;
    }
    const answered = this.#answer(request).finally(() => this.#unanswered.delete(answered));
    this.#unanswered.add(answered);
  }

  async #answer({ seq, command, arguments: given }: DebugProtocol.Request): Promise<void> {
    const response = { seq: 0, type: 'response', request_seq: seq, command, success: true };
    const moves = movers.has(command);
    if (moves) this.#held++;
    try {
      const body = await this.#carryOut(command, given);
      this.sendResponse(body ? { ...response, body } : response);
    } catch (error) {
      this.sendResponse({ ...response, success: false, ...failure(command, error) });
    } finally {
      if (moves) this.#held--;
      if (this.#held === 0) for (const event of this.#waiting.splice(0)) this.#outlet.push(event);
    }
    if (command === 'disconnect') this.emit('disconnected');
  }

  async #carryOut(command: unknown, given: unknown): Promise<Body> {
    if (typeof command !== 'string') throw new RequestError(say.malformedRequest());
    const request = Object.hasOwn(requests, command) ? requests[command] : undefined;
    if (request === undefined) throw new RequestError(say.unknownRequest(command));
    if (!this.#adapter.initialized && command !== 'initialize' && command !== 'disconnect') {
      throw new RequestError(say.initializeFirst(command));
    }
    return request(this.#adapter, new Args(command, given));
  }

  #emit(event: string, body?: object): void {
    const message: DebugProtocol.Event = {
      seq: 0,
      type: 'event',
      event,
      ...(body ? { body } : {}),
    };
    if (this.#held > 0 && !immediate.test(event)) this.#waiting.push(message);
    else this.#outlet.push(message);
  }
}

/** The response's `message` and `body.error`: a sentence in any case. */
function failure(
  command: string,
  error: unknown,
): { message: string; body: { error: DebugProtocol.Message } } {
  const known = error instanceof RequestError || error instanceof SourceError;
  const reason = error instanceof Error ? error.message : String(error);
  const sentence = known ? reason : say.unexpectedFailure(command, reason);
  const showUser = error instanceof RequestError && error.showUser;
  return { message: sentence, body: { error: { id: known ? 1 : 2, format: sentence, showUser } } };
}
