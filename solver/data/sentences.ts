import type { Refusal } from '../core/part.ts';
import type { ColumnNames } from '../core/problem.ts';
import { listed, nearest, printable, refuse } from '../core/words.ts';

/** Every sentence about data that a user can read. */

/** Where a file came from: the attribute that named it and its name as the user wrote it. */
export interface Named {
  readonly attribute: string;
  readonly file: string;
}

/** Thrown by readers to stop with a refusal; `loadDataset` and `loadMatrix` return it as a value. */
export class Unreadable extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.refusal);
    this.refusal = refusal;
  }
}

export const bundledNames = ['diabetes', 'breastCancer', 'digits'] as const;
const formats = 'csv with a header, libsvm text, npy or npz';

/** `data: "f.csv" line 17, column bmi: "abc" is not a number; accepted: finite numbers`. Lines count from 1. */
export function badCell(at: Named, line: number, column: string, cell: string): Unreadable {
  return say(at, `line ${line}, column ${printable(column)}: ${fault(cell)}`, 'finite numbers');
}

/** The same for files of numbers without lines; rows count from 1. */
export function badEntry(at: Named, row: number, column: string, value: number): Unreadable {
  return say(at, `row ${row}, column ${column}: ${fault(String(value))}`, 'finite numbers');
}

export function ragged(
  at: Named,
  line: number,
  column: string,
  cells: number,
  expected: number,
): Unreadable {
  const row = `line ${line}, column ${printable(column)}: the row has ${count(cells, 'cell')}`;
  return say(at, row, `${count(expected, 'cell')}, as in line 1`);
}

export function emptyLine(at: Named, line: number, column: string): Unreadable {
  return say(
    at,
    `line ${line}, column ${printable(column)}: the line is empty`,
    'a row in every line',
  );
}

export function badHeader(at: Named, wrong: string): Unreadable {
  return say(at, `line 1, ${wrong}`, 'a header of distinct column names');
}

export function badLine(at: Named, line: number, wrong: string, accepted: string): Unreadable {
  return say(at, `line ${line}: ${wrong}`, accepted);
}

/** The longest line of csv, in characters; a longer one would only fill the memory. */
export const longestLine = 16_777_216;

export function longLine(at: Named, line: number): Unreadable {
  const most = `lines of at most ${longestLine} characters`;
  return say(at, `line ${line}: the line is longer than ${longestLine} characters`, most);
}

/** Above these the index arrays of a sparse table alone take gigabytes, which damaged files often declare. */
export const mostRows = 200_000_000;
export const mostColumns = 10_000_000;

export function tooLarge(at: Named, rows: number, columns: number): Unreadable {
  const most = `at most ${mostRows} rows and ${mostColumns} columns`;
  return say(at, `is a table of ${rows} × ${columns}`, most);
}

export function noRows(at: Named): Unreadable {
  return say(at, 'holds no rows', 'at least one row of numbers');
}

export function noColumns(at: Named): Unreadable {
  return say(at, 'has no column beside the target', 'a target and at least one more column');
}

export function unknownTarget(target: string, at: Named, columns: ColumnNames): Unreadable {
  const near = nearest(target, columns);
  const hint = near === null ? '' : `, the nearest is ${printable(near)}`;
  const wrong = `is not a column of ${printable(at.file)}${hint}`;
  return new Unreadable(refuse('target', target, wrong, listed(columns, 20)));
}

/** A table that does not fit into memory. */
export function noMemory(at: Named): Unreadable {
  return say(at, 'does not fit into memory', 'a smaller table');
}

export function missing(at: Named): Unreadable {
  const isName = /^[A-Za-z_]+$/.test(at.file);
  const near = isName ? nearest(at.file, bundledNames) : null;
  const hint =
    near === null ? 'does not exist' : `does not exist, the nearest bundled data is ${near}`;
  return say(at, hint, `the path of a file (${formats}), or ${bundledNames.join(', ')}`);
}

export function unreadableFile(at: Named, reason: string): Unreadable {
  return say(at, `cannot be read (${reason})`, `a readable file: ${formats}`);
}

export function unknownFormat(at: Named, what: string): Unreadable {
  return say(at, what, formats);
}

export function idxNotBuilt(at: Named): Unreadable {
  return say(at, 'is an idx file, which cannot be read yet', formats);
}

export function badArray(at: Named, wrong: string, accepted: string): Unreadable {
  return say(at, wrong, accepted);
}

function say({ attribute, file }: Named, wrong: string, accepted: string): Unreadable {
  return new Unreadable(refuse(attribute, file, wrong, accepted));
}

/** What is wrong with a cell's text. */
function fault(cell: string): string {
  const text = cell.slice(0, 4096).trim();
  if (text === '') return 'the cell is empty';
  if (/^[+-]?nan$/i.test(text)) return `"${excerpt(text)}" is not a number (NaN)`;
  if (/^[+-]?inf(inity)?$/i.test(text) || /^[+-]?[\d.]+e\+?\d+$/i.test(text)) {
    return `"${excerpt(text)}" is infinite`;
  }
  return `"${excerpt(text)}" is not a number`;
}

/** A few words of a file, on one line. */
export function excerpt(text: string): string {
  return printable(text.slice(0, 4096).trim().replaceAll(/\s+/g, ' '), 40);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
