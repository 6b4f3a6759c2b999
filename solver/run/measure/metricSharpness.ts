import type { Block, Cache, Problem } from '../../core/problem.ts';
import { type Eigen, symmetricEigen } from '../../kernels/eigen.ts';
import { lanczos } from '../../kernels/lanczos.ts';

/**
 * λ_max(Λ_b^{-1/2} ∇²_bb f Λ_b^{-1/2}) on the range of Λ_b: what a step in the block's matrix metric is measured by. Λ_b and
 * its eigenvectors are computed once for a block, and the value too where the Hessian is constant.
 */
export class MetricSharpness {
  readonly #problem: Problem;
  readonly #metrics = new Map<number, Eigen>();
  readonly #constant = new Map<number, number>();

  constructor(problem: Problem) {
    this.#problem = problem;
  }

  at(cache: Cache, x: Float64Array, block: Block): number {
    const { curvature } = this.#problem;
    if (!curvature?.metricMatrix) return Number.NaN;
    const known = this.#constant.get(block.index);
    if (known !== undefined) return known;
    const d = block.size;
    const u = new Float64Array(d);
    const w = new Float64Array(d);
    const apply = (v: Float64Array, out: Float64Array): void => {
      this.root(block, v, u);
      curvature.hessianVector(cache, x, block, u, w);
      this.root(block, w, out);
    };
    const { greatest } = lanczos(apply, d, { steps: d, tolerance: 1e-12, poll() {} });
    if (curvature.constantHessian) this.#constant.set(block.index, greatest.value);
    return greatest.value;
  }

  /** out = Λ_b^{-1/2} v, the pseudo-inverse where Λ_b is singular. */
  root(block: Block, v: Float64Array, out: Float64Array): void {
    const d = block.size;
    let eigen = this.#metrics.get(block.index);
    if (!eigen) {
      eigen = symmetricEigen(this.#problem.curvature!.metricMatrix!(block), d);
      this.#metrics.set(block.index, eigen);
    }
    const { values, vectors } = eigen;
    const floor = d * Number.EPSILON * values[d - 1]!;
    out.fill(0, 0, d);
    for (let k = 0; k < d; k++) {
      if (!(values[k]! > floor)) continue;
      let dot = 0;
      for (let i = 0; i < d; i++) dot += vectors[k * d + i]! * v[i]!;
      dot /= Math.sqrt(values[k]!);
      for (let i = 0; i < d; i++) out[i] = out[i]! + dot * vectors[k * d + i]!;
    }
  }
}
