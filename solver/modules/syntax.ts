import { extname } from 'node:path';
import { parse } from '@babel/parser';
import type { Node } from '@babel/types';
import type { Transform } from 'sucrase';

/** A module's source as a tree. */
export interface Syntax {
  readonly source: string;
  readonly program: Node;
}

/** JavaScript stays JavaScript: `a < b > (c)` means something else in TypeScript. */
function isTypeScript(path: string): boolean {
  return /^\.[mc]?ts$/.test(extname(path));
}

/** How a module becomes what Node runs: types go, imports become requires, and no line moves. */
export function transformsOf(path: string): Transform[] {
  return isTypeScript(path) ? ['typescript', 'imports'] : ['imports'];
}

/** A syntax error: its place and the parser's message. */
export class Unparsed extends SyntaxError {
  readonly file: string;
  readonly line: number;

  constructor(message: string, file: string, line: number) {
    super(message);
    this.file = file;
    this.line = line;
  }
}

/** The tree of a module's source. Throws Unparsed. */
export function syntaxOf(source: string, path: string): Syntax {
  try {
    const { program } = parse(source, {
      sourceType: 'unambiguous',
      allowReturnOutsideFunction: true,
      plugins: isTypeScript(path) ? ['typescript'] : [],
    });
    return { source, program };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { pos = 0, loc } = error as { pos?: number; loc?: { line: number } };
    const [word = ''] = /^(\w+|\S)?/.exec(source.slice(pos)) ?? [];
    const said = error.message.replace(/\.? ?\(\d+:\d+\)$/, '');
    throw new Unparsed(
      said === 'Unexpected token' ? `${said} '${word}'` : said,
      path,
      loc?.line ?? 1,
    );
  }
}

/** Every node of the tree for which `found` answers something: the answers, in the order of the source. */
export function collect<T>(root: Node, found: (node: Node) => T | null): T[] {
  const answers: T[] = [];
  // A stack of our own: a sum of ten thousand terms is a tree as deep.
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const answer = found(node);
    if (answer !== null) answers.push(answer);
    open.push(...childrenOf(node).reverse());
  }
  return answers;
}

function childrenOf(node: Node): Node[] {
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'loc' || /Comments$/.test(key)) return [];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
