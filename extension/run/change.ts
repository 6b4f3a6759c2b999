import type { BranchInfo, Events, MetricsBatch } from '../../solver/wire/protocol.ts';
import type { Finding, RunInfo, Stop } from '../../solver/wire/run.ts';
import type { SourceExit } from './source.ts';

/** Who caused a change: a view, or the source itself. */
export type Origin = 'adapter' | 'panel' | 'command' | 'source';

/** A change of a run, announced once, after the client's own state reflects it. */
export type Change =
  | { readonly kind: 'progress'; readonly text: string; readonly fraction: number | null }
  /** `recovered`: another source goes on with the same run. */
  | { readonly kind: 'loaded'; readonly info: RunInfo; readonly recovered: boolean }
  | { readonly kind: 'running'; readonly origin: Origin }
  | { readonly kind: 'stopped'; readonly stop: Stop; readonly origin: Origin }
  /** An edit was made. `moved`: the block, the phase or the sweep that is next is another one. */
  | { readonly kind: 'edited'; readonly moved: boolean; readonly origin: Origin }
  | { readonly kind: 'branch'; readonly branch: BranchInfo; readonly origin: Origin }
  /** Facts changed without a command, such as a swap at the end of a sweep. */
  | { readonly kind: 'facts' }
  | { readonly kind: 'rows'; readonly batch: MetricsBatch }
  /** Metrics at step 0 became known, or hold no longer. */
  | { readonly kind: 'entry' }
  /** Rows of a past that was thinned are here. */
  | { readonly kind: 'refined' }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'output'; readonly output: Events['output'] }
  | { readonly kind: 'unresponsive'; readonly text: string }
  | { readonly kind: 'responsive' }
  /** Breakpoints stand on other blocks than before. */
  | { readonly kind: 'breakpoints' }
  | { readonly kind: 'lifted' }
  /** The source ended without being asked to. */
  | { readonly kind: 'crashed'; readonly exit: SourceExit }
  /** The session is over; what was computed can still be looked at. */
  | { readonly kind: 'ended' };
