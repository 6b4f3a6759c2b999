import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Refusal } from '../core/part.ts';
import { refuse } from '../core/words.ts';
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
  /** The configuration, every attribute present that has a value; without `trace`. */
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
