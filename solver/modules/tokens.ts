import { extname } from 'node:path';
import { getFormattedTokens, type Transform } from 'sucrase';

/** A token of a module's source; comments and white space are none. Lines and columns count from 1. */
export interface Token {
  readonly text: string;
  /** Position of its first character in the source. */
  readonly at: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

/** JavaScript stays JavaScript: `a < b > (c)` means something else in TypeScript. */
export function transformsOf(path: string): Transform[] {
  return /^\.[mc]?ts$/.test(extname(path)) ? ['typescript', 'imports'] : ['imports'];
}

/** The tokens of a module. Throws the parser's SyntaxError. */
export function tokensOf(source: string, path: string): readonly Token[] {
  const starts = lineStarts(source);
  const offset = (line: string, column: string): number =>
    (starts[Number(line) - 1] ?? source.length) + Number(column) - 1;
  // sucrase shows its tokens only as a table; each row begins with "line:column-line:column", the place in the source.
  const rows = getFormattedTokens(source, { transforms: transformsOf(path) }).split('\n');
  return rows.flatMap(row => {
    const match = /^(\d+):(\d+)-(\d+):(\d+)\s/.exec(row);
    if (match === null) return [];
    const [, line = '', column = '', endLine = '', endColumn = ''] = match;
    const at = offset(line, column);
    const end = offset(endLine, endColumn);
    return at === end
      ? []
      : [{ text: source.slice(at, end), at, end, line: Number(line), column: Number(column) }];
  });
}

function lineStarts(source: string): readonly number[] {
  return [0, ...[...source.matchAll(/\r\n?|\n/g)].map(({ index, 0: end }) => index + end.length)];
}
