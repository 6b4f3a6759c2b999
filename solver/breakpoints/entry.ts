import type { Condition } from './expression.ts';
import type { ExpressionScope } from './parse.ts';
import * as say from './sentences.ts';
import type { BreakpointSpec, HitTest, LogMessage } from './spec.ts';

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
