import { catalog, type Family } from '../config/catalog.ts';
import type { Refusal } from '../core/part.ts';
import { formatNumber } from '../core/words.ts';
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
  /** Is it the last of its sweep? Of blocks that moved at once it is one. */
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
  'version' | 'problem' | 'method' | 'ordering' | 'step' | 'seed' | 'notes' | 'backend' | 'metrics'
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
      sweepEnds: next !== sweep && (at + 1 === steps.count || steps.get(0, at + 1) !== k),
      metrics: Object.fromEntries([
        ...metrics.map(name => [name, steps.read(name, at)] as const),
        ...(measured ? ofSweep.map(name => [name, sweeps.read(name, sweepRow)] as const) : []),
      ]),
    };
  }
}

/** JSON lines: start, a step every N, every finding, end. */
export function jsonLines(every: number | null): Report {
  const stride = every ?? 1;
  return {
    start: ({ version, problem, method, ordering, step, seed, blocks, backend, notes }) =>
      line({
        type: 'start',
        blockstep: version,
        problem,
        method,
        ordering,
        step,
        seed,
        blocks,
        backend,
        notes,
      }),
    step({ k, sweep, block, metrics }) {
      if (stride === 0 || k % stride !== 0) return '';
      return line({ type: 'step', k, sweep, block, ...metrics });
    },
    finding: ({ k, name, block, text, evidence, stack, event }) =>
      line({
        type: event ? 'event' : 'finding',
        k,
        name,
        block,
        text,
        evidence,
        ...(stack && { stack }),
      }),
    end({ status, k, sweeps, passes, seconds, objective, gap, x, text }) {
      const rest = json({ type: 'end', status, k, sweeps, passes, seconds, objective, gap });
      return `${rest.slice(0, -1)},"x":${inOrder(x)},"text":${json(text)}}\n`;
    },
  };
}

/** One line of JSON; NaN and the infinities, which JSON does not have, as strings. */
export function line(value: object): string {
  return `${json(value)}\n`;
}

function json(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner,
  );
}

/** `{"name":values,…}` as they come; an object would put names that are whole numbers first, by size. */
function inOrder(x: Ending['x']): string {
  return `{${[...x].map(([name, values]) => `${json(name)}:${json(values)}`).join(',')}}`;
}

/** A family's parts: with json a line of JSON each, else a paragraph each. */
export function listing(family: Family, json: boolean): string {
  const parts = catalog[family];
  if (json) {
    return parts
      .map(({ name, title, source, suits, summary }) =>
        JSON.stringify({ name, title, source, suits, summary }),
      )
      .map(line => `${line}\n`)
      .join('');
  }
  return parts
    .map(
      ({ name, title, source, suits, summary }) =>
        `${name}: ${title}\n    ${summary}\n    suits: ${suits}\n    source: ${source}\n`,
    )
    .join('');
}

/** Coordinates of x that the summary still shows. */
const SHOWN = 30;
const WIDTH = 13;
/** Significant digits of the columns and of x; the final objective is exact. */
const DIGITS = 6;

/**
 * For people: a row a sweep (1 … 10, 20, 30 … 100, 200 …, or every N), each kind of finding once, a summary at the end.
 * `bold` marks what catches the eye, on terminals only.
 */
export function table(every: number | null, bold: (text: string) => string): Report {
  /** What a row shows: the run's metrics that are drawn, and of the first metric of a block its largest value in the sweep. */
  let columns: readonly string[] = [];
  let ranked: string | null = null;
  let largest = Number.NaN;
  let last: StepRow | null = null;
  let shown = 0;
  const told = new Map<string, number>();

  const row = ({ sweep, k, metrics }: StepRow): string => {
    const head = shown === 0 ? heading() : '';
    shown = sweep;
    const cells = columns.map(name => cell(metrics[name] ?? Number.NaN, name));
    if (ranked !== null) cells.push(cell(largest, `max ${ranked}`));
    return `${head}${pad(`${sweep}`, 7)}${pad(`${k}`, 10)}${cells.join('')}\n`;
  };
  const heading = (): string => {
    const titles = ranked === null ? columns : [...columns, `max ${ranked}`];
    const names = titles.map(name => pad(name, widthOf(name))).join('');
    return bold(`${pad('sweep', 7)}${pad('k', 10)}${names}\n`);
  };

  return {
    start({ problem, method, ordering, step, seed, blocks, notes, metrics }) {
      columns = metrics
        .filter(({ of, draw }) => of === 'run' && draw.kind !== 'none')
        .map(({ name }) => name);
      ranked = metrics.find(({ of }) => of === 'block')?.name ?? null;
      return [
        `${bold(problem)}: ${method}, ${ordering}, step ${step}, seed ${seed}, ${count(blocks.length, 'block')}`,
        ...notes,
        '',
      ].join('\n');
    },
    step(at) {
      const value = ranked === null ? Number.NaN : (at.metrics[ranked] ?? Number.NaN);
      const begins = last === null || last.sweep !== at.sweep;
      if (begins || !(value <= largest)) largest = value;
      last = at;
      if (!at.sweepEnds || !isShown(at.sweep, every)) return '';
      return row(at);
    },
    finding(finding) {
      if (finding.event) return '';
      const { name, block } = finding;
      const key = block === null ? name : `${name} ${block}`;
      const times = (told.get(key) ?? 0) + 1;
      told.set(key, times);
      if (times > 1) return '';
      return `${bold(`${name} at k = ${finding.k}`)}: ${findingText(finding)}\n`;
    },
    end(ending) {
      const rest = every !== 0 && last !== null && last.sweep !== shown ? row(last) : '';
      const often = [...told].filter(([, times]) => times > 1);
      const again = often.map(([key, times]) => `${key}: ${times} times\n`).join('');
      return `${rest}${again}${summary(ending, bold)}`;
    },
  };
}

function isShown(sweep: number, every: number | null): boolean {
  if (every !== null) return every > 0 && sweep % every === 0;
  return sweep % 10 ** Math.floor(Math.log10(sweep)) === 0;
}

function findingText({ text, stack }: Finding): string {
  return stack === undefined ? text : `${text}\n${stack}`;
}

function summary(ending: Ending, bold: (text: string) => string): string {
  const { status, text, k, sweeps, passes, seconds, objective, gap, x } = ending;
  const lines = [
    `${bold(status)}: ${text.replace(/^Converged: /, '')}`,
    `${count(k, 'step')}, ${count(sweeps, 'sweep')}, ${formatNumber(passes)} passes, ${formatNumber(seconds)} s`,
    `objective ${objective}${gap === null ? '' : `, gap ${formatNumber(gap)}`}`,
  ];
  const blocks = [...x];
  const size = blocks.reduce((sum, [, values]) => sum + values.length, 0);
  if (size <= SHOWN) {
    const width = Math.max(...blocks.map(([name]) => name.length), 0);
    for (const [name, values] of blocks)
      lines.push(
        `  ${name.padEnd(width)}  ${values.map(one => formatNumber(one, DIGITS)).join('  ')}`,
      );
  }
  return `${lines.join('\n')}\n`;
}

function cell(value: number, title: string): string {
  return pad(formatNumber(value, DIGITS), widthOf(title));
}

/** Columns are as wide as each other, but for a longer title. */
const widthOf = (title: string): number => Math.max(WIDTH, title.length + 2);

function pad(text: string, width: number): string {
  return text.padStart(width);
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
