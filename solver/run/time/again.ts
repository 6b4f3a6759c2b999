import type { Stop } from '../../wire/run.ts';
import type { Run } from '../run.ts';

/**
 * Goes for about `milliseconds` to a step that was computed before, by this process or another: past the criteria that
 * held on the way, as the run did. null: ask again; else it is there, or the run cannot get there.
 */
export function goAgain(run: Run, k: number, milliseconds: number): Stop | null {
  const stop = run.travel(k, milliseconds);
  if (!stop || run.state.k >= k || run.outcome?.held === undefined) return stop;
  run.begin({ kind: 'end' });
  return null;
}
