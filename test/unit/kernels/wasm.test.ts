// The backend wasm: the bits of the plain loops, in the memory of a WebAssembly module.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isRefusal } from '../../../solver/core/part.ts';
import { normals, stream } from '../../../solver/core/random.ts';
import type { Matrix } from '../../../solver/kernels/columns.ts';
import { jsKernels, type Kernels } from '../../../solver/kernels/index.ts';
import { wasmKernels } from '../../../solver/kernels/wasm/index.ts';
import { chooseBackend, settledBackend } from '../../../solver/run/backend.ts';
import { bits, everything, go, loaded } from '../../support/engine/bits.ts';
import { toSparse } from '../problems/cases.ts';

/** Sizes of numbers from the least to the greatest, and what is none. */
const entry = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 5e-324, 1e300, -1e300, Infinity, Number.NaN) },
);
const instance = fc.integer({ min: 0, max: 23 }).chain(rows =>
  fc.record({
    rows: fc.constant(rows),
    values: fc.array(entry, { minLength: 3 * rows, maxLength: 3 * rows }),
    v: fc.array(entry, { minLength: 2 * rows + 3, maxLength: 2 * rows + 3 }),
    at: fc.integer({ min: 0, max: rows }),
    c: entry,
  }),
);

/** Everything that the kernels make of a matrix of three columns and a vector, in the order it is made. */
function made(kernels: Kernels, given: Matrix, { v, at, c }: Omit<Given, 'rows' | 'values'>) {
  const X = kernels.place(given);
  const { rows } = X;
  const array = () => {
    const copy = kernels.array(Math.max(v.length, rows));
    copy.set(v);
    return copy;
  };
  const [a, b] = [array(), array()];
  const several = new Float64Array(4);
  kernels.columnDots(X, Int32Array.of(9, 4, 2, 3), 1, 4, 2, a, at, several);
  const sums = [
    kernels.sum(a, at, rows),
    kernels.dot(a, at, b, 1, rows),
    kernels.squaredNorm(a, at, rows),
    ...[0, 1, 2].flatMap(j => [
      kernels.columnDot(X, j, a, at),
      kernels.columnSquaredNorm(X, j),
      kernels.columnWeightedSquaredNorm(X, j, a, at),
    ]),
    ...several,
    kernels.columnAxpy(X, 1, c, a, at),
    kernels.axpy(c, a, 0, b, at, rows),
    kernels.addScalar(c, b, at, rows),
    kernels.moveTo(b, a, rows),
  ];
  kernels.columnWeightedAxpy(X, 2, c, a, at, b);
  const residual = kernels.array(rows + 2);
  residual.set(v.slice(0, rows));
  residual[rows] = kernels.squaredNorm(residual, 0, rows);
  if (X.kind === 'sparse')
    for (const j of [0, 2, 1, 2, 0]) kernels.columnMove(X, j, (1 - j) * c, residual);
  return bits([...sums, ...a, ...b, ...residual]);
}

type Given = { rows: number; values: number[]; v: number[]; at: number; c: number };

/** A sweep over three columns, at x = (c, 0, −c) with a residual of the given numbers. */
function sweepOf(
  kernels: Kernels,
  kind: Matrix['kind'],
  { rows, values, v, c }: Given,
  [l1, l2]: readonly [number, number],
  intercept: boolean,
) {
  const dense = { kind: 'dense', rows, columns: 3, values: Float64Array.from(values) } as const;
  const X = kernels.place(kind === 'dense' ? dense : toSparse(dense));
  const offset = intercept ? 1 : 0;
  const size = 3 + offset;
  const sweep = kernels.coordinateSweep({
    X,
    n: rows,
    offset,
    l1: Math.abs(l1),
    l2: Math.abs(l2),
    curvature: Float64Array.from({ length: size }, (_, j) => 1 + j),
    reach: Float64Array.from({ length: size }, (_, j) => 2 - j / 4),
  });
  const cache = kernels.array(kind === 'dense' ? rows + 1 : rows + 2);
  cache.set(v.slice(0, rows));
  cache[rows] = kernels.squaredNorm(cache, 0, rows);
  const x = Float64Array.from({ length: size }, (_, j) => (1 - j) * c);
  const bounds = { scale: 10, drift: 1e-15, terms: 40, span: 1e3 };
  sweep.order.set([2, 0, size - 1, 2, 1, 0]);
  const run = (most: number, F: boolean) => sweep.run(x, cache, bounds, most, F);
  return { ...sweep, x, cache, bounds, run };
}

/** All that six updates leave. */
function swept(...given: Parameters<typeof sweepOf>) {
  const sweep = sweepOf(...given);
  const made = [sweep.run(6, true), sweep.run(6, false)];
  const { bounds, ...arrays } = sweep;
  const rows = Object.entries(arrays).flatMap(([name, array]) =>
    array instanceof Float64Array ? [[name, bits([...array.subarray(0, 32)])]] : [],
  );
  return { made, bounds: bits(Object.values(bounds)), rows };
}

describe('the loops in WebAssembly give the bits of the plain ones', () => {
  for (const kind of ['dense', 'sparse'] as const) {
    test(`on ${kind} columns of any length, vectors from any entry on, and any numbers`, () => {
      fc.assert(
        fc.property(instance, ({ rows, values, ...rest }) => {
          const own = Float64Array.from(values);
          const dense = { kind: 'dense', rows, columns: 3, values: own } as const;
          const X = kind === 'dense' ? dense : toSparse(dense);
          assert.deepEqual(made(wasmKernels(), X, rest), made(jsKernels, X, rest));
        }),
        { numRuns: 200 },
      );
    });
  }

  test('also where an operand lies outside of the memory', () => {
    const kernels = wasmKernels();
    const X = kernels.place({ kind: 'dense', rows: 5, columns: 2, values: normals(10, stream(1)) });
    const inside = kernels.array(5);
    inside.set(normals(5, stream(2)));
    const outside = inside.slice();
    assert.equal(kernels.columnDot(X, 1, outside, 0), kernels.columnDot(X, 1, inside, 0));
    assert.equal(kernels.dot(outside, 0, inside, 0, 5), jsKernels.dot(outside, 0, outside, 0, 5));
    const copy = kernels.place({ ...X, values: X.values.slice() });
    assert.equal(kernels.columnDot(copy, 0, inside, 0), kernels.columnDot(X, 0, inside, 0));
  });

  test('and products with columns that the cache does not hold, short or long, listed in any order', () => {
    for (const rows of [1003, 3001]) {
      const columns = Math.floor(285_000 / rows);
      const values = normals(rows * columns, stream(3));
      const listed = Int32Array.from(values.subarray(0, columns), (_, l) => (l * 11 + 3) % columns);
      const [ours, plain] = [wasmKernels(), jsKernels].map(kernels => {
        const X = kernels.place({ kind: 'dense', rows, columns, values });
        const out = values.slice(0, columns);
        kernels.columnDots(X, listed, 0, columns, 0, kernels.array(rows).fill(0.7), 0, out);
        return bits([...out]);
      });
      assert.deepEqual(ours, plain);
    }
  });

  for (const kind of ['dense', 'sparse'] as const) {
    test(`and many updates of coordinates in one call those of the plain sweep, on ${kind} columns and any numbers`, () => {
      fc.assert(
        fc.property(instance, entry, entry, fc.boolean(), (given, l1, l2, intercept) => {
          assert.deepEqual(
            swept(wasmKernels(), kind, given, [l1, l2], intercept),
            swept(jsKernels, kind, given, [l1, l2], intercept),
          );
        }),
        { numRuns: 300 },
      );
    });
  }

  test('a sweep ends after the update that leaves F infinite, moved or not', () => {
    for (const kernels of [jsKernels, wasmKernels()]) {
      const given = { rows: 4, values: [1, 1, 1, 1, 1, -1, 1, -1, 1, 0, 0, 1], v: [], at: 0, c: 0 };
      const sweep = sweepOf(kernels, 'dense', given, [1e300, 0], false);
      sweep.cache.set([1e160, 1e160, 1e160, 1e160, Number.POSITIVE_INFINITY]);
      assert.equal(sweep.run(3, true), 1);
      assert.equal(sweep.run(3, false), 3);
    }
  });

  test('a matrix of ten million rows has room for eight vectors beside it, and is no trouble', () => {
    const rows = 1e7;
    const kernels = wasmKernels();
    const X = kernels.place({ kind: 'dense', rows, columns: 1, values: new Float64Array(rows) });
    assert.equal(kernels.trouble, null);
    const inside = Array.from({ length: 8 }, () => kernels.array(rows + 1));
    assert.ok(inside.every(({ buffer }) => buffer === X.values.buffer));
  });

  test('arrays that find no room in the memory are ordinary ones', () => {
    const kernels = wasmKernels();
    const X = kernels.place({
      kind: 'dense',
      rows: 1000,
      columns: 1,
      values: new Float64Array(1000),
    });
    const arrays = Array.from({ length: 200 }, () => kernels.array(1000));
    const [first, last] = [arrays[0]!, arrays[199]!];
    assert.equal(first.buffer, X.values.buffer);
    assert.notEqual(last.buffer, X.values.buffer);
    last.fill(1);
    assert.ok(arrays.slice(0, 199).every(array => array.every(value => value === 0)));
    assert.equal(kernels.sum(last, 0, 1000), 1000);
  });
});

describe('a run on the backend wasm', () => {
  const ways = [
    { problem: 'lasso' },
    { problem: 'lasso', method: 'gradientDescent', step: 'backtracking' },
    { problem: 'elasticNet', problemOptions: { standardize: true }, method: 'acoder' },
    { problem: 'groupLasso', blocks: { size: 3 }, methodOptions: { metric: 'matrix' } },
    { problem: 'leastSquares', method: 'exact', ordering: 'greedy' },
    { problem: 'logistic', method: 'vrccd' },
    { problem: 'logistic', step: 'backtracking', ordering: 'shuffled' },
    { problem: 'quadratic', problemOptions: { size: 12, delta: 0.3 } },
    {
      problem: 'quadratic',
      problemOptions: { size: 12, delta: 0.3 },
      blocks: { size: 4 },
      method: 'exact',
    },
  ];
  for (const way of ways) {
    test(`has the bits of one on plain loops: ${JSON.stringify(way)}`, async () => {
      const [wasm, js] = await Promise.all(
        ['wasm', 'js'].map(backend => loaded({ ...way, backend, stopWhen: { steps: 700 } })),
      );
      for (const run of [wasm!, js!]) go(run, 700);
      assert.equal(wasm!.recipe.backend.name, 'wasm');
      assert.equal(js!.recipe.backend.name, 'js');
      assert.deepEqual(everything(wasm!), everything(js!));
    });
  }

  test('keeps the cache of each point beside the matrix, also after a journey, an edit and renewed caches', async () => {
    const run = await loaded({
      problem: 'elasticNet',
      problemOptions: { lambda: '50*max', l1Ratio: 0.01 },
      stopWhen: { steps: 1e6 },
    });
    // An update that begins with a renewed cache leaves that one, until the next.
    const isInside = () =>
      [1, 2].some(() => {
        go(run, run.state.k + 1);
        return run.state.points['x']!.cache.buffer.byteLength > 442 * 10 * 8;
      });
    go(run, 300);
    assert.ok(isInside());
    while (run.travel(40, 1000) === null);
    assert.ok(isInside(), 'not after the journey');
    run.edit([{ kind: 'value', block: 'bmi', index: 0, value: 1e9 }]);
    assert.ok(isInside(), 'not after the edit');
    const { drift } = run.state.points['x']!;
    go(run, run.state.k + 3000);
    assert.ok(run.state.points['x']!.drift < drift && isInside(), 'not after it was renewed');
  });
});

describe('the backend of a run', () => {
  const chosen = (name: string, isModule: boolean) => {
    const backend = chooseBackend(name, isModule);
    return isRefusal(backend) ? backend.refusal : `${backend.name}: ${backend.reason}`;
  };

  test('is wasm where nothing else is asked for, js for a module, and each has its sentence', () => {
    assert.match(chosen('auto', false), /^wasm: SIMD loops in WebAssembly.*\.$/);
    assert.match(chosen('wasm', false), /^wasm: The configuration names it\.$/);
    assert.match(chosen('js', true), /^js: The configuration names it\.$/);
    assert.match(chosen('auto', true), /^js: A problem module computes with its own functions\.$/);
    assert.match(
      chosen('wasm', true),
      /^backend: "wasm" does not apply to a problem module, .*; accepted: auto, js$/,
    );
  });

  test('computes by plain loops where the matrix is beyond 4 GiB, and says so', () => {
    const kernels = wasmKernels();
    assert.equal(kernels.trouble, null);
    const values = { length: 2 ** 30 } as unknown as Float64Array;
    const X = { kind: 'dense', rows: 2 ** 20, columns: 1024, values } as const;
    assert.equal(kernels.place(X), X);
    assert.match(
      kernels.trouble as unknown as string,
      /^the data and the vectors beside it take 8\.24 GiB, more than/,
    );
    assert.equal(kernels.array(2 ** 20).byteLength, 2 ** 23);
    const backend = { kernels, name: 'wasm', reason: 'Asked for.' } as const;
    const settled = (asked: string) => {
      const result = settledBackend(backend, asked);
      return isRefusal(result) ? result.refusal : `${result.name}: ${result.reason}`;
    };
    assert.match(
      settled('auto'),
      /^js: Plain loops: the data and the vectors beside it take 8\.24 GiB.*\.$/,
    );
    assert.match(
      settled('wasm'),
      /^backend: "wasm" cannot be had: the data and the vectors beside it take 8\.24 GiB/,
    );
  });
});
