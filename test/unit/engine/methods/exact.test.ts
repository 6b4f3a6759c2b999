import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Block, Problem } from '../../../../solver/core/problem.ts';
import { curvatureBound } from '../../../../solver/methods/gradientDescent.ts';
import { Stepper } from '../../../../solver/run/update/stepper.ts';
import {
  apart,
  blockDistance,
  every,
  fullGradient,
  given,
  gradientOf,
  iterateOf,
  normOf,
  updates,
} from '../../../support/engine/certify.ts';
import { buildProblem, instances, samples } from '../../../support/engine/instances.ts';
import { accepted, type Way, ways } from '../../../support/engine/matrix.ts';

const exact = accepted(instances, ({ method }) => method === 'exact');
const wayOf = (method: string, rest: Partial<Way>): Way => {
  const found = ways.find(
    way =>
      way.method === method &&
      Object.entries(rest).every(([key, value]) => way[key as keyof Way] === value) &&
      !way.title.includes('metric matrix'),
  );
  if (found === undefined) throw new Error(`no way of ${method}`);
  return found;
};

describe('exact block minimisation', () => {
  test('leaves 0 in ∂_b F after each update, for every problem that has it and every ordering', () => {
    assert.ok(new Set(exact.map(([{ problem }]) => problem)).size >= 5);
    every(exact, (instance, way) => {
      const recipe = given(instance, way);
      const { problem } = recipe;
      // The subdifferential's distance carries the rounding of a gradient as large as the first.
      const scale = normOf(fullGradient(problem, problem.start)) + normOf(problem.start);
      updates(recipe, 5 * problem.blocks.length, ({ k, block, after }) => {
        const left = blockDistance(problem, after, block);
        assert.ok(left <= 1e-12 * scale, `step ${k}, ${block.name}: ${left} of ${scale}`);
      });
    });
  });

  test('is block Gauss–Seidel where F is quadratic: H_bb d = −∇_b, solved densely', () => {
    const quadratic = exact.filter(([{ problem }]) => /leastSquares|quadratic/.test(problem));
    every(quadratic, (instance, way) => {
      const recipe = given(instance, way);
      const { problem } = recipe;
      const x = problem.start.slice();
      updates(recipe, 6 * problem.blocks.length, ({ k, block, after }) => {
        const d = solved(hessian(problem, block), gradientOf(problem, x, block));
        for (let i = 0; i < block.size; i++) x[block.start + i] = x[block.start + i]! - d[i]!;
        assert.ok(apart(after, x) <= 1e-12, `step ${k}: ${apart(after, x)}`);
      });
    });
  });

  test('is P-CCD in the metric of the block’s Hessian, to 1e-12', () => {
    every(exact, (instance, way) => {
      const peer = ways.find(
        ({ title, ordering, step }) =>
          title.startsWith('pccd, metric matrix') &&
          ordering === way.ordering &&
          step === 'lipschitz',
      ) as Way;
      const [one, other] = [given(instance, way), given(instance, peer)].map(
        recipe => new Stepper(recipe),
      ) as [Stepper, Stepper];
      for (let k = 1; k <= 6 * one.recipe.problem.blocks.length; k++) {
        one.commit();
        other.commit();
        const error = apart(iterateOf(one.recipe, one.state), iterateOf(other.recipe, other.state));
        assert.ok(error <= 1e-12, `step ${k}: ${error}`);
      }
    });
  });
});

describe('gradient descent', () => {
  const plain = wayOf('gradientDescent', { ordering: 'cyclic', step: 'lipschitz' });

  test('is x ← prox_{r/L}(x − ∇f(x)/L) in a plain loop over the blocks, L = λ_max of the bound of ∇²f', () => {
    const smooth = instances.filter(({ problem }) => problem !== 'module');
    every(
      smooth.map(instance => [instance, plain] as const),
      (instance, way) => {
        const recipe = given(instance, way);
        const problem = instance.build();
        const L = powerIteration(problem);
        const bound = curvatureBound(recipe.problem, () => {})!;
        assert.ok(Math.abs(bound - L) <= 1e-9 * L, `${bound} is not ${L}`);
        const step = 1 / bound;
        let x = problem.start.slice();
        updates(recipe, 50, ({ k, after }) => {
          const g = fullGradient(problem, x);
          const next = x.slice();
          for (const block of problem.blocks) {
            const u = new Float64Array(block.size);
            for (let i = 0; i < block.size; i++) {
              u[i] = x[block.start + i]! - step * g[block.start + i]!;
            }
            problem.penalty.prox(u, step, block, u);
            next.set(u, block.start);
          }
          x = next;
          assert.ok(apart(after, x) <= 1e-12, `step ${k}: ${apart(after, x)}`);
        });
      },
    );
  });

  test('is P-CCD on one block of everything', () => {
    for (const [name, options] of [
      ['leastSquares', { intercept: false }],
      ['lasso', { intercept: false }],
      ['groupLasso', { intercept: false }],
      ['logistic', { intercept: false, l1Ratio: 0.5 }],
      ['quadratic', { size: 7 }],
    ] as const) {
      const data = name === 'quadratic' ? null : samples(name === 'logistic');
      const build = (): Problem => buildProblem(name, options, { size: 7 }, data);
      const instance = { title: name, problem: name, blocks: 'sizes', build } as const;
      for (const step of ['lipschitz', 'backtracking', 'fixed']) {
        const [one, other] = ['gradientDescent', 'pccd'].map(
          method => new Stepper(given(instance, wayOf(method, { ordering: 'cyclic', step }))),
        ) as [Stepper, Stepper];
        for (let k = 1; k <= 40; k++) {
          one.commit();
          other.commit();
          const error = apart(
            iterateOf(one.recipe, one.state),
            iterateOf(other.recipe, other.state),
          );
          assert.ok(error <= 1e-12, `${name}, ${step}, step ${k}: ${error}`);
        }
      }
    }
  });
});

/** ∇²_bb f, column by column. */
function hessian(problem: Problem, block: Block): Float64Array[] {
  const cache = problem.newCache(problem.start);
  return Array.from({ length: block.size }, (_, j) => {
    const out = new Float64Array(block.size);
    const unit = new Float64Array(block.size);
    unit[j] = 1;
    problem.curvature!.hessianVector(cache, problem.start, block, unit, out);
    return out;
  });
}

/** H⁻¹ b by elimination with pivots. */
function solved(H: readonly Float64Array[], b: Float64Array): Float64Array {
  const rows = H.map((row, i) => [...row, b[i]!]);
  const d = rows.length;
  for (let j = 0; j < d; j++) {
    const size = (i: number): number => Math.abs(rows[i]![j]!);
    let pivot = j;
    for (let i = j + 1; i < d; i++) if (size(i) > size(pivot)) pivot = i;
    [rows[j], rows[pivot]] = [rows[pivot]!, rows[j]!];
    for (let i = 0; i < d; i++) {
      const factor = i === j ? 0 : rows[i]![j]! / rows[j]![j]!;
      for (let l = j; l <= d; l++) rows[i]![l] = rows[i]![l]! - factor * rows[j]![l]!;
    }
  }
  return Float64Array.from(rows, (row, j) => row[d]! / row[j]!);
}

/** λ_max of the Hessian's bound, from 3,000 products. */
function powerIteration(problem: Problem): number {
  let v = Float64Array.from({ length: problem.size }, (_, i) => 1 + i / 10);
  let L = 0;
  for (let i = 0; i < 3000; i++) {
    const out = new Float64Array(problem.size);
    problem.curvature!.fullBoundVector!(v, out);
    L = normOf(out) / normOf(v);
    v = out.map(value => value / normOf(out));
  }
  return L;
}
