import { closeSync, copyFileSync } from 'node:fs';
import { isRefusal } from '../core/part.ts';
import { WireThread } from '../thread/wire/wireThread.ts';
import type { FromChild, MetricsBatch, ToChild, WireError } from '../wire/protocol.ts';
import { type PackedInfo, packInfo } from '../wire/run.ts';
import { openForWriting } from './header.ts';
import type { RecordedRun } from './recordedRun.ts';
import type { Recording } from './recording.ts';

/** Rows compared at once. */
const PIECE = 8192;

/** What opens, replays and answers from traces; loaded with the first trace, because Arrow and the engine start slowly. */
async function traces() {
  const { readRecording } = await import('./recording.ts');
  const { RecordedRun } = await import('./recordedRun.ts');
  const { comparison, irreproducible, otherBuild, otherDevice } = await import('./replay.ts');
  return { readRecording, RecordedRun, comparison, irreproducible, otherBuild, otherDevice };
}

type Reply = Extract<FromChild, { reply: number }>;

/**
 * The child's end of the wire: passes calls to the solver, or, where a trace was opened whose run cannot be computed
 * here, to the recording.
 */
export class ChildSession {
  readonly #out: (message: FromChild) => void;
  readonly #solver: WireThread;
  /** The trace that was opened, and the one who answers from it. */
  #recorded: { readonly recording: Recording; readonly run: RecordedRun } | null = null;
  /** Its run is computed again by the solver, which knows nothing of its branches. */
  #replayed = false;
  /** Replies that this session waits for itself, by their ids, which are below 0. */
  readonly #own = new Map<number, (reply: Reply) => void>();
  #asked = 0;
  /** While a trace is replayed its rows wait for the answer to its load. */
  #held: FromChild[] | null = null;
  #drained: (() => void) | null = null;
  /** The reader that was answered its load is ready for events once it asks for more. */
  #ready: (() => void) | null = null;

  constructor(send: (message: FromChild) => boolean) {
    this.#out = send;
    this.#solver = new WireThread(message => {
      this.#pass(message);
      return true;
    });
  }

  /** The last message left the process. */
  sent(): void {
    if (this.#held === null) this.#solver.sent();
    const drained = this.#drained;
    this.#drained = null;
    drained?.();
  }

  close(): void {
    this.#solver.close();
  }

  receive(message: ToChild): void {
    if (message.call === 'load' || message.call === 'restore') this.#recorded = null;
    else if (message.id >= 0) this.#ready?.();
    if (message.call === 'load' && 'trace' in message.params) {
      const { id, params } = message;
      this.#open(id, params.trace).catch((error: Error) => {
        this.#fail(id, { kind: 'failed', message: `The trace cannot be opened: ${error.message}` });
      });
      return;
    }
    const recorded = this.#recorded;
    if (recorded === null || message.call === 'terminate' || !this.#isRecorded(message))
      this.#solver.receive(message);
    else if (message.call === 'exportTrace') this.#copy(message.id, message.params.path);
    else recorded.run.receive(message);
  }

  /** Is it asked of the recording? Of a run that is computed again, only its branches are. */
  #isRecorded({ call, params }: ToChild): boolean {
    if (!this.#replayed) return true;
    const { branches = [] } = this.#recorded?.recording ?? {};
    return (
      (call === 'metrics' || call === 'series') && branches.some(({ id }) => id === params.branch)
    );
  }

  #copy(id: number, path: string): void {
    const { recording } = this.#recorded as { recording: Recording };
    const file = path === recording.path ? null : openForWriting(path);
    if (file !== null && isRefusal(file)) {
      this.#fail(id, { kind: 'refused', message: file.refusal });
      return;
    }
    if (file !== null) {
      closeSync(file);
      copyFileSync(recording.path, path);
    }
    this.#out({ reply: id, ok: true, result: { rows: recording.count } });
  }

  #pass(message: FromChild): void {
    const own = 'reply' in message ? this.#own.get(message.reply) : undefined;
    if (own) {
      this.#own.delete((message as Reply).reply);
      own(message as Reply);
    } else if (this.#held) this.#hold(message, this.#held);
    else this.#out(message);
  }

  /** Answers and how far the replay is are told at once; its rows wait. */
  #hold(message: FromChild, held: FromChild[]): void {
    if ('event' in message && message.event !== 'progress') held.push(message);
    else this.#out(message);
  }

  async #open(id: number, path: string): Promise<void> {
    const { irreproducible, readRecording, RecordedRun } = await traces();
    const recording = readRecording(path);
    if (isRefusal(recording)) {
      this.#fail(id, { kind: 'refused', message: recording.refusal });
      return;
    }
    const why = await irreproducible(recording.header);
    const refused = why === null ? await this.#replay(id, recording) : why;
    this.#replayed = refused === null;
    const run = new RecordedRun(recording, refused ?? '', this.#out);
    this.#recorded = { recording, run };
    this.#held = null;
    if (this.#replayed) return;
    this.#out({ reply: id, ok: true, result: packInfo(run.info) });
    await this.#tell(recording, Number.POSITIVE_INFINITY);
  }

  /** Computes the run again and compares it; the sentence why that cannot be done, or null. */
  async #replay(id: number, recording: Recording): Promise<string | null> {
    const { comparison, otherBuild, otherDevice } = await traces();
    const { header, edits, branches, rows } = recording;
    const { end } = rows;
    this.#held = [];
    this.#out({ event: 'progress', body: { text: 'Replaying the trace', fraction: null } });
    const config = { ...header.recipe, stopOnEntry: true };
    const params = { config, edits, branches, keyframe: null, k: end, end };
    const reply = await this.#ask({ call: 'restore', params });
    if (!reply.ok) {
      const { message } = (reply as { error: WireError }).error;
      return `The steps of this trace can be viewed but not computed again: ${message}`;
    }
    const computed = (from: number): MetricsBatch => {
      let batch: MetricsBatch | null = null;
      void this.#ask(
        { call: 'metrics', params: { branch: 'live', from, limit: PIECE } },
        answer => {
          batch = (answer as { result: MetricsBatch }).result;
        },
      );
      return batch as unknown as MetricsBatch;
    };
    const recorded = (from: number) => rows.batch('live', from, PIECE) as MetricsBatch;
    const difference = comparison(recorded, computed, header.info, header.build);
    const info = reply.result as PackedInfo;
    if (difference === null) this.#solver.isIn(recording.path);
    const build = otherBuild(header.build);
    const device = otherDevice(header.info, info);
    const notes = [
      ...info.notes,
      difference === null
        ? `The trace was replayed: all ${end} steps are bit for bit as recorded.`
        : difference.text,
      ...(build && difference === null ? [build] : []),
      ...(device === null ? [] : [device]),
    ];
    this.#out({ reply: id, ok: true, result: { ...info, notes } });
    await this.#tell(recording, recording.branches.length);
    const held = this.#held.splice(0);
    this.#held = null;
    for (const message of held) this.#out(message);
    if (difference) this.#out({ event: 'finding', body: difference });
    return null;
  }

  /** Tells the recorded run as it happened, up to its last branches only where the solver tells the rest itself. */
  async #tell({ happenings }: Recording, upToBranch: number): Promise<void> {
    await new Promise<void>(resolve => {
      this.#ready = resolve;
    });
    this.#ready = null;
    let branches = 0;
    for (const happening of happenings()) {
      if (happening.kind === 'finding') this.#out({ event: 'finding', body: happening.finding });
      if (branches >= upToBranch) continue;
      if (happening.kind === 'branch') {
        branches++;
        this.#out({ event: 'branch', body: happening.branch });
      } else if (happening.kind === 'rows') {
        this.#out({ event: 'metrics', body: happening.batch });
        // Not more at once than the reader takes.
        await new Promise<void>(resolve => {
          this.#drained = resolve;
        });
      }
    }
  }

  #ask(asked: Pick<ToChild, 'call' | 'params'>, hear?: (reply: Reply) => void): Promise<Reply> {
    const id = -++this.#asked;
    return new Promise(resolve => {
      this.#own.set(id, reply => {
        hear?.(reply);
        resolve(reply);
      });
      this.#solver.receive({ id, ...asked } as ToChild);
    });
  }

  #fail(id: number, error: WireError): void {
    this.#held = null;
    this.#out({ reply: id, ok: false, error });
  }
}
