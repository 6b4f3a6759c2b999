import type { Token } from './tokens.ts';

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
 * `const` that is named there. A name that no literal spells (computed blocks) gets the place of `blocks` itself.
 */
export function declaredPlaces(tokens: readonly Token[], names: readonly string[]): Places {
  const open = problemLiterals(tokens).find(i => keyIndex(tokens, i, 'blocks') !== null);
  const home = open === undefined ? null : keyIndex(tokens, open, 'blocks');
  const literal = home === null ? null : literalAfter(tokens, home);
  const declared = literal === null ? new Map<string, Place>() : keysOf(tokens, literal);
  const fallback = place(tokens[home ?? definition(tokens)] ?? { line: 1, column: 1 });
  return {
    blocks: new Map(names.map(name => [name, declared.get(name) ?? fallback])),
    keys: open === undefined ? new Map() : keysOf(tokens, open),
  };
}

function keyIndex(tokens: readonly Token[], open: number, name: string): number | null {
  return keyIndices(tokens, open).find(i => keyName(tokens[i]!) === name) ?? null;
}

/** Indices of the braces that may open the problem: after `defineProblem(`, `export default`, and any `= {`. */
function problemLiterals(tokens: readonly Token[]): number[] {
  const texts = tokens.map(token => token.text);
  const braces = texts.flatMap((text, i) => (text === '{' && i > 0 ? [i] : []));
  const called = braces.filter(i => texts[i - 1] === '(' && isCallOf(texts, i - 1));
  const exported = braces.filter(i => texts[i - 1] === 'default');
  return [...called, ...exported, ...braces.filter(i => texts[i - 1] === '=')];
}

/** Is the parenthesis at `i` that of `defineProblem(`, or of `defineProblem<…>(`? */
function isCallOf(texts: readonly string[], i: number): boolean {
  let at = i - 1;
  for (let depth = 0; at >= 0; at--) {
    if (texts[at] === '>') depth++;
    else if (texts[at] === '<') depth--;
    if (depth === 0) break;
  }
  return texts[texts[at] === '<' ? at - 1 : at] === 'defineProblem';
}

/** Index of the `defineProblem` call or of `export default`, else 0. */
function definition(tokens: readonly Token[]): number {
  const call = tokens.findIndex(
    (token, i) => token.text === 'defineProblem' && /^[(<]$/.test(tokens[i + 1]?.text ?? ''),
  );
  const exported = tokens.findIndex(token => token.text === 'default');
  return Math.max(call >= 0 ? call : exported, 0);
}

/** The brace of the literal that gives `blocks` its value: its own, or that of the `const` it names. */
function literalAfter(tokens: readonly Token[], key: number): number | null {
  const shorthand = tokens[key + 1]?.text !== ':';
  const value = shorthand ? tokens[key] : tokens[key + 2];
  if (value?.text === '{') return key + 2;
  for (let i = 1; i < tokens.length; i++) {
    if (tokens[i]!.text !== value?.text || !/^(const|let|var)$/.test(tokens[i - 1]!.text)) continue;
    const assigned = tokens.findIndex((token, j) => j > i && token.text === '=');
    if (tokens[assigned + 1]?.text === '{') return assigned + 1;
  }
  return null;
}

function keysOf(tokens: readonly Token[], open: number): Map<string, Place> {
  return new Map(
    keyIndices(tokens, open).map(i => [keyName(tokens[i]!) ?? '', place(tokens[i]!)] as const),
  );
}

/** Indices of the keys of an object literal: what follows its brace or a comma between its members. */
function keyIndices(tokens: readonly Token[], open: number): number[] {
  const keys: number[] = [];
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const { text } = tokens[i]!;
    const starts = i === open || (text === ',' && depth === 1);
    if (/^(\(|\[|\{|\$\{)$/.test(text)) depth++;
    else if (/^[)\]}]$/.test(text)) depth--;
    if (depth === 0) break;
    const next = tokens[i + 1];
    if (starts && next !== undefined && keyName(next) !== null) keys.push(i + 1);
  }
  return keys;
}

/** The name a key token stands for: an identifier, a string or a whole number; null for `[`, `...` and `}`. */
function keyName({ text }: Token): string | null {
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$‌‍]*$/u.test(text)) return text;
  if (/^\d+$/.test(text)) return text;
  if (!/^(['"]).*\1$/s.test(text)) return null;
  const inner = text.slice(1, -1);
  return inner.includes('\\') ? unescaped(inner) : inner;
}

/** A string literal's value, for the escapes JSON knows; others keep their letters. */
function unescaped(inner: string): string {
  try {
    return JSON.parse(`"${inner.replaceAll("\\'", "'").replace(/(?<!\\)"/g, '\\"')}"`) as string;
  } catch {
    return inner;
  }
}

function place({ line, column }: Place): Place {
  return { line, column };
}
