// A process of its own that solves one problem with Blockstep's engine, as often as it is asked to.
import { catalog } from '../../../solver/config/catalog.ts';
import { readConfig } from '../../../solver/config/check.ts';
import { isRefusal, type Refusal } from '../../../solver/core/part.ts';
import type { Dataset, ProblemPart } from '../../../solver/core/problem.ts';
import { loadDataset } from '../../../solver/data/index.ts';
import { registry } from '../../../solver/registry.ts';
import { chooseBackend, settledBackend } from '../../../solver/run/backend.ts';
import { assemble, Patience, type Recipe } from '../../../solver/run/recipe.ts';
import { Run } from '../../../solver/run/run.ts';

export type Asked =
  | { readonly ask: 'load'; readonly path: string; readonly loss: string }
  | { readonly ask: 'solve'; readonly solve: Solve; readonly repeat: number };

export interface Solve {
  readonly lambda: number;
  readonly method: string;
  /** No metrics and no findings; else the default ones. */
  readonly bare: boolean;
  readonly relativeGap: number;
  /** Seconds that one solve may take. */
  readonly limit: number;
}

export interface Solved {
  /** Milliseconds from the problem in memory to the stop, assembly included: the mean, by the clock and of the processor. */
  readonly ms: number;
  readonly cpu: number;
  /** To bring the data into the memory of the kernels and find λ's maximum, which is not counted. */
  readonly placeMs: number;
  readonly converged: boolean;
  readonly text: string;
  readonly sweeps: number;
  readonly x: readonly number[];
}

const poll = () => {};
const patience = new Patience(poll);
let data: Dataset;
let loss: ProblemPart;

process.on('message', async (asked: Asked) => {
  try {
    process.send!(asked.ask === 'load' ? await load(asked.path, asked.loss) : mean(asked));
  } catch (error) {
    process.send!({ error: (error as Error).message });
  }
});
process.on('disconnect', () => process.exit());

/** Reads the data; answers the methods there are. */
async function load(path: string, name: string): Promise<{ methods: string[] }> {
  data = given(await loadDataset(path, { target: null, poll }));
  loss = registry.problems.find(part => part.name === name)!;
  return { methods: registry.methods.map(part => part.name) };
}

function mean({ solve, repeat }: Asked & { ask: 'solve' }): Solved {
  const all = Array.from({ length: repeat }, () => once(solve));
  const of = (key: 'ms' | 'cpu' | 'placeMs') =>
    all.reduce((sum, one) => sum + one[key], 0) / repeat;
  return { ...all.at(-1)!, ms: of('ms'), cpu: of('cpu'), placeMs: of('placeMs') };
}

/** One run from 0 to its stop, on a problem that was built for it: nothing is carried over from the run before. */
function once(solve: Solve): Solved {
  const begin = performance.now();
  const { finish } = prepare(solve);
  const start = performance.now();
  const used = process.cpuUsage();
  const { run, stop } = finish();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(used);
  return {
    ms,
    cpu: (user + system) / 1000,
    placeMs: start - begin,
    converged: stop.reason === 'converged',
    text: stop.text,
    sweeps: run.state.sweep - 1,
    x: [...run.state.points[run.recipe.method.iterate]!.x],
  };
}

function prepare({ lambda, method, bare, relativeGap, limit }: Solve) {
  const none = {
    diagnostics: [],
    findings: { divergence: false, stall: false, stepTooLong: false },
  };
  const raw = {
    problem: loss.name,
    problemOptions: { lambda, intercept: false, standardize: false },
    method,
    stopWhen: { relativeGap, sweeps: 1e9, seconds: limit },
    ...(bare ? none : {}),
  };
  const config = given(readConfig(raw, catalog));
  const chosen = given(chooseBackend('wasm', false));
  const { problemOptions: options } = config;
  const { kernels } = chosen;
  const shape = { blocks: 'coordinates', files: {}, seed: 1, kernels, poll } as const;
  const problem = given(loss.build({ data, options, ...shape }));
  const backend = given(settledBackend(chosen, 'wasm'));
  return {
    finish() {
      const recipe: Recipe = given(assemble(problem, config, patience, null, backend));
      const run = new Run(recipe);
      run.begin({ kind: 'end' });
      for (;;) {
        const stop = run.slice(Number.POSITIVE_INFINITY);
        if (stop !== null) return { run, stop };
      }
    },
  };
}

function given<T extends object>(value: T | Refusal): T {
  if (isRefusal(value)) throw new Error(value.refusal);
  return value;
}
