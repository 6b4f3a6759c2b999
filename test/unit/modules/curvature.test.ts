import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Block, Estimate } from '../../../solver/core/problem.ts';
import { normals, stream } from '../../../solver/core/random.ts';
import { symmetricEigenvalues } from '../../../solver/kernels/eigen.ts';
import { curvature } from '../../../solver/modules/curvature.ts';
import type { UserFunctions } from '../../../solver/modules/functions.ts';

/** A function of one block with its gradient and, for the oracle alone, its exact Hessian (d × d, row-major). */
interface Smooth {
  readonly size: number;
  gradient(x: Float64Array): Float64Array;
  hessian(x: Float64Array): Float64Array;
  /** Scale the points are drawn at. */
  readonly scale?: number;
}

const matrixTimes = (H: Float64Array, v: Float64Array): Float64Array =>
  v.map((_, i) => v.reduce((sum, vj, j) => sum + H[i * v.length + j]! * vj, 0));

/** ½ xᵀHx − cᵀx with H = BᵀB/d − `shift` I. */
function quadratic(size: number, seed: number, shift: number, c: number): Smooth {
  const B = normals(size * size, stream(seed, 'B'));
  const H = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += B[k * size + i]! * B[k * size + j]!;
      H[i * size + j] = sum / size - (i === j ? shift : 0);
    }
  }
  return { size, gradient: x => matrixTimes(H, x).map(v => v - c), hessian: () => H };
}

const rosenbrock: Smooth = {
  size: 2,
  gradient: ([a, b]: Float64Array) =>
    Float64Array.of(-2 * (1 - a!) - 400 * a! * (b! - a! * a!), 200 * (b! - a! * a!)),
  hessian: ([a, b]: Float64Array) =>
    Float64Array.of(2 - 400 * (b! - 3 * a! * a!), -400 * a!, -400 * a!, 200),
};

/** Σ exp(x_i) + (Σ x_i)⁴/12: large high derivatives. */
const steep: Smooth = {
  size: 4,
  gradient(x) {
    const sum = x.reduce((s, v) => s + v, 0);
    return x.map(v => Math.exp(v) + sum ** 3 / 3);
  },
  hessian(x) {
    const sum = x.reduce((s, v) => s + v, 0);
    return Float64Array.from(
      { length: 16 },
      (_, at) => sum ** 2 + (at % 5 === 0 ? Math.exp(x[at % 4]!) : 0),
    );
  },
};

/** One coordinate whose gradient is the small difference of terms of 1e8: its rounding is larger than its size suggests. */
const cancelling: Smooth = {
  size: 1,
  gradient: ([v]: Float64Array) => Float64Array.of(1e8 + 3 * v! + 0.5 * v! ** 2 - 1e8),
  hessian: ([v]: Float64Array) => Float64Array.of(3 + v!),
};

const functions: Readonly<Record<string, Smooth>> = {
  'a quadratic of one coordinate': quadratic(1, 1, 0, 3),
  'a quadratic of 20': quadratic(20, 2, 0, 1),
  'an indefinite quadratic of 20': quadratic(20, 3, 0.5, 1),
  'a concave quadratic of 5': quadratic(5, 4, 9, 1),
  'a quadratic of 64, the last by columns': quadratic(64, 5, 0, 1),
  'a quadratic of 65, the first by Lanczos': quadratic(65, 6, 0, 1),
  'a quadratic of 120': quadratic(120, 7, 0, 1),
  'a quadratic far from its offset': { ...quadratic(6, 8, 0, 1e9), scale: 1e5 },
  'Rosenbrock’s function': rosenbrock,
  'a steep function': steep,
  'a gradient that cancels': cancelling,
};

type Functions = Parameters<typeof curvature>[0];

const block = (size: number): Block => ({ name: 'b', index: 0, start: 0, size, coordinates: [] });

function userFunctions(smooth: Smooth, own: boolean): Functions {
  return {
    gradient: (x, _, out) => out.set(smooth.gradient(x)),
    hessianVector: own ? (x, _, v, out) => out.set(matrixTimes(smooth.hessian(x), v)) : null,
  };
}

const curvatureOf = (functions: Functions, size: number) =>
  curvature(functions, [block(size)], new Float64Array(size), () => {});

function pointsOf({ size, scale = 1 }: Smooth): Float64Array[] {
  const count = size > 60 ? 4 : 1000 / size;
  return Array.from({ length: count }, (_, i) =>
    normals(size, stream(9, 'x', i)).map(v => scale * v),
  );
}

for (const [name, smooth] of Object.entries(functions)) {
  describe(name, () => {
    for (const own of [true, false]) {
      const how = own ? 'by its own hessianVector' : 'by differences of its gradient';
      const second = curvatureOf(userFunctions(smooth, own), smooth.size);
      const estimates = (): (Estimate & { exact: number })[] =>
        pointsOf(smooth).map(x => {
          const values = symmetricEigenvalues(Float64Array.from(smooth.hessian(x)), smooth.size);
          return { ...second.sharpness(x, block(smooth.size)), exact: values[smooth.size - 1]! };
        });

      test(`${how}, λ_max is within the stated error, at every point`, () => {
        for (const { value, error, exact } of estimates()) {
          // The oracle's own eigenvalues are right to some d ulp.
          const oracle = 1e-14 * smooth.size * Math.abs(exact);
          assert.ok(
            Math.abs(value - exact) <= error + oracle,
            `${value} ± ${error} misses ${exact}`,
          );
        }
      });

      test(`${how}, the stated error is small`, () => {
        // 1e-5: far below what a step size or a 2/L test needs to know. Where terms cancel, rounding sets the limit.
        const useful = smooth === cancelling || smooth.scale !== undefined ? 1e-2 : 1e-5;
        for (const { value, error } of estimates()) {
          assert.ok(error <= useful * Math.max(1, Math.abs(value)), `${value} ± ${error}`);
        }
      });
    }

    test('the product by differences is H v', () => {
      const second = curvatureOf(userFunctions(smooth, false), smooth.size);
      const [x] = pointsOf(smooth);
      const v = normals(smooth.size, stream(9, 'v'));
      const out = new Float64Array(smooth.size);
      second.product(x!, block(smooth.size), v, out);
      const exact = matrixTimes(smooth.hessian(x!), v);
      const size = Math.max(1, ...exact.map(Math.abs)) * (smooth.scale ?? 1);
      out.forEach((value, i) => {
        assert.ok(Math.abs(value - exact[i]!) <= (smooth === cancelling ? 1e-3 : 1e-10) * size);
      });
    });
  });
}

describe('structure finer than the difference step is covered by the stated error, or the error says that nothing is known', () => {
  const one = (slope: (v: number) => number, curve: (v: number) => number): Smooth => ({
    size: 1,
    gradient: ([v]: Float64Array) => Float64Array.of(slope(v!)),
    hessian: ([v]: Float64Array) => Float64Array.of(curve(v!)),
  });
  const [gentle, fierce, zone] = [200, 1.36e6, 1e-5];
  const cases: readonly (readonly [string, Smooth, number])[] = [
    [
      'curvature 200 in a dead zone of a hundred-thousandth, 1.36 million outside',
      one(
        v =>
          Math.abs(v) < zone ? gentle * v : fierce * v - Math.sign(v) * (fierce - gentle) * zone,
        v => (Math.abs(v) < zone ? gentle : fierce),
      ),
      0,
    ],
    [
      'a gradient that saturates at a distance of 10⁻⁶',
      one(
        v => Math.tanh(1e6 * v),
        v => 1e6 / Math.cosh(1e6 * v) ** 2,
      ),
      0,
    ],
    [
      'a kink at the point itself',
      one(
        v => (v < 0 ? 3 : 200) * v,
        () => 200,
      ),
      0,
    ],
    [
      'a coordinate of size 1 beside one of 10⁹',
      {
        size: 2,
        gradient: ([a, b]: Float64Array) => Float64Array.of(1e-3 * a!, Math.sinh(b!)),
        hessian: ([, b]: Float64Array) => Float64Array.of(1e-3, 0, 0, Math.cosh(b!)),
      },
      1e9,
    ],
  ];
  const clipped = one(
    v => (Math.abs(v) < 1e-5 ? 1e5 * v : Math.sign(v)),
    v => (Math.abs(v) < 1e-5 ? 1e5 : 0),
  );
  const rounded = one(
    v => v / Math.sqrt(1e-12 + v * v),
    v => 1e-12 / (1e-12 + v * v) ** 1.5,
  );
  const wavy = one(
    v => Math.cos(1e4 * v),
    v => -1e4 * Math.sin(1e4 * v),
  );
  const rippled = one(
    v => 2 * v + 1e-9 * Math.cos(2e7 * v),
    v => 2 - 0.02 * Math.sin(2e7 * v),
  );
  const hinge = one(
    v => 200 * Math.max(0, v - 1e-5),
    v => (v < 1e-5 ? 0 : 200),
  );
  const coarse = one(
    v => Math.fround(200 * v),
    () => 200,
  );
  const finer: readonly (readonly [string, Smooth, number])[] = [
    ...[0, 7.7e-7, 5e-6, 0.99e-5, 1.01e-5, -9.95e-6].map(
      v => ['a gradient clipped at a hundred-thousandth', clipped, v] as const,
    ),
    ...[0, 7.7e-7, 3e-6].map(v => ['a norm rounded off over a millionth', rounded, v] as const),
    ...[0.3, 1.7, 12.3, 123.4].map(v => ['a wave of length 6·10⁻⁴', wavy, v] as const),
    ...[0.1, 0.2, 0.3, 1, 2.6].map(v => ['a ripple of 10⁻⁹', rippled, v] as const),
    ...[0, 9.7e-6, 1.1e-5].map(v => ['a hinge beside the point', hinge, v] as const),
    ...[0, 0.1, 1, 77].map(v => ['a gradient in float32', coarse, v] as const),
  ];
  for (const [what, smooth, first] of [...cases, ...finer]) {
    test(`${what}, at ${first}`, () => {
      const x = new Float64Array(smooth.size);
      x[0] = first;
      const second = curvatureOf(userFunctions(smooth, false), smooth.size);
      const { value, error } = second.sharpness(x, block(smooth.size));
      const exact = Math.max(...smooth.hessian(x));
      assert.ok(Math.abs(value - exact) <= error, `${value} ± ${error} misses ${exact}`);
      // Rounding of terms of size 10⁹ · curvature over a step of 10⁻⁴.
      if (first === 1e9) assert.ok(error < 0.1, `${value} ± ${error} is of use`);
    });
  }
});

test('a float32 gradient counts as rounding, not structure: its error stays small', () => {
  const gradient: UserFunctions['gradient'] = ([v], _, out) => out.fill(Math.fround(200 * v!));
  const second = curvatureOf({ ...userFunctions(steep, false), gradient }, 1);
  for (let v = 0.55; v < 40; v *= 1.01) {
    const { value, error } = second.sharpness(Float64Array.of(v), block(1));
    // Four units in the last place of float32 over a step.
    const useful = (4 * 200 * v * 2 ** -23) / (2 ** -14 * Math.max(1, v));
    assert.ok(Math.abs(value - 200) <= error && error < useful, `at ${v}: ${value} ± ${error}`);
  }
});

test('a block inside a longer x reads and moves only its own coordinates', () => {
  const inner = { ...block(2), start: 1 };
  const seen: number[][] = [];
  const gradient: UserFunctions['gradient'] = (x, _, out) => {
    seen.push([x[0]!, x[3]!]);
    out.set(rosenbrock.gradient(x.subarray(1, 3)));
  };
  const second = curvatureOf({ ...userFunctions(rosenbrock, false), gradient }, 4);
  const { value, error } = second.sharpness(Float64Array.of(7, 1, 1, 8), inner);
  const [, exact] = symmetricEigenvalues(rosenbrock.hessian(Float64Array.of(1, 1)), 2);
  assert.ok(Math.abs(value - exact!) <= error && error < 1e-3);
  assert.ok(seen.every(([a, b]) => (a === 7 && b === 8) || (a === 0 && b === 0)));
});

test('a gradient that is NaN gives NaN, at once', () => {
  for (const size of [1, 3, 80]) {
    const gradient: UserFunctions['gradient'] = (_x, _b, out) => out.fill(Number.NaN);
    const second = curvatureOf({ ...userFunctions(steep, false), gradient }, size);
    assert.ok(Number.isNaN(second.sharpness(new Float64Array(size), block(size)).value));
  }
});

test('long work polls between calls of user code', () => {
  let polls = 0;
  const second = curvature(
    userFunctions(functions['a quadratic of 20']!, false),
    [block(20)],
    new Float64Array(20),
    () => {
      polls++;
    },
  );
  second.sharpness(new Float64Array(20), block(20));
  assert.ok(polls >= 80);
  const thrown = curvature(
    userFunctions(functions['a quadratic of 120']!, true),
    [block(120)],
    new Float64Array(120),
    () => {
      throw new Error('paused');
    },
  );
  assert.throws(() => thrown.sharpness(new Float64Array(120), block(120)), /paused/);
});
