import { renameSync } from 'node:fs';
import { isRefusal } from '../../core/part.ts';
import { headerOf, incomplete, type Origin } from '../../trace/header.ts';
import type { Taken, Tracing } from '../../trace/tracing.ts';
import type { TraceWriter } from '../../trace/writer.ts';
import type { EditFact } from '../../wire/facts.ts';
import type { BranchInfo, MetricsBatch } from '../../wire/protocol.ts';
import { type Finding, type PackedInfo, type Position, unpackInfo } from '../../wire/run.ts';
import { Declined } from '../shared.ts';
import type { Mirror } from './mirror.ts';

/** Rows given to a trace at once. */
const PIECE = 4096;
/** What waits to be written is looked at this often. */
const TICK_MS = 200;

/** What reads and writes traces; loaded for runs that are recorded, because Arrow starts slowly. */
async function traces() {
  const { isTrace, openTrace } = await import('../../trace/reader.ts');
  const { takeOver, Tracing } = await import('../../trace/tracing.ts');
  const { TraceWriter } = await import('../../trace/writer.ts');
  return { isTrace, openTrace, takeOver, Tracing, TraceWriter };
}

type Traces = Awaited<ReturnType<typeof traces>>;

type Happened =
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'branch'; readonly branch: BranchInfo }
  | { readonly kind: 'edits'; readonly edits: readonly EditFact[] };

/** A trace that is being written, and how many of the branches it has been told of. */
interface Written {
  readonly writer: TraceWriter;
  readonly tracing: Tracing;
  branches: number;
  /** What was taken over from another trace. */
  readonly taken: Taken | null;
}

/** Records the run that the main thread mirrors: to the file its configuration names while it goes, to another when asked. */
export class TraceKeeper {
  readonly #warn: (text: string) => void;
  #mirror: Mirror | null = null;
  #info: PackedInfo | null = null;
  #origin: Origin | null = null;
  #happened: Happened[] = [];
  #branches: BranchInfo[] = [];
  #written: Written | null = null;
  /** The trace that holds the run's rows up to where this process took it up, if there is one. */
  #recorded: string | null = null;
  #ticking: NodeJS.Timeout | undefined;
  #begins = false;
  /** Counts the runs: a head that was being made for one is nothing to the next. */
  #runs = 0;

  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  /** Another run, or none yet. */
  forget(): void {
    this.close();
    this.#runs++;
    this.#begins = false;
    this.#mirror = null;
    this.#info = null;
    this.#origin = null;
    this.#happened = [];
    this.#branches = [];
    this.#recorded = null;
  }

  /** The run's rows are in this mirror from here on. `resumed`: a run that another process began goes on. */
  follow(mirror: Mirror, info: PackedInfo, origin: Origin, resumed: boolean): void {
    const first = this.#mirror === null;
    this.#mirror = mirror;
    this.#info = info;
    // A thread that follows another does not stand at x₀ any more.
    this.#origin = { ...origin, entry: { ...this.#origin?.entry, ...origin.entry } };
    if (first && origin.trace !== null) void this.#begin(origin.trace, resumed);
  }

  /** Rows were published. The last step waits until its sweep's metrics cannot come any more. */
  advance(position: Position): void {
    const mirror = this.#mirror;
    if (!mirror || !this.#written) return;
    const complete = position.k < mirror.end || position.place > 0 || mirror.hasSweep(mirror.end);
    this.#written.tracing.advance(complete ? mirror.end : mirror.end - 1);
    this.#check();
  }

  /** The run stands still, and all that it measured is there. */
  stopped(): void {
    if (!this.#mirror || !this.#written) return;
    this.#written.tracing.advance(this.#mirror.end);
    this.#written.tracing.flush();
    this.#check();
  }

  finding(finding: Finding): void {
    this.#tell({ kind: 'finding', finding });
  }

  /** It was made again on the way to a step that was lost: told, unless it was told before. */
  findingAgain(finding: Finding): void {
    const text = JSON.stringify(finding);
    const told = this.#happened.some(
      one => one.kind === 'finding' && JSON.stringify(one.finding) === text,
    );
    if (!told) this.finding(finding);
  }

  /** The run that is followed was computed again to the bits that this trace has. */
  isIn(path: string): void {
    this.#recorded = path;
  }

  /** To be told before the mirror's rows leave. */
  branch(branch: BranchInfo): void {
    this.#tell({ kind: 'branch', branch });
    this.#branches.push(branch);
  }

  edits(edits: readonly EditFact[]): void {
    this.#tell({ kind: 'edits', edits });
  }

  close(): void {
    clearInterval(this.#ticking);
    const written = this.#written;
    this.#written = null;
    if (!written) return;
    written.tracing.advance(this.#mirror?.end ?? 0);
    written.tracing.close();
    this.#tellFailure(written.writer);
  }

  /** The file is not open yet: it has no step, and whoever goes on from a state would lose those before it. */
  get begins(): boolean {
    return this.#begins;
  }

  /** The rows of its first steps are neither here nor in a trace: another process had them. */
  get lacksStart(): boolean {
    return this.#recorded === null && (this.#mirror?.first ?? 0) > 0;
  }

  /** The file must not be one that the run itself stands in. */
  requireOther(path: string): void {
    const isOwn = path === this.#origin?.trace;
    if (!isOwn && path !== this.#recorded) return;
    throw new Declined(
      'refused',
      `trace: "${path}" is the file that this run ${isOwn ? 'is being recorded in' : 'was opened from'}; accepted: another one`,
    );
  }

  /** Writes all that the run has so far to this file. */
  async export(path: string): Promise<{ rows: number }> {
    const [mirror, info, origin] = [this.#mirror, this.#info, this.#origin];
    if (!mirror || !info || !origin) throw new Declined('state', 'No run is loaded yet.');
    const runs = this.#runs;
    const header = await headerOf(unpackInfo(info), origin);
    const trace = await traces();
    if (runs !== this.#runs) throw new Declined('state', 'The run was ended.');
    const writer = trace.TraceWriter.open(path, header);
    if (isRefusal(writer)) throw new Declined('refused', writer.refusal);
    const taken = this.#recorded === null ? null : trace.takeOver(this.#recorded, writer, null);
    const { tracing } = this.#caughtUp(trace, writer, taken);
    tracing.advance(mirror.end);
    tracing.close();
    if (writer.failed) throw new Declined('failed', incomplete(path, writer.failed));
    return { rows: writer.rows };
  }

  async #begin(path: string, resumed: boolean): Promise<void> {
    const runs = this.#runs;
    this.#begins = true;
    const header = await headerOf(unpackInfo(this.#info as PackedInfo), this.#origin as Origin);
    const trace = await traces();
    if (runs !== this.#runs) return;
    this.#begins = false;
    const goesOn = resumed && trace.isTrace(path);
    const known = goesOn ? entryIn(trace, path) : {};
    const entry = { ...known, ...header.entry };
    const writer = trace.TraceWriter.open(goesOn ? `${path}.new` : path, { ...header, entry });
    if (isRefusal(writer)) {
      this.#warn(writer.refusal);
      return;
    }
    // What the lost process wrote is taken over; its last steps are computed again to the same bits.
    const edits = this.#happened.findLast(one => one.kind === 'edits')?.edits ?? [];
    const taken = goesOn
      ? trace.takeOver(
          path,
          writer,
          edits.map(({ edit }) => edit),
        )
      : null;
    if (goesOn) renameSync(`${path}.new`, path);
    this.#written = this.#caughtUp(trace, writer, taken);
    this.#ticking = setInterval(() => this.#written?.writer.tick(), TICK_MS).unref();
    this.#check();
  }

  /** A trace that is told all that happened so far, and of which `taken` is written already. */
  #caughtUp({ Tracing }: Traces, writer: TraceWriter, taken: Taken | null): Written {
    const written: Written = {
      writer,
      taken,
      tracing: new Tracing(writer, from => this.#trunk(written, from), taken ?? undefined),
      branches: 0,
    };
    for (const one of this.#happened) apply(written, one);
    return written;
  }

  #tell(happened: Happened): void {
    this.#happened.push(happened);
    if (this.#written) apply(this.#written, happened);
  }

  /**
   * Steps after `from` as the live branch had them when the trace's next branch was still to come: a step is now with
   * the first of the later branches that begins before it, else with the live one.
   */
  #trunk({ branches }: Written, from: number): MetricsBatch {
    const later = this.#branches.slice(branches);
    const at = later.findIndex(branch => branch.from <= from);
    const before = at < 0 ? later : later.slice(0, at);
    const end = Math.min(...before.map(branch => branch.from));
    const batch = (this.#mirror as Mirror).batch(later[at]?.id ?? 'live', from, PIECE);
    if (!batch) throw new Error(`no branch ${later[at]?.id}`);
    const beyond = batch.k.findIndex(k => k > end);
    return beyond < 0 ? batch : { ...batch, count: beyond };
  }

  /** Once it cannot be written any more it is let go, and the run goes on without. */
  #check(): void {
    const { writer } = this.#written as Written;
    if (!writer.failed) return;
    this.#written = null;
    writer.close();
    this.#tellFailure(writer);
  }

  #tellFailure({ path, failed }: TraceWriter): void {
    if (failed) this.#warn(incomplete(path, failed));
  }
}

/** What a trace tells of x₀. */
function entryIn({ openTrace }: Traces, path: string): Readonly<Record<string, number>> {
  const trace = openTrace(path);
  if (isRefusal(trace)) return {};
  trace.close();
  return trace.header.entry;
}

function apply(written: Written, happened: Happened): void {
  const { tracing } = written;
  switch (happened.kind) {
    case 'finding': {
      const { finding } = happened;
      // The process that was lost may have written it.
      if (!written.taken?.findings.has(JSON.stringify(finding))) tracing.finding(finding);
      return;
    }
    case 'branch':
      tracing.advance(happened.branch.end);
      tracing.forked(happened.branch.from);
      written.branches++;
      return;
    case 'edits': {
      const { edits } = happened;
      tracing.advance(edits.at(-1)?.edit.k ?? 0);
      tracing.edited(
        edits.map(({ edit }) => edit),
        (_, i) => edits[i]?.text ?? '',
      );
    }
  }
}
