import type { Options } from '../core/part.ts';
import type { BlocksSpec } from '../core/problem.ts';
import type { FindingOptions } from './options.ts';

/** One attribute of launch.json: what it means and what it is when left out. Order is that of the documentation. */
export interface Attribute {
  readonly description: string;
  /** null: nothing, or what the parts decide; the description says so. */
  readonly default: unknown;
}

export const attributes = {
  problem: {
    description:
      'What is minimised: the name of a built-in problem, or the path of a problem module (.ts, .js).',
    default: null,
  },
  data: {
    description:
      'Rows of data: a path (csv with a header, libsvm text, npy, npz), or the bundled `diabetes`, `breastCancer` or `digits`. Default: the problem’s own example data.',
    default: null,
  },
  target: {
    description: 'The column of the data that is predicted. Default: the last one.',
    default: null,
  },
  start: {
    description:
      'Where x begins: `zeros`, `ones`, `random` (standard normal, from the seed), or the path of a JSON file of block → values. Default: the problem’s own start, mostly zeros.',
    default: null,
  },
  problemOptions: { description: 'Options of the problem.', default: {} },
  blocks: {
    description:
      'How columns are grouped into blocks: `natural` (the problem’s own), `coordinates`, `{ "size": 10 }`, or `{ "groups": { "name": ["column", …] } }`.',
    default: 'natural',
  },
  method: { description: 'How a block moves.', default: 'pccd' },
  methodOptions: { description: 'Options of the method.', default: {} },
  ordering: {
    description: 'Which block moves next. It can be swapped mid-run.',
    default: 'cyclic',
  },
  orderingOptions: { description: 'Options of the ordering.', default: {} },
  step: { description: 'How far a block moves.', default: 'lipschitz' },
  stepOptions: { description: 'Options of the step rule.', default: {} },
  diagnostics: {
    description:
      'The metrics that are recorded. Default: objective, gradNorm, stepSize, sharpness, and gap where there is one.',
    default: null,
  },
  findings: {
    description:
      'The findings that the run is checked for: a finding’s name → `false` to switch it off, or its thresholds, such as `{ "stall": false, "divergence": { "factor": 1e3 } }`. What a finding needs is measured while it is on, whether recorded or not.',
    default: {},
  },
  seed: {
    description: 'Seed of everything random; the same seed gives the same run, bit for bit.',
    default: 1,
  },
  backend: {
    description:
      'The backend that computes: `wasm`, SIMD loops in WebAssembly, or `js`, plain loops; float64 in both, to the same bits. `gpu`: products with the whole of a dense matrix are taken in float32 by a graphics device, which needs the npm package webgpu; what a verdict rests on stays float64. `auto` takes `gpu` where the data are large and a probe at the start finds it right and faster, else `wasm` where it can be had; it is resolved once, at the start, and recorded with the run.',
    default: 'auto',
  },
  stopOnEntry: { description: 'Stop before the first block update.', default: false },
  stopWhen: {
    description:
      'When the run ends: as soon as one of these holds. What is given replaces the whole default, which is relativeGap 1e-10 where the problem has a gap, else relativeStationarity 1e-8, and 1,000 sweeps.',
    default: null,
  },
  trace: { description: 'Path of an Arrow file that the run is recorded in.', default: null },
  cwd: {
    description: 'Folder that relative paths start from. Default: the workspace folder.',
    default: null,
  },
} as const satisfies Readonly<Record<string, Attribute>>;

export type AttributeName = keyof typeof attributes;

/** Every criterion of `stopWhen`. */
export const criteria = {
  gap: 'Duality gap, absolute, at or below this; checked when a sweep ends.',
  relativeGap: 'Duality gap over the objective at β = 0 at or below this.',
  stationarity: 'Root of the sum of gradNorm² over the blocks at or below this.',
  relativeStationarity: 'Stationarity over its first value at or below this.',
  objective: 'Objective at or below this.',
  steps: 'Number of block updates, a budget.',
  sweeps: 'Number of sweeps, a budget.',
  seconds: 'Seconds of solving, a budget.',
} as const;

/** Attributes that belong to VS Code, and are let through. */
const editors: ReadonlySet<string> = new Set([
  'type',
  'request',
  'name',
  'presentation',
  'noDebug',
  'internalConsoleOptions',
  'preLaunchTask',
  'postDebugTask',
  'preRestartTask',
  'serverReadyAction',
  'debugServer',
  'suppressMultipleSessionWarning',
  'windows',
  'linux',
  'osx',
]);

/** Does VS Code set or read this attribute itself? */
export function belongsToEditor(name: string): boolean {
  return name.startsWith('__') || editors.has(name);
}

/** A launch configuration after `checkConfig`: every attribute present, typed, named parts known, options filled with their defaults. */
export interface CheckedConfig {
  /** A built-in problem's name, or the path of a problem module. */
  readonly problem:
    | { readonly kind: 'builtIn'; readonly name: string }
    | { readonly kind: 'module'; readonly path: string };
  /** Path or bundled name; null: the problem's own example data, if it wants data. */
  readonly data: string | null;
  /** null: the last column. */
  readonly target: string | null;
  /** `zeros`, `ones`, `random`, or a path of a JSON file; null: the problem's own start. */
  readonly start: string | null;
  readonly problemOptions: Options;
  readonly blocks: BlocksSpec;
  readonly method: string;
  readonly methodOptions: Options;
  readonly ordering: string;
  readonly orderingOptions: Options;
  readonly step: string;
  readonly stepOptions: Options;
  /** null: the default set, with gap where there is one. */
  readonly diagnostics: readonly string[] | null;
  /** Thresholds of every finding that is on. */
  readonly findings: FindingOptions;
  readonly seed: number;
  readonly stopOnEntry: boolean;
  /** null: the default criterion. */
  readonly stopWhen: StopWhen | null;
  /** Path of the file that the run is recorded in; null: it is not. */
  readonly trace: string | null;
  /** Folder that relative paths start from. */
  readonly cwd: string;
}

export interface StopWhen {
  readonly gap?: number;
  readonly relativeGap?: number;
  readonly stationarity?: number;
  readonly relativeStationarity?: number;
  readonly objective?: number;
  readonly steps?: number;
  readonly sweeps?: number;
  readonly seconds?: number;
}

/** A configuration before it is checked. */
export type Raw = Readonly<Record<string, unknown>>;
