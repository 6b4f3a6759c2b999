import type { ScopeName, VariableView } from '../../solver/wire/protocol.ts';
import { staleReference } from '../errors.ts';
import { RequestError } from './args.ts';

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
