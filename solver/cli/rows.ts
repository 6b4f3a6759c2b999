import { metricNames } from '../run/recipe.ts';
import type { Run } from '../run/run.ts';
import type { StepRow } from './report.ts';

/** The steps a run has recorded after step `from`, in order. */
export function* stepRows(
  { rows, recipe, state }: Run,
  blocks: readonly string[],
  from: number,
): Iterable<StepRow> {
  const { steps, sweeps } = rows;
  const metrics = metricNames(recipe, 'block');
  const ofSweep = metricNames(recipe, 'sweep');
  for (let k = from + 1; k <= rows.end; k++) {
    const at = k - 1;
    const sweep = steps.read('sweep', at);
    const next = k < rows.end ? steps.read('sweep', k) : state.sweep;
    const sweepRow = rows.sweepRow(k);
    const measured = sweepRow < sweeps.count && sweeps.read('k', sweepRow) === k;
    yield {
      k,
      sweep,
      block: blocks[steps.read('block', at)] ?? '',
      sweepEnds: next !== sweep,
      metrics: Object.fromEntries([
        ...metrics.map(name => [name, steps.read(name, at)] as const),
        ...(measured ? ofSweep.map(name => [name, sweeps.read(name, sweepRow)] as const) : []),
      ]),
    };
  }
}
