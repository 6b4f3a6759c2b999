// The loops over numbers, bit for bit, and the eigenvalues of small dense matrices.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { normals, stream } from '../../../solver/core/random.ts';
import {
  columnAxpy,
  columnDot,
  columnMove,
  columnRowsDot,
  columnSquaredNorm,
  columnWeightedSquaredNorm,
  type DenseMatrix,
  RENEWAL,
  type SparseMatrix,
} from '../../../solver/kernels/columns.ts';
import { symmetricEigen, symmetricEigenvalues } from '../../../solver/kernels/eigen.ts';
import { lanczos } from '../../../solver/kernels/lanczos.ts';
import {
  addScalar,
  axpy,
  dot,
  dot2,
  maxAbs,
  squaredNorm,
  sum,
  weightedDot,
} from '../../../solver/kernels/vector.ts';
import { toSparse } from '../problems/cases.ts';

const noPoll = (): void => {};

/** QDQᵀ for Q = product of random reflections, and D = diag(spectrum). */
function withSpectrum(spectrum: readonly number[], seed: number): Float64Array {
  const n = spectrum.length;
  const A = new Float64Array(n * n);
  spectrum.forEach((value, k) => {
    A[k * (n + 1)] = value;
  });
  const draw = stream(seed, n);
  for (let round = 0; round < 3; round++) {
    const u = normals(n, draw);
    const norm2 = u.reduce((s, v) => s + v * v, 0);
    for (const [line, along] of [
      [1, n],
      [n, 1],
    ] as const) {
      for (let l = 0; l < n; l++) {
        let s = 0;
        for (let k = 0; k < n; k++) s += u[k]! * A[l * line + k * along]!;
        for (let k = 0; k < n; k++)
          A[l * line + k * along] = A[l * line + k * along]! - (2 * s * u[k]!) / norm2;
      }
    }
  }
  return A;
}

const spectra: Readonly<Record<string, readonly number[]>> = {
  one: [3],
  'two equal': [2, 2],
  'spread over 1e12': Array.from({ length: 30 }, (_, k) => 10 ** (-12 + (12 * k) / 29)),
  'many equal': Array.from({ length: 40 }, (_, k) => (k < 39 ? 0.05 : 47.55)),
  'both signs': Array.from({ length: 25 }, (_, k) => k - 12),
  'rank one': Array.from({ length: 20 }, (_, k) => (k === 19 ? 5 : 0)),
  zero: new Array<number>(8).fill(0),
  tiny: Array.from({ length: 12 }, (_, k) => (k + 1) * 1e-200),
  huge: Array.from({ length: 12 }, (_, k) => (k + 1) * 1e200),
};

describe('dense symmetric eigenvalues', () => {
  test('of the second difference matrix are 2 − 2cos(kπ/(n+1)), to 4e-15 of the largest', () => {
    for (const n of [1, 2, 3, 10, 257]) {
      const A = new Float64Array(n * n);
      for (let i = 0; i < n; i++) {
        A[i * n + i] = 2;
        if (i > 0) A[i * n + i - 1] = -1;
      }
      const values = symmetricEigenvalues(A, n);
      for (let k = 0; k < n; k++) {
        const exact = 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1));
        assert.ok(Math.abs(values[k]! - exact) <= 4 * 4e-15, `n ${n}, ${k}: ${values[k]} ${exact}`);
      }
    }
  });

  for (const [name, spectrum] of Object.entries(spectra)) {
    const n = spectrum.length;
    const sorted = [...spectrum].sort((a, b) => a - b);
    const size = Math.max(...spectrum.map(Math.abs));

    test(`${name}: the spectrum of QDQᵀ is D's, to 1e-14 of the largest`, () => {
      const values = symmetricEigenvalues(withSpectrum(spectrum, 1), n);
      values.forEach((value, k) => {
        assert.ok(Math.abs(value - sorted[k]!) <= 1e-14 * size, `${value} ${sorted[k]}`);
      });
    });

    test(`${name}: the eigenvectors are orthonormal and A v = λ v`, () => {
      const A = withSpectrum(spectrum, 2);
      const { values, vectors } = symmetricEigen(A.slice(), n);
      for (let k = 0; k < n; k++) {
        for (let i = 0; i < n; i++) {
          let image = 0;
          let inner = 0;
          for (let j = 0; j < n; j++) {
            image += A[i * n + j]! * vectors[k * n + j]!;
            inner += vectors[i * n + j]! * vectors[k * n + j]!;
          }
          assert.ok(Math.abs(image - values[k]! * vectors[k * n + i]!) <= 2e-14 * size);
          assert.ok(Math.abs(inner - (i === k ? 1 : 0)) <= 1e-13);
        }
      }
    });

    test(`${name}: Lanczos finds both extreme eigenvalues within its stated error`, () => {
      const A = withSpectrum(spectrum, 3);
      const apply = (v: Float64Array, out: Float64Array): void => {
        for (let i = 0; i < n; i++) {
          let s = 0;
          for (let j = 0; j < n; j++) s += A[i * n + j]! * v[j]!;
          out[i] = s;
        }
      };
      for (const steps of [4, 400]) {
        const { least, greatest } = lanczos(apply, n, {
          steps,
          tolerance: 1e-12,
          both: true,
          poll: noPoll,
        });
        const slack = 1e-14 * size;
        const nearest = (value: number): number =>
          Math.min(...sorted.map(exact => Math.abs(exact - value)));
        assert.ok(nearest(least.value) <= least.error + slack);
        assert.ok(nearest(greatest.value) <= greatest.error + slack);
        if (steps < 400) continue;
        assert.ok(Math.abs(greatest.value - sorted[n - 1]!) <= greatest.error + slack);
        assert.ok(Math.abs(least.value - sorted[0]!) <= least.error + slack);
        assert.ok(greatest.error <= 1e-12 * size);
      }
    });
  }

  test('a NaN in the matrix makes every eigenvalue NaN', () => {
    const A = withSpectrum([1, 2, 3], 4);
    A[3] = Number.NaN;
    assert.ok(symmetricEigenvalues(A, 3).every(Number.isNaN));
  });
});

const lengths = [0, 1, 2, 3, 4, 5, 7, 8, 31, 1000];
const random = (n: number, key: number): Float64Array => normals(n, stream(1, n, key));

/** The stated order: four lanes, (s0 + s2) + (s1 + s3), then the rest one by one. */
function inLanes(terms: readonly number[]): number {
  const whole = terms.length - (terms.length % 4);
  const s = [0, 0, 0, 0];
  for (let i = 0; i < whole; i++) s[i % 4] = s[i % 4]! + terms[i]!;
  let total = s[0]! + s[2]! + (s[1]! + s[3]!);
  for (let i = whole; i < terms.length; i++) total += terms[i]!;
  return total;
}

describe('reductions', () => {
  test('add in the stated lanes, bit for bit, whatever the offset and the length', () => {
    for (const n of lengths) {
      const [a, b, w] = [random(n + 5, 1), random(n + 5, 2), random(n + 5, 3)];
      const terms = Array.from({ length: n }, (_, i) => i);
      assert.equal(dot(a, 2, b, 3, n), inLanes(terms.map(i => a[2 + i]! * b[3 + i]!)));
      assert.equal(sum(a, 1, n), inLanes(terms.map(i => a[1 + i]!)));
      assert.equal(
        weightedDot(a, 2, w, 1, b, 3, n),
        inLanes(terms.map(i => a[2 + i]! * w[1 + i]! * b[3 + i]!)),
      );
    }
  });

  test('a dot with ones is the sum, and axpy with ones adds a scalar, bit for bit', () => {
    for (const n of lengths) {
      const ones = new Float64Array(n).fill(1);
      const a = random(n, 4);
      assert.equal(dot(ones, 0, a, 0, n), sum(a, 0, n));
      const [p, q] = [a.slice(), a.slice()];
      axpy(0.3, ones, 0, p, 0, n);
      addScalar(0.3, q, 0, n);
      assert.deepEqual(p, q);
    }
  });

  test('two dots at once equal two single dots, and axpy returns the squared norm of its result, bit for bit', () => {
    for (const n of lengths) {
      const [a, b, out] = [random(3 * n + 5, 10), random(n + 5, 11), new Float64Array(2)];
      dot2(a, n + 3, 1, b, 2, n, out);
      assert.deepEqual([...out], [dot(a, n + 3, b, 2, n), dot(a, 1, b, 2, n)]);
      const scaled = axpy(0.7, a, 2, b, 4, n);
      assert.equal(scaled, squaredNorm(b, 4, n));
      const shifted = addScalar(0.3, b, 4, n);
      assert.equal(shifted, squaredNorm(b, 4, n));
    }
  });

  test('axpy changes only its n entries', () => {
    const y = random(12, 5);
    const before = y.slice();
    axpy(2, random(20, 6), 3, y, 4, 5);
    assert.deepEqual([y.slice(0, 4), y.slice(9)], [before.slice(0, 4), before.slice(9)]);
  });

  test('the largest magnitude of a vector with a NaN is NaN', () => {
    assert.equal(maxAbs(Float64Array.of(1, -3, 2), 0, 3), 3);
    assert.ok(Number.isNaN(maxAbs(Float64Array.of(1, Number.NaN, 2), 0, 3)));
  });
});

test('a sparse column gives the results of the dense one, to rounding; listed rows count as often as they are listed', () => {
  const n = 50;
  const values = random(n * 4, 7).map((value, k) => (k % 3 === 0 && k < 3 * n ? value : 0));
  const dense: DenseMatrix = { kind: 'dense', rows: n, columns: 4, values };
  const sparse = toSparse(dense);
  const v = random(n + 2, 8);
  const w = random(n, 9).map(Math.abs);
  const rows = Int32Array.of(0, 3, 3, 9, 12, 48, 49);
  const near = (a: number, b: number): void =>
    assert.ok(Math.abs(a - b) <= 1e-14 * (1 + Math.abs(b)));
  for (let j = 0; j < 4; j++) {
    near(columnDot(sparse, j, v, 2), columnDot(dense, j, v, 2));
    near(columnSquaredNorm(sparse, j), columnSquaredNorm(dense, j));
    near(columnWeightedSquaredNorm(sparse, j, w, 0), columnWeightedSquaredNorm(dense, j, w, 0));
    const listed = [...rows].reduce((s, i) => s + values[j * n + i]! * v[2 + i]!, 0);
    near(columnRowsDot(dense, j, rows, v, 2), listed);
    near(columnRowsDot(sparse, j, rows, v, 2), listed);
    const [a, b] = [v.slice(), v.slice()];
    columnAxpy(dense, j, 0.7, a, 2);
    columnAxpy(sparse, j, 0.7, b, 2);
    assert.deepEqual(a, b);
  }
});

describe('the squared norm that is kept behind a residual of a sparse matrix', () => {
  const [rows, columns] = [60, 40];
  const draw = stream(31, 'moves');
  const values = normals(rows * columns, draw).map(value => (draw() < 0.1 ? value : 0));
  const X = toSparse({ kind: 'dense', rows, columns, values }) as SparseMatrix;
  const start = () => {
    const cache = new Float64Array(rows + 2);
    cache.set(normals(rows, stream(32)));
    cache[rows] = squaredNorm(cache, 0, rows);
    return cache;
  };

  test('is off by less than 8 (√rows + √moves) ε of itself, however it shrinks and grows', () => {
    const bound = 8 * (Math.sqrt(rows) + Math.sqrt(RENEWAL.moves)) * Number.EPSILON;
    const cache = start();
    const zero = cache.slice();
    let [smallest, largest] = [Number.POSITIVE_INFINITY, 0];
    for (let move = 0; move < 60_000; move++) {
      // To a least-squares residual, and far away again.
      const j = move % columns;
      const far = move % 20_000 < 40;
      const norm = columnSquaredNorm(X, j);
      const step = far ? 1e3 * draw() : norm === 0 ? 0 : -columnDot(X, j, cache, 0) / norm;
      columnMove(X, j, step, cache);
      const exact = squaredNorm(cache, 0, rows);
      smallest = Math.min(smallest, exact);
      largest = Math.max(largest, exact);
      assert.ok(Math.abs(cache[rows]! - exact) <= bound * exact, `at move ${move}`);
    }
    assert.ok(largest > 1e5 * smallest && zero[rows]! > 0);
  });

  test('is computed afresh after so many moves at the latest, and at once where it is not finite', () => {
    const cache = start();
    let fresh = 0;
    for (let move = 0; move < 10 * RENEWAL.moves; move++) {
      columnMove(X, move % columns, 0, cache);
      if (cache[rows + 1] === 0) fresh++;
    }
    assert.ok(fresh >= 9 && fresh <= 11, `${fresh} times`);
    columnMove(X, 3, Number.POSITIVE_INFINITY, cache);
    assert.ok(!Number.isFinite(cache[rows]!));
  });
});
