import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { all, built, gradientOf, moved, normOf, point, samples, table, vector } from './cases.ts';

describe('the cache', () => {
  test('shift gives the contents of a fresh cache at the new point, to rounding', () => {
    for (const [name, make] of all) {
      const problem = make();
      for (const block of problem.blocks) {
        const x = point(problem, 1);
        const delta = vector(block.size, 1);
        const cache = problem.newCache(x);
        problem.shift(cache, x, block, delta);
        const fresh = problem.newCache(moved(x, block, delta));
        const scale = 1 + normOf(fresh);
        // The last number of a squared loss on sparse data tells how the one before it came about.
        const tracks = cache.length === (problem.finiteSum?.rows ?? 0) + 2;
        for (const [i, value] of cache.entries()) {
          if (tracks && i === cache.length - 1) continue;
          assert.ok(Math.abs(value - fresh[i]!) <= 1e-14 * scale, `${name}, ${block.name}, ${i}`);
        }
      }
    }
  });

  test('shifted gives the same bits as shift and does not change the cache', () => {
    for (const [name, make] of all) {
      const problem = make();
      for (const block of problem.blocks) {
        const x = point(problem, 2);
        const delta = vector(block.size, 2);
        const before = problem.newCache(x);
        const cache = before.slice();
        const out = new Float64Array(cache.length);
        problem.shifted(cache, x, block, delta, out);
        assert.deepEqual(cache, before, name);
        problem.shift(cache, x, block, delta);
        assert.deepEqual(out, cache, `${name}, ${block.name}`);
      }
    }
  });

  test('a product of a block’s Hessian with ±1 is that of the whole Hessian, bit for bit', () => {
    let looked = 0;
    for (const [name, make] of all) {
      const problem = make();
      const { hessianVector, fullHessianVector } = problem.curvature ?? {};
      const x = point(problem, 4);
      const cache = problem.newCache(x);
      for (const block of problem.blocks) {
        if (block.size > 1 || !fullHessianVector) continue;
        for (const v of [1, -1]) {
          const out = new Float64Array(1);
          hessianVector!(cache, x, block, Float64Array.of(v), out);
          const unit = new Float64Array(problem.size);
          unit[block.start] = v;
          const whole = new Float64Array(problem.size);
          fullHessianVector(cache, x, unit, whole);
          assert.ok(Object.is(out[0], whole[block.start]!), `${name}, ${block.name}, ${v}`);
          looked++;
        }
      }
    }
    assert.ok(looked > 0);
  });

  test('valueAfter is the value after shift, bit for bit', () => {
    for (const [name, make] of all) {
      const problem = make();
      for (const block of problem.blocks) {
        const x = point(problem, 3);
        const delta = vector(block.size, 3);
        const cache = problem.newCache(x);
        const after = problem.valueAfter(cache, x, block, delta);
        problem.shift(cache, x, block, delta);
        assert.equal(problem.value(cache, moved(x, block, delta)), after, `${name}, ${block.name}`);
      }
    }
  });

  test('queries change nothing: x and the cache keep their bits, and a repeated query gives the same answer', () => {
    for (const [name, make] of all) {
      const problem = make();
      const x = point(problem, 4);
      const cache = problem.newCache(x);
      const before = [x.slice(), cache.slice()];
      const ask = () =>
        problem.blocks.map(block => {
          const delta = vector(block.size, 4);
          const out = [0, 1, 2].map(() => new Float64Array(block.size));
          problem.gradient(cache, x, block, out[0]!);
          problem.curvature!.hessianVector(cache, x, block, delta, out[1]!);
          problem.exactBlock?.minimize(cache, x, block, out[2]!);
          return [
            out,
            problem.value(cache, x),
            problem.valueAfter(cache, x, block, delta),
            problem.curvature!.sharpness(cache, x, block),
            problem.curvature!.lipschitz(cache, x, block),
            problem.curvature!.metricMatrix?.(block),
            problem.certificate?.gap(cache, x),
          ];
        });
      assert.deepEqual(ask(), ask(), name);
      assert.deepEqual([x, cache], before, name);
    }
  });
});

describe('samples', () => {
  test('all rows give the block’s gradient, and single rows average to it', () => {
    for (const [name, make] of all) {
      const problem = make();
      const rows = problem.finiteSum?.rows;
      if (rows === undefined) continue;
      const x = point(problem, 5);
      const cache = problem.newCache(x);
      for (const block of problem.blocks) {
        const full = gradientOf(problem, x, block);
        const sampled = new Float64Array(block.size);
        problem.finiteSum!.sampleGradient(
          cache,
          x,
          block,
          Int32Array.from({ length: rows }, (_, i) => i),
          sampled,
        );
        const mean = new Float64Array(block.size);
        for (let i = 0; i < rows; i++) {
          const one = new Float64Array(block.size);
          problem.finiteSum!.sampleGradient(cache, x, block, Int32Array.of(i), one);
          one.forEach((value, k) => {
            mean[k] = mean[k]! + value / rows;
          });
        }
        full.forEach((value, k) => {
          const tolerance = 1e-13 * (1 + normOf(full));
          assert.ok(Math.abs(sampled[k]! - value) <= tolerance, `${name}, ${block.name}`);
          assert.ok(Math.abs(mean[k]! - value) <= tolerance, `${name}, ${block.name}`);
        });
      }
    }
  });

  test('a row listed twice counts twice', () => {
    for (const [, recipe] of table) {
      const problem = built(recipe);
      if (problem.finiteSum === null) continue;
      const x = point(problem, 6);
      const block = problem.blocks[1]!;
      const take = (...rows: number[]) => {
        const out = new Float64Array(block.size);
        problem.finiteSum!.sampleGradient(
          problem.newCache(x),
          x,
          block,
          Int32Array.from(rows),
          out,
        );
        return out;
      };
      const [twice, a, b] = [take(3, 3, 8), take(3), take(8)];
      twice.forEach((value, k) => {
        assert.ok(Math.abs(value - (2 * a[k]! + b[k]!) / 3) <= 1e-14 * (1 + Math.abs(value)));
      });
    }
  });
});

test('long work is abandoned by the poll, and the cache that it reads keeps its bits', () => {
  class Stop extends Error {}
  let calls = 0;
  let armed = false;
  const poll = (): void => {
    calls++;
    if (armed) throw new Stop();
  };
  // 6000 × 400: each full pass is 2.4 million multiply-adds, so that two of them pass the mark.
  const data = samples(6000, 800, false);
  const problem = built({
    problem: 'lasso',
    blocks: { size: 800 },
    data,
    poll,
    options: { lambda: 0.1 },
  });
  const block = problem.blocks[1]!;
  const x = vector(problem.size, 1);
  const cache = problem.newCache(x);
  assert.ok(calls > 0);
  armed = true;
  const before = cache.slice();
  const out = new Float64Array(block.size);
  assert.throws(() => problem.gradient(cache, x, block, out), Stop);
  assert.throws(() => problem.shifted(cache, x, block, vector(800, 1), cache.slice()), Stop);
  assert.throws(() => problem.valueAfter(cache, x, block, vector(800, 1)), Stop);
  assert.throws(() => problem.certificate!.gap(cache, x), Stop);
  assert.deepEqual(cache, before);
  // shift is the commit: nothing may interrupt it.
  problem.shift(cache, x, block, vector(800, 1));
  armed = false;
  assert.equal(problem.valueAfter(before, x, block, vector(800, 1)), problem.value(cache, x));
});
