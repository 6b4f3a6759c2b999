// A module as its parser sees it, and where it declares its blocks and functions.

import { extname } from 'node:path';
import { parse } from '@babel/parser';
import type { Expression, Node, ObjectExpression, ObjectProperty } from '@babel/types';
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

/** A place in the module, line and column from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where a module declares what it is asked about. */
export interface Places {
  readonly blocks: ReadonlyMap<string, Place>;
  /** Keys of the problem's literal: `value`, `gradient`, … */
  readonly keys: ReadonlyMap<string, Place>;
}

/**
 * Where each block is declared: its key in `blocks: { … }`, whether that literal stands in `defineProblem(…)` or in a
 * constant that is named there. A name that no literal spells (computed blocks) gets the place of `blocks` itself.
 */
export function declaredPlaces(syntax: Syntax, names: readonly string[]): Places {
  const definitions = definitionsIn(syntax);
  const problem = definitions
    .map(({ value }) => literalOf(value, syntax))
    .find(literal => literal !== null && keyOf(literal, 'blocks') !== null);
  const home = problem ? keyOf(problem, 'blocks') : null;
  const blocks = home?.type === 'ObjectProperty' ? literalOf(home.value, syntax) : null;
  const declared = blocks === null ? new Map<string, Place>() : placesOf(blocks);
  const fallback = home ? placeOf(home.key) : (definitions[0]?.place ?? { line: 1, column: 1 });
  return {
    blocks: new Map(names.map(name => [name, declared.get(name) ?? fallback])),
    keys: problem ? placesOf(problem) : new Map(),
  };
}

/** An expression that may define the problem, and its place. */
interface Definition {
  readonly value: Node | null;
  readonly place: Place;
}

/** Candidates in this order: arguments of `defineProblem`, the default export, initial values of names. */
function definitionsIn({ program, source }: Syntax): Definition[] {
  const called = collect(program, node => {
    if (node.type !== 'CallExpression') return null;
    const { callee } = node;
    const name = callee.type === 'MemberExpression' ? callee.property : callee;
    if (name.type !== 'Identifier' || name.name !== 'defineProblem') return null;
    return { value: node.arguments[0] ?? null, place: placeOf(name) };
  });
  const exported = collect(program, node => {
    if (node.type !== 'ExportDefaultDeclaration') return null;
    const skipped = source.indexOf('default', node.start ?? 0) - (node.start ?? 0);
    const { line, column } = placeOf(node);
    return { value: node.declaration, place: { line, column: column + skipped } };
  });
  const assigned = collect(program, node => {
    if (node.type === 'VariableDeclarator')
      return { value: node.init ?? null, place: placeOf(node) };
    if (node.type !== 'AssignmentExpression') return null;
    return { value: node.right, place: placeOf(node) };
  });
  return [...called, ...exported, ...assigned];
}

/** The object literal that a node is, or that the name it is was given; types around it do not count. */
function literalOf(node: Node | null, syntax: Syntax): ObjectExpression | null {
  const bare = withoutTypes(node);
  if (bare?.type === 'ObjectExpression') return bare;
  if (bare?.type !== 'Identifier') return null;
  const [given] = collect(syntax.program, other =>
    other.type === 'VariableDeclarator' &&
    other.id.type === 'Identifier' &&
    other.id.name === bare.name
      ? (other.init ?? null)
      : null,
  );
  const value = withoutTypes(given ?? null);
  return value?.type === 'ObjectExpression' ? value : null;
}

function withoutTypes(node: Node | null): Node | null {
  let bare: Node | Expression | null = node;
  while (
    bare?.type === 'TSAsExpression' ||
    bare?.type === 'TSSatisfiesExpression' ||
    bare?.type === 'TSNonNullExpression' ||
    bare?.type === 'TSTypeAssertion'
  ) {
    bare = bare.expression;
  }
  return bare;
}

type Member = Exclude<ObjectExpression['properties'][number], { type: 'SpreadElement' }>;

function membersOf(literal: ObjectExpression): readonly (readonly [string, Member])[] {
  return literal.properties.flatMap(member => {
    if (member.type === 'SpreadElement' || member.computed) return [];
    const name = nameOf(member.key);
    return name === null ? [] : [[name, member] as const];
  });
}

function keyOf(literal: ObjectExpression, name: string): Member | null {
  return membersOf(literal).find(([key]) => key === name)?.[1] ?? null;
}

function placesOf(literal: ObjectExpression): Map<string, Place> {
  return new Map(membersOf(literal).map(([name, { key }]) => [name, placeOf(key)]));
}

/** The name a key stands for: an identifier, a string or a number. */
function nameOf(key: ObjectProperty['key']): string | null {
  if (key.type === 'Identifier') return key.name;
  return key.type === 'StringLiteral' || key.type === 'NumericLiteral' ? String(key.value) : null;
}

function placeOf({ loc }: Node): Place {
  return loc ? { line: loc.start.line, column: loc.start.column + 1 } : { line: 1, column: 1 };
}
