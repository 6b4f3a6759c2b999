// The sharpness of a block, and blocks along which f is flat.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../../../scripts/lib/root.mjs';
import { isRefusal } from '../../../../solver/core/part.ts';
import type { Block, Problem } from '../../../../solver/core/problem.ts';
import { normals, stream } from '../../../../solver/core/random.ts';
import { loadModule } from '../../../../solver/modules/load.ts';
import { Run } from '../../../../solver/run/run.ts';
import { every, given, gradientOf, iterateOf } from '../../../support/engine/certify.ts';
import {
  buildProblem,
  type Instance,
  instances,
  samples,
} from '../../../support/engine/instances.ts';
import { accepted, recipeOf, type Way, wayOf } from '../../../support/engine/matrix.ts';
import { goTo, runOn } from '../../../support/engine/walk.ts';
import { problemOf } from '../../modules/loadSource.ts';

/** Eigenvalues by Jacobi's rotations: slow, simple, and to an ulp of the largest. */
function eigenvalues(matrix: readonly Float64Array[]): number[] {
  const A = matrix.map(row => row.slice());
  const d = A.length;
  for (let sweep = 0; sweep < 60; sweep++) {
    for (let p = 0; p < d; p++) {
      for (let q = p + 1; q < d; q++) {
        if (A[p]![q] === 0) continue;
        const theta = (A[q]![q]! - A[p]![p]!) / (2 * A[p]![q]!);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const cosine = 1 / Math.hypot(t, 1);
        const sine = t * cosine;
        for (let k = 0; k < d; k++) rotate(A[k]!, p, A[k]!, q, cosine, sine);
        for (let k = 0; k < d; k++) rotate(A[p]!, k, A[q]!, k, cosine, sine);
      }
    }
  }
  return A.map((row, i) => row[i]!);
}

function rotate(
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
  c: number,
  s: number,
): void {
  const held = a[i]!;
  a[i] = c * held - s * b[j]!;
  b[j] = s * held + c * b[j]!;
}

/** ∇²_bb f(x), column by column. */
function hessian(problem: Problem, x: Float64Array, block: Block): Float64Array[] {
  const cache = problem.newCache(x);
  return Array.from({ length: block.size }, (_, j) => {
    const unit = new Float64Array(block.size);
    unit[j] = 1;
    const out = new Float64Array(block.size);
    problem.curvature!.hessianVector(cache, x, block, unit, out);
    return out;
  });
}

describe('the sharpness of a block', () => {
  test('is the largest eigenvalue of ∇²_bb f(x) to 1e-10, for every built-in problem', () => {
    for (const { title, problem: name, build } of instances) {
      if (name === 'module') continue;
      {
        const problem = build();
        for (const scale of [0, 0.3, 3]) {
          const x = normals(problem.size, stream(6, scale)).map(value => scale * value);
          for (const block of problem.blocks) {
            const { value, error } = problem.curvature!.sharpness(problem.newCache(x), x, block);
            const largest = Math.max(...eigenvalues(hessian(problem, x, block)));
            const apart = Math.abs(value - largest);
            assert.ok(
              apart <= 1e-10 * largest,
              `${title}, ${block.name}: ${value}, not ${largest}`,
            );
            assert.equal(error, 0);
          }
        }
      }
    }
  });

  test('of the logistic loss is accurate at any margin: ℓ″ = e/(1 + e)², e = exp(−|m|), against 50 digits', () => {
    // The curvature at |m|, from 50 decimal digits.
    const exact = [
      [1, 0.19661193324148185],
      [5, 0.006648056670790155],
      [40, 4.248354255291589e-18],
      [300, 5.148200222412014e-131],
    ] as const;
    const labels = Float64Array.of(0, 1, 0, 1);
    const X = {
      kind: 'dense',
      rows: 4,
      columns: 1,
      values: Float64Array.of(1, -1, 1, -1),
    } as const;
    const data = { source: 'four rows', columns: ['a'], X, y: labels, target: 'y' };
    const problem = buildProblem('logistic', { intercept: false }, 'coordinates', data);
    for (const [margin, expected] of exact) {
      for (const sign of [1, -1]) {
        const x = Float64Array.of(sign * margin);
        const { value } = problem.curvature!.sharpness(problem.newCache(x), x, problem.blocks[0]!);
        assert.ok(Math.abs(value - expected) <= 4e-15 * expected, `${value} at ${sign * margin}`);
      }
    }
  });

  test('is recorded by a step at the point where its gradient was evaluated, not where it led', () => {
    const instance = instances.find(({ title }) => title === 'logistic, sizes')!;
    const way = wayOf('pccd, metric scalar, cyclic, lipschitz');
    const run = new Run(recipeOf(instance, way, { config: { start: 'ones' } })!);
    const { problem } = run;
    for (let k = 0; k < 12; k++) {
      goTo(run, k);
      const { x } = run.state.points['x']!;
      const block = problem.blocks[k % problem.blocks.length]!;
      const largest = Math.max(...eigenvalues(hessian(problem, x, block)));
      goTo(run, k + 1);
      const recorded = run.rows.value('sharpness', k + 1);
      assert.ok(Math.abs(recorded - largest) <= 1e-9 * largest, `${recorded}, not ${largest}`);
    }
  });

  for (const file of ['ridge.ts', 'factorization.ts']) {
    test(`is within its stated error for the example module ${file}`, async () => {
      const path = join(root, 'examples/workspace/problems', file);
      const problem = await loadModule(path, { seed: 1, poll() {} });
      if (isRefusal(problem)) throw new Error(problem.refusal);
      for (let i = 0; i < 4; i++) {
        const noise = normals(problem.size, stream(8, i));
        const x = problem.start.map((value, c) => value + noise[c]!);
        for (const block of problem.blocks) {
          const { value, error } = problem.curvature!.sharpness(new Float64Array(0), x, block);
          // Both modules are quadratic in each block: differences over a whole unit are exact up to rounding.
          const exact = Array.from({ length: block.size }, (_, j) =>
            difference(problem, x, block, j),
          );
          const largest = Math.max(...eigenvalues(exact));
          assert.ok(error <= 1e-6 * largest, `the error ${error} says nothing`);
          const slack = error + 1e-13 * largest;
          assert.ok(Math.abs(value - largest) <= slack, `${value} ± ${error}, not ${largest}`);
        }
      }
    });
  }
});

/** ∇_b f(x + e_j) − ∇_b f(x). */
function difference(problem: Problem, x: Float64Array, block: Block, j: number): Float64Array {
  const moved = x.slice();
  moved[block.start + j] = moved[block.start + j]! + 1;
  const before = gradientOf(problem, x, block);
  return gradientOf(problem, moved, block).map((value, i) => value - before[i]!);
}

/** The samples of every test, their third column all zero. */
function withZeroColumn(labels: boolean): ReturnType<typeof samples> {
  const data = samples(labels);
  if (data.X.kind !== 'dense') throw new Error('the samples are dense');
  const values = data.X.values.slice();
  values.fill(0, 2 * data.X.rows, 3 * data.X.rows);
  return { ...data, X: { ...data.X, values } };
}

const flat: readonly Instance[] = ['leastSquares', 'lasso', 'elasticNet', 'logistic'].map(name => ({
  title: `${name} with an all-zero column`,
  problem: name,
  blocks: 'coordinates',
  build: () => buildProblem(name, {}, 'coordinates', withZeroColumn(name === 'logistic')),
}));

describe('a block along which f is flat', () => {
  test('has L_b = 0, and importance draws it as often as the flattest of the others', () => {
    for (const instance of flat) {
      if (instance.problem === 'elasticNet') continue;
      const way = wayOf('pccd, metric scalar, importance, lipschitz');
      const recipe = given(instance, way as Way);
      const index = recipe.problem.blocks.findIndex(({ name }) => name === 'c2');
      assert.equal(recipe.lipschitz(recipe.problem.blocks[index]!), 0);
      const run = new Run(recipe);
      run.begin({ kind: 'steps', count: 2000 });
      runOn(run);
      const drawn = run.rows.steps.copy('block', 0, run.rows.steps.count);
      const L = recipe.problem.blocks.map(block => recipe.lipschitz(block));
      const least = Math.min(...L.filter(value => value > 0));
      const weights = L.map(value => Math.max(value, least));
      const expected = (2000 * least) / weights.reduce((sum, value) => sum + value, 0);
      const count = drawn.filter(block => block === index).length;
      assert.ok(Math.abs(count - expected) <= 5 * Math.sqrt(expected) + 1, `${count}, ${expected}`);
    }
  });

  test('ends at 0 where a penalty pulls it there and does not move where none does, from ones, for every way that visits it', () => {
    const visiting = ({ title }: Way): boolean => !/importance|greedy|redBlack|jacobi/.test(title);
    every(accepted(flat, visiting), (instance, way) => {
      const recipe = recipeOf(instance, way, { config: { start: 'ones' } })!;
      const run = new Run(recipe);
      for (let sweep = 0; sweep < 60; sweep++) {
        run.begin({ kind: 'sweep' });
        runOn(run);
      }
      const x = iterateOf(recipe, run.state);
      assert.ok(x.every(Number.isFinite), `${x}`);
      const at = recipe.problem.blocks.find(({ name }) => name === 'c2')?.start;
      if (
        at === undefined ||
        way.step !== 'lipschitz' ||
        /vrccd|acoder|gradientDescent/.test(way.title)
      )
        return;
      const expected = instance.problem === 'leastSquares' ? 1 : 0;
      assert.ok(Math.abs(x[at]! - expected) <= 1e-3, `x = ${x[at]}`);
    });
  });
});

describe('stationarity', () => {
  test('is the gradient mapping with L from the curvature: a fixed step of 1e9 on a box does not converge at a wrong corner', async () => {
    const problem = await problemOf(`
      import { box, defineProblem } from 'blockstep';
      export default defineProblem({
        name: 'corner', blocks: { u: 1 }, start: { u: [0] },
        value: x => 0.5 * (x.u[0] - 0.3) ** 2, gradient: x => [x.u[0] - 0.3],
        penalty: { u: box(0, 1) },
      });`);
    const way = wayOf('pccd, metric scalar, cyclic, fixed');
    const instance = {
      title: 'corner',
      problem: 'module',
      blocks: 'sizes',
      build: () => problem,
    } as const;
    const stopWhen = { relativeStationarity: 1e-8, sweeps: 40 };
    const config = { stepOptions: { size: 1e9 }, stopWhen };
    const run = new Run(given(instance, way, { config }));
    run.begin({ kind: 'end' });
    assert.equal(runOn(run)?.reason, 'budget');
    const x = run.state.points['x']!.x[0]!;
    assert.ok(x === 0 || x === 1, `x = ${x}`);
  });
});
