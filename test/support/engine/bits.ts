// Runs from a configuration as users write it, and all bits that they consist of.
import { isRefusal } from '../../../solver/core/part.ts';
import { load } from '../../../solver/run/load.ts';
import { Run } from '../../../solver/run/run.ts';
import type { RunConfig } from '../../../solver/wire/run.ts';

/** The numbers with 0 and −0 told apart. */
export const bits = (values: readonly number[]) =>
  values.map(value => (value === 0 ? 1 / value : value));

export async function loaded(config: object): Promise<Run> {
  const raw = { cwd: '.', stopOnEntry: true, ...config } as unknown as RunConfig;
  const result = await load(raw, { poll() {}, progress() {}, output() {} });
  if (isRefusal(result)) throw new Error(result.refusal);
  return new Run(result.recipe);
}

export function go(run: Run, k: number): void {
  run.begin({ kind: 'end' });
  while (run.state.k < k && run.slice(0) === null);
}

/** Rows, points and everything else that a run is. */
export function everything(run: Run) {
  const { steps, sweeps } = run.rows;
  const columns = (table: typeof steps) =>
    table.specs.map(({ name }) => bits([...table.copy(name, 0, table.count)]));
  const points = Object.entries(run.state.points).map(([name, { x, cache, ...rest }]) => ({
    name,
    ...rest,
    x: bits([...x]),
    cache: bits([...cache]),
  }));
  return { ...run.state, points, steps: columns(steps), sweeps: columns(sweeps) };
}
