import type { Refusal } from '../core/part.ts';
import { metricNames } from '../run/recipe.ts';
import type { Run } from '../run/run.ts';
import type { Finding, RunInfo } from '../wire/run.ts';

/** How a run ends. */
export interface Ending {
  readonly status: 'converged' | 'budget' | 'nonfinite' | 'failed';
  /** One sentence: the criterion and its value, the finding. */
  readonly text: string;
  readonly k: number;
  readonly sweeps: number;
  readonly passes: number;
  readonly seconds: number;
  readonly objective: number;
  /** null where the problem has none. */
  readonly gap: number | null;
  /** The values of each block: columns in the file's order, groups in their own. */
  readonly x: ReadonlyMap<string, readonly number[]>;
}

/** How a command that computes ended; a replay that differs failed. */
export type Ended = Refusal | Ending['status'];

/** Where a command prints, and whether the user wants it to end. */
export interface Terminal {
  /** Settles when the text was taken: a slow reader slows the run and fills no memory. */
  print(text: string): Promise<void>;
  /** What user code and breakpoints print, and anything else that is no part of the report. */
  aside(category: 'stdout' | 'stderr', text: string): void;
  interrupted(): boolean;
  /** What work that the module left behind failed with first, outside of any of its functions. */
  stray(): { readonly error: unknown } | null;
}

/** One block update: what was measured at it. Metrics of a sweep are there at its last step only. */
export interface StepRow {
  readonly k: number;
  readonly sweep: number;
  readonly block: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** Is it the last step of its sweep? */
  readonly sweepEnds: boolean;
}

/** What a run has told so far, as text to print; '' where there is nothing to say. */
export interface Report {
  start(info: Started): string;
  step(row: StepRow): string;
  finding(finding: Finding): string;
  end(ending: Ending): string;
}

/** What is known when a run starts, or fails to. */
export type Started = Pick<
  RunInfo,
  'version' | 'problem' | 'method' | 'ordering' | 'step' | 'seed' | 'notes' | 'backend'
> & { readonly blocks: readonly string[] };

/** The rows of the steps a run has recorded after step `from`, in order. */
export function* stepRows(
  { rows, recipe, state }: Run,
  blocks: readonly string[],
  from: number,
): Iterable<StepRow> {
  const { steps, sweeps } = rows;
  const metrics = metricNames(recipe, 'block');
  const ofSweep = metricNames(recipe, 'sweep');
  for (let at = rows.row(from + 1); at < steps.count; at++) {
    const k = steps.get(0, at);
    const sweep = steps.read('sweep', at);
    const next = k < rows.end ? rows.value('sweep', k + 1) : state.sweep;
    const sweepRow = rows.sweepRow(k);
    const measured = sweepRow < sweeps.count && sweeps.read('k', sweepRow) === k;
    yield {
      k,
      sweep,
      block: blocks[steps.read('block', at)] ?? '',
      sweepEnds: next !== sweep,
      metrics: Object.fromEntries([
        ...metrics.map(name => [name, steps.read(name, at)] as const),
        ...(measured ? ofSweep.map(name => [name, sweeps.read(name, sweepRow)] as const) : []),
      ]),
    };
  }
}
