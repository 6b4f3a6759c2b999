// How measured results read: a line on the terminal, and the table of test/bench/README.md.
import { join } from 'node:path';
import { root } from './root.mjs';

export const readme = join(root, 'test/bench/README.md');

const begin = '<!-- results: written by npm run bench -->';
const end = '<!-- end of results -->';

/** One result on the terminal. @param {any} result */
export function line(result) {
  if ('skipped' in result) return `skipped: ${result.skipped}`;
  const { title, unit, p10, p90 } = result;
  return `${title}: ${shown(result.median)} ${unit} (${shown(p10)} … ${shown(p90)})${bound(result)}`;
}

/**
 * The README with the table of these results in place of the one it has.
 * @param {string} text
 * @param {any} report
 */
export function withTable(text, { cpu, cores, node, v8, results }) {
  const rows = results.map(result =>
    'skipped' in result
      ? `| not measured | ${result.skipped} | | |`
      : `| ${result.title} | ${shown(result.median)} ${result.unit} | ${shown(result.p10)} … ${shown(result.p90)} | ${bound(result).trim()} |`,
  );
  const table = [
    `${cpu}, ${cores} cores; Node ${node}, V8 ${v8}.`,
    '',
    '| measured | median | 10 % … 90 % | required |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  const from = text.indexOf(begin) + begin.length;
  return `${text.slice(0, from)}\n\n${table}\n\n${text.slice(text.indexOf(end))}`;
}

/** @param {any} result */
function bound({ median, limit, unit }) {
  if (limit === undefined) return '';
  return ` at most ${limit} ${unit}: ${median <= limit ? 'met' : 'NOT MET'}`;
}

/** Three significant digits; whole numbers from a thousand on. @param {number} value */
function shown(value) {
  if (value >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}
