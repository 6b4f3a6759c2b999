import { isRefusal, type Refusal } from '../core/part.ts';
import { type Compiled, parseExpression } from './expression.ts';
import { format } from './format.ts';
import { closingQuote } from './parse.ts';
import type { ExpressionNames, ExpressionScope } from './scope.ts';
import * as say from './sentences.ts';

/** The text with every `{expression}` replaced by its value. An expression that throws is replaced by the reason. */
export type LogMessage = (scope: ExpressionScope) => string;

/** Reads a log message. `\{` is the character itself; a brace inside quotation marks within an expression is text. */
export function parseLogMessage(text: string, names: ExpressionNames): LogMessage | Refusal {
  const pieces: (string | Compiled)[] = [];
  let plain = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '\\' && (text[i + 1] === '{' || text[i + 1] === '}')) plain += text[++i]!;
    else if (char !== '{') plain += char;
    else {
      const end = closingBrace(text, i);
      if (end === null) return say.openBrace(i + 1);
      const compiled = parseExpression(text.slice(i + 1, end), names);
      if (isRefusal(compiled)) return compiled;
      pieces.push(plain, compiled);
      plain = '';
      i = end;
    }
  }
  pieces.push(plain);
  return scope =>
    pieces.map(piece => (typeof piece === 'string' ? piece : show(piece, scope))).join('');
}

function show(compiled: Compiled, scope: ExpressionScope): string {
  try {
    return format(compiled.read(scope));
  } catch (error) {
    return say.logFailed(compiled.text, String(error));
  }
}

function closingBrace(text: string, open: number): number | null {
  for (let i = open + 1; i < text.length; i++) {
    const char = text[i];
    if (char === '"' || char === "'") i = closingQuote(text, i);
    else if (char === '}') return i;
  }
  return null;
}
