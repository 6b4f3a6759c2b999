import type { VariableView } from '../../../solver/wire/protocol.ts';
import type { Future, Run } from '../run.ts';

/** The last recorded row of an abandoned future, and what made it one. */
export async function futureVariables(run: Run, future: Future | null): Promise<VariableView[]> {
  if (future === null) return [];
  const { id, from, end, text } = future;
  const row = await run.call('metrics', { branch: id, from: Math.max(from, end - 1), limit: 1 });
  const number = (name: string, value: number | undefined): VariableView => ({
    name,
    value: String(value ?? Number.NaN),
    type: 'number',
  });
  return [
    { name: 'abandoned by', value: text, type: 'name' },
    number('from', from),
    number('end', end),
    ...Object.entries(row.columns).map(([name, column]) => number(name, column[0])),
    ...Object.entries(row.sweepColumns)
      .filter(([, column]) => column.length > 0)
      .map(([name, column]) => number(name, column.at(-1))),
  ];
}
