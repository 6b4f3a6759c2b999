import type { Method, MethodContext, Proposal } from '../core/method.ts';
import type { Block } from '../core/problem.ts';
import type { State } from '../core/state.ts';
import { MetricStep } from './metricStep.ts';
import { gradientWork, newProposal, openProposal, ProxStep } from './proxStep.ts';

/** s_b ∈ ∂r_b(x_b), known from the optimality of the last step that set x_b; NaN before it. */
export const SUBGRADIENT = 'subgradient';

/**
 * Proximal block steps on the exact gradient, in the scalar or the matrix metric: P-CCD, and with one block
 * proximal gradient descent.
 */
export function proximalMethod(context: MethodContext, matrixMetric: boolean): Method {
  const { problem } = context;
  const scalarStep = new ProxStep(context);
  const matrixStep = new MetricStep(context);
  const proposal = newProposal(context, 'x', ['x'], [SUBGRADIENT], []);
  proposal.metric = matrixMetric ? 'matrix' : 'scalar';
  const [move] = proposal.moves;
  const [subgradient] = proposal.writes;
  if (!move || !subgradient) throw new Error('a proximal proposal has one move and one write');

  return {
    iterate: 'x',
    readPoint: 'x',
    parameters: {},
    subgradient: SUBGRADIENT,
    start: x => ({
      points: { x: x.slice() },
      vectors: { [SUBGRADIENT]: new Float64Array(x.length).fill(Number.NaN) },
      scalars: {},
    }),
    beginSweep: null,
    propose(state: State, block: Block): Proposal {
      const point = state.points['x'] as State['points'][string];
      openProposal(proposal, state, block);
      problem.gradient(point.cache, point.x, block, proposal.gradient);
      proposal.work = gradientWork(context, block);
      proposal.gradients = 1;
      if (matrixMetric) matrixStep.take(state, point, proposal, move, 1);
      else scalarStep.take(state, point, proposal, move, 1);
      subgradientOf(
        proposal,
        matrixMetric ? matrixStep.matrix(proposal) : null,
        subgradient.values,
      );
      return proposal;
    },
  };
}

/** out = −(g + Λ_b d/t) ∈ ∂r_b(x_b + d), by the optimality of the proximal step d = z − x_b. */
export function subgradientOf(
  proposal: Proposal,
  matrix: Float64Array | null,
  out: Float64Array,
): void {
  const { block, gradient, stepSize } = proposal;
  const { delta } = proposal.moves[0] as (typeof proposal.moves)[number];
  const d = block.size;
  if (!matrix) {
    for (let i = 0; i < d; i++)
      out[i] = -((gradient[i] as number) + (delta[i] as number) / stepSize);
    return;
  }
  for (let i = 0; i < d; i++) {
    let product = 0;
    for (let j = 0; j < d; j++) product += (matrix[i * d + j] as number) * (delta[j] as number);
    out[i] = -((gradient[i] as number) + product / stepSize);
  }
}
