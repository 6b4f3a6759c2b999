import jsep from 'jsep';
import type { Refusal } from '../core/part.ts';
import * as say from './sentences.ts';

/** Longer texts are refused, which bounds the parser's depth. */
const MAX_LENGTH = 1000;

/** The syntax tree of exactly one expression, not yet checked against the grammar. Total: never throws. */
export function parseTree(text: string): jsep.Expression | Refusal {
  if (text.length > MAX_LENGTH) return say.tooLong(text.length, MAX_LENGTH);
  if (text.trim() === '') return say.emptyExpression();
  if (assignmentAt(text) !== null) return say.compareWithTwo(text);
  const separator = separatorAt(text);
  if (separator !== null) {
    return say.unreadable(text, `unexpected "${text[separator]}"`, separator + 1);
  }
  try {
    return jsep(text);
  } catch (error) {
    const { description, index, message } = error as Partial<ParseError>;
    const why = description ?? message ?? 'its syntax is wrong';
    return say.unreadable(text, lowerFirst(why), index === undefined ? null : index + 1);
  }
}

/** What jsep throws. */
interface ParseError {
  readonly message: string;
  readonly description: string;
  readonly index: number;
}

/** Index of the first `=` that is not part of `==`, `!=`, `<=`, `>=`; null where the text assigns nothing. */
export function assignmentAt(text: string): number | null {
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"' || char === "'") i = closingQuote(text, i);
    else if ('=!<>'.includes(char)) {
      const start = i;
      while (text[i + 1] === '=') i++;
      if (char === '=' && i === start) return i;
    }
  }
  return null;
}

/** Index of the first separator outside of calls. jsep skips them, before, between and after expressions. */
function separatorAt(text: string): number | null {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"' || char === "'") i = closingQuote(text, i);
    else if (char === '(' || char === '[') depth++;
    else if (char === ')' || char === ']') depth--;
    else if (char === ';' || (char === ',' && depth === 0)) return i;
  }
  return null;
}

/** Index of the quotation mark that closes the one at `i`; the text's length where it stays open. */
export function closingQuote(text: string, i: number): number {
  const quote = text[i];
  for (i++; i < text.length && text[i] !== quote; i++) {
    if (text[i] === '\\') i++;
  }
  return i;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

export type Read<T> = (scope: ExpressionScope) => T;

/** A checked piece of an expression: its type is known, so reading it needs no test. */
export type Node =
  | { readonly type: 'number'; readonly read: Read<number> }
  | { readonly type: 'boolean'; readonly read: Read<boolean> }
  | {
      readonly type: 'name';
      /** What the name is of, so that a block is never compared with an ordering; a literal carries its text. */
      readonly of: 'block' | 'ordering' | { readonly literal: string };
      readonly read: Read<string>;
    };

export type Compile = (tree: jsep.Expression, names: ExpressionNames) => Node | Refusal;

/** Names that belong to the language. */
export const WORDS = ['k', 'sweep', 'block', 'ordering', 'true', 'false'] as const;
export const FUNCTIONS = ['prev', 'norm', 'abs', 'log10', 'min', 'max', 'frozen', 'value'] as const;

/** The names an expression may use. Every `ExpressionScope` is one; what is left out is not checked while parsing. */
export interface ExpressionNames {
  readonly blockNames: Pick<ReadonlySet<string>, 'has'> & Iterable<string>;
  readonly metricNames: ReadonlySet<string>;
  readonly orderingNames: ReadonlySet<string>;
  /** Metrics of the whole run (`objective`, `gap`): they take no block. */
  readonly runMetricNames?: ReadonlySet<string>;
  /** Why the metric never has a value in this run, or none one update earlier (`before`); null: it may have. */
  unrecorded?(metric: string, before: boolean): string | null;
  /** Method's scalars and parameters by name (`eta`, `A`, …), or undefined. */
  parameter(name: string): number | undefined;
  /** Names `parameter` knows, for the nearest one in a refusal. */
  readonly parameterNames?: ReadonlySet<string>;
  /** Length of a known block's values, for the range of an index. */
  blockSize?(block: string): number;
}

/** The metric as it is now, or as it was one update earlier (`before`); a refusal where it never has a value then. */
export function metricRead(
  name: string,
  block: Read<string> | undefined,
  names: ExpressionNames,
  before = false,
): Node | Refusal {
  const why = names.unrecorded?.(name, before) ?? null;
  if (why !== null) return { refusal: why };
  const of = (scope: ExpressionScope) => block?.(scope);
  const read: Read<number> = before
    ? scope => scope.previous(name, of(scope))
    : scope => scope.metric(name, of(scope));
  return { type: 'number', read };
}

/** What an expression may read: nothing else reaches it. Implemented by the run at its present position, and by recorded rows when looking back. */
export interface ExpressionScope extends ExpressionNames {
  readonly k: number;
  readonly sweep: number;
  /** Name of the block that moves next (or that moved, for data breakpoints and log messages after an update). */
  readonly block: string;
  /** Present ordering's name. */
  readonly ordering: string;
  /** The metric of the current block (or of the run), or of a named block at the present x; NaN is a value. */
  metric(name: string, block?: string): number;
  /** The metric's value one update earlier (of the run, or of the block's previous visit). NaN where there is none. */
  previous(name: string, block?: string): number;
  /** A block's values x_b. Shares memory with x: read at once, never kept. */
  values(block: string): Float64Array;
  isFrozen(block: string): boolean;
}
