import { metricNames } from '../run/recipe.ts';
import type { Run } from '../run/run.ts';
import type { StepRow } from './report.ts';

/** The rows of the steps a run has recorded after step `from`, in order. */
export function* stepRows(
  { rows, recipe, state }: Run,
  blocks: readonly string[],
  from: number,
): Iterable<StepRow> {
  const { steps, sweeps } = rows;
  const metrics = metricNames(recipe, 'block');
  const ofSweep = metricNames(recipe, 'sweep');
  for (let at = rows.row(from + 1); at < steps.count; at++) {
    const k = steps.get(0, at);
    const sweep = steps.read('sweep', at);
    const next = k < rows.end ? rows.value('sweep', k + 1) : state.sweep;
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
