import type { Entry, MethodContext, Proposal } from '../core/method.ts';
import type { Point, State } from '../core/state.ts';

/**
 * The block step in the dense metric: value = argmin_z ⟨g, z⟩ + ‖z − x_b‖²_{Λ_b}/(2τ) + r_b(z).
 * The step size it reports is τ: 1 is P-CCD's step, η VR-CCD's.
 */
export class MetricStep {
  readonly #context: MethodContext;
  readonly #matrices: Float64Array[] = [];

  constructor(context: MethodContext) {
    this.#context = context;
  }

  takeEach(state: State, { x }: Point, proposal: Proposal, eta: number): void {
    const { penalty } = this.#context.problem;
    for (const entry of proposal.entries) {
      const { block, gradient } = entry;
      const { value, delta } = entry.moves[0]!;
      const override = state.stepOverride[block.index]!;
      const tau = Number.isNaN(override) ? eta : override;
      const here = x.subarray(block.start, block.start + block.size);
      penalty.metricStep(here, gradient, this.matrix(entry), tau, block, value);
      for (let i = 0; i < block.size; i++) delta[i] = value[i]! - here[i]!;
      entry.stepSize = tau;
      proposal.proxes++;
    }
  }

  /** Λ_b of the entry's block, row-major. */
  matrix({ block }: Entry): Float64Array {
    const { problem } = this.#context;
    const known = this.#matrices[block.index];
    if (known) return known;
    const metricMatrix = problem.curvature?.metricMatrix;
    if (!metricMatrix) throw new Error(`${problem.name} has no matrix metric`);
    const matrix = metricMatrix(block);
    this.#matrices[block.index] = matrix;
    return matrix;
  }
}
