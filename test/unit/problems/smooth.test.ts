import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Block, Problem } from '../../../solver/core/problem.ts';
import { all, dotOf, gradientOf, moved, normOf, point, vector } from './cases.ts';

/** Runs `check` on every block of every problem of the table, at one point. */
function everywhere(
  title: string,
  check: (problem: Problem, block: Block, x: Float64Array, delta: Float64Array) => void,
): void {
  test(title, () => {
    for (const [name, make] of all) {
      const problem = make();
      for (const block of problem.blocks) {
        try {
          check(problem, block, point(problem, block.index), vector(block.size, block.index));
        } catch (error) {
          throw new Error(`${name}, block ${block.name}: ${error}`, { cause: error });
        }
      }
    }
  });
}

function assertNear(a: number, b: number, tolerance: number): void {
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b} within ${tolerance}`);
}

describe('the smooth part f', () => {
  everywhere(
    '∇_b f is the derivative of f: central differences agree',
    (problem, block, x, delta) => {
      const h = 1e-5 / normOf(delta);
      const scaled = delta.map(d => h * d);
      const cache = problem.newCache(x);
      const ahead = problem.valueAfter(cache, x, block, scaled);
      const behind = problem.valueAfter(
        cache,
        x,
        block,
        scaled.map(d => -d),
      );
      const slope = dotOf(gradientOf(problem, x, block), delta);
      // The third derivative is at most a tenth of the curvature here, and f is rounded at 1e-16.
      assertNear((ahead - behind) / (2 * h), slope, 1e-7 * (1 + Math.abs(ahead)));
    },
  );

  everywhere('∇²_bb f v is the derivative of ∇_b f along v', (problem, block, x, delta) => {
    const h = 1e-5;
    const out = new Float64Array(block.size);
    problem.curvature!.hessianVector(problem.newCache(x), x, block, delta, out);
    const ahead = gradientOf(
      problem,
      moved(
        x,
        block,
        delta.map(d => h * d),
      ),
      block,
    );
    const behind = gradientOf(
      problem,
      moved(
        x,
        block,
        delta.map(d => -h * d),
      ),
      block,
    );
    for (const [k, value] of out.entries()) {
      assertNear((ahead[k]! - behind[k]!) / (2 * h), value, 1e-7 * (1 + normOf(out)));
    }
  });

  everywhere(
    '∇²f v restricted to a block is ∇²_bb f v_b for v = U_b v_b',
    (problem, block, x, delta) => {
      const cache = problem.newCache(x);
      const out = new Float64Array(block.size);
      const full = new Float64Array(problem.size);
      problem.curvature!.hessianVector(cache, x, block, delta, out);
      problem.curvature!.fullHessianVector!(
        cache,
        x,
        moved(new Float64Array(problem.size), block, delta),
        full,
      );
      for (const [k, value] of out.entries()) {
        assertNear(full[block.start + k]!, value, 1e-13 * (1 + normOf(out)));
      }
    },
  );

  everywhere('H bounds ∇²f: vᵀHv ≥ vᵀ∇²f v', (problem, _block, x) => {
    const v = vector(problem.size, 9);
    const bound = new Float64Array(problem.size);
    const out = new Float64Array(problem.size);
    problem.curvature!.fullBoundVector!(v, bound);
    problem.curvature!.fullHessianVector!(problem.newCache(x), x, v, out);
    assert.ok(dotOf(v, bound) >= dotOf(v, out) - 1e-12 * Math.abs(dotOf(v, bound)));
  });

  everywhere('f(x + U_b δ) ≤ f(x) + ⟨∇_b f, δ⟩ + L_b/2 ‖δ‖²', (problem, block, x, delta) => {
    const cache = problem.newCache(x);
    const L = problem.curvature!.lipschitz(cache, x, block)!;
    const slope = dotOf(gradientOf(problem, x, block), delta);
    const bound = problem.value(cache, x) + slope + (L / 2) * dotOf(delta, delta);
    const after = problem.valueAfter(cache, x, block, delta);
    assert.ok(after <= bound + 1e-13 * (1 + Math.abs(bound)), `${after} > ${bound}`);
  });

  everywhere(
    'sharpness is attained: power iteration reaches it and never exceeds it',
    (problem, block, x) => {
      const cache = problem.newCache(x);
      const { value, error } = problem.curvature!.sharpness(cache, x, block);
      let v = vector(block.size, 4);
      const out = new Float64Array(block.size);
      let rayleigh = 0;
      for (let i = 0; i < 300; i++) {
        problem.curvature!.hessianVector(cache, x, block, v, out);
        rayleigh = dotOf(v, out) / dotOf(v, v);
        // Shifted so that a negative end does not attract.
        v = out.map((w, k) => w + (Math.abs(value) || 1) * v[k]!);
        const norm = normOf(v);
        v = v.map(w => w / norm);
      }
      assert.ok(rayleigh <= value + error + 1e-12 * Math.abs(value), `${rayleigh} > ${value}`);
      assert.ok(rayleigh >= value - error - 1e-3 * Math.abs(value), `${rayleigh} < ${value}`);
      assert.ok(value <= problem.curvature!.lipschitz(cache, x, block)! * (1 + 1e-12));
    },
  );

  everywhere('Λ_b bounds ∇²_bb f: vᵀΛ_b v ≥ vᵀ∇²_bb f v', (problem, block, x, delta) => {
    if (problem.curvature!.metricMatrix === null) return;
    const Lambda = problem.curvature!.metricMatrix(block);
    const d = block.size;
    const out = new Float64Array(d);
    problem.curvature!.hessianVector(problem.newCache(x), x, block, delta, out);
    let form = 0;
    for (let k = 0; k < d; k++)
      for (let l = 0; l < d; l++) form += delta[k]! * Lambda[k * d + l]! * delta[l]!;
    assert.ok(form >= dotOf(delta, out) * (1 - 1e-12));
  });
});

test('L bounds Λ^{-1/2} H Λ^{-1/2}, and power iteration comes within 1 % of it', () => {
  for (const [name, make] of all) {
    const problem = make();
    const L = problem.curvature!.globalLipschitz!();
    const cache = problem.newCache(problem.start);
    const scale = new Float64Array(problem.size);
    for (const block of problem.blocks) {
      const inverse =
        1 / Math.sqrt(problem.curvature!.lipschitz(cache, problem.start, block)! || 1);
      scale.fill(inverse, block.start, block.start + block.size);
    }
    let v = vector(problem.size, 2);
    let rayleigh = 0;
    const out = new Float64Array(problem.size);
    for (let i = 0; i < 400; i++) {
      problem.curvature!.fullBoundVector!(
        v.map((w, c) => w * scale[c]!),
        out,
      );
      const image = out.map((w, c) => w * scale[c]!);
      rayleigh = dotOf(v, image) / dotOf(v, v);
      v = image.map((w, c) => w + 0.5 * v[c]!);
      const norm = normOf(v);
      v = v.map(w => w / norm);
    }
    assert.ok(rayleigh <= L * (1 + 1e-12) && rayleigh >= 0.99 * L, `${name}: ${rayleigh}, L ${L}`);
  }
});
