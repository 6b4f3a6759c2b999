import type { State } from '../core/state.ts';
import type { Until } from '../wire/protocol.ts';

/** How far a run goes: to step k or to the start of a sweep, whichever comes first. */
export interface Goal {
  readonly until: Until;
  readonly k: number;
  readonly sweep: number;
}

/** The goal of a run that stands at this state. */
export function goalOf(until: Until, { k, sweep }: Pick<State, 'k' | 'sweep'>): Goal {
  const never = { until, k: Number.POSITIVE_INFINITY, sweep: Number.POSITIVE_INFINITY };
  switch (until.kind) {
    case 'end':
      return never;
    case 'steps':
      return { ...never, k: k + until.count };
    case 'phase':
      return { ...never, k: k + 1 };
    case 'sweep':
      return { ...never, sweep: sweep + 1 };
  }
}
