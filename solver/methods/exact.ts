import type { Method, MethodContext, MethodPart, Proposal } from '../core/method.ts';
import type { Block } from '../core/problem.ts';
import type { State } from '../core/state.ts';
import { gradientWork, newProposal, openProposal, settle } from './proxStep.ts';
import { refusesNothing } from './refusals.ts';

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
  oneBlock: false,
  eachBlockOnce: false,
  stepSizeFixed: 'exact minimises the block outright and has no step size',
  stepRules: ['lipschitz'],
  certificate: false,
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
  const { problem } = context;
  const { exactBlock } = problem;
  const proposal = newProposal(context, 'x', ['x'], [], []);
  const [move] = proposal.moves;
  if (!move || !exactBlock) throw new Error('exact needs a block minimiser');
  return {
    iterate: 'x',
    readPoint: 'x',
    parameters: {},
    subgradient: null,
    start: x => ({ points: { x: x.slice() }, vectors: {}, scalars: {} }),
    beginSweep: null,
    propose(state: State, block: Block): Proposal {
      const point = state.points['x'] as State['points'][string];
      openProposal(proposal, state, block);
      problem.gradient(point.cache, point.x, block, proposal.gradient);
      proposal.work = gradientWork(context, block);
      proposal.gradients = 1;
      exactBlock.minimize(point.cache, point.x, block, move.value);
      for (let i = 0; i < block.size; i++) {
        move.delta[i] = (move.value[i] as number) - (point.x[block.start + i] as number);
      }
      settle(context, point, block, move);
      return proposal;
    },
  };
}
