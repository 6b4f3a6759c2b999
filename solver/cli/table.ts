import { formatNumber } from '../core/words.ts';
import type { Finding } from '../wire/run.ts';
import type { Ending, Report, StepRow } from './report.ts';

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
  let columns: readonly string[] | null = null;
  let largest = Number.NaN;
  let last: StepRow | null = null;
  let shown = 0;
  const told = new Map<string, number>();

  const row = ({ sweep, k, metrics }: StepRow): string => {
    const head = columns === null ? heading(metrics) : '';
    shown = sweep;
    const cells = (columns ?? []).map(name =>
      name === LARGEST ? cell(largest) : cell(metrics[name] ?? Number.NaN),
    );
    return `${head}${pad(`${sweep}`, 7)}${pad(`${k}`, 10)}${cells.join('')}\n`;
  };
  const heading = (metrics: StepRow['metrics']): string => {
    columns = COLUMNS.filter(name => name === LARGEST || name in metrics);
    const names = columns.map(name => pad(name, WIDTH)).join('');
    return bold(`${pad('sweep', 7)}${pad('k', 10)}${names}\n`);
  };

  return {
    start: ({ problem, method, ordering, step, seed, blocks, notes }) =>
      [
        `${bold(problem)}: ${method}, ${ordering}, step ${step}, seed ${seed}, ${count(blocks.length, 'block')}`,
        ...notes,
        '',
      ].join('\n'),
    step(at) {
      const { gradNorm = Number.NaN } = at.metrics;
      const begins = last === null || last.sweep !== at.sweep;
      if (begins || !(gradNorm <= largest)) largest = gradNorm;
      last = at;
      if (!at.sweepEnds || !isShown(at.sweep, every)) return '';
      return row(at);
    },
    finding(finding) {
      const key = `${finding.name} ${finding.block}`;
      const times = (told.get(key) ?? 0) + 1;
      told.set(key, times);
      if (times > 1) return '';
      return `${bold(`${finding.name} at k = ${finding.k}`)}: ${findingText(finding)}\n`;
    },
    end(ending) {
      const rest = every !== 0 && last !== null && last.sweep !== shown ? row(last) : '';
      const often = [...told].filter(([, times]) => times > 1);
      const again = often.map(([key, times]) => `${key}: ${times} times\n`).join('');
      return `${rest}${again}${summary(ending, bold)}`;
    },
  };
}

const LARGEST = 'max gradNorm';
/** What a sweep's row shows, where it was recorded. */
const COLUMNS = ['objective', 'gap', 'stationarity', 'certificate', LARGEST];

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
    `${bold(status)}: ${text}`,
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

function cell(value: number): string {
  return pad(formatNumber(value, DIGITS), WIDTH);
}

function pad(text: string, width: number): string {
  return text.padStart(width);
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
