import { isRefusal } from '../core/part.ts';
import { UserError } from '../modules/userError.ts';
import { load } from '../run/load.ts';
import { Run } from '../run/run.ts';
import { lock } from '../thread/solver/contain.ts';
import { openTrace, type TraceFile } from '../trace/reader.ts';
import { type Again, irreproducible, otherBuild, otherDevice, runAgain } from '../trace/replay.ts';
import { type Ended, line, type Terminal } from './report.ts';

/** Computes the run of a trace again and says whether it has the recorded bits, or which are the first that differ. */
export async function replayTrace(path: string, json: boolean, terminal: Terminal): Promise<Ended> {
  const trace = openTrace(path);
  if (isRefusal(trace)) return trace;
  try {
    return await replay(trace, json, terminal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { refusal: `The trace cannot be replayed: ${error.message}` };
  } finally {
    trace.close();
  }
}

async function replay(trace: TraceFile, json: boolean, terminal: Terminal): Promise<Ended> {
  const { header } = trace;
  const why = await irreproducible(header);
  if (why !== null) return { refusal: why };
  const loaded = await load(header.recipe, {
    again: true,
    poll() {},
    progress() {},
    output: terminal.aside,
    watch: { enter() {}, leave() {}, loading: lock },
  });
  if (isRefusal(loaded)) return loaded;
  const run = new Run(loaded.recipe);
  let again: Again = { rows: 0, branches: 0, difference: null };
  for (again of runAgain(run, header, trace.entries())) {
    if (terminal.interrupted()) break;
    // Signals and closed pipes are heard of between pieces.
    await new Promise(setImmediate);
  }
  const interrupted = terminal.interrupted();
  const { name: backend, reason: backendReason } = loaded.recipe.backend;
  const device = otherDevice(header.info, { backend, backendReason });
  const told = json ? jsonOf(trace, again) : `${text(trace, again, interrupted)}\n`;
  await terminal.print(json || device === null ? told : `${told}${device}\n`);
  return again.difference ? 'failed' : interrupted ? 'budget' : 'converged';
}

function text({ header, ended }: TraceFile, again: Again, interrupted: boolean): string {
  const { rows, branches, difference } = again;
  if (difference) return difference.text;
  const of = branches === 0 ? '' : `, ${branches} of its branches among them,`;
  if (interrupted) return `Interrupted: the first ${rows} rows${of} are bit for bit as recorded.`;
  const build = otherBuild(header.build);
  return [
    `All ${rows} rows of steps${of} are bit for bit as recorded.`,
    ...(ended ? [] : ['The file is incomplete; it was read up to its last whole batch.']),
    ...(build === null ? [] : [build]),
  ].join('\n');
}

function jsonOf({ header, ended }: TraceFile, { rows, branches, difference }: Again): string {
  const { problem } = header.info;
  const found = difference && {
    k: difference.k,
    block: difference.block,
    ...difference.evidence,
    text: difference.text,
  };
  return line({ type: 'replay', problem, rows, branches, whole: ended, difference: found });
}
