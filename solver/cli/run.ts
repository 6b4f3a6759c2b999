import { version } from '../../package.json';
import { attributes } from '../config/attributes.ts';
import { isRefusal, type Refusal } from '../core/part.ts';
import { userErrorFinding } from '../modules/check.ts';
import { UserError } from '../modules/userError.ts';
import { noHooks } from '../run/facts.ts';
import { runInfo } from '../run/info.ts';
import { type Loaded, load } from '../run/load.ts';
import { metricNames } from '../run/recipe.ts';
import { batchOf } from '../run/rows/rows.ts';
import { Run } from '../run/run.ts';
import { lock, strayFinding } from '../thread/solver/contain.ts';
import { entryOf, headerOf, incomplete, originOf } from '../trace/header.ts';
import { Tracing } from '../trace/tracing.ts';
import { TraceWriter } from '../trace/writer.ts';
import type { Finding, RunConfig, Stop } from '../wire/run.ts';
import {
  type Ended,
  type Ending,
  type Report,
  type Started,
  stepRows,
  type Terminal,
} from './report.ts';

/** Milliseconds of solving between two looks at signals and at what is to be printed. */
const SLICE = 40;
/** Rows given to a trace at once. */
const PIECE = 4096;

/** Milliseconds that the checks of a module's slow functions may delay a run which never stops. */
const CHECK_MS = 2000;

/** Runs a configuration to its end; the refusal if there is one, else how it ended. */
export async function runToEnd(
  raw: Readonly<Record<string, unknown>>,
  report: Report,
  terminal: Terminal,
): Promise<Ended> {
  const escapes: UserError[] = [];
  try {
    const loaded = await load(raw as unknown as RunConfig, {
      poll() {},
      progress() {},
      output: terminal.aside,
      watch: { enter() {}, leave() {}, escaped: error => void escapes.push(error), loading: lock },
    });
    if (isRefusal(loaded)) return loaded;
    return await follow(loaded, report, terminal, escapes);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await terminal.print(failedAtStart(raw, error, report));
    return 'failed';
  }
}

/** Where the run is recorded, if it is. */
async function traceOf(
  { recipe, declarations, files }: Loaded,
  run: Run,
): Promise<TraceWriter | Refusal | null> {
  const origin = originOf(recipe, files, entryOf(run));
  if (origin.trace === null) return null;
  return TraceWriter.open(origin.trace, await headerOf(runInfo(recipe, declarations), origin));
}

async function follow(
  loaded: Loaded,
  report: Report,
  terminal: Terminal,
  /** What functions of the module reached for beside the run, oldest first. */
  escapes: UserError[],
): Promise<Ended> {
  const { recipe, declarations } = loaded;
  const found: Finding[] = [];
  const hooks = {
    ...noHooks,
    finding(finding: Finding) {
      found.push(finding);
      tracing?.finding(finding);
    },
    output: (text: string) => terminal.aside('stderr', `${text}\n`),
  };
  const run = new Run(recipe, hooks);
  const writer = await traceOf(loaded, run);
  if (isRefusal(writer)) return writer;
  const [ofBlock, ofSweep] = [metricNames(recipe, 'block'), metricNames(recipe, 'sweep')];
  const tracing: Tracing | null =
    writer && new Tracing(writer, from => batchOf(run.rows, 'live', from, PIECE, ofBlock, ofSweep));
  const info = runInfo(recipe, declarations);
  const blockNames = info.blocks.map(({ name }) => name);
  await terminal.print(report.start({ ...info, blocks: blockNames }));
  for (const finding of loaded.findings) run.found(finding);
  const { check } = loaded;
  if (check !== null) {
    for (const finding of check.slice(CHECK_MS)) run.found(finding);
    if (!check.done) {
      terminal.aside(
        'stderr',
        'The module’s functions are slow, so its checks were not completed.\n',
      );
    }
  }
  // What stopped the run, or a check, it has told itself.
  const tellEscapes = () => {
    for (const error of escapes.splice(0))
      if (!run.findings.some(({ text }) => text === error.message))
        run.found(userErrorFinding(error, run.state.k));
  };
  tellEscapes();
  run.begin({ kind: 'end' });
  let printed = 0;
  for (;;) {
    let stop = run.slice(SLICE);
    tellEscapes();
    // Timers and promises that the module left behind come first; what they threw ends the run.
    await new Promise(resolve => setTimeout(resolve, 0));
    const stray = terminal.stray();
    if (stray !== null) {
      const finding = strayFinding(stray.error, run.state.k);
      run.found(finding);
      stop = { ...run.paused(), reason: 'failed', text: finding.text, finding };
    }
    tracing?.advance(run.rows.end);
    const lines: string[] = [];
    const tell = (k: number) => {
      while (found[0] !== undefined && found[0].k <= k) lines.push(report.finding(found.shift()!));
    };
    for (const row of stepRows(run, blockNames, printed)) {
      // A step's findings follow the last of its rows.
      tell(row.k - 1);
      lines.push(report.step(row));
    }
    printed = run.rows.end;
    tell(printed);
    if (stop !== null) lines.push(...found.splice(0).map(report.finding));
    const ending = stop !== null || terminal.interrupted() ? endingOf(run, stop) : null;
    if (ending !== null) {
      lines.push(report.end(ending));
      tracing?.close();
      if (writer?.failed) terminal.aside('stderr', `${incomplete(writer.path, writer.failed)}\n`);
    }
    await terminal.print(lines.join(''));
    if (ending !== null) return ending.status;
  }
}

function endingOf(run: Run, stop: Stop | null): Ending {
  const { x } = run.state.points[run.recipe.method.iterate]!;
  const { blocks, certificate } = run.problem;
  const { k, sweep } = run.state;
  const reason = stop?.reason ?? 'budget';
  return {
    status: isStatus(reason) ? reason : 'failed',
    text: stop?.text ?? 'Interrupted; no stop criterion held.',
    k,
    sweeps: sweep - 1,
    passes: run.inspector.metric('passes', null),
    seconds: run.seconds,
    objective: numberOf(() => run.objective()),
    gap: certificate === null ? null : run.inspector.metric('gap', null),
    x: new Map(blocks.map(({ name, start, size }) => [name, [...x.subarray(start, start + size)]])),
  };
}

/** The run's last word must not fail: user code that throws again here gives NaN. */
function numberOf(compute: () => number): number {
  try {
    return compute();
  } catch (error) {
    if (error instanceof UserError) return Number.NaN;
    throw error;
  }
}

function isStatus(reason: string): reason is Ending['status'] {
  return /^(converged|budget|nonfinite|failed)$/.test(reason);
}

/** User code that threw before there was a run: start, finding and end are told all the same. */
function failedAtStart(
  raw: Readonly<Record<string, unknown>>,
  error: UserError,
  report: Report,
): string {
  const text = (name: string, byDefault: string) => String(raw[name] ?? byDefault);
  const started: Started = {
    version,
    problem: text('problem', ''),
    method: text('method', attributes.method.default),
    ordering: text('ordering', attributes.ordering.default),
    step: text('step', attributes.step.default),
    seed: Number(raw['seed'] ?? 1),
    backend: 'js',
    metrics: [],
    notes: [],
    blocks: [],
  };
  const nothing = {
    k: 0,
    sweeps: 0,
    passes: 0,
    seconds: 0,
    objective: Number.NaN,
    gap: null,
    x: new Map(),
  };
  return [
    report.start(started),
    report.finding(userErrorFinding(error, 0)),
    report.end({ status: 'failed', text: error.message, ...nothing }),
  ].join('');
}
