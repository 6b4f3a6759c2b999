import type { MethodPart } from '../core/method.ts';
import { proximalMethod } from './proximal.ts';
import { refusesNothing } from './refusals.ts';

/**
 * Proximal gradient descent, the one-block peer: x ← prox_{r/L}(x − ∇f(x)/L) with L ≥ λ_max(∇²f).
 * Descent: F(x⁺) ≤ F(x) − (L/2)‖x⁺ − x‖². Source: Beck and Teboulle 2009, ISTA.
 */
export const gradientDescent: MethodPart = {
  name: 'gradientDescent',
  title: 'Gradient descent',
  summary: 'x ← prox_{r/L}(x − ∇f(x)/L), all blocks as one.',
  source: 'Beck, Teboulle 2009, ISTA',
  suits: 'smooth f plus convex r with a prox',
  options: {},
  needs: [],
  oneBlock: true,
  eachBlockOnce: false,
  stepSizeFixed: null,
  stepRules: ['lipschitz', 'fixed', 'backtracking'],
  certificate: false,
  listing: [
    { text: 'x ← x₀', frame: 'run' },
    { text: 'for sweep = 1, 2, …', frame: 'sweep' },
    { text: '  b ← all coordinates', phase: 'order' },
    { text: '  g ← ∇f(x)', phase: 'gradient' },
    { text: '  t ← 1/L, or the step rule’s', phase: 'step' },
    { text: '  z ← prox_{t r}(x − t g)', phase: 'prox' },
    { text: '  x ← z', phase: 'commit' },
  ],
  refuses: refusesNothing,
  create: context => proximalMethod(context, false),
};
