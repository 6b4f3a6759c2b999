import type { Method, MethodContext, MethodPart, StepStart } from '../../core/method.ts';
import type { State } from '../../core/state.ts';
import { Extrapolation } from '../extrapolation.ts';
import { pccd } from '../pccd.ts';
import { proximalMethod, VIOLATION } from '../proximal.ts';
import { takesMatrix } from '../room.ts';
import { innerSweeps } from './inner.ts';
import { OUTER, OuterIteration, SINCE, WORST } from './outer.ts';

/**
 * Working sets: sweeps of P-CCD over a few blocks until these are solved to a fraction of the violation of all, then, as an
 * outer iteration, the gradient of all blocks, their gap, and a new set: those that are not zero and the worst of the others,
 * about as many again. A block that the gap proves to be zero at every solution is not looked at again. The iterates of a set
 * are extrapolated (`Extrapolation`). Sources: Massias, Gramfort & Salmon 2018 (celer); Bertrand et al. 2022 (skglm).
 */
export const workingSet: MethodPart = {
  ...pccd,
  name: 'workingSet',
  title: 'Working set',
  summary: 'P-CCD over the few blocks that matter; which ones, all gradients tell between.',
  source: 'Massias, Gramfort, Salmon 2018, celer; Bertrand et al. 2022, skglm',
  suits:
    'smooth f plus a block-separable r that leaves most blocks at zero; a sweep is one of the set',
  options: {
    ...pccd.options,
    p0: {
      type: 'integer',
      default: 10,
      minimum: 1,
      description: 'Blocks of the first working set, besides those without a penalty.',
    },
    tolerance: {
      type: 'number',
      default: 0.3,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'The set is solved where its violation is this fraction of that of all blocks.',
    },
    innerSweeps: {
      type: 'integer',
      default: 100,
      minimum: 1,
      maximum: 1_000_000,
      description: 'Sweeps of one set at most.',
    },
    prune: {
      type: 'boolean',
      default: true,
      description: 'Blocks that are zero again leave the set.',
    },
    screen: {
      type: 'boolean',
      default: true,
      description: 'Blocks that the duality gap proves to be zero are not looked at again.',
    },
    extrapolate: {
      type: 'boolean',
      default: true,
      description: 'Anderson extrapolation every five sweeps of a set, where that lowers F.',
    },
  },
  certificate: false,
  choosesBlocks: true,
  listing: [
    { text: 'x ← x₀;  W ← ∅', frame: 'run' },
    {
      text: 'for sweep = 1, 2, …:  W solved to 0.3 max_b dist(−∇_b f, ∂r_b):  W ← {x_b ≠ 0} ∪ the worst;  else extrapolate x',
      frame: 'sweep',
    },
    { text: '  b ← next block of the ordering, of W', phase: 'order' },
    ...pccd.listing.slice(3),
  ],
  create,
};

/** Sweeps between two extrapolations. */
const K = 5;

function create(context: MethodContext): Method {
  const { options } = context;
  const sweeps = proximalMethod(context, takesMatrix(options), null, VIOLATION);
  const extrapolation = new Extrapolation(context);
  const outer = new OuterIteration(context);
  const { working, isDue } = innerSweeps();

  return {
    ...sweeps,
    parameters: {
      p0: options['p0'] as number,
      tolerance: options['tolerance'] as number,
      innerSweeps: options['innerSweeps'] as number,
    },
    start(x, parameters) {
      const { points, vectors } = sweeps.start(x, parameters);
      return {
        points,
        vectors: { ...vectors, ...outer.vectors() },
        scalars: { [OUTER]: 0, [SINCE]: 0, [WORST]: Number.NaN, ...Extrapolation.empty },
      };
    },
    beginSweep(state: State): StepStart | null {
      if (isDue(state)) {
        const start = outer.next(state);
        return { ...start, scalars: { ...start.scalars, ...Extrapolation.empty } };
      }
      return options['extrapolate'] === true ? extrapolation.next(state, working(state), K) : null;
    },
    working,
    settles: isDue,
  };
}
