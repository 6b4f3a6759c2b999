import type { Draw, Inline, Limit } from '../core/diagnostic.ts';
import { printable } from '../core/words.ts';
import type { Abilities, Facts } from './facts.ts';

export type { Draw, Limit } from '../core/diagnostic.ts';

/** The attributes of launch.json that describe a run, `${…}` already resolved. Checked by `solver/config`. */
export interface RunConfig {
  readonly problem: string;
  readonly data?: string;
  readonly target?: string;
  readonly start?: string;
  readonly problemOptions?: Readonly<Record<string, unknown>>;
  readonly blocks?: unknown;
  readonly method?: string;
  readonly methodOptions?: Readonly<Record<string, unknown>>;
  readonly ordering?: string;
  readonly orderingOptions?: Readonly<Record<string, unknown>>;
  readonly step?: string;
  readonly stepOptions?: Readonly<Record<string, unknown>>;
  readonly diagnostics?: readonly string[];
  readonly findings?: Readonly<Record<string, boolean | Readonly<Record<string, number>>>>;
  readonly seed?: number;
  readonly backend?: string;
  readonly stopOnEntry?: boolean;
  readonly stopWhen?: Readonly<Record<string, number>>;
  readonly trace?: string;
  /** Folder that relative paths start from. */
  readonly cwd?: string;
}

/** The five phases of a block update, in order; `stepIn` walks them. */
export type Phase = 'order' | 'gradient' | 'step' | 'prox' | 'commit';

export interface BlockInfo {
  readonly name: string;
  readonly size: number;
  /** Where a problem module declares it (line and column from 1); null for built-in problems. */
  readonly declared: {
    readonly path: string;
    readonly line: number;
    readonly column: number;
  } | null;
}

/** The method's pseudo-code. Lines from 1. Every line of kind `phase` can be stopped at; one line per block follows the method's lines. */
export interface Listing {
  readonly title: string;
  readonly lines: readonly ListingLine[];
}

export interface ListingLine {
  readonly text: string;
  readonly phase?: Phase;
  /** Name of the block this line declares. */
  readonly block?: string;
  /** The line of the sweep's loop head, of the run's head. */
  readonly frame?: 'sweep' | 'run';
}

export interface MetricInfo {
  readonly name: string;
  readonly title: string;
  /** One line: the formula, the point it is read at, exact or estimated. */
  readonly formula: string;
  readonly unit: string;
  readonly scale: 'log' | 'linear';
  /** `block`: a value on every step line. `sweep`: a value on the last step line of each sweep. */
  readonly cost: 'block' | 'sweep';
  /** Does the value belong to the block that moved, or to the whole run? */
  readonly of: 'block' | 'run';
  /** Does a view show it until a person chooses? */
  readonly byDefault: boolean;
  readonly draw: Draw;
  readonly inline?: Inline;
}

export interface RunInfo {
  readonly version: string;
  readonly node: string;
  readonly problem: string;
  readonly method: string;
  readonly ordering: string;
  readonly step: string;
  readonly seed: number;
  /** The backend that computes, and why this one. */
  readonly backend: string;
  readonly backendReason: string;
  readonly abilities: Abilities;
  readonly blocks: readonly BlockInfo[];
  readonly metrics: readonly MetricInfo[];
  /** Metrics that are shown by default and could be had, but were not asked for. */
  readonly unmeasured: readonly Pick<MetricInfo, 'name' | 'title'>[];
  /** What the run is watched for. */
  readonly findings: readonly FindingInfo[];
  readonly listing: Listing;
  /** Path of the problem module, if the problem is one. */
  readonly module: string | null;
  /** Orderings this run may be swapped to (those the method and the problem accept). */
  readonly orderings: readonly { readonly name: string; readonly title: string }[];
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  /** Sentences said once at the start. */
  readonly notes: readonly string[];
  readonly stopOnEntry: boolean;
}

/** Where the run stands: k updates are done, `block` moves next. */
export interface Position {
  readonly k: number;
  /** Sweep that `block` belongs to, from 1. */
  readonly sweep: number;
  /** Place within the sweep, from 0. */
  readonly place: number;
  /** The first of the blocks that move next. */
  readonly block: string;
  /** The set of blocks that moves next, as one update. */
  readonly blocks: readonly string[];
  readonly phase: Phase;
  readonly ordering: string;
  /** Ordering that takes over when this sweep ends, if one waits. */
  readonly pendingOrdering: string | null;
  /** End of what was computed on this branch (≥ k). */
  readonly end: number;
}

export type StopReason =
  | 'entry'
  | 'step'
  | 'pause'
  | 'goto'
  | 'breakpoint'
  | 'functionBreakpoint'
  | 'dataBreakpoint'
  | 'finding'
  /** A stop criterion holds, or the budget (`steps`, `sweeps`, `seconds`) is used; the run can be looked at, gone back in, and ended. */
  | 'converged'
  | 'budget'
  | 'nonfinite'
  | 'failed';

export interface Stop {
  readonly reason: StopReason;
  readonly position: Position;
  readonly facts: Facts;
  /** One sentence: the criterion and its value, the finding, the breakpoint's condition. */
  readonly text: string;
  readonly finding: Finding | null;
  /** Ids of the breakpoints that were hit. */
  readonly breakpoints: readonly string[];
}

/** A finding that a run is watched for. */
export interface FindingInfo {
  readonly name: string;
  readonly title: string;
  /** One sentence: what is wrong when it is found. */
  readonly summary: string;
  /** Its thresholds in this run. */
  readonly thresholds: Readonly<Record<string, number>>;
}

export interface Finding {
  readonly k: number;
  /** The name of one of the findings of `RunInfo.findings`. */
  readonly name: string;
  readonly block: string | null;
  /** One sentence with its evidence. */
  readonly text: string;
  /** Names and values the sentence rests on. */
  readonly evidence: Readonly<Record<string, number | string>>;
  /** The user's own stack, for errors in problem modules. */
  readonly stack?: string;
  /** Nothing is wrong: something that the method did, as it says, under a name of its own. It stands on the line of time and stops nothing. */
  readonly event?: true;
}

/** The value over its limit, times the limit's number: of sharpness against 2 over the step, step × sharpness. `at`: the update's metrics. */
export function ratioTo({ over }: Limit, value: number, at: (metric: string) => number): number {
  return over === null ? value : value * at(over);
}

/** Is the value of an update above a limit that holds for it? */
export function isAbove(limit: Limit, value: number, at: (metric: string) => number): boolean {
  if (limit.unless !== null && at(limit.unless) === 1) return false;
  return ratioTo(limit, value, at) > limit.number;
}

/** How far `resume` goes. */
export type Until =
  | { readonly kind: 'end' }
  | { readonly kind: 'steps'; readonly count: number }
  /** To the end of the present sweep. */
  | { readonly kind: 'sweep' }
  /** One phase on; the fifth is the commit. */
  | { readonly kind: 'phase' };

/** The run’s metrics at step 0, before any update, as `evaluate` gives them there; NaN or absent where a value is not known (yet). */
export interface EntryValues {
  /** No more will follow. */
  readonly done: boolean;
  /** By metric of the blocks that is read before an update: a value a block. */
  readonly block: Readonly<Record<string, Float64Array>>;
  /** By metric of the run. */
  readonly run: Readonly<Record<string, number>>;
}

/**
 * A run's info as it crosses threads and processes: a million blocks as an array of names and one of sizes take a tenth of
 * the time and memory of a million objects, and their lines of the listing are written where it arrives.
 */
export interface PackedInfo extends Omit<RunInfo, 'blocks'> {
  readonly names: readonly string[];
  readonly sizes: Int32Array;
  /** Where each block is declared; null: none is. */
  readonly declared: readonly BlockInfo['declared'][] | null;
}

export function packInfo({ blocks, listing, ...rest }: RunInfo): PackedInfo {
  return {
    ...rest,
    listing: { ...listing, lines: listing.lines.filter(({ block }) => block === undefined) },
    names: blocks.map(({ name }) => name),
    sizes: Int32Array.from(blocks, ({ size }) => size),
    declared: blocks.some(({ declared }) => declared !== null)
      ? blocks.map(({ declared }) => declared)
      : null,
  };
}

export function unpackInfo({ names, sizes, declared, listing, ...rest }: PackedInfo): RunInfo {
  const blocks = names.map((name, b) => ({
    name,
    size: sizes[b]!,
    declared: declared?.[b] ?? null,
  }));
  return {
    ...rest,
    blocks,
    listing: { ...listing, lines: [...listing.lines, ...linesOf(blocks)] },
  };
}

/** The lines that a listing ends with, one a block. */
export function linesOf(blocks: readonly Pick<BlockInfo, 'name' | 'size'>[]): ListingLine[] {
  return blocks.map(({ name, size }) => ({
    text: `block ${printable(name)}${size > 1 ? `  (${size})` : ''}`,
    block: name,
  }));
}
