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
}

/** Rows of one branch after a cursor, as they go over the wire; whole steps. */
export type TraceRows = Pick<
  MetricsBatch,
  'count' | 'k' | 'block' | 'sweep' | 'columns' | 'sweepK' | 'sweepColumns'
>;
