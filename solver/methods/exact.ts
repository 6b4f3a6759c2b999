import type { Method, MethodContext, MethodPart, Proposal } from '../core/method.ts';
import type { Block } from '../core/problem.ts';
import type { Point, State } from '../core/state.ts';
import { ProposalRoom, readGradient, refusesNothing } from './room.ts';

/**
 * Exact block minimisation: x_b ← argmin_z F(x with block b set to z). For quadratics block Gauss–Seidel.
 * After the update 0 ∈ ∂_b F(x). Source: Tseng 2001, Convergence of a block coordinate descent method.
 */
export const exact: MethodPart = {
  name: 'exact',
  title: 'Exact block minimisation',
  summary: 'x_b ← argmin over the block of F, the others fixed.',
  source: 'Tseng 2001',
  suits: 'problems that can minimise a block exactly (the quadratic losses)',
  options: {},
  needs: ['exactBlock'],
  wholeVector: false,
  eachBlockOnce: false,
  stepSizeFixed: 'exact minimises the block outright and has no step size',
  stepRules: ['lipschitz'],
  certificate: false,
  knowsStep: () => true,
  listing: [
    { text: 'x ← x₀', frame: 'run' },
    { text: 'for sweep = 1, 2, …', frame: 'sweep' },
    { text: '  b ← next block of the ordering', phase: 'order' },
    { text: '  g ← ∇_b f(x)', phase: 'gradient' },
    { text: '  H ← ∇²_bb f', phase: 'step' },
    { text: '  z ← argmin_z F(x with x_b = z)', phase: 'prox' },
    { text: '  x_b ← z', phase: 'commit' },
  ],
  refuses: refusesNothing,
  create,
};

function create(context: MethodContext): Method {
  const { exactBlock } = context.problem;
  if (!exactBlock) throw new Error('exact needs a block minimiser');
  const room = new ProposalRoom(context, {
    point: 'x',
    moves: ['x'],
    writes: [],
    marks: [],
  });
  return {
    iterate: 'x',
    readPoint: 'x',
    parameters: {},
    norm: null,
    subgradient: null,
    start: x => ({ points: { x: x.slice() }, vectors: {}, scalars: {} }),
    beginSweep: null,
    propose(state: State, blocks: readonly Block[]): Proposal {
      const point = state.points['x'] as Point;
      const { x, cache } = point;
      const proposal = room.open(state, blocks);
      const { entries } = proposal;
      for (let e = 0; e < entries.length; e++) {
        const entry = entries[e]!;
        const { block } = entry;
        const { value, delta } = entry.moves[0]!;
        readGradient(context, proposal, entry, point);
        exactBlock.minimize(cache, x, block, value, entry.gradient);
        for (let i = 0; i < block.size; i++) delta[i] = value[i]! - x[block.start + i]!;
      }
      room.settle(state);
      return proposal;
    },
  };
}
