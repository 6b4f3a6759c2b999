import { isRefusal, type Refusal } from '../core/part.ts';
import { type Compiled, type Condition, parseExpression } from './expression.ts';
import { closingQuote, type ExpressionNames, type ExpressionScope } from './parse.ts';
import * as say from './sentences.ts';
import { exactText } from './sentences.ts';

// The wire's BreakpointSpec and BreakpointStatus, repeated because this folder does not import the wire;
// a test holds them equal.

export type Phase = 'order' | 'gradient' | 'step' | 'prox' | 'commit';

export interface BreakpointSpec {
  readonly id: string;
  readonly at:
    | { readonly kind: 'phase'; readonly phase: Phase }
    | { readonly kind: 'block'; readonly block: string; readonly function: boolean }
    | { readonly kind: 'sweep'; readonly function: boolean }
    | { readonly kind: 'data'; readonly metric: string; readonly block: string | null }
    | { readonly kind: 'finding'; readonly finding: string };
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
}

export interface BreakpointStatus {
  readonly id: string;
  readonly verified: boolean;
  /** Why not, in one sentence. */
  readonly message?: string;
}

/** Does the n-th hit (from 1) count? */
export type HitTest = (count: number) => boolean;

const tests: Readonly<Record<string, (n: number) => HitTest>> = {
  '==': n => count => count === n,
  '>=': n => count => count >= n,
  '>': n => count => count > n,
  '<=': n => count => count <= n,
  '<': n => count => count < n,
  '%': n => count => count % n === 0,
};

/** `5` (the fifth hit), `== 5`, `>= 5`, `> 5`, `<= 5`, `< 5`, `% 5` (every fifth). null where the text is blank. */
export function parseHitCondition(text: string): HitTest | Refusal | null {
  if (text.trim() === '') return null;
  const match = /^\s*(==?=?|>=?|<=?|%)?\s*(\d{1,15})\s*$/.exec(text);
  if (match === null) return say.badHitCondition(text);
  const operator = match[1] === undefined || /^=+$/.test(match[1]) ? '==' : match[1];
  const n = Number(match[2]);
  const never = operator === '<' ? n <= 1 : n === 0 && operator !== '>=' && operator !== '>';
  return never ? say.hitCountBelow(text) : tests[operator]!(n);
}

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
    return exactText(compiled.read(scope));
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

/** One valid breakpoint with its tests and hit count. */
export class Entry {
  readonly spec: BreakpointSpec;
  /** Equal for breakpoints that differ in their id alone. */
  readonly key: string;
  readonly #condition: Condition | null;
  readonly #hit: HitTest | null;
  readonly #log: LogMessage | null;
  /** The k of each hit, ascending; kept only where a hit condition counts them, so that going back can uncount. */
  #hits: number[] = [];
  #told = false;

  constructor(
    spec: BreakpointSpec,
    condition: Condition | null,
    hit: HitTest | null,
    log: LogMessage | null,
  ) {
    this.spec = spec;
    this.key = JSON.stringify({ ...spec, id: '' });
    this.#condition = condition;
    this.#hit = hit;
    this.#log = log;
  }

  /**
   * Is this a hit? Counts it if the condition holds. `where` begins the sentences; it is asked only where there is one.
   * stop: the text of the stop; log: what is printed instead; null: nothing happens here.
   */
  check(
    scope: ExpressionScope,
    where: () => string,
  ): { readonly stop: string } | { readonly log: string } | null {
    if (this.#condition !== null) {
      try {
        if (!this.#condition.read(scope)) return null;
      } catch (error) {
        if (this.#told) return null;
        this.#told = true;
        const why = error instanceof Error ? error.message : String(error);
        return { log: say.conditionFailed(where(), this.#condition.text, why) };
      }
    }
    if (this.#hit !== null) {
      this.#hits.push(scope.k);
      if (!this.#hit(this.#hits.length)) return null;
    }
    if (this.#log !== null) return { log: this.#log(scope) };
    const condition = this.#condition === null ? '' : say.because(this.#condition.text);
    return {
      stop: `${where()}${condition}${this.#hit === null ? '' : say.hits(this.#hits.length)}.`,
    };
  }

  /** Would it stop here, ignoring hit counts? Used when going backwards, where hits are not counted. */
  wouldStop(scope: ExpressionScope): boolean {
    if (this.#log !== null) return false;
    try {
      return this.#condition === null || this.#condition.read(scope);
    } catch {
      return false;
    }
  }

  /** Uncounts the hits after step k. */
  rewind(k: number): void {
    while (this.#hits.length > 0 && this.#hits.at(-1)! > k) this.#hits.pop();
  }

  /** Goes on from the count of an equal breakpoint. */
  continueFrom(before: Entry): void {
    this.#hits = before.#hits.slice();
    this.#told = before.#told;
  }
}
