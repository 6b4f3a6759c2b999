import type { MethodPart } from '../core/method.ts';
import type { Curvature, Estimate, Poll, Problem } from '../core/problem.ts';
import { largestEigenvalue } from '../kernels/eigen.ts';
import { lanczos } from '../kernels/lanczos.ts';
import { proximalMethod } from './proximal.ts';
import { refusesNothing } from './room.ts';

/**
 * Proximal gradient descent: x ← prox_{r/L}(x − ∇f(x)/L) with L ≥ λ_max(∇²f), all blocks at once. Descent: F(x⁺) ≤ F(x) −
 * (L/2)‖x⁺ − x‖². Source: Beck and Teboulle 2009, ISTA.
 */
export const gradientDescent: MethodPart = {
  name: 'gradientDescent',
  title: 'Gradient descent',
  summary: 'x ← prox_{r/L}(x − ∇f(x)/L), all blocks at once.',
  source: 'Beck, Teboulle 2009, ISTA',
  suits: 'smooth f plus convex r with a prox; an update moves every block',
  options: {},
  needs: [],
  wholeVector: true,
  eachBlockOnce: true,
  stepSizeFixed: null,
  stepRules: ['lipschitz', 'fixed', 'backtracking'],
  certificate: false,
  knowsStep: problem => !!problem.curvature?.fullBoundVector,
  listing: [
    { text: 'x ← x₀', frame: 'run' },
    { text: 'for sweep = 1, 2, …', frame: 'sweep' },
    { text: '  every block at once', phase: 'order' },
    { text: '  g ← ∇f(x)', phase: 'gradient' },
    { text: '  t ← 1/L, or the step rule’s', phase: 'step' },
    { text: '  z ← prox_{t r}(x − t g)', phase: 'prox' },
    { text: '  x ← z', phase: 'commit' },
  ],
  refuses: refusesNothing,
  create(context) {
    const { problem, poll } = context;
    let L: number | null | undefined;
    return proximalMethod(context, false, () => {
      if (L === undefined) L = curvatureBound(problem, poll);
      return L;
    });
  },
};

/** Up to this many coordinates λ_max comes from the dense matrix, beyond from Lanczos. */
const DENSE = 200;

/** An upper bound of λ_max(∇²f) at every x, > 0; null where the problem has none. */
export function curvatureBound(problem: Problem, poll: Poll): number | null {
  const product = problem.curvature?.fullBoundVector;
  if (!product) return null;
  const { value, error } = greatestEigenvalue(product, problem.size, poll);
  return value + error > 0 ? value + error : 1;
}

/** λ_max of a symmetric operator on `size` coordinates. */
function greatestEigenvalue(
  product: NonNullable<Curvature['fullBoundVector']>,
  size: number,
  poll: Poll,
): Estimate {
  if (size > DENSE) return lanczos(product, size, { steps: 200, tolerance: 1e-10, poll }).greatest;
  const matrix = new Float64Array(size * size);
  const unit = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    unit[j] = 1;
    // Row j of a symmetric matrix is its column j.
    product(unit, matrix.subarray(j * size, (j + 1) * size));
    poll();
    unit[j] = 0;
  }
  return { value: largestEigenvalue(matrix, size, poll), error: 0 };
}
