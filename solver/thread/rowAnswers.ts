import type { Calls } from '../wire/protocol.ts';
import { Declined } from './declined.ts';
import type { Mirror } from './mirror.ts';

type Asked =
  | { readonly call: 'metrics'; readonly params: Calls['metrics']['params'] }
  | { readonly call: 'series'; readonly params: Calls['series']['params'] };

/** What is asked of a run's rows, answered from where they are mirrored. */
export function rowAnswer(
  rows: Mirror,
  { call, params }: Asked,
): Calls['metrics']['result'] | Calls['series']['result'] {
  if (call === 'series') {
    const series = rows.series(params);
    if (typeof series === 'string') throw new Declined('refused', series);
    return series;
  }
  const { branch, from, limit } = params;
  const batch = rows.batch(branch, from, limit);
  if (batch) return batch;
  throw new Declined(
    'refused',
    `branch: "${branch}" is unknown; accepted: live and the branches that were announced`,
  );
}
