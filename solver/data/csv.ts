import { StringDecoder } from 'node:string_decoder';
import { CsvError, type InfoRecord, type Parser, parse } from 'csv-parse';
import type { ColumnNames } from '../core/problem.ts';
import { printable } from '../core/words.ts';
import type { DenseMatrix } from '../kernels/columns.ts';
import type { FileSource } from './file.ts';
import {
  badCell,
  badHeader,
  badLine,
  emptyLine,
  longestLine,
  longLine,
  noRows,
  ragged,
} from './sentences.ts';
import { namedColumns, parseNumber } from './tableText.ts';

/** A table of numbers with named columns; `names` is null where the first line holds numbers too. */
export interface Table {
  readonly names: ColumnNames | null;
  readonly rows: TableRows;
}

/**
 * Reads comma-, semicolon- or tab-separated numbers. The first line names the columns; with `header: 'maybe'` a first line
 * of numbers only is data. Refuses empty, non-numeric and infinite cells and ragged rows by line and column; empty lines
 * are let through at the end only.
 */
export async function readCsv(source: FileSource, header: 'required' | 'maybe'): Promise<Table> {
  const { at } = source;
  let names: ColumnNames | null = null;
  let rows: TableRows | null = null;
  let emptyAt = 0;

  const take = (cells: readonly string[], line: number): void => {
    if (cells.length === 1 && cells[0]!.trim() === '' && line > 1) {
      if (emptyAt === 0) emptyAt = line;
      return;
    }
    if (emptyAt > 0) throw emptyLine(at, emptyAt, columnName(names, 0));
    if (rows === null) {
      const numeric = cells.every(cell => !Number.isNaN(parseNumber(cell)));
      rows = new TableRows(cells.length);
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
  const table = rows as TableRows | null;
  if (table === null || table.count === 0) throw noRows(at);
  return { names, rows: table };
}

function checkedNames({ at }: FileSource, cells: readonly string[], numeric: boolean): ColumnNames {
  if (numeric) throw badHeader(at, 'column 1: the line holds numbers only');
  const names = cells.map(cell => cell.trim());
  const seen = new Set<string>();
  for (const [j, name] of names.entries()) {
    if (name === '') throw badHeader(at, `column ${j + 1}: the name is empty`);
    if (seen.has(name)) {
      throw badHeader(at, `column ${j + 1}: the name "${printable(name)}" appears twice`);
    }
    seen.add(name);
  }
  return namedColumns(names);
}

function columnName(names: ColumnNames | null, j: number): string {
  return names?.at(j) ?? String(j + 1);
}

/** A record's cells, and the line on which it ends. */
type Take = (cells: readonly string[], line: number) => void;

/**
 * Hands every record of a csv file to `take`. Lines without quotes are split here, at several times the parser's speed;
 * from the first quote on (or from the start, for lines that end in a bare carriage return) csv-parse reads.
 */
async function eachRecord(source: FileSource, take: Take): Promise<void> {
  const separator = delimiter(source.head);
  const decoder = new StringDecoder('utf8');
  let line = 0;
  /** The unfinished line, in pieces: joined once, when its end is there. */
  let pieces: string[] = [];
  let held = 0;
  let parser: Parsing | null = null;
  const taken = (): string => {
    const text = pieces.join('');
    pieces = [];
    held = 0;
    return text;
  };
  const hold = (text: string): void => {
    pieces.push(text);
    held += text.length;
    if (held > longestLine) throw longLine(source.at, parser?.nextLine() ?? line + 1);
  };
  const feed = async (text: string): Promise<void> => {
    if (parser === null && (text.includes('"') || /\r(?!\n|$)/.test(text))) {
      parser = parsing(source, separator, line, take);
    }
    if (parser !== null) {
      // csv-parse takes seconds for what may still turn out to be too long a line.
      const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
      hold(text.slice(0, end));
      if (end > 0) await parser.write(taken());
      hold(text.slice(end));
      return;
    }
    const [first = '', ...lines] = text.split('\n');
    hold(first);
    if (lines.length === 0) return;
    take(cellsOf(taken(), separator), ++line);
    const last = lines.pop() ?? '';
    for (const record of lines) take(cellsOf(record, separator), ++line);
    hold(last);
  };
  let first = true;
  for await (const chunk of source.open()) {
    const text = decoder.write(chunk);
    await feed(first ? text.replace(/^\uFEFF/, '') : text);
    first = false;
  }
  await feed(decoder.end());
  // Assigned in `feed`, which the type checker does not see.
  const opened = parser as Parsing | null;
  const rest = taken();
  if (opened !== null) return opened.end(rest);
  if (rest !== '') take(cellsOf(rest, separator), line + 1);
}

function cellsOf(record: string, separator: string): readonly string[] {
  return (record.endsWith('\r') ? record.slice(0, -1) : record).split(separator);
}

interface Parsing {
  write(text: string): Promise<void>;
  /** Reads the last line, and the end. */
  end(text: string): Promise<void>;
  /** The line after the last record. */
  nextLine(): number;
}

/** csv-parse from a line on; its complaints about quotes become refusals, and what `take` throws comes through. */
function parsing(source: FileSource, separator: string, linesBefore: number, take: Take): Parsing {
  let last = linesBefore;
  const parser: Parser = parse({
    delimiter: separator,
    relax_column_count: true,
    skip_empty_lines: false,
    max_record_size: longestLine,
    on_record: (cells: string[], info: InfoRecord) => {
      last = linesBefore + info.lines;
      take(cells, last);
      return null;
    },
  });
  parser.resume();
  const failed = new Promise<never>((_, reject) => {
    parser.on('error', error => {
      if (!(error instanceof CsvError)) return reject(error);
      const line = linesBefore + (typeof error['lines'] === 'number' ? error['lines'] : 1);
      if (error.code === 'CSV_MAX_RECORD_SIZE') return reject(longLine(source.at, line));
      const accepted = 'quotes around whole cells';
      reject(badLine(source.at, line, 'a quoted cell is not closed correctly', accepted));
    });
  });
  failed.catch(() => {});
  const settled = (act: (done: () => void) => void): Promise<void> =>
    Promise.race([new Promise<void>(resolve => act(resolve)), failed]);
  return {
    write: text =>
      settled(done => {
        parser.write(text, error => {
          if (!error) done();
        });
      }),
    end: text => settled(done => parser.once('end', done).end(text)),
    nextLine: () => last + 1,
  };
}

/** What separates the cells of the first line. */
function delimiter(head: Buffer): string {
  const line = head.toString('utf8').split(/[\r\n]/, 1)[0] ?? '';
  if (line.includes(',')) return ',';
  return line.includes('\t') ? '\t' : line.includes(';') ? ';' : ',';
}

/** Collects rows of p numbers of a table whose length is not known yet, in chunks of about half a megabyte. */
export class TableRows {
  readonly columns: number;
  readonly #chunkRows: number;
  #chunks: Float64Array[] = [];
  #rows = 0;

  constructor(columns: number) {
    this.columns = columns;
    this.#chunkRows = Math.max(1, Math.floor(65536 / columns));
  }

  get count(): number {
    return this.#rows;
  }

  /** Room for one more row: its array and first index; the caller fills it before the next call. */
  next(): { readonly values: Float64Array; readonly start: number } {
    const within = this.#rows % this.#chunkRows;
    if (within === 0) this.#chunks.push(new Float64Array(this.#chunkRows * this.columns));
    this.#rows++;
    return { values: this.#chunks[this.#chunks.length - 1]!, start: within * this.columns };
  }

  /** The listed columns of the table, column-major, in this order; `poll` is called between chunks. */
  gather(columns: Int32Array, poll: () => void): DenseMatrix {
    const n = this.#rows;
    const values = new Float64Array(n * columns.length);
    for (let chunk = 0; chunk < this.#chunks.length; chunk++) {
      const source = this.#chunks[chunk]!;
      const first = chunk * this.#chunkRows;
      const count = Math.min(this.#chunkRows, n - first);
      for (let c = 0; c < columns.length; c++) {
        let from = columns[c]!;
        const to = c * n + first;
        for (let i = 0; i < count; i++, from += this.columns) values[to + i] = source[from]!;
      }
      poll();
    }
    return { kind: 'dense', rows: n, columns: columns.length, values };
  }
}
