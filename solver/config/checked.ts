import type { Options } from '../core/part.ts';
import type { BlocksSpec } from '../core/problem.ts';
import type { FindingOptions } from './findings.ts';

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
