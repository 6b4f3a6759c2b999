import type { MethodPart } from '../core/method.ts';
import { proximalMethod } from './proximal.ts';
import { knowsBlockBounds, refusesMetric, refusesStepInMatrix, takesMatrix } from './room.ts';

/**
 * P-CCD, proximal cyclic block coordinate descent: x_b ← argmin_z ⟨∇_b f(x), z⟩ + ½‖z − x_b‖²_{Λ_b} + r_b(z).
 * With Λ_b = L_b I this is prox_{r_b/L_b}(x_b − ∇_b f(x)/L_b).
 * Descent: F(x⁺) ≤ F(x) − ½‖x⁺ − x‖²_Λ. Source: Cai, Song, Wright, Diakonikolas 2023 (arXiv 2212.05088).
 */
export const pccd: MethodPart = {
  name: 'pccd',
  title: 'P-CCD',
  summary: 'x_b ← argmin_z ⟨∇_b f(x), z⟩ + ½‖z − x_b‖²_Λ_b + r_b(z), block after block.',
  source: 'Cai, Song, Wright, Diakonikolas 2023, arXiv 2212.05088',
  suits: 'smooth f plus block-separable convex r',
  options: {
    metric: {
      type: 'choice',
      default: 'scalar',
      values: ['scalar', 'matrix'],
      description:
        'Λ_b: L_b times the identity, or the block’s Hessian (for logistic its bound XᵀX/4n).',
    },
  },
  needs: [],
  wholeVector: false,
  eachBlockOnce: false,
  stepSizeFixed: null,
  stepRules: ['lipschitz', 'fixed', 'backtracking'],
  certificate: true,
  knowsStep: knowsBlockBounds,
  refusesStep: refusesStepInMatrix,
  listing: [
    { text: 'x ← x₀', frame: 'run' },
    { text: 'for sweep = 1, 2, …', frame: 'sweep' },
    { text: '  b ← next block of the ordering', phase: 'order' },
    { text: '  g ← ∇_b f(x)', phase: 'gradient' },
    { text: '  Λ_b ← L_b I, the block’s Hessian, or I/t', phase: 'step' },
    { text: '  z ← argmin ⟨g, z⟩ + ½‖z − x_b‖²_Λ_b + r_b(z)', phase: 'prox' },
    { text: '  x_b ← z', phase: 'commit' },
  ],
  refuses: refusesMetric,
  create: context => proximalMethod(context, takesMatrix(context.options), null),
};
