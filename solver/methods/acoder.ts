import { knownLipschitz, positiveCurvature, rowsOf } from '../core/capability.ts';
import type {
  Entry,
  Method,
  MethodContext,
  MethodPart,
  Proposal,
  StepStart,
} from '../core/method.ts';
import type { Block } from '../core/problem.ts';
import { newPoint, type Point, type State } from '../core/state.ts';
import { knowsBlockBounds, ProposalRoom, readGradient, wholeGradient } from './room.ts';

/** Above this A_k new terms are lost to rounding and the sums soon overflow: the method restarts from y. */
const LARGEST_A = 1e100;

/**
 * A-CODER, accelerated cyclic coordinate dual averaging with extrapolation. Per sweep k, in the norm ‖·‖_Λ, Λ =
 * diag(L_b): a_k the larger root of a² = r (A_{k−1} + a), r = 0.4 (1 + γ A_{k−1})/L;  x_k = (A_{k−1} y_{k−1} + a_k
 * v_{k−1})/A_k; then per block p_b = ∇_b f(w), w = y_k on blocks already visited and x_k on the others; q_b = p_b +
 * (a_{k−1}/a_k)(∇_b f(x_{k−1}) − p_b of the last sweep);  z_b += a_k q_b; v_b = prox_{(A_k/L_b) r_b}(x⁰_b − z_b/L_b);
 * y_b = (A_{k−1} y_b + a_k v_b)/A_k. L bounds λ_max(Λ^{-1/2} ∇²f Λ^{-1/2}), in the same norm as the prox; γ is the strong
 * convexity of r in that norm. Restarts from y when A_k > 1e100. Deviation from the authors' code: any ordering that
 * visits each block once, not only m … 1. Source: Lin, Song, Diakonikolas 2023 (arXiv 2303.16279).
 */
export const acoder: MethodPart = {
  name: 'acoder',
  title: 'A-CODER',
  summary:
    'Accelerated cyclic dual averaging: two read points, dual accumulation z, extrapolated block gradients.',
  source: 'Lin, Song, Diakonikolas 2023, arXiv 2303.16279',
  suits:
    'convex smooth f with known L_b plus block-separable convex r; orderings that visit each block once a sweep',
  options: {
    L: {
      type: 'numberOrAuto',
      default: 'auto',
      exclusiveMinimum: 0,
      description:
        'Smoothness of f in the norm of Λ = diag(L_b); auto: λ_max of the scaled Hessian bound.',
    },
    gamma: {
      type: 'numberOrAuto',
      default: 'auto',
      minimum: 0,
      description: 'Strong convexity of r in the norm of Λ; auto: what the penalty has.',
    },
  },
  needs: ['curvature'],
  wholeVector: false,
  eachBlockOnce: true,
  waves: true,
  stepSizeFixed:
    'acoder has no step size: its a_k weights a dual average and is not bounded by 2/L_b',
  stepRules: ['lipschitz'],
  certificate: false,
  knowsStep: knowsBlockBounds,
  listing: [
    { text: 'y ← v ← x₀;  z ← 0;  A ← 0', frame: 'run' },
    {
      text: 'for sweep = 1, 2, …:  a² = r(A + a);  A ← A + a;  w ← x ← (A_old y + a v)/A',
      frame: 'sweep',
    },
    { text: '  b ← next block, each once a sweep', phase: 'order' },
    { text: '  p_b ← ∇_b f(w);  q ← p_b + (a_old/a)(∇_b f(x_old) − p_b,old)', phase: 'gradient' },
    { text: '  z_b ← z_b + a q', phase: 'step' },
    { text: '  v_b ← prox of (A/L_b) r_b at x₀_b − z_b/L_b', phase: 'prox' },
    { text: '  y_b ← w_b ← (A_old y_b + a v_b)/A', phase: 'commit' },
  ],
  refuses(problem, options) {
    if (!knowsBlockBounds(problem)) {
      return {
        attribute: 'method',
        value: 'acoder',
        wrong: `needs the L_b of every block, which ${problem.name} does not give`,
        accepted: null,
      };
    }
    if (options['L'] === 'auto' && !problem.curvature?.globalLipschitz) {
      return {
        attribute: 'methodOptions.L',
        value: 'auto',
        wrong: `needs a bound of the whole Hessian, which ${problem.name} does not give`,
        accepted: 'a number > 0',
      };
    }
    return null;
  },
  create,
};

function create(context: MethodContext): Method {
  const { problem, options } = context;
  const { blocks, penalty } = problem;
  const startCache = problem.newCache(problem.start);
  const metric = Float64Array.from(blocks, block =>
    positiveCurvature(knownLipschitz(problem, startCache, problem.start, block) as number),
  );
  const L =
    options['L'] === 'auto'
      ? (problem.curvature?.globalLipschitz?.() as number)
      : (options['L'] as number);
  const gamma =
    options['gamma'] === 'auto'
      ? blocks.reduce(
          (least, block) =>
            Math.min(least, penalty.convexity(block) / (metric[block.index] as number)),
          Number.POSITIVE_INFINITY,
        )
      : (options['gamma'] as number);

  const room = new ProposalRoom(context, {
    point: 'w',
    moves: ['y', 'w'],
    writes: ['z', 'v', 'p'],
    marks: [],
  });

  function fullGradient(state: State, point: Point): Float64Array {
    const out = context.kernels.array(problem.size);
    wholeGradient(context, state, point, out);
    return out;
  }

  return {
    iterate: 'y',
    readPoint: 'w',
    parameters: { L, gamma },
    norm: null,
    subgradient: null,
    start: x => {
      const zeros = () => context.kernels.array(x.length);
      return {
        points: { y: x.slice(), w: x.slice() },
        vectors: {
          anchor: x.slice(),
          v: x.slice(),
          z: zeros(),
          p: zeros(),
          gradientAtX: zeros(),
          gradientAtOldX: zeros(),
        },
        scalars: { A: 0, a: 0, oldA: 0, olda: 0 },
      };
    },
    beginSweep(state: State): StepStart {
      const { y } = state.points as { y: Point };
      const restarts = (state.scalars['A'] as number) > LARGEST_A;
      const oldA = restarts ? 0 : (state.scalars['A'] as number);
      const olda = restarts ? 0 : (state.scalars['a'] as number);
      const parameters = state.parameters as { L: number; gamma: number };
      const r = (0.4 * (1 + parameters.gamma * oldA)) / parameters.L;
      const a = (r + Math.sqrt(r * r + 4 * r * oldA)) / 2;
      const A = oldA + a;
      const last = restarts ? y.x : (state.vectors['v'] as Float64Array);
      const x = y.x.slice();
      for (let i = 0; i < x.length; i++) x[i] = (oldA * x[i]! + a * last[i]!) / A;
      const w = newPoint(problem, x);
      const restarted: Record<string, Float64Array> = restarts
        ? { anchor: y.x.slice(), v: y.x.slice(), z: context.kernels.array(x.length) }
        : {};
      return {
        points: { w },
        vectors: {
          ...restarted,
          gradientAtOldX: state.vectors['gradientAtX'] as Float64Array,
          gradientAtX: fullGradient(state, w),
        },
        scalars: { A, a, oldA, olda },
        work: problem.size * rowsOf(problem),
        gradients: blocks.length,
        note: restarts
          ? `A-CODER restarted from y at sweep ${state.sweep}: A_k had passed 1e100.`
          : null,
      };
    },
    propose(state: State, blocks: readonly Block[]): Proposal {
      const proposal = room.open(state, blocks);
      const { y, w } = state.points as { y: Point; w: Point };
      const { entries } = proposal;
      for (let e = 0; e < entries.length; e++) {
        readGradient(context, proposal, entries[e]!, w);
        move(state, y.x, w.x, entries[e]!);
        proposal.proxes++;
      }
      room.settle(state);
      return proposal;
    },
  };

  /** z_b, v_b and the moves of y and w from the entry's gradient at w. */
  function move(state: State, y: Float64Array, w: Float64Array, entry: Entry): void {
    const { block, gradient: g, moves, writes } = entry;
    const moveY = moves[0];
    const moveW = moves[1];
    const z = writes[0];
    const v = writes[1];
    const p = writes[2];
    const {
      anchor,
      z: oldZ,
      p: oldP,
      gradientAtOldX,
    } = state.vectors as Record<string, Float64Array>;
    const { A, a, oldA, olda } = state.scalars as Record<'A' | 'a' | 'oldA' | 'olda', number>;
    const Lb = metric[block.index]!;
    const ratio = olda / a;
    for (let i = 0, at = block.start; i < block.size; i++, at++) {
      const q = g[i]! + ratio * (gradientAtOldX![at]! - oldP![at]!);
      p!.values[i] = g[i]!;
      z!.values[i] = oldZ![at]! + a * q;
      moveY!.value[i] = anchor![at]! - z!.values[i]! / Lb;
    }
    penalty.prox(moveY!.value, A / Lb, block, v!.values);
    for (let i = 0, at = block.start; i < block.size; i++, at++) {
      const value = (oldA * y[at]! + a * v!.values[i]!) / A;
      moveY!.value[i] = value;
      moveY!.delta[i] = value - y[at]!;
      moveW!.value[i] = value;
      moveW!.delta[i] = value - w[at]!;
    }
  }
}
