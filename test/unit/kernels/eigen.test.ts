import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { normals, stream } from '../../../solver/core/random.ts';
import { symmetricEigen, symmetricEigenvalues } from '../../../solver/kernels/eigen.ts';
import { lanczos } from '../../../solver/kernels/lanczos.ts';

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

    test(`${name}: Lanczos finds both ends within the error that it states`, () => {
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
