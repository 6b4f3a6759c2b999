import type { Reading } from './diagnostic.ts';
import type { Entry, MethodPart } from './method.ts';
import type { NumberOption } from './part.ts';
import type { Problem } from './problem.ts';

/** What a finding tells; its name and step are added by whoever records it. */
export interface Found {
  readonly block: string | null;
  /** One sentence with its evidence. */
  readonly text: string;
  /** Names and values the sentence rests on. */
  readonly evidence: Readonly<Record<string, number | string>>;
}

/** What may have caused another finding: the block, a sentence, and the values it rests on. */
export type Suspicion = Found & { readonly block: string };

/** A number of an update that a verdict looks at. It is measured because the finding is on; a diagnostic is one. */
export interface Measure {
  readonly when: 'read' | 'commit';
  evaluate(reading: Reading): number;
}

/** One block's part of an update that was made: step k. Holds during the call. */
export interface Sight {
  readonly k: number;
  readonly entry: Entry;
  /** The watcher's `needs` in their order. */
  readonly values: Float64Array;
  /** What other watchers suspect at present. */
  readonly suspicion: () => Suspicion | null;
}

/**
 * Watches a run and tells what went wrong, each thing once until it is over. What it knows is `memory`, plain data that is
 * copied with the keyframes; nothing of it is ever read by the iterates.
 */
export interface Watcher {
  readonly needs: readonly Measure[];
  memory: unknown;
  /** The run begins at F, or an edit made it F at step k: nothing of before counts against it. */
  begun?(k: number, F: number): void;
  moved?(sight: Sight): Found | null;
  sweepEnded?(k: number): Found | null;
  suspicion?(): Suspicion | null;
}

/** The judgement that comes with a metric: a finding, with its thresholds. */
export interface Verdict {
  /** Name of the finding; permanent, as a registry key is. */
  readonly finding: string;
  readonly title: string;
  /** One sentence: what is wrong when it is found. */
  readonly summary: string;
  /** Does a debugger stop at it until it is told otherwise? */
  readonly stops: boolean;
  /** Its thresholds, set by `findings` in launch.json. */
  readonly options: Readonly<Record<string, NumberOption & { readonly default: number }>>;
  /** Can it be told of this method? Of every one where it is not said. */
  readonly fits?: (method: MethodPart) => boolean;
  create(problem: Problem, options: Readonly<Record<string, number>>): Watcher;
}
