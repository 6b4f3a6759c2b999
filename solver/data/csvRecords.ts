import { StringDecoder } from 'node:string_decoder';
import { CsvError, type InfoRecord, type Parser, parse } from 'csv-parse';
import type { FileSource } from './file.ts';
import { badLine } from './sentences.ts';

/** A record's cells, and the line on which it ends. */
export type Take = (cells: readonly string[], line: number) => void;

/**
 * Hands every record of a csv file to `take`. Lines without quotes are split here, at several times the parser's speed;
 * from the first quote on (or from the start, for lines that end in a bare carriage return) csv-parse reads.
 */
export async function eachRecord(source: FileSource, take: Take): Promise<void> {
  const separator = delimiter(source.head);
  const decoder = new StringDecoder('utf8');
  let line = 0;
  let rest = '';
  let parser: Parsing | null = null;
  const feed = async (text: string): Promise<void> => {
    if (parser === null && (text.includes('"') || /\r(?!\n|$)/.test(text))) {
      parser = parsing(source, separator, line, take);
      text = rest + text;
      rest = '';
    }
    if (parser !== null) {
      await parser.write(text);
      return;
    }
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const record of lines) take(cellsOf(record, separator), ++line);
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
  if (opened !== null) await opened.end();
  else if (rest !== '') take(cellsOf(rest, separator), line + 1);
}

function cellsOf(record: string, separator: string): readonly string[] {
  return (record.endsWith('\r') ? record.slice(0, -1) : record).split(separator);
}

interface Parsing {
  write(text: string): Promise<void>;
  end(): Promise<void>;
}

/** csv-parse from a line on; its complaints about quotes become refusals, and what `take` throws comes through. */
function parsing(source: FileSource, separator: string, linesBefore: number, take: Take): Parsing {
  const parser: Parser = parse({
    delimiter: separator,
    relax_column_count: true,
    skip_empty_lines: false,
    on_record: (cells: string[], info: InfoRecord) => {
      take(cells, linesBefore + info.lines);
      return null;
    },
  });
  parser.resume();
  const failed = new Promise<never>((_, reject) => {
    parser.on('error', error => {
      if (!(error instanceof CsvError)) return reject(error);
      const line = linesBefore + (typeof error['lines'] === 'number' ? error['lines'] : 1);
      const accepted = 'quotes around whole cells';
      reject(badLine(source.at, line, 'quotes are not closed as csv asks', accepted));
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
    end: () => settled(done => parser.once('end', done).end()),
  };
}

/** What separates the cells of the first line. */
function delimiter(head: Buffer): string {
  const line = head.toString('utf8').split(/[\r\n]/, 1)[0] ?? '';
  if (line.includes(',')) return ',';
  return line.includes('\t') ? '\t' : line.includes(';') ? ';' : ',';
}
