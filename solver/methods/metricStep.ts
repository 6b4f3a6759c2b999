import type { MethodContext, Move, Proposal } from '../core/method.ts';
import type { Point, State } from '../core/state.ts';
import { settle } from './proxStep.ts';

/**
 * The block step in the dense metric: value = argmin_z ⟨g, z⟩ + ‖z − x_b‖²_{Λ_b}/(2τ) + r_b(z).
 * The step size it reports is τ: 1 is P-CCD's step, η VR-CCD's.
 */
export class MetricStep {
  readonly #context: MethodContext;
  readonly #matrices = new Map<string, Float64Array>();

  constructor(context: MethodContext) {
    this.#context = context;
  }

  take(state: State, point: Point, proposal: Proposal, move: Move, eta: number): void {
    const { block, gradient } = proposal;
    const { x } = point;
    const override = state.stepOverride[block.index] as number;
    const tau = !Number.isNaN(override) ? override : eta;
    const here = x.subarray(block.start, block.start + block.size);
    this.#context.problem.penalty.metricStep(
      here,
      gradient,
      this.matrix(proposal),
      tau,
      block,
      move.value,
    );
    for (let i = 0; i < block.size; i++)
      move.delta[i] = (move.value[i] as number) - (here[i] as number);
    proposal.stepSize = tau;
    proposal.proxes++;
    settle(this.#context, point, block, move);
  }

  /** Λ_b of the proposal's block, row-major. */
  matrix(proposal: Proposal): Float64Array {
    const { problem } = this.#context;
    const { block } = proposal;
    let matrix = this.#matrices.get(block.name);
    if (!matrix) {
      const metricMatrix = problem.curvature?.metricMatrix;
      if (!metricMatrix) throw new Error(`${problem.name} has no matrix metric`);
      matrix = metricMatrix(block);
      this.#matrices.set(block.name, matrix);
    }
    return matrix;
  }
}
