// Work on many numbers at once: it gives the same bits as block by block, and can be abandoned without any effect.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bulkOf } from '../../../../solver/core/capability.ts';
import { isRefusal } from '../../../../solver/core/part.ts';
import { type Dataset, Interrupted, type Problem } from '../../../../solver/core/problem.ts';
import { normals, stream } from '../../../../solver/core/random.ts';
import { symmetricEigen } from '../../../../solver/kernels/eigen.ts';
import { groupPenalty, zeroPenalty } from '../../../../solver/problems/linear/penalties.ts';
import { Stepper } from '../../../../solver/run/update/stepper.ts';
import { fullGradient, given } from '../../../support/engine/certify.ts';
import { buildProblem, instances } from '../../../support/engine/instances.ts';
import { configured, wayOf } from '../../../support/engine/matrix.ts';

describe('bulk work, every problem', () => {
  for (const { title, build } of instances) {
    test(`equals that of the blocks, bit for bit: ${title}`, () => {
      const problem = build();
      const bulk = bulkOf(problem);
      const x = normals(problem.size, stream(3, 'x')).map(Math.abs);
      const cache = problem.newCache(x);
      const out = new Float64Array(problem.size);
      bulk.gradient(cache, x, out);
      assert.deepStrictEqual(out, fullGradient(problem, x));

      const moves = new Float64Array(problem.blocks.length);
      bulk.moves(cache, x, () => 3, moves);
      for (const block of problem.blocks) {
        const u = Float64Array.from({ length: block.size }, (_, i) => {
          const at = block.start + i;
          return x[at]! - out[at]! / 3;
        });
        problem.penalty.prox(u, 1 / 3, block, u);
        const square = u.reduce((sum, value, i) => sum + (value - x[block.start + i]!) ** 2, 0);
        assert.equal(moves[block.index], Math.sqrt(square));
      }

      const { finiteSum, curvature } = problem;
      assert.equal(bulk.batchGradient === null, finiteSum === null);
      if (finiteSum) {
        const rows = Int32Array.of(1, 5, 7);
        const batch = new Float64Array(problem.size);
        bulk.batchGradient!(cache, x, rows, batch);
        for (const block of problem.blocks) {
          const part = new Float64Array(block.size);
          finiteSum.sampleGradient(cache, x, block, rows, part);
          assert.deepStrictEqual(batch.slice(block.start, block.start + block.size), part);
        }
      }

      const product = curvature?.fullHessianVector ?? null;
      assert.equal(bulk.hessianVectors === null, product === null);
      if (product) {
        const vectors = [1, 2].map(seed => normals(problem.size, stream(seed, 'v')));
        const results = vectors.map(() => new Float64Array(problem.size));
        bulk.hessianVectors!(cache, x, vectors, results);
        for (const [i, v] of vectors.entries()) {
          const one = new Float64Array(problem.size);
          product(cache, x, v, one);
          assert.deepStrictEqual(results[i], one);
        }
      }
    });
  }
});

const ROWS = 2048;
/** Two blocks, each of which moves more than 2²⁰ numbers: its cache is computed with the proposal. */
const WIDE = 600;

const names = Array.from({ length: 2 * WIDE }, (_, j) => `c${j}`);
const data: Dataset = {
  source: 'the test',
  columns: names,
  X: {
    kind: 'dense',
    rows: ROWS,
    columns: 2 * WIDE,
    values: normals(ROWS * 2 * WIDE, stream(1, 'X')),
  },
  y: normals(ROWS, stream(1, 'y')),
  target: 'y',
};
const problem: Problem = buildProblem('lasso', { lambda: 0.01 }, { size: WIDE }, data);

describe('a move of more than 2²⁰ numbers', () => {
  for (const [title, sets] of [
    ['pccd, metric scalar, cyclic, fixed', 1],
    ['vrccd, coin sweep, metric scalar, cyclic, fixed', 1],
    ['acoder, cyclic, lipschitz', 1],
    ['gradientDescent, cyclic, fixed', 2],
  ] as const) {
    test(`gives the same bits as shift, and changes nothing before it is applied: ${title}`, () => {
      const way = wayOf(title);
      const one = { title, problem: 'lasso', blocks: 'sizes', build: () => problem } as const;
      const stepper = new Stepper(given(one, way));
      for (let k = 0; k < 6; k++) {
        const { view, proposal, start } = stepper.prepare();
        const caches = Object.fromEntries(
          Object.entries(view.points).map(([name, { x, cache }]) => [
            name,
            { x: x.slice(), cache: cache.slice() },
          ]),
        );
        const wide = proposal.entries.reduce((sum, { block }) => sum + block.size, 0);
        const isLong = wide * ROWS > 2 ** 20;
        assert.ok(isLong === wide > 1 && proposal.entries.length <= sets + 1);
        if (isLong)
          assert.ok(
            proposal.settled.some(({ cache }) => cache !== null),
            'nothing is settled',
          );
        stepper.invalidate();
        stepper.prepare();
        for (const [name, { cache }] of Object.entries(caches))
          if (!start) assert.deepEqual(view.points[name]!.cache, cache, 'a proposal changed it');
        const moved = stepper.commit().proposal;
        for (const { block, moves } of moved.entries) {
          for (const { point, value, delta } of moves) {
            const { x, cache } = caches[point]!;
            if (delta.subarray(0, block.size).some(d => d !== 0))
              problem.shift(cache, x, block, delta);
            x.set(value.subarray(0, block.size), block.start);
          }
        }
        for (const [name, { x, cache }] of Object.entries(caches)) {
          assert.deepEqual(stepper.state.points[name]!.x, x);
          assert.deepEqual(stepper.state.points[name]!.cache, cache, `${name} after step ${k + 1}`);
        }
      }
    });
  }
});

/** BᵀB + I of d columns, symmetric to the bit. */
function definite(d: number): Float64Array {
  const B = normals(d * d, stream(3, d));
  const H = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let s = i === j ? d : 0;
      for (let k = 0; k < d; k++) s += B[i * d + k]! * B[j * d + k]!;
      H[i * d + j] = s;
      H[j * d + i] = s;
    }
  }
  return H;
}

describe('work in the metric of a block’s Hessian', () => {
  test('polls about once every d² multiply-adds, also during a decomposition', () => {
    for (const d of [20, 60, 150]) {
      let polls = 0;
      symmetricEigen(definite(d), d, () => {
        polls++;
      });
      // d − 1 reflections each way, and at least one rotation sweep an eigenvalue but the last.
      assert.ok(polls >= 3 * d - 4, `${polls} polls for ${d}`);
    }
  });

  test('abandoned at any poll and repeated gives the same bits, with a group norm and without a penalty', () => {
    const d = 24;
    const H = definite(d);
    const g = normals(d, stream(1));
    const u = normals(d, stream(2));
    const block = { name: 'b', index: 0, start: 0, size: d, coordinates: [] };
    for (const make of [
      zeroPenalty,
      (poll: () => void) => groupPenalty(Float64Array.of(2), poll),
    ]) {
      const expected = new Float64Array(d);
      make(() => {}).metricStep(u, g, H, 1, block, expected);
      let polls = 0;
      make(() => polls++).metricStep(u, g, H, 1, block, new Float64Array(d));
      assert.ok(polls >= d - 1, `${polls} polls`);
      let left = 0;
      const penalty = make(() => {
        if (left-- === 0) throw new Interrupted();
      });
      for (const at of [0, 1, polls >> 1, polls - 1]) {
        left = at;
        const fresh = H.slice();
        fresh[0] = fresh[0]! + at * 1e-9;
        assert.throws(
          () => penalty.metricStep(u, g, fresh, 1, block, new Float64Array(d)),
          Interrupted,
        );
      }
      left = -1;
      const out = new Float64Array(d);
      penalty.metricStep(u, g, H, 1, block, out);
      assert.deepEqual(out, expected);
    }
  });
});

test('a column of 1e155, whose square overflows, is refused by its block’s name', () => {
  const data: Dataset = {
    source: 'two rows',
    columns: ['small', 'huge'],
    X: { kind: 'dense', rows: 2, columns: 2, values: Float64Array.of(1, 2, 1e155, -1e155) },
    y: Float64Array.of(1, 2),
    target: 'y',
  };
  const build = () => buildProblem('leastSquares', { intercept: false }, 'coordinates', data);
  const way = wayOf('pccd, metric scalar, cyclic, lipschitz');
  const refused = configured({ build }, way);
  assert.ok(isRefusal(refused));
  assert.match(
    refused.refusal,
    /makes the curvature of block "huge" larger than any number; accepted/,
  );
});
