import type { State } from '../../core/state.ts';
import { VIOLATION } from '../proximal.ts';
import { ENTERED, OUTER, SINCE, WORST } from './outer.ts';

/** Which blocks a sweep of a working set goes through, and when the set is solved. */
export interface InnerSweeps {
  /** The blocks of the set, ascending; the same array for the same vector. */
  readonly working: (view: State) => readonly number[];
  /** Is the set solved as well as `tolerance` asks, or its `innerSweeps` used? A function of the state at the start of a sweep. */
  readonly isDue: (state: State) => boolean;
}

export function innerSweeps(): InnerSweeps {
  const working = workingBlocks();
  return {
    working,
    isDue(state) {
      const { scalars, vectors, frozen, sweep } = state;
      const { tolerance, innerSweeps } = state.parameters as Record<string, number>;
      if (scalars[OUTER] === 0 || sweep - scalars[SINCE]! >= innerSweeps!) return true;
      const most = tolerance! * scalars[WORST]!;
      const violation = vectors[VIOLATION]!;
      const blocks = working(state);
      for (let i = 0; i < blocks.length; i++) {
        const b = blocks[i]!;
        // NaN: not visited since it entered.
        if (frozen[b] !== 1 && !(violation[b]! <= most)) return false;
      }
      return true;
    },
  };
}

function workingBlocks(): (view: State) => readonly number[] {
  let of: Float64Array | null = null;
  let blocks: number[] = [];
  return ({ vectors }) => {
    const entered = vectors[ENTERED]!;
    if (entered === of) return blocks;
    of = entered;
    blocks = [];
    for (let b = 0; b < entered.length; b++) if (entered[b]! > 0) blocks.push(b);
    return blocks;
  };
}
