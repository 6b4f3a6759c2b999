import type { Method, MethodContext, MethodPart, StepStart } from '../core/method.ts';
import type { State } from '../core/state.ts';
import { Extrapolation } from './extrapolation.ts';
import { pccd } from './pccd.ts';
import { proximalMethod, SUBGRADIENT } from './proximal.ts';
import { takesMatrix } from './room.ts';

/**
 * P-CCD with Anderson extrapolation of the iterates every K sweeps, taken only where F falls (`Extrapolation`). With the
 * matrix metric and a quadratic loss its sweeps minimise block after block exactly. Source: Bertrand & Massias 2021
 * (arXiv 2011.10065).
 */
export const anderson: MethodPart = {
  ...pccd,
  name: 'anderson',
  title: 'Anderson',
  summary: 'P-CCD, its iterates extrapolated every K sweeps where that lowers F.',
  source: 'Bertrand, Massias 2021, arXiv 2011.10065, as in skglm',
  suits: 'smooth f plus block-separable convex r, near the solution; fixed orders of the blocks',
  options: {
    ...pccd.options,
    K: {
      type: 'integer',
      default: 5,
      minimum: 2,
      maximum: 50,
      description: 'Sweeps between two extrapolations, which rest on as many moves.',
    },
  },
  eachBlockOnce: true,
  listing: [
    { text: 'x ← x₀', frame: 'run' },
    {
      text: 'for sweep = 1, 2, …:  every K:  x_e ← Σ c_i x_i, least ‖Σ c_i (x_i − x_{i−1})‖, Σ c = 1;  x ← x_e if F falls',
      frame: 'sweep',
    },
    ...pccd.listing.slice(2),
  ],
  create,
};

function create(context: MethodContext): Method {
  const { problem, options } = context;
  const sweeps = proximalMethod(context, takesMatrix(options), null);
  const extrapolation = new Extrapolation(context);
  const all = Array.from(problem.blocks, block => block.index);
  return {
    ...sweeps,
    parameters: { K: options['K'] as number },
    start(x, parameters) {
      const { points, vectors } = sweeps.start(x, parameters);
      return { points, vectors, scalars: Extrapolation.empty };
    },
    beginSweep(state: State): StepStart {
      const start = extrapolation.next(state, all, state.parameters['K']!);
      if (!start.moved) return start;
      // What the steps said of ∂r held at the point before.
      const unknown = context.kernels.array(problem.size).fill(Number.NaN);
      return { ...start, vectors: { ...start.vectors, [SUBGRADIENT]: unknown } };
    },
  };
}
