// Measures what test/bench registers. `npm run bench` bundles the files, calls run() and writes the results.
import { join } from 'node:path';
import { exceptionFilters } from '../../extension/adapter/capabilities.ts';
import { createSolver } from '../../extension/child.ts';
import { RunClient } from '../../extension/run/client.ts';
import type { RunConfig, Stop, Until } from '../../solver/wire/run.ts';

export type Unit = 'ms' | 'µs' | '×' | 'MB' | 'updates/s';

export interface BenchResult {
  readonly title: string;
  readonly unit: Unit;
  readonly median: number;
  /** The lowest tenth's upper end and the highest tenth's lower end. */
  readonly p10: number;
  readonly p90: number;
  readonly samples: number;
  /** What the median may be at most. */
  readonly limit?: number;
}

/** What a measurement that takes its own time found. */
export interface Measured {
  readonly title: string;
  readonly unit: Unit;
  readonly values: readonly number[];
  readonly limit?: number;
}

/** Why a benchmark could not be measured here. */
export interface Skipped {
  readonly skipped: string;
}

type Bench = () => Promise<readonly (BenchResult | Skipped)[]>;

const benches: Bench[] = [];

/** Registers a measurement; `body` is called many times, and a promise that it returns is awaited. */
export function bench(title: string, body: () => unknown): void {
  benches.push(async () => {
    await sample(body, 200); // V8 compiles the body before it is measured.
    return [resultOf({ title, unit: 'ms', values: await sample(body, 800) })];
  });
}

/** Registers a measurement that takes its own times; it returns a sentence where it cannot measure. */
export function measure(body: () => Promise<readonly Measured[] | string>): void {
  benches.push(async () => {
    const found = await body();
    return typeof found === 'string' ? [{ skipped: found }] : found.map(resultOf);
  });
}

/** Runs what was registered, one after the other, and settles with a row for each. */
export async function run(
  tell: (result: BenchResult | Skipped) => void,
): Promise<(BenchResult | Skipped)[]> {
  const results: (BenchResult | Skipped)[] = [];
  for (const body of benches) {
    for (const result of await body()) {
      results.push(result);
      tell(result);
    }
  }
  return results;
}

function resultOf({ title, unit, values, limit }: Measured): BenchResult {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    Number(sorted[Math.floor(share * (sorted.length - 1))]!.toPrecision(4));
  const result = {
    title,
    unit,
    median: at(0.5),
    p10: at(0.1),
    p90: at(0.9),
    samples: values.length,
  };
  return limit === undefined ? result : { ...result, limit };
}

/** Times of single calls in milliseconds, after one that is not counted. */
export function times(count: number, work: () => unknown): number[] {
  work();
  return Array.from({ length: count }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
}

/** The times of single calls in milliseconds, for `budget` milliseconds but at least five of them. */
async function sample(body: () => unknown, budget: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + budget;
  while (times.length < 5 || performance.now() < end) {
    const start = performance.now();
    await body();
    times.push(performance.now() - start);
  }
  return times;
}

/** A run in a child process as in the extension: the solver that was built for these measurements, and the host's client. */
export interface ChildRun {
  readonly session: RunClient;
  readonly pid: number;
  /** Runs until the next stop, and until its rows are here. */
  resume(until: Until): Promise<Stop>;
  /** Goes to step k. */
  goTo(k: number): Promise<Stop>;
  dispose(): void;
}

/** Starts a child and loads a run. */
export async function childRun(config: RunConfig): Promise<ChildRun> {
  const session = new RunClient('bench', 'bench', () => createSolver(join(__dirname, 'solver.js')));
  const stopped = async (move: () => Promise<unknown>): Promise<Stop> => {
    await move();
    await session.settled();
    if (session.exit !== null) throw new Error(session.exit.text);
    return session.stop!;
  };
  await session.load({ config });
  // What a session in the editor stops at by default.
  await session.setBreakpoints(
    exceptionFilters.flatMap(({ filter, default: isOn }) =>
      isOn ? [{ id: filter, at: { kind: 'finding', finding: filter } as const }] : [],
    ),
  );
  await session.enter(null, () => '');
  return {
    session,
    pid: session.pid!,
    async resume(until) {
      const stop = await stopped(() => session.resume('command', until));
      while (session.history.end < stop.position.k) await new Promise(setImmediate);
      return stop;
    },
    goTo: k => stopped(() => session.goTo('command', k)),
    dispose: () => session.dispose(),
  };
}
