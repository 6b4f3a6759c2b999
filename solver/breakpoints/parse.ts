import jsep from 'jsep';
import type { Refusal } from '../core/part.ts';
import * as say from './sentences.ts';

/** Longer texts are refused: nobody writes one, and the parser's depth stays bounded. */
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
    const why = description ?? message ?? 'it does not parse';
    return say.unreadable(text, lowerFirst(why), index === undefined ? null : index + 1);
  }
}

/** What jsep throws. */
interface ParseError {
  readonly message: string;
  readonly description: string;
  readonly index: number;
}

/** Index of the first `=` that is no part of `==`, `!=`, `<=`, `>=`; null where the text assigns nothing. */
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
