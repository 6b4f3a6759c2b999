import type { Method, MethodContext, MethodPart, Proposal, StepStart } from '../../core/method.ts';
import { type Block, largestBlock } from '../../core/problem.ts';
import type { Point, State } from '../../core/state.ts';
import { VIOLATION } from '../proximal.ts';
import { gradientWork, ProposalRoom, refusesNothing } from '../room.ts';
import { innerSweeps } from '../workingSet/inner.ts';
import { OUTER, OuterIteration, SINCE, WORST } from '../workingSet/outer.ts';
import { workingSet } from '../workingSet/workingSet.ts';
import { searchAlong } from './lineSearch.ts';

/** By block: the model's curvature, by which a step of the block divides; NaN outside of the working set. */
export const MODEL_CURVATURE = 'modelCurvature';

/** Divided by where the model is flat along a block, whose ∇_b m is 0: r alone decides there. */
const FLAT = 2 ** -500;

const { p0, prune, screen } = workingSet.options;

/**
 * Proximal Newton over working sets: about x the model m(z) = f(x) + ⟨∇f(x), z − x⟩ + ½⟨z − x, ∇²f(x)(z − x)⟩ + r(z), whose
 * curvatures stay while sweeps of coordinate descent move z; then a step of x to or towards z (`searchAlong`), the gradient of
 * all blocks and a new set, as an outer iteration of `workingSet`. An update moves z alone: F, the gap and the metrics of a
 * block, its gradient norm too, are those of f at x, and change when an outer iteration begins. The gap of an x is taken when
 * the first sweep after it ends. Sources: Lee, Sun & Saunders 2014; Yuan, Ho & Lin 2012 (newGLMNET); Massias et al. 2020.
 */
export const proxNewton: MethodPart = {
  name: 'proxNewton',
  title: 'Proximal Newton',
  summary: 'Sweeps over a quadratic model of f about x, on a working set; x steps to its minimum.',
  source: 'Lee, Sun, Saunders 2014; Yuan, Ho, Lin 2012, newGLMNET; Massias et al. 2020, celer',
  suits:
    'losses over rows whose curvature varies, as the logistic, with an r that leaves most blocks at zero',
  options: {
    p0: p0!,
    tolerance: {
      type: 'number',
      default: 0.1,
      exclusiveMinimum: 0,
      maximum: 1,
      description:
        'The model is solved where its violation on the set is this fraction of that of F on all blocks.',
    },
    innerSweeps: {
      type: 'integer',
      default: 100,
      minimum: 1,
      maximum: 1_000_000,
      description: 'Sweeps of one model at most.',
    },
    prune: prune!,
    screen: screen!,
  },
  needs: ['newtonModel'],
  wholeVector: false,
  eachBlockOnce: false,
  choosesBlocks: true,
  stepSizeFixed:
    'proxNewton divides by the curvatures of its model and searches for the length of the step to its minimum',
  stepRules: ['lipschitz'],
  certificate: false,
  knowsStep: () => true,
  listing: [
    { text: 'x ← x₀;  W ← ∅', frame: 'run' },
    {
      text: 'for sweep = 1, 2, …:  m solved to 0.1 of F’s violation:  x ← x + t(z − x), F falls;  z ← x;  m, W anew about x',
      frame: 'sweep',
    },
    { text: '  b ← next block of the ordering, of W', phase: 'order' },
    { text: '  g ← ∇_b m(z)', phase: 'gradient' },
    { text: '  L ← λ_max(∇²_bb m)', phase: 'step' },
    { text: '  v ← prox_{r_b/L}(z_b − g/L)', phase: 'prox' },
    { text: '  z_b ← v', phase: 'commit' },
  ],
  refuses: refusesNothing,
  create,
};

function create(context: MethodContext): Method {
  const { problem, options, kernels } = context;
  const { blocks, penalty, newtonModel: model } = problem;
  if (!model) throw new Error('proxNewton needs a quadratic model');
  const outer = new OuterIteration(context);
  const { working, isDue } = innerSweeps();
  const room = new ProposalRoom(context, {
    point: 'x',
    moves: ['z'],
    writes: [],
    marks: [VIOLATION],
  });
  const forward = kernels.array(largestBlock(blocks));
  const unknown = () => new Float64Array(blocks.length).fill(Number.NaN);

  /** The state's x, moved towards z; scores and a new set there; z at x, the model about it. */
  function next(state: State): StepStart {
    const z = state.points['z'];
    const here = state.points['x'] as Point;
    const step = z ? searchAlong(context, state, here, z.x) : null;
    const x = step?.x ?? here;
    const start = outer.next({ ...state, points: { x } });
    const made: Point = {
      x: x.x.slice(),
      cache: model!.newCache(x.cache),
      scale: 0,
      drift: 0,
      terms: 0,
      span: 0,
      ofModel: true,
    };
    const vectors = { ...start.vectors, [MODEL_CURVATURE]: unknown() };
    for (const b of working({ ...state, vectors }))
      vectors[MODEL_CURVATURE]![b] = Math.max(FLAT, model!.curvature(made.cache, blocks[b]!));
    return {
      ...start,
      vectors,
      points: step?.x ? { x, z: made } : { z: made },
      work: start.work + (step?.work ?? 0),
      gradients: start.gradients + (step?.gradients ?? 0),
      values: step?.values ?? 0,
      moved: step?.moved ?? [],
      events: [...(step?.events ?? []), ...(start.events ?? [])],
    };
  }

  return {
    iterate: 'x',
    readPoint: 'x',
    parameters: {
      p0: options['p0'] as number,
      tolerance: options['tolerance'] as number,
      innerSweeps: options['innerSweeps'] as number,
    },
    norm: null,
    subgradient: null,
    start: x => ({
      points: { x: x.slice() },
      vectors: { ...outer.vectors(), [VIOLATION]: unknown(), [MODEL_CURVATURE]: unknown() },
      scalars: { [OUTER]: 0, [SINCE]: 0, [WORST]: Number.NaN },
    }),
    beginSweep: state => (isDue(state) ? next(state) : null),
    working,
    // The first sweep of a model has ended: x has not been measured yet.
    settles: ({ scalars, sweep }) => scalars[SINCE] === sweep - 1,
    propose(state: State, set: readonly Block[]): Proposal {
      const { x: z, cache } = state.points['z'] as Point;
      const proposal = room.open(state, set);
      for (const entry of proposal.entries) {
        const { block, gradient, moves, marks } = entry;
        const { value, delta } = moves[0]!;
        const L = state.vectors[MODEL_CURVATURE]![block.index]!;
        model!.gradient(cache, z, block, gradient);
        proposal.work += gradientWork(context, block);
        proposal.gradients++;
        let squares = 0;
        for (let k = 0; k < block.size; k++) forward[k] = z[block.start + k]! - gradient[k]! / L;
        penalty.prox(forward, 1 / L, block, value);
        proposal.proxes++;
        for (let k = 0; k < block.size; k++) {
          delta[k] = value[k]! - z[block.start + k]!;
          squares += delta[k]! * delta[k]!;
        }
        entry.exact = false;
        marks[0]!.value = L * Math.sqrt(squares);
      }
      return proposal;
    },
  };
}
