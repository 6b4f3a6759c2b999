// How measured results read: a line on the terminal, and the table of test/bench/README.md.
import { join } from 'node:path';
import { root } from './root.mjs';

export const readme = join(root, 'test/bench/README.md');

const results = ['<!-- results: written by npm run bench -->', '<!-- end of results -->'];
const peers = ['<!-- peers: written by npm run bench:peers -->', '<!-- end of peers -->'];

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
export function withTable(text, { cpu, cores, node, v8, results: measured }) {
  const rows = measured.map(result =>
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
  return between(text, results, table);
}

/**
 * The README with the table of these comparisons in place of the one it has.
 * @param {string} text
 * @param {any} report
 */
export function withPeers(text, { cpu, cores, versions, measured, limitSeconds, ...found }) {
  const time = (/** @type {any} */ one) =>
    one && 'ms' in one ? `${shown(one.ms)} ms` : (one?.slower ?? 'none');
  const rows = found.problems.map((/** @type {any} */ one) => {
    const others = Object.entries(one.peers).map(([name, it]) => `${name} ${time(it)}`);
    const own = one.method === null ? 'none' : `${one.method} ${time(one.ours)}`;
    const cells = [
      times(one.ratio),
      times(one.defaultsRatio),
      one.fastest ?? 'none',
      standing(one.ratio),
    ];
    return `| ${[one.title, own, others.join('; '), ...cells].join(' | ')} |`;
  });
  const cold = found.cold.map(
    (/** @type {any} */ one) =>
      `| ${one.title} | ${one.method} ${shown(one.ours)} ms | ${one.peer} ${shown(one.theirs)} ms | ${shown(one.later)} ms | ${one.later <= 30 ? 'met' : '**missed**'} |`,
  );
  const said = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const table = [
    `${cpu}, ${cores} cores; ${said.join(', ')}. One thread, ${measured}, at most ${limitSeconds} s a solve.`,
    '',
    '| problem | ours | peers | ours / fastest | with default metrics | fastest peer | at most the fastest’s |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    '| cold process | ours | fastest peer | ours later by | within 30 ms |',
    '| --- | --- | --- | --- | --- |',
    ...cold,
    ...found.missing.flatMap((/** @type {string} */ sentence) => ['', sentence]),
  ].join('\n');
  return between(text, peers, table);
}

/** @param {number | null} ratio */
function standing(ratio) {
  if (ratio === null) return 'not compared';
  if (ratio <= 0.5) return 'met, half of it';
  return ratio <= 1 ? 'met' : '**missed**';
}

/** @param {number | null} ratio */
function times(ratio) {
  return ratio === null ? 'none' : `${shown(ratio)} ×`;
}

/** The text with the table between the two marks. @param {string} text @param {string[]} marks @param {string} table */
function between(text, [begin, end], table) {
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
