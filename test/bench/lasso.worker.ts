// A thread of its own for each way to run the lasso, so that V8 compiles each as if it ran alone.
import { parentPort, workerData } from 'node:worker_threads';
import { catalog } from '../../solver/config/catalog.ts';
import { readConfig } from '../../solver/config/check.ts';
import { isRefusal, type Refusal } from '../../solver/core/part.ts';
import { isStale } from '../../solver/core/state.ts';
import { lasso } from '../../solver/problems/squares.ts';
import { chooseBackend } from '../../solver/run/backend.ts';
import { assemble, Patience, type Recipe } from '../../solver/run/recipe.ts';
import { Run } from '../../solver/run/run.ts';
import { Stepper } from '../../solver/run/update/stepper.ts';
import type { PlayerData } from './lasso.bench.ts';
import { lassoData, n, p, sweeps } from './lassoData.ts';

const { lambda, diagnostics } = workerData as PlayerData;
const { X, y } = lassoData();
const recipe = recipeOf(diagnostics);

let renewals: readonly number[] | null = null;
let play = begin();
parentPort?.on('message', (message: 'begin' | 'sweep' | 'x') => {
  if (message === 'begin') play = begin();
  if (message === 'x') parentPort?.postMessage(play.x());
  if (message === 'sweep') {
    const start = performance.now();
    play.sweep();
    parentPort?.postMessage(performance.now() - start);
  } else if (message === 'begin') parentPort?.postMessage(0);
});

function begin(): { sweep(): void; x(): Float64Array } {
  if (diagnostics === 'plain') return plain(recipe.problem.parameters['lambda'] as number);
  const run = new Run(recipe);
  return {
    sweep() {
      run.begin({ kind: 'sweep' });
      while (run.slice(Number.POSITIVE_INFINITY) === null);
    },
    x: () => run.state.points['x']!.x.slice(),
  };
}

/** A run of the plain loop, its step sizes those of the problem, its residual computed afresh where the run's is. */
function plain(l1: number): { sweep(): void; x(): Float64Array } {
  const x = new Float64Array(p);
  const r = y.slice();
  const { problem } = recipe;
  const { blocks, curvature } = problem;
  const steps = Float64Array.from(blocks, block => 1 / curvature!.lipschitz(r, x, block)!);
  renewals ??= staleSteps();
  let k = 0;
  return {
    sweep() {
      const end = k + p;
      while (k < end) {
        if (renewals?.includes(k)) r.set(problem.newCache(x).subarray(0, n));
        const next = Math.min(end, renewals?.find(step => step > k) ?? end);
        plainUpdates(k % p, ((next - 1) % p) + 1, X, x, r, steps, l1);
        k = next;
      }
    },
    x: () => x.slice(),
  };
}

/** The steps after which a run computes its cache afresh. */
function staleSteps(): readonly number[] {
  const stepper = new Stepper(recipe);
  const found: number[] = [];
  for (let k = 0; k < sweeps * p; k++) {
    if (isStale(stepper.state.points['x']!)) found.push(k);
    stepper.commit();
  }
  return found;
}

/** The same arithmetic as one loop: column dot in four lanes, soft threshold, column axpy. */
function plainUpdates(
  from: number,
  to: number,
  A: Float64Array,
  x: Float64Array,
  r: Float64Array,
  steps: Float64Array,
  l1: number,
): void {
  for (let j = from; j < to; j++) {
    const o = j * n;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = 0; i < n; i += 4) {
      s0 += A[o + i]! * r[i]!;
      s1 += A[o + i + 1]! * r[i + 1]!;
      s2 += A[o + i + 2]! * r[i + 2]!;
      s3 += A[o + i + 3]! * r[i + 3]!;
    }
    const t = steps[j]!;
    const u = x[j]! - t * (-(s0 + s2 + (s1 + s3)) / n);
    const threshold = t * l1;
    const v = u > threshold ? u - threshold : u < -threshold ? u + threshold : 0;
    const d = v - x[j]!;
    if (d === 0) continue;
    for (let i = 0; i < n; i += 4) {
      r[i] = r[i]! - d * A[o + i]!;
      r[i + 1] = r[i + 1]! - d * A[o + i + 1]!;
      r[i + 2] = r[i + 2]! - d * A[o + i + 2]!;
      r[i + 3] = r[i + 3]! - d * A[o + i + 3]!;
    }
    x[j] = v;
  }
}

function recipeOf(measured: PlayerData['diagnostics']): Recipe {
  const problemOptions = { lambda, intercept: false, standardize: false };
  const raw = { problem: 'lasso', problemOptions, stopWhen: { sweeps: 1e9 } };
  const names = measured === 'off' ? [] : typeof measured === 'string' ? undefined : measured;
  const findings =
    measured === 'off' ? { divergence: false, stall: false, stepTooLong: false } : {};
  const config = given(
    readConfig({ ...raw, findings, ...(names ? { diagnostics: names } : {}) }, catalog),
  );
  const poll = () => {};
  const columns = Array.from({ length: p }, (_, j) => String(j));
  const matrix = { kind: 'dense', rows: n, columns: p, values: X } as const;
  const data = { source: 'bench', columns, X: matrix, y, target: 'y' };
  const options = config.problemOptions;
  const backend = given(chooseBackend('auto', false));
  const { kernels } = backend;
  const problem = lasso.build({
    data,
    options,
    blocks: 'coordinates',
    files: {},
    seed: 1,
    kernels,
    poll,
  });
  return given(assemble(given(problem), config, new Patience(poll), null, backend));
}

function given<T extends object>(value: T | Refusal): T {
  if (isRefusal(value)) throw new Error(value.refusal);
  return value;
}
