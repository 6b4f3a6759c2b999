// The kernels beside numpy and its BLAS, both with one thread, in turn.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/lib/root.mjs';
import { normals, stream } from '../../../solver/core/random.ts';
import { wasmKernels } from '../../../solver/kernels/wasm/index.ts';
import { type Measured, measure, times } from '../../support/bench.ts';

/** In the caches of the processor, and beyond them; numpy's call alone takes longer than an axpy of few rows. */
const sizes = [
  { rows: 442, columns: 10, repetitions: 400, axpys: false },
  { rows: 1000, columns: 5000, repetitions: 12, axpys: false },
  { rows: 20_000, columns: 10, repetitions: 200, axpys: true },
  { rows: 20_000, columns: 500, repetitions: 12, axpys: true },
] as const;
const ROUNDS = 5;
const LIMIT = 1.2;

const python = join(root, 'test/bench/.venv/bin/python');

measure(async () => {
  if (!existsSync(python))
    return 'kernels: numpy is not installed; `npm run bench:peers` installs it.';
  return sizes.flatMap(size => {
    const { rows, columns, axpys } = size;
    const found = { ours: [] as Times[], numpy: [] as Times[] };
    for (let round = 0; round < ROUNDS; round++) {
      found.ours.push(ours(size));
      found.numpy.push(theirs(size));
    }
    const name = `${rows.toLocaleString('en')} × ${columns.toLocaleString('en')}`;
    return (axpys ? (['products', 'axpys'] as const) : (['products'] as const)).flatMap(kind => {
      const what = `kernels: ${kind === 'products' ? 'Xᵀr' : 'an axpy for each column'}, ${name}`;
      const [own, numpy] = [found.ours, found.numpy].map(all => all.map(one => one[kind]));
      const row = (title: string, values: readonly number[]): Measured => ({
        title: `${what}, ${title}`,
        unit: 'ms',
        values,
      });
      return [
        row('wasm', own!),
        row('numpy', numpy!),
        {
          title: `${what}, wasm / numpy`,
          unit: '×',
          values: own!.map((ms, round) => ms / numpy![round]!),
          limit: LIMIT,
        } satisfies Measured,
      ];
    });
  });
});

/** Medians of one round. */
interface Times {
  readonly products: number;
  readonly axpys: number;
}

type Size = (typeof sizes)[number];

function ours({ rows, columns, repetitions }: Size): Times {
  const kernels = wasmKernels();
  const values = normals(rows * columns, stream(1, 'X'));
  const X = kernels.place({ kind: 'dense', rows, columns, values });
  const r = kernels.array(rows);
  r.set(normals(rows, stream(1, 'r')));
  const all = Int32Array.from({ length: columns }, (_, j) => j);
  const out = new Float64Array(columns);
  const axpys = () => {
    for (let j = 0; j < columns; j++) kernels.columnAxpy(X, j, 1e-9, r, 0);
  };
  return {
    products: median(
      times(repetitions, () => kernels.columnDots(X, all, 0, columns, 0, r, 0, out)),
    ),
    axpys: median(times(repetitions, axpys)),
  };
}

function theirs({ rows, columns, repetitions }: Size): Times {
  const given = [rows, columns, repetitions].map(String);
  const { status, stdout, stderr } = spawnSync(
    python,
    [join(root, 'test/bench/kernels/blas.py'), ...given],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  const found = JSON.parse(stdout) as { products: number[]; axpys: number[] };
  return { products: median(found.products), axpys: median(found.axpys) };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
