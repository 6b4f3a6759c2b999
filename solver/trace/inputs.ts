import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { version } from '../../package.json';
import type { Recipe } from '../run/recipe.ts';
import type { Run } from '../run/run.ts';
import type { RunConfig, RunInfo } from '../wire/run.ts';
import type { Build, InputFile, TraceHeader } from './header.ts';

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
  { config, diagnostics, stopWhen }: Recipe,
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
