// A coordinate update beside the same arithmetic as one plain loop, sweep by sweep in turn.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Measured, measure } from '../support/bench.ts';
import { p, sweeps } from './lassoData.ts';

export interface PlayerData {
  readonly lambda: string;
  /** The metrics that are measured; `plain`: the plain loop; `off`: none, and no findings either. */
  readonly diagnostics: readonly string[] | 'default' | 'off' | 'plain';
}

/** How often the threads are created anew: V8 compiles the same code differently from one to the next. */
const rounds = 4;
const repetitions = 4;
/** Repetitions before these, in which V8 compiles. */
const warm = 2;

const players = {
  plain: 'plain',
  off: 'off',
  bare: [],
  noGap: ['objective', 'gradNorm', 'stepSize', 'sharpness'],
  default: 'default',
} as const satisfies Record<string, PlayerData['diagnostics']>;
type Name = keyof typeof players;

for (const [lambda, said] of [
  ['0.1*max', 'λ = 0.1 max'],
  ['0.001*max', 'λ = 0.001 max'],
] as const) {
  measure(async () => {
    const names = Object.keys(players) as Name[];
    const times: number[][] = names.map(() => []);
    for (let round = 0; round < rounds; round++) {
      const threads = names.map(name => thread({ lambda, diagnostics: players[name] }));
      await play(threads, times);
      const end = await Promise.all(threads.map(one => one.ask<Float64Array>('x')));
      await Promise.all(threads.map(one => one.worker.terminate()));
      if (end.some(x => x.some((value, j) => value !== end[0]![j]))) {
        throw new Error(`the runs at ${said} do not end in the same point`);
      }
    }
    const of = (name: Name) => times[names.indexOf(name)]!;
    const title = (what: string) => `lasso 1,000 × 5,000, ${said}, ${what}`;
    const row = (name: Name, what: string): Measured => ({
      title: title(what),
      unit: 'µs',
      values: of(name).map(ms => (ms * 1000) / (sweeps * p)),
    });
    const ratio = (a: Name, b: Name, what: string, limit?: number): Measured => {
      const values = of(a).map((ms, i) => ms / of(b)[i]!);
      return { title: title(what), unit: '×', values, ...(limit ? { limit } : {}) };
    };
    return [
      row('plain', 'an update as one plain loop'),
      row('off', 'an update without diagnostics and findings'),
      row('bare', 'an update without diagnostics'),
      row('default', 'an update with the default diagnostics'),
      ratio('off', 'plain', 'without diagnostics and findings / plain loop', 1.5),
      ratio('bare', 'off', 'findings / none'),
      ratio('default', 'bare', 'default diagnostics / none', 1.3),
      ratio('noGap', 'bare', 'default diagnostics but the gap / none'),
    ];
  });
}

interface Thread {
  readonly worker: Worker;
  ask<T>(message: string): Promise<T>;
}

function thread(workerData: PlayerData): Thread {
  const worker = new Worker(join(__dirname, 'lasso.js'), { workerData });
  let settle: { resolve(answer: unknown): void; reject(error: Error): void } | undefined;
  worker.on('message', answer => settle?.resolve(answer));
  worker.on('error', error => settle?.reject(error));
  return {
    worker,
    ask: <T>(message: string) =>
      new Promise<T>((resolve, reject) => {
        settle = { resolve: answer => resolve(answer as T), reject };
        worker.postMessage(message);
      }),
  };
}

/** Adds the milliseconds of each thread's sweeps, one number a repetition. They run one at a time, sweep by sweep in turn. */
async function play(threads: readonly Thread[], times: number[][]): Promise<void> {
  for (let repetition = -warm; repetition < repetitions; repetition++) {
    for (const one of threads) await one.ask('begin');
    const sums = threads.map(() => 0);
    for (let sweep = 0; sweep < sweeps; sweep++) {
      for (const [i, one] of threads.entries())
        sums[i] = sums[i]! + (await one.ask<number>('sweep'));
    }
    if (repetition < 0) continue;
    for (const [i, sum] of sums.entries()) times[i]!.push(sum);
  }
}
