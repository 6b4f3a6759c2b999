import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Problem } from '../../solver/core/problem.ts';
import { largestEigenvalue } from '../../solver/kernels/eigen.ts';
import { buildCase, fullGradient, penaltyValue, referenceCases } from './referenceCases.ts';

// reference.json holds what reference.py computed in 80-bit arithmetic, and what scikit-learn agreed to.

/** |a − b| ≤ tolerance · max(|b|, floor). */
function near(a: number, b: number, tolerance: number, floor = 0): void {
  const size = Math.max(Math.abs(b), floor);
  assert.ok(Math.abs(a - b) <= tolerance * size, `${a} is not ${b} to ${tolerance} of ${size}`);
}

for (const reference of referenceCases) {
  describe(reference.name, () => {
    const built = buildCase(reference);

    test('λ max and λ are those of the definition', async () => {
      const { parameters } = await built;
      if (reference.lambdaMax === null) return;
      near(Number(parameters['lambdaMax']), reference.lambdaMax, 1e-13);
      near(Number(parameters['lambda']), Number(reference.lambda), 1e-13);
    });

    test('value, penalty and gradient equal the reference’s at points far from and near the optimum', async () => {
      const problem = await built;
      for (const point of reference.points) {
        const x = Float64Array.from(point.x);
        near(problem.value(problem.newCache(x), x), point.f, 1e-13);
        near(penaltyValue(problem, x), point.r, 1e-13);
        // The gradient's rounding is that of its terms, which are of the size of the gradient at 0.
        const scale = Math.max(...reference.points[0]!.gradient.map(Math.abs));
        const gradient = fullGradient(problem, x);
        for (const [c, g] of point.gradient.entries()) near(gradient[c]!, g, 1e-12, scale);
      }
    });

    test('sharpness is the largest eigenvalue of each block of ∇²f, and the Hessian-vector product gives that of ∇²f', async () => {
      const problem = await built;
      for (const point of reference.points) {
        const x = Float64Array.from(point.x);
        const cache = problem.newCache(x);
        for (const block of problem.blocks) {
          near(
            problem.curvature!.sharpness(cache, x, block).value,
            point.sharpness[block.index]!,
            1e-10,
            1e-12,
          );
        }
        near(wholeSharpness(problem, x), point.whole, 1e-10, 1e-12);
      }
    });

    test('the gap is P − D of the stated dual point', async () => {
      const problem = await built;
      for (const point of reference.points) {
        if (point.gap === null) continue;
        const x = Float64Array.from(point.x);
        const gap = problem.certificate!.gap(problem.newCache(x), x);
        // Near the optimum the residual's rounding, 1e-16 of |y|, enters each term linearly.
        near(gap, point.gap, 1e-9, 1e-4 * Math.abs(reference.minimum));
      }
    });

    test('the gap is never below the true error', async () => {
      const problem = await built;
      for (const point of reference.points) {
        if (point.gap === null) continue;
        const x = Float64Array.from(point.x);
        const gap = problem.certificate!.gap(problem.newCache(x), x);
        assert.ok(gap >= point.error - 1e-15 * reference.minimum, `${gap} < ${point.error}`);
      }
    });

    test('the gap at the optimum is below 1e-14 of the objective', async () => {
      const problem = await built;
      if (problem.certificate === null) return;
      const x = Float64Array.from(reference.minimizer);
      const gap = problem.certificate!.gap(problem.newCache(x), x);
      assert.ok(gap <= 1e-14 * Math.max(1, reference.minimum), String(gap));
    });

    test('the minimiser is stationary: −∇f lies in ∂r to rounding', async () => {
      const problem = await built;
      const x = Float64Array.from(reference.minimizer);
      const gradient = fullGradient(problem, x);
      const scale = Math.max(...reference.points[0]!.gradient.map(Math.abs));
      for (const block of problem.blocks) {
        const s = gradient.slice(block.start, block.start + block.size).map(g => -g);
        assert.ok(problem.penalty.distance(x, s, block) <= 1e-12 * scale);
      }
    });
  });
}

/** λ_max(∇²f(x)), from its columns. */
function wholeSharpness(problem: Problem, x: Float64Array): number {
  const cache = problem.newCache(x);
  const { size } = problem;
  const matrix = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    const unit = new Float64Array(size);
    unit[j] = 1;
    problem.curvature!.fullHessianVector!(
      cache,
      x,
      unit,
      matrix.subarray(j * size, (j + 1) * size),
    );
  }
  return largestEigenvalue(matrix, size);
}
