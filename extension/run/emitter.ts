/** Ends something: a subscription, a timer, a process. */
export interface Disposable {
  dispose(): void;
}

/** Registers a listener until it is disposed of. The same shape as VS Code's own events. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** An event and the one place it is fired from. Needs no VS Code, so what uses it can be tested without one. */
export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = listener => {
    // A wrapper, so that the same function registered twice is two registrations.
    const registered = (value: T) => listener(value);
    this.#listeners.add(registered);
    return { dispose: () => this.#listeners.delete(registered) };
  };

  /** Calls every listener, in the order of registration. One that throws does not keep the others from hearing it. */
  fire(value: T): void {
    const errors: unknown[] = [];
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
