/** A piece of text longer than this is cut. */
const LONGEST = 10_000;
/** Text that may come at once, and text that may come in a second, in characters. */
const AT_ONCE = 256_000;
const PER_SECOND = 64_000;
/** What a piece costs beside its text: a message. */
const PIECE = 64;

/**
 * Passes on what a module prints, at most so much a second; what is left out is counted, and told in one sentence as soon as
 * there is room again. Its memory does not grow. `now`: milliseconds of a clock that never goes back.
 */
export class PrintLimit<Category extends string> {
  readonly #pass: (category: Category, text: string) => void;
  readonly #now: () => number;
  #room = AT_ONCE;
  #filled: number;
  #dropped: { category: Category; pieces: number; characters: number } | null = null;

  constructor(pass: (category: Category, text: string) => void, now: () => number) {
    this.#pass = pass;
    this.#now = now;
    this.#filled = now();
  }

  print(category: Category, text: string): void {
    this.#refill();
    const cost = Math.min(text.length, LONGEST) + PIECE;
    // Once something was left out, nothing passes until there is room to say so and to go on for a while.
    if (cost > this.#room || (this.#dropped !== null && this.#room < PER_SECOND)) {
      this.#dropped ??= { category, pieces: 0, characters: 0 };
      this.#dropped.pieces++;
      this.#dropped.characters += text.length;
      return;
    }
    this.tell();
    this.#room -= cost;
    this.#pass(category, text.length > LONGEST ? cut(text) : text);
  }

  /** Says what was left out since it was last said, if anything was. */
  tell(): void {
    const dropped = this.#dropped;
    if (dropped === null) return;
    this.#dropped = null;
    const { category, pieces, characters } = dropped;
    const what = `${pieces} ${pieces === 1 ? 'print' : 'prints'} (${characters} characters)`;
    this.#pass(
      category,
      `Blockstep left out ${what} of the module, because it prints more than ${PER_SECOND} characters a second.\n`,
    );
  }

  #refill(): void {
    const now = this.#now();
    this.#room = Math.min(AT_ONCE, this.#room + ((now - this.#filled) * PER_SECOND) / 1000);
    this.#filled = now;
  }
}

function cut(text: string): string {
  const end = text.endsWith('\n') ? '\n' : '';
  return `${text.slice(0, LONGEST)}… (${text.length - LONGEST} more characters)${end}`;
}
