// Measures what test/bench registers. `npm run bench` bundles the files, calls run() and writes the results.

interface Bench {
  readonly title: string;
  readonly body: () => unknown;
}

export interface BenchResult {
  readonly title: string;
  /** The median time of one call, in milliseconds. */
  readonly median: number;
  /** The fastest tenth's upper end and the slowest tenth's lower end, in milliseconds. */
  readonly p10: number;
  readonly p90: number;
  readonly samples: number;
}

const benches: Bench[] = [];

/** Registers a measurement; `body` is called many times, and a promise that it returns is awaited. */
export function bench(title: string, body: () => unknown): void {
  benches.push({ title, body });
}

/** Runs what was registered, one after the other, and settles with a row for each. */
export async function run(): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const { title, body } of benches) {
    await sample(body, 200); // V8 compiles the body before it is measured.
    const times = (await sample(body, 800)).sort((a, b) => a - b);
    const at = (share: number) => times[Math.floor(share * (times.length - 1))]!;
    results.push({ title, median: at(0.5), p10: at(0.1), p90: at(0.9), samples: times.length });
  }
  return results;
}

/** The times of single calls in milliseconds, for `budget` milliseconds but at least five of them. */
async function sample(body: Bench['body'], budget: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + budget;
  while (times.length < 5 || performance.now() < end) {
    const start = performance.now();
    await body();
    times.push(performance.now() - start);
  }
  return times;
}
