import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Block, Problem } from '../../../solver/core/problem.ts';
import {
  all,
  built,
  dotOf,
  moved,
  normOf,
  objective,
  point,
  slice,
  table,
  vector,
} from './cases.ts';

/** Runs `check` on every block of every problem of the table. */
function everywhere(title: string, check: (problem: Problem, block: Block) => void): void {
  test(title, () => {
    for (const [name, make] of all) {
      const problem = make();
      for (const block of problem.blocks) {
        try {
          check(problem, block);
        } catch (error) {
          throw new Error(`${name}, block ${block.name}: ${error}`, { cause: error });
        }
      }
    }
  });
}

/** x with the block's entries replaced. */
function placed(problem: Problem, block: Block, v: Float64Array): Float64Array {
  return moved(new Float64Array(problem.size), block, v);
}

describe('the penalty r', () => {
  everywhere(
    'the prox is the argmin: no nearby random point, nor u, nor 0 is better',
    (problem, block) => {
      for (const t of [0.01, 0.5, 3]) {
        const u = vector(block.size, 1);
        const v = new Float64Array(block.size);
        problem.penalty.prox(u, t, block, v);
        const cost = (w: Float64Array): number => {
          const apart = w.map((value, k) => value - u[k]!);
          return (
            problem.penalty.value(placed(problem, block, w), block) + dotOf(apart, apart) / (2 * t)
          );
        };
        const least = cost(v) - 1e-14 * (1 + Math.abs(cost(v)));
        const rivals = [u, new Float64Array(block.size)];
        for (let i = 0; i < 20; i++) {
          for (const radius of [1e-4, 1e-2, 1]) {
            rivals.push(v.map((value, k) => value + radius * vector(block.size, 2, i)[k]!));
          }
        }
        for (const rival of rivals) assert.ok(cost(rival) >= least, `t ${t}`);
      }
    },
  );

  everywhere(
    '(u − prox)/t is a subgradient at the prox, and distance says how far another vector is from one',
    (problem, block) => {
      for (const t of [0.01, 0.5, 3]) {
        const u = vector(block.size, 1);
        const v = new Float64Array(block.size);
        problem.penalty.prox(u, t, block, v);
        const s = u.map((value, k) => (value - v[k]!) / t);
        const x = placed(problem, block, v);
        assert.ok(problem.penalty.distance(x, s, block) <= 1e-12 * (1 + normOf(s)), `t ${t}`);
        // A step away along any direction is at most as far as the step, and the same where r is smooth or 0.
        const step = vector(block.size, 8).map(value => 3 * value);
        const away = problem.penalty.distance(
          x,
          s.map((value, k) => value + step[k]!),
          block,
        );
        assert.ok(away <= normOf(step) * (1 + 1e-12));
        if (problem.penalty.isZero(block)) assert.ok(away >= normOf(step) * (1 - 1e-12));
      }
    },
  );

  everywhere(
    'a subgradient supports r: r(w) ≥ r(v) + ⟨s, w − v⟩ + convexity/2 ‖w − v‖²',
    (problem, block) => {
      const u = vector(block.size, 3);
      const v = new Float64Array(block.size);
      problem.penalty.prox(u, 0.7, block, v);
      const s = u.map((value, k) => (value - v[k]!) / 0.7);
      const mu = problem.penalty.convexity(block);
      for (let i = 0; i < 20; i++) {
        const apart = vector(block.size, 4, i);
        const w = v.map((value, k) => value + apart[k]!);
        const low =
          problem.penalty.value(placed(problem, block, v), block) +
          dotOf(s, apart) +
          (mu / 2) * dotOf(apart, apart);
        const r = problem.penalty.value(placed(problem, block, w), block);
        assert.ok(r >= low - 1e-13 * (1 + r), `${r} < ${low}`);
      }
    },
  );

  everywhere('u and out of the prox may be one array', (problem, block) => {
    const u = vector(block.size, 5);
    const out = new Float64Array(block.size);
    problem.penalty.prox(u, 0.4, block, out);
    problem.penalty.prox(u, 0.4, block, u);
    assert.deepEqual(u, out);
  });

  everywhere(
    'support counts the non-zero penalised entries, and isZero means r ≡ 0',
    (problem, block) => {
      const x = point(problem, 1);
      if (problem.penalty.isZero(block)) assert.equal(problem.penalty.value(x, block), 0);
      const free = problem.blocks.length === 1 && block.coordinates[0] === '(intercept)' ? 1 : 0;
      const counted = slice(x, block)
        .slice(free)
        .filter(value => value !== 0).length;
      assert.equal(problem.penalty.support(x, block), problem.penalty.isZero(block) ? 0 : counted);
    },
  );

  test('a NaN stays NaN in every prox', () => {
    for (const [, recipe] of table) {
      const problem = built(recipe);
      for (const block of problem.blocks) {
        const u = new Float64Array(block.size).fill(Number.NaN);
        problem.penalty.prox(u, 1, block, u);
        assert.ok(u.every(Number.isNaN));
      }
    }
  });
});

describe('the step in a matrix metric', () => {
  test('is the argmin of ⟨g, v⟩ + ‖v − u‖²_Λ/(2t) + r: its slope is minus a subgradient', () => {
    for (const [name, recipe] of table) {
      const problem = built(recipe);
      if (problem.curvature!.metricMatrix === null) continue;
      for (const block of problem.blocks) {
        const d = block.size;
        const Lambda: Float64Array = problem.curvature!.metricMatrix(block);
        for (const t of [1, 0.3]) {
          const u = vector(d, 6);
          // In the range of Λ, as the gradient of a linear model is.
          const w = vector(d, 7).map(value => value / 3);
          const g = new Float64Array(d);
          for (let k = 0; k < d; k++)
            for (let l = 0; l < d; l++) g[k] = g[k]! + Lambda[k * d + l]! * w[l]!;
          const kept: Float64Array[] = [u.slice(), g.slice(), Lambda.slice()];
          const v = new Float64Array(d);
          problem.penalty.metricStep(u, g, Lambda, t, block, v);
          assert.deepEqual([u, g, Lambda], kept, 'no argument is changed');
          const s = new Float64Array(d);
          for (let k = 0; k < d; k++) {
            s[k] = -g[k]!;
            for (let l = 0; l < d; l++) s[k] = s[k]! - (Lambda[k * d + l]! * (v[l]! - u[l]!)) / t;
          }
          const distance = problem.penalty.distance(placed(problem, block, v), s, block);
          assert.ok(distance <= 1e-11 * (1 + normOf(g)), `${name}, ${block.name}: ${distance}`);
        }
      }
    }
  });

  test('does not cache a matrix by its array: the entries count', () => {
    const problem = built({ ...table[0]![1], blocks: { size: 4 } });
    const block = problem.blocks[1]!;
    const first = problem.curvature!.metricMatrix!(block);
    const out = new Float64Array(4);
    const g = vector(4, 1);
    const u = new Float64Array(4);
    problem.penalty.metricStep(u, g, first, 1, block, out);
    const before = out.slice();
    for (let k = 0; k < 16; k++) first[k] = 2 * first[k]!;
    problem.penalty.metricStep(u, g, first, 1, block, out);
    out.forEach((value, k) => {
      assert.ok(Math.abs(value - before[k]! / 2) <= 1e-12 * Math.abs(value));
    });
  });
});

describe('the exact block minimiser', () => {
  test('leaves −∇_b f in ∂r_b, and F no higher than at any nearby random point', () => {
    for (const [name, recipe] of table) {
      const problem = built(recipe);
      if (problem.exactBlock === null) continue;
      for (const block of problem.blocks) {
        const x = point(problem, 7, block.index);
        const cache = problem.newCache(x);
        const v = new Float64Array(block.size);
        problem.exactBlock!.minimize(cache, x, block, v);
        const at = moved(
          x,
          block,
          v.map((value, k) => value - x[block.start + k]!),
        );
        at.set(v, block.start);
        const g = new Float64Array(block.size);
        problem.gradient(problem.newCache(at), at, block, g);
        const distance = problem.penalty.distance(
          at,
          g.map(value => -value),
          block,
        );
        assert.ok(
          distance <= 1e-12 * (1 + normOf(problem.newCache(at))),
          `${name}, ${block.name}: ${distance}`,
        );
        const least = objective(problem, at);
        for (let i = 0; i < 5; i++) {
          const rival = objective(
            problem,
            moved(
              at,
              block,
              vector(block.size, 9, i).map(d => 1e-2 * d),
            ),
          );
          assert.ok(rival >= least - 1e-13 * (1 + Math.abs(least)), `${name}, ${block.name}`);
        }
      }
    }
  });

  test('exists only for constant Hessians whose blocks are convex', () => {
    for (const [name, recipe] of table) {
      const has = built(recipe).exactBlock !== null;
      assert.equal(has, !name.startsWith('logistic') && !name.includes('indefinite'), name);
    }
  });
});
