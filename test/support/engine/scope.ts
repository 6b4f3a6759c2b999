import type { ExpressionScope } from '../../../solver/breakpoints/parse.ts';

/** The scope of a run of three blocks that is stopped where the test puts it. */
export function fakeScope(at: Partial<ExpressionScope> = {}): ExpressionScope {
  const values: Readonly<Record<string, Float64Array>> = {
    bmi: Float64Array.of(3, -4),
    s5: Float64Array.of(0.5),
    '(intercept)': Float64Array.of(152.1),
  };
  const parameters: Readonly<Record<string, number>> = { eta: 0.3 };
  return {
    k: 12,
    sweep: 2,
    block: 'bmi',
    ordering: 'cyclic',
    blockNames: new Set(Object.keys(values)),
    metricNames: new Set(['objective', 'gradNorm', 'stepSize', 'sharpness', 'gap']),
    runMetricNames: new Set(['objective', 'gap']),
    orderingNames: new Set(['cyclic', 'shuffled', 'greedy', 'custom']),
    unrecorded: () => null,
    parameterNames: new Set(['eta']),
    parameter: name => (Object.hasOwn(parameters, name) ? parameters[name] : undefined),
    blockSize: block => values[block]?.length ?? 0,
    metric: (name, block = 'bmi') => name.length + block.length / 10,
    previous: (name, block = 'bmi') => 100 + name.length + block.length / 10,
    values: block => values[block] ?? new Float64Array(0),
    isFrozen: block => block === 's5',
    ...at,
  };
}
