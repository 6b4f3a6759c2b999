import type { ScopeName, VariableView } from '../../solver/wire/protocol.ts';
import { argumentsNotAnObject, staleReference, wrongArgument } from '../errors.ts';

/**
 * The arguments of a request, unchecked JSON: each is checked when it is read, and a wrong one is refused in one
 * sentence.
 */
export class Args {
  readonly command: string;
  readonly raw: Readonly<Record<string, unknown>>;

  constructor(command: string, raw: unknown) {
    this.command = command;
    if (raw === undefined || raw === null) this.raw = {};
    else if (isRecord(raw)) this.raw = raw;
    else throw new RequestError(argumentsNotAnObject(command));
  }

  text(name: string): string {
    const value = this.raw[name];
    if (typeof value !== 'string') this.#wrong(name, 'a string');
    return value as string;
  }

  optionalText(name: string): string | undefined {
    return this.#given(name) ? this.text(name) : undefined;
  }

  /** A whole number that a double holds exactly, at least `least`. */
  integer(name: string, least: number): number {
    const value = this.raw[name];
    if (!(Number.isSafeInteger(value) && (value as number) >= least)) {
      this.#wrong(name, `a whole number from ${least}`);
    }
    return value as number;
  }

  optionalInteger(name: string, least: number): number | undefined {
    return this.#given(name) ? this.integer(name, least) : undefined;
  }

  flag(name: string): boolean {
    const value = this.raw[name] ?? false;
    if (typeof value !== 'boolean') this.#wrong(name, 'true or false');
    return value as boolean;
  }

  /** One of the words; the first where none is given. */
  choice<T extends string>(name: string, words: readonly [T, ...T[]]): T {
    if (!this.#given(name)) return words[0];
    const found = words.find(word => word === this.raw[name]);
    if (found === undefined) this.#wrong(name, words.map(word => `"${word}"`).join(' or '));
    return found as T;
  }

  /** The elements of a list of objects; none where it is left out. */
  list(name: string): Args[] {
    const value = this.raw[name] ?? [];
    if (!Array.isArray(value) || !value.every(isRecord)) this.#wrong(name, 'a list of objects');
    return (value as unknown[]).map(element => new Args(this.command, element));
  }

  texts(name: string): string[] {
    const value = this.raw[name] ?? [];
    const good = Array.isArray(value) && value.every(element => typeof element === 'string');
    if (!good) this.#wrong(name, 'a list of strings');
    return value as string[];
  }

  object(name: string): Args {
    if (!isRecord(this.raw[name])) this.#wrong(name, 'an object');
    return new Args(this.command, this.raw[name]);
  }

  #given(name: string): boolean {
    return this.raw[name] !== undefined && this.raw[name] !== null;
  }

  #wrong(name: string, what: string): never {
    throw new RequestError(wrongArgument(this.command, name, what, shown(this.raw[name])));
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What was sent, short enough for a sentence. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** A request that cannot be carried out. Its message is a sentence for the user. */
export class RequestError extends Error {
  /** Should the client show the sentence by itself? */
  readonly showUser: boolean;

  constructor(sentence: string, { showUser = false } = {}) {
    super(sentence);
    this.name = 'RequestError';
    this.showUser = showUser;
  }
}

/** What a variables reference stands for. */
export type Container =
  | { readonly kind: 'scope'; readonly scope: ScopeName; readonly path: readonly string[] }
  /** Holds one variable, which is computed when it is asked for. */
  | { readonly kind: 'lazy'; readonly scope: ScopeName; readonly view: VariableView }
  /** The last recorded row of a branch. */
  | { readonly kind: 'branch'; readonly thread: number };

/** Variables references of the current stop. A reference is never reused for something else. */
export class References {
  #next = 1000;
  readonly #containers = new Map<number, Container>();
  readonly #references = new Map<string, number>();

  of(container: Container): number {
    const key = JSON.stringify(container);
    const known = this.#references.get(key);
    if (known !== undefined) return known;
    const reference = this.#next++;
    this.#references.set(key, reference);
    this.#containers.set(reference, container);
    return reference;
  }

  get(reference: number): Container {
    const container = this.#containers.get(reference);
    if (container === undefined) throw new RequestError(staleReference(reference));
    return container;
  }

  /** The run has moved: invalidates all references. */
  clear(): void {
    this.#containers.clear();
    this.#references.clear();
  }
}
