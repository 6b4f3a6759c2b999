import { freemem } from 'node:os';
import { root } from '../../../scripts/lib/root.mjs';
import { catalog } from '../../../solver/config/catalog.ts';
import { readConfig } from '../../../solver/config/check.ts';
import { isRefusal, type Refusal } from '../../../solver/core/part.ts';
import type { Problem } from '../../../solver/core/problem.ts';
import { normals, stream } from '../../../solver/core/random.ts';
import { lasso } from '../../../solver/problems/squares.ts';
import { type Backend, chooseBackend } from '../../../solver/run/backend.ts';
import { withDevice } from '../../../solver/run/device/graphics.ts';
import { assemble, Patience } from '../../../solver/run/recipe.ts';
import { Run } from '../../../solver/run/run.ts';
import type { Measured } from '../../support/bench.ts';

/** Sweeps that are measured. */
const SWEEPS = 10;
const poll = () => {};

/** A lasso by gradient descent through the engine, with the objective recorded, on the device and by WebAssembly. */
export async function descent([rows, columns]: readonly [number, number]): Promise<
  readonly Measured[] | string
> {
  if (freemem() < 40 * rows * columns) return 'gpu: there is not the memory for gradient descent.';
  const found: Measured[] = [];
  const name = `gpu: lasso ${rows.toLocaleString('en')} × ${columns.toLocaleString('en')}, gradient descent, a sweep`;
  for (const asked of ['wasm', 'gpu']) {
    const { problem, backend } = made(rows, columns);
    const around = { cwd: root, poll, progress() {} };
    const chosen = await withDevice(backend, asked, problem, around);
    if (isRefusal(chosen)) return `gpu: ${chosen.refusal}.`;
    const recipe = { ...given(assemble(problem, config(), new Patience(poll), null, backend)) };
    const run = new Run({ ...recipe, backend: chosen });
    const values: number[] = [];
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      const started = performance.now();
      run.begin({ kind: 'sweep' });
      while (run.slice(1000) === null);
      values.push(performance.now() - started);
    }
    chosen.kernels.products?.give('it was measured');
    found.push({ title: `${name}, ${asked}`, unit: 'ms', values: values.slice(1) });
  }
  const [processor, device] = found.map(({ values }) => Math.min(...values)) as [number, number];
  return [...found, { title: `${name}, wasm / gpu`, unit: '×', values: [processor / device] }];
}

function config() {
  const problemOptions = { lambda: '0.1*max', intercept: false };
  return given(
    readConfig(
      {
        problem: 'lasso',
        problemOptions,
        method: 'gradientDescent',
        step: 'fixed',
        stepOptions: { size: 0.05 },
        diagnostics: ['objective'],
        findings: { divergence: false, stall: false, stepTooLong: false },
        stopWhen: { sweeps: 1e9 },
      },
      catalog,
    ),
  );
}

function made(rows: number, columns: number): { problem: Problem; backend: Backend } {
  const backend = given(chooseBackend('gpu', false));
  const values = new Float64Array(rows * columns);
  const numbers = normals(rows + columns, stream(1, 'X'));
  for (let j = 0; j < columns; j++) values.set(numbers.subarray(j, j + rows), j * rows);
  const y = normals(rows, stream(2, 'y'));
  for (let j = 0; j < 10; j++) for (let i = 0; i < rows; i++) y[i] = y[i]! + values[j * rows + i]!;
  const problem = lasso.build({
    data: {
      source: 'bench',
      columns: Array.from({ length: columns }, (_, j) => String(j)),
      X: { kind: 'dense', rows, columns, values },
      y,
      target: 'y',
    },
    options: config().problemOptions,
    blocks: { size: 50 },
    files: {},
    seed: 1,
    kernels: backend.kernels,
    poll,
  });
  return { problem: given(problem), backend };
}

function given<T extends object>(value: T | Refusal): T {
  if (isRefusal(value)) throw new Error(value.refusal);
  return value;
}
