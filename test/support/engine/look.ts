// Everything there is to look at in a run.
import type { BreakpointSet } from '../../../solver/breakpoints/breakpointSet.ts';
import { prepareBreakpoints } from '../../../solver/breakpoints/prepare.ts';
import { variables } from '../../../solver/run/inspect/variables.ts';
import type { Run } from '../../../solver/run/run.ts';
import type { BreakpointSpec } from '../../../solver/wire/protocol.ts';

/** Reads everything there is to read. */
export function look(run: Run): void {
  const { problem, inspector } = run;
  for (const name of inspector.metrics.keys()) {
    inspector.metric(name, null);
    for (const block of problem.blocks) inspector.metric(name, block);
  }
  for (const scope of ['Block', 'Sweep', 'Run', 'Parameters'] as const) {
    for (const { children } of variables(run, scope, [], 0, Number.POSITIVE_INFINITY)) {
      if (children) variables(run, scope, children, 0, Number.POSITIVE_INFINITY);
    }
  }
  run.position();
}

/** Breakpoints everywhere, whose conditions read costly things and never hold. */
export function watching(run: Run): BreakpointSet {
  const first = run.problem.blocks[0]!.name;
  const last = run.problem.blocks.at(-1)!.name;
  const never = `sharpness("${first}") + gradNorm("${last}") < 0 || k < 0`;
  const logMessage = `{objective} {gradNorm} {prev(gradNorm)} {norm("${first}")}`;
  const at: readonly (readonly [BreakpointSpec['at'], Partial<BreakpointSpec>])[] = [
    [{ kind: 'block', block: last, function: false }, { condition: never }],
    [{ kind: 'sweep', function: true }, { logMessage }],
    [{ kind: 'phase', phase: 'prox' }, { condition: never }],
    [{ kind: 'data', metric: 'gradNorm', block: first }, { condition: never }],
    [{ kind: 'data', metric: 'objective', block: null }, { hitCondition: '>= 1000000000' }],
    ...(['divergence', 'stepTooLong', 'stall', 'nonfinite'] as const).map(
      finding => [{ kind: 'finding', finding }, { condition: never }] as const,
    ),
  ];
  const set = prepareBreakpoints(
    at.map(([place, rest], i) => ({ id: `${i}`, at: place, ...rest })),
    run.inspector.before(),
  );
  const wrong = set.statuses.find(status => !status.verified);
  if (wrong) throw new Error(wrong.message);
  return set;
}
