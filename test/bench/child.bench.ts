// The child process as the extension uses it: how soon it answers, and how fast it runs with its metrics streaming.
import { childRun, type Measured, measure } from '../support/bench.ts';

const load = { problem: 'lasso', data: 'diabetes', stopOnEntry: true } as const;

measure(async () => {
  const loaded: number[] = [];
  const stopped: number[] = [];
  for (let i = 0; i < 12; i++) {
    const start = performance.now();
    const run = await childRun(load);
    loaded.push(performance.now() - start);
    await run.resume({ kind: 'phase' });
    stopped.push(performance.now() - start);
    run.dispose();
  }
  return [
    { title: 'child: from fork to the loaded lasso on diabetes', unit: 'ms', values: loaded },
    { title: 'child: from fork to the first stop', unit: 'ms', values: stopped, limit: 1000 },
  ];
});

/** Ways to run the lasso on the ten columns of diabetes. */
const ways = [
  { method: 'pccd' },
  { method: 'pccd', methodOptions: { metric: 'matrix' } },
  { method: 'pccd', step: 'backtracking' },
  { method: 'pccd', ordering: 'greedy' },
  { method: 'vrccd' },
  { method: 'acoder' },
  { method: 'exact' },
  { method: 'gradientDescent' },
] as const;

/** Seconds of solving; V8 compiles in the first tenths. */
const seconds = 1.5;

measure(async () => {
  const rates: number[][] = ways.map(() => []);
  for (let repetition = 0; repetition < 3; repetition++) {
    for (const [i, way] of ways.entries()) {
      const problemOptions = { intercept: false };
      const run = await childRun({ ...load, problemOptions, ...way, stopWhen: { seconds } });
      const start = performance.now();
      const stop = await run.resume({ kind: 'end' });
      rates[i]!.push((stop.position.k / (performance.now() - start)) * 1000);
      run.dispose();
    }
  }
  return ways.map(
    ({ method, ...rest }, i): Measured => ({
      title: `child: updates of the lasso on diabetes, ${[method, ...Object.values(rest).map(said)].join(', ')}`,
      unit: 'updates/s',
      values: rates[i]!,
    }),
  );
});

function said(value: string | { readonly metric: string }): string {
  return typeof value === 'string' ? value : `metric ${value.metric}`;
}
