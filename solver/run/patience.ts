import { Interrupted, type Poll } from '../core/problem.ts';

/** A poll that is also patient for so long only. */
export class Patience {
  /** Throws `Interrupted` where the given poll does, and where the work may take no longer. */
  readonly poll: Poll;
  #until = Number.POSITIVE_INFINITY;

  constructor(poll: Poll) {
    this.poll = () => {
      poll();
      if (this.#until < Number.POSITIVE_INFINITY && performance.now() > this.#until)
        throw new Interrupted();
    };
  }

  /** What the work gives; throws `Interrupted` at its first poll after so many milliseconds. */
  within<T>(milliseconds: number, work: () => T): T {
    this.#until = performance.now() + milliseconds;
    try {
      return work();
    } finally {
      this.#until = Number.POSITIVE_INFINITY;
    }
  }
}
