import type { Refusal } from './part.ts';

/** A refusal in its one form, on one line: `<attribute>: "<value>" <what is wrong>; accepted: <what would be>`. */
export function refuse(
  attribute: string,
  value: unknown,
  wrong: string,
  accepted: string,
): Refusal {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const sentence = `${printable(attribute)}: "${printable(text, 200)}" ${wrong}; accepted: ${accepted}`;
  return { refusal: oneLine(sentence) };
}

/** Limits of the comparison: longer words are not typing mistakes, and only the first names of a long list are compared. */
const longest = 100;
const most = 10_000;

/**
 * The name with the least edit distance from `word`, ignoring case; the first of several; null without names or for a
 * very long word.
 */
export function nearest(word: string, names: Iterable<string>): string | null {
  return closest(word, names, Number.POSITIVE_INFINITY);
}

/**
 * `nearest`, or null where it differs too much to be a typing mistake: a third of the letters may differ, but at least
 * two.
 */
export function nearestSlip(word: string, names: Iterable<string>): string | null {
  return closest(word, names, Math.max(2, Math.ceil(word.length / 3)) + 1);
}

function closest(word: string, names: Iterable<string>, below: number): string | null {
  if (word.length > longest) return null;
  let found: string | null = null;
  let looked = 0;
  for (const name of names) {
    if (++looked > most) break;
    if (name.length > longest) continue;
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance >= below) continue;
    below = distance;
    found = name;
  }
  return found;
}

/** Levenshtein's distance: the fewest letters to insert, delete or replace. One row of the table is kept. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced));
    }
    row = next;
  }
  return row[b.length]!;
}

/**
 * Characters that would break a line or reverse it: line breaks, control characters, direction marks and lone surrogates.
 */
const disturbing = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200C\u200D])\p{Cf}/gu;
const letters: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text on one line: characters that would disturb it are escaped, as `\n` or `\u202e`. */
export function oneLine(text: string): string {
  return text.replaceAll(
    disturbing,
    mark => letters[mark] ?? `\\u${(mark.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * A name for display in a listing, a sentence or a hover: `oneLine`, shortened in the middle to at most `most`
 * characters. Two names may then look alike, so never use it as a key.
 */
export function printable(name: string, most = 80): string {
  if (name.length <= most && name.search(disturbing) < 0) return name;
  const isLong = name.length > 8 * most;
  const characters = [...oneLine(isLong ? name.slice(0, 4 * most) + name.slice(-4 * most) : name)];
  if (!isLong && characters.length <= most) return characters.join('');
  const tail = Math.floor((most - 1) / 3);
  const head = most - 1 - tail;
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - tail).join('')}`;
}

/** The first dozen of the names, separated by commas, and how many there are. */
export function listed(names: Iterable<string> & { readonly length: number }, most = 12): string {
  const shown: string[] = [];
  for (const name of names) {
    if (shown.length === most) return `${shown.join(', ')}, … (${names.length})`;
    shown.push(printable(name));
  }
  return shown.join(', ');
}

/**
 * A measured number as people read it, wherever it is shown: `digits` significant digits, exponents as e-3, a true minus.
 * 0.327, 12.3, 1.00, 3.26e-3, 4.1 million is 4.10e6; NaN and ∞ by their names. Where a number can be edited or compared
 * digit by digit (Variables, Watch, log messages, JSON) it is written exactly instead: `exactText` of the breakpoints.
 */
export function formatNumber(value: number, digits = 3): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const sign = value < 0 ? '−' : '';
  const [mantissa = '', power = '0'] = Math.abs(value)
    .toExponential(digits - 1)
    .split('e');
  const exponent = Number(power);
  // From 0.01 to 9999, or to where the digits end, an exponent would be harder to read than the zeros.
  if (exponent < -2 || exponent > Math.max(3, digits - 1)) return `${sign}${mantissa}e${exponent}`;
  return sign + Number(`${mantissa}e${exponent}`).toFixed(Math.max(0, digits - 1 - exponent));
}

/** A count, its thousands apart: 162 386. */
export function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
}
