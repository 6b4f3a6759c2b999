import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { version } from '../../package.json';
import type { Refusal } from '../core/part.ts';
import { refuse } from '../core/words.ts';
import type { Recipe } from '../run/recipe.ts';
import type { Run } from '../run/run.ts';
import type { MetricsBatch } from '../wire/protocol.ts';
import type { RunConfig, RunInfo } from '../wire/run.ts';

/** Of the layout of rows and metadata; a reader refuses what it does not know. */
export const FORMAT = '1';

/** Kinds of rows, in the order of their dictionary. */
export const KINDS = ['step', 'edit', 'finding'] as const;

/** Names in the schema's metadata. */
export const KEYS = {
  format: 'blockstep:format',
  build: 'blockstep:build',
  recipe: 'blockstep:recipe',
  inputs: 'blockstep:inputs',
  info: 'blockstep:info',
  entry: 'blockstep:entry',
} as const;

/** What has to be the same for the same bits. */
export interface Build {
  readonly version: string;
  readonly node: string;
  readonly v8: string;
}

/** A file the run was made from. */
export interface InputFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What stands in a trace before its rows: with the edits it fixes every bit of them. */
export interface TraceHeader {
  readonly build: Build;
  /** The configuration, every attribute present that has a value; without `trace`, with the backend that computed. */
  readonly recipe: RunConfig;
  readonly inputs: readonly InputFile[];
  readonly info: RunInfo;
  /** Metrics of the run at x₀, by name; none where the recorder did not know them. */
  readonly entry: Readonly<Record<string, number>>;
}

/** Rows of one branch after a cursor, as they go over the wire; whole steps. */
export type TraceRows = Pick<
  MetricsBatch,
  'count' | 'k' | 'block' | 'sweep' | 'columns' | 'sweepK' | 'sweepColumns'
>;

/**
 * JSON in which every double comes back as it was: −0 keeps its sign; NaN and the infinities, which JSON does not have,
 * are the strings "NaN", "Infinity", "-Infinity", as on the lines of `--json`.
 */
export function exactJson(value: unknown): string {
  const text = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'number') return inner;
    if (!Number.isFinite(inner)) return String(inner);
    return Object.is(inner, -0) ? MINUS_ZERO : inner;
  });
  return text.replaceAll(JSON.stringify(MINUS_ZERO), '-0');
}

/** Stands for −0 while the text is made; a text of the user's that is the same would have to hold this character. */
const MINUS_ZERO = '\u0000-0';

/** Can a trace be written to this path? The folder is made and the file emptied. */
export function openForWriting(path: string): number | Refusal {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'w');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return refuse(
      'trace',
      path,
      `cannot be written (${why})`,
      'the path of a file in a folder that can be written to',
    );
  }
}

/** What makes a run again: its configuration with everything filled in that was left to defaults, and its files. */
export interface Origin {
  readonly recipe: RunConfig;
  readonly files: readonly string[];
  /** The file that the run is to be recorded in, if there is one. */
  readonly trace: string | null;
  /** Metrics of the run at x₀, which no row has. */
  readonly entry: TraceHeader['entry'];
}

/** What a trace tells of x₀, of a run that stands there: F, where it is measured. */
export function entryOf(run: Run): TraceHeader['entry'] {
  const measured = run.recipe.diagnostics.some(({ name }) => name === 'objective');
  return measured && run.state.k === 0 && run.edits.every(({ k }) => k > 0)
    ? { objective: run.objective() }
    : {};
}

/** The build that runs here. */
export const thisBuild: Build = { version, node: process.version, v8: process.versions.v8 };

/** The configuration that makes the recipe again, whatever the defaults of another build. */
export function originOf(
  { config, diagnostics, stopWhen, backend }: Recipe,
  files: readonly string[],
  entry: Origin['entry'],
): Origin {
  const { problem, trace, ...rest } = config;
  const given = Object.entries(rest)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, name.endsWith('Options') ? withoutNulls(value) : value]);
  return {
    files,
    entry,
    trace: trace === null ? null : resolve(config.cwd, trace),
    recipe: {
      ...Object.fromEntries(given),
      problem: problem.kind === 'builtIn' ? problem.name : problem.path,
      diagnostics: diagnostics.map(({ name }) => name),
      stopWhen,
      backend: backend.name,
    } as RunConfig,
  };
}

/** An option that is null is one that the part computes for itself. */
function withoutNulls(options: unknown): unknown {
  return Object.fromEntries(
    Object.entries(options as object).filter(([, value]) => value !== null),
  );
}

/** What stands in a trace before its rows. Reads every file of the run once more, for its hash. */
export async function headerOf(
  info: RunInfo,
  { recipe, files, entry }: Origin,
): Promise<TraceHeader> {
  const inputs = await Promise.all(files.map(inputFile));
  return { build: thisBuild, recipe, inputs, info, entry };
}

/** A file's length and hash. A file that cannot be read any more has none. */
export async function inputFile(path: string): Promise<InputFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      bytes += (chunk as Buffer).byteLength;
      hash.update(chunk as Buffer);
    }
  } catch {
    return { path, bytes: 0, sha256: '' };
  }
  return { path, bytes, sha256: hash.digest('hex') };
}

/** One sentence: the trace ended before the run. */
export function incomplete(path: string, why: Error): string {
  return `trace: "${path}" is not complete (${why.message}); what was written before can be opened.`;
}
