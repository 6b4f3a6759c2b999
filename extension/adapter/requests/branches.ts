import type { BranchInfo, MetricsBatch, VariableView } from '../../../solver/wire/protocol.ts';
import type { SessionRun } from '../adapter.ts';

/** The last recorded row of a branch; null where its rows were lost with the process that computed them. */
export async function lastRow(
  run: SessionRun,
  { id, from, end }: BranchInfo,
): Promise<MetricsBatch | null> {
  try {
    return await run.ask('metrics', { branch: id, from: Math.max(from, end - 1), limit: 1 });
  } catch {
    return null;
  }
}

/** The last recorded row of a branch, and the edit that created it. */
export async function branchVariables(
  run: SessionRun,
  branch: BranchInfo | null,
): Promise<VariableView[]> {
  if (branch === null) return [];
  const { from, end, text } = branch;
  const row = await lastRow(run, branch);
  const number = (name: string, value: number | undefined): VariableView => ({
    name,
    value: String(value ?? Number.NaN),
    type: 'number',
  });
  return [
    { name: 'left by', value: text, type: 'name' },
    number('from', from),
    number('end', end),
    ...Object.entries(row?.columns ?? {}).map(([name, column]) => number(name, column[0])),
    ...Object.entries(row?.sweepColumns ?? {})
      .filter(([, column]) => column.length > 0)
      .map(([name, column]) => number(name, column.at(-1))),
  ];
}
