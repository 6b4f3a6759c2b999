import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bulkOf } from '../../../../solver/core/capability.ts';
import { normals, stream } from '../../../../solver/core/random.ts';
import { chooseBackend } from '../../../../solver/kernels/index.ts';
import { fullGradient } from '../../../support/engine/certify.ts';
import { instances } from '../../../support/engine/instances.ts';

describe('bulk work, every problem', () => {
  for (const { title, build } of instances) {
    test(`is that of the blocks, bit for bit: ${title}`, () => {
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

test('the backend is resolved once, with a sentence why', () => {
  for (const name of ['auto', 'js']) {
    const { kernels, reason } = chooseBackend(name);
    assert.equal(kernels.name, 'js');
    assert.match(reason, /^[A-Z].*\.$/);
  }
});
