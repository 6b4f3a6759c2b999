import { cloneState, type State, stateBytes } from '../../core/state.ts';

export interface Keyframe {
  readonly state: State;
  /** How many of the recorded edits the state has seen. */
  readonly edits: number;
  /** What was known there beyond the state, of a keyframe that was kept when it was the last step; else null. */
  readonly memory: unknown;
}

/** Bytes that an array takes beside its numbers. */
const ARRAY_BYTES = 200;
/** Bytes of a name, a number or a flag in a plain object. */
const VALUE_BYTES = 16;

/** Bytes of keyframes kept; beyond it every second one goes. */
const BUDGET = 128 * 1024 * 1024;
/** Solving time between keyframes: what a jump may have to replay. */
const SPACING_MS = 40;

/** Copies of the state to replay from, spaced by the time it takes to replay between them. Never seen by the iterates. */
export class Keyframes {
  #frames: Keyframe[] = [];
  /** What each of them takes, and all together. */
  readonly #sizes = new WeakMap<Keyframe, number>();
  #bytes = 0;
  #spacing = SPACING_MS;
  #solved = 0;

  /** Records the state at k = 0, or one that is due. */
  add(state: State, edits: number, memory: unknown): void {
    const frame = { state: cloneState(state), edits, memory };
    const bytes = stateBytes(state) + plainBytes(frame);
    this.#frames.push(frame);
    this.#sizes.set(frame, bytes);
    this.#bytes += bytes;
    this.#solved = 0;
    if (this.#frames.length > 2 && this.#bytes > BUDGET) this.#thin();
  }

  /** Tells how long the solver worked since the last call; answers whether a keyframe is due. */
  due(milliseconds: number): boolean {
    this.#solved += milliseconds;
    return this.#solved >= this.#spacing;
  }

  /** The last keyframe at or before k that remembers what was known there. */
  remembering(k: number): Keyframe {
    return this.#frames.findLast(
      ({ state, memory }) => state.k <= k && memory !== null,
    ) as Keyframe;
  }

  /** The last keyframe at or before k. */
  before(k: number): Keyframe {
    let low = 0;
    let high = this.#frames.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#frames[middle] as Keyframe).state.k <= k) low = middle;
      else high = middle - 1;
    }
    return this.#frames[low] as Keyframe;
  }

  get last(): Keyframe {
    return this.#frames[this.#frames.length - 1] as Keyframe;
  }

  /** Forgets keyframes beyond k. */
  cut(k: number): void {
    while (this.#frames.length > 1 && this.last.state.k > k)
      this.#bytes -= this.#sizes.get(this.#frames.pop() as Keyframe) ?? 0;
    this.#solved = 0;
  }

  #thin(): void {
    this.#frames = this.#frames.filter((_, i) => i % 2 === 0 || i === this.#frames.length - 1);
    this.#bytes = this.#frames.reduce((sum, frame) => sum + (this.#sizes.get(frame) ?? 0), 0);
    this.#spacing *= 2;
  }
}

/** About what plain data takes in memory; the numbers in arrays of a state are counted by `stateBytes`. */
function plainBytes({ state, memory }: Keyframe): number {
  let bytes = 0;
  const count = (value: unknown, numbers: boolean): void => {
    bytes += VALUE_BYTES;
    if (typeof value === 'string') bytes += 2 * value.length;
    if (typeof value !== 'object' || value === null) return;
    if (ArrayBuffer.isView(value)) bytes += ARRAY_BYTES + (numbers ? value.byteLength : 0);
    else for (const part of Object.values(value)) count(part, numbers);
  };
  count(state, false);
  count(memory, true);
  return bytes;
}
