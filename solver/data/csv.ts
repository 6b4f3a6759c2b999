import { eachRecord } from './csvRecords.ts';
import type { FileSource } from './file.ts';
import { parseNumber } from './parseNumber.ts';
import { Rows } from './rows.ts';
import { badCell, badHeader, emptyLine, noRows, ragged } from './sentences.ts';

/** A table of numbers with named columns; `names` is null where the first line holds numbers too. */
export interface Table {
  readonly names: readonly string[] | null;
  readonly rows: Rows;
}

/**
 * Reads comma-, semicolon- or tab-separated numbers. The first line names the columns; with `header: 'maybe'` a first line
 * of numbers only is data. Refuses empty, non-numeric and infinite cells and ragged rows by line and column; empty lines
 * are let through at the end only.
 */
export async function readCsv(source: FileSource, header: 'required' | 'maybe'): Promise<Table> {
  const { at } = source;
  let names: readonly string[] | null = null;
  let rows: Rows | null = null;
  let emptyAt = 0;

  const take = (cells: readonly string[], line: number): void => {
    if (cells.length === 1 && cells[0]!.trim() === '' && line > 1) {
      if (emptyAt === 0) emptyAt = line;
      return;
    }
    if (emptyAt > 0) throw emptyLine(at, emptyAt, columnName(names, 0));
    if (rows === null) {
      const numeric = cells.every(cell => !Number.isNaN(parseNumber(cell)));
      rows = new Rows(cells.length);
      if (!numeric || header === 'required') {
        names = checkedNames(source, cells, numeric);
        return;
      }
    }
    if (cells.length !== rows.columns) {
      const where = columnName(names, Math.min(cells.length, rows.columns));
      throw ragged(at, line, where, cells.length, rows.columns);
    }
    const { values, start } = rows.next();
    for (let j = 0; j < cells.length; j++) {
      const value = parseNumber(cells[j]!);
      if (Number.isNaN(value)) throw badCell(at, line, columnName(names, j), cells[j]!);
      values[start + j] = value;
    }
  };
  await eachRecord(source, take);
  // Assigned in `take`, which the type checker does not see.
  const table = rows as Rows | null;
  if (table === null || table.count === 0) throw noRows(at);
  return { names, rows: table };
}

function checkedNames(
  { at }: FileSource,
  cells: readonly string[],
  numeric: boolean,
): readonly string[] {
  if (numeric) throw badHeader(at, 'column 1: the line holds numbers only');
  const names = cells.map(cell => cell.trim());
  for (const [j, name] of names.entries()) {
    if (name === '') throw badHeader(at, `column ${j + 1}: the name is empty`);
    if (names.indexOf(name) < j)
      throw badHeader(at, `column ${j + 1}: the name "${name}" is there twice`);
  }
  return names;
}

function columnName(names: readonly string[] | null, j: number): string {
  return names?.[j] ?? String(j + 1);
}
