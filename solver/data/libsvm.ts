import { StringDecoder } from 'node:string_decoder';
import type { SparseMatrix } from '../kernels/matrix.ts';
import type { FileSource } from './file.ts';
import { parseNumber } from './parseNumber.ts';
import { badCell, badLine, mostColumns, type Named, noRows } from './sentences.ts';
import { Triplets } from './triplets.ts';

/** What a libsvm file holds: labels, and a matrix whose columns are numbered from 1. */
export interface Labelled {
  readonly X: SparseMatrix;
  readonly y: Float64Array;
}

/** Reads lines `label index:value …` with rising indices from 1; `#` begins a comment, empty lines are skipped. */
export async function readLibsvm(source: FileSource, poll: () => void): Promise<Labelled> {
  const { at } = source;
  const entries = new Triplets();
  const labels: number[] = [];
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let line = 0;
  for await (const chunk of source.open()) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) readLine(at, ++line, text, labels, entries);
  }
  readLine(at, ++line, rest + decoder.end(), labels, entries);
  if (labels.length === 0) throw noRows(at);
  return {
    X: entries.toColumns(labels.length, entries.columns, poll),
    y: Float64Array.from(labels),
  };
}

function readLine(
  at: Named,
  line: number,
  text: string,
  labels: number[],
  entries: Triplets,
): void {
  const comment = text.indexOf('#');
  const content = (comment < 0 ? text : text.slice(0, comment)).replace(/^\uFEFF/, '').trim();
  if (content === '') return;
  const [first, ...pairs] = content.split(/\s+/);
  const label = parseNumber(first!);
  if (Number.isNaN(label)) throw badCell(at, line, 'label', first!);
  const row = labels.length;
  labels.push(label);
  let before = 0;
  for (const pair of pairs) {
    const colon = pair.indexOf(':');
    const index = /^\d+$/.test(pair.slice(0, Math.max(colon, 0)))
      ? Number(pair.slice(0, colon))
      : 0;
    if (index < 1 || index > mostColumns) {
      throw badLine(
        at,
        line,
        `"${pair.slice(0, 40)}" is no pair index:value`,
        `indices from 1 to ${mostColumns}`,
      );
    }
    if (index <= before) {
      const wrong = `column ${index}: the index comes after ${before}`;
      throw badLine(at, line, wrong, 'indices that rise within a line');
    }
    before = index;
    const value = parseNumber(pair.slice(colon + 1));
    if (Number.isNaN(value)) throw badCell(at, line, String(index), pair.slice(colon + 1));
    entries.add(row, index - 1, value);
  }
}
