// Proximal methods on the exact gradient, and the block step in the dense metric.

import type {
  Entry,
  Method,
  MethodContext,
  MethodSweep,
  Proposal,
  StepNorm,
} from '../core/method.ts';
import { type Block, largestBlock } from '../core/problem.ts';
import type { Point, State } from '../core/state.ts';
import { ProxStep } from './proxStep.ts';
import { ProposalRoom, readGradients } from './room.ts';

/** s_b ∈ ∂r_b(x_b), known from the optimality of the last step that set x_b; NaN before it. */
export const SUBGRADIENT = 'subgradient';

/** ‖Λ_b d‖/t of a block's last step d: how far from stationary the step found it; NaN before. */
export const VIOLATION = 'violation';

/**
 * Proximal steps on the exact gradient, which keep for each block the subgradient that they yield, or how far they found it
 * from stationary. `joint`: one step for all blocks, 1/L of this L (null: unknown), as proximal
 * gradient descent takes; else each block has its own, in the Euclidean norm or, with `matrix`, in that of the problem's
 * matrices Λ_b, as P-CCD.
 */
export function proximalMethod(
  context: MethodContext,
  matrix: boolean,
  joint: (() => number | null) | null,
  keeps: typeof SUBGRADIENT | typeof VIOLATION = SUBGRADIENT,
): Method {
  const scalarStep = new ProxStep(context);
  const matrixStep = matrix ? new MetricStep(context) : null;
  const norm = matrixStep?.norm ?? null;
  const room = new ProposalRoom(context, {
    point: 'x',
    moves: ['x'],
    writes: keeps === SUBGRADIENT ? [SUBGRADIENT] : [],
    marks: keeps === VIOLATION ? [VIOLATION] : [],
  });
  const kept = keeps === SUBGRADIENT ? context.problem.size : context.problem.blocks.length;

  return {
    iterate: 'x',
    readPoint: 'x',
    parameters: {},
    norm,
    subgradient: keeps === SUBGRADIENT ? SUBGRADIENT : null,
    sweep: !matrix && joint === null && context.step.inverse ? sweepOf(context, keeps) : null,
    start: x => ({
      points: { x: x.slice() },
      vectors: { [keeps]: context.kernels.array(kept).fill(Number.NaN) },
      scalars: {},
    }),
    beginSweep: null,
    propose(state: State, blocks: readonly Block[]): Proposal {
      const point = state.points['x'] as Point;
      const proposal = room.open(state, blocks);
      const { entries } = proposal;
      readGradients(context, state, proposal, point);
      if (matrixStep) matrixStep.takeEach(state, point, proposal, 1);
      else if (joint) scalarStep.takeAll(state, point, proposal, joint());
      else scalarStep.takeEach(state, point, proposal, 1);
      room.settle(state);
      for (let e = 0; e < entries.length; e++) {
        if (keeps === SUBGRADIENT) writeSubgradient(entries[e]!, norm);
        else entries[e]!.marks[0]!.value = violation(entries[e]!, norm);
      }
      return proposal;
    },
  };
}

/** The same steps of many coordinates in one call, where the problem has that. */
function sweepOf({ problem }: MethodContext, keeps: string): MethodSweep | null {
  const updates = problem.coordinateSweep?.() ?? null;
  if (updates === null) return null;
  const { order, step, delta, subgradient } = updates;
  return {
    updates,
    remember(vectors, count) {
      const kept = vectors[keeps]!;
      if (keeps === SUBGRADIENT) for (let u = 0; u < count; u++) kept[order[u]!] = subgradient[u]!;
      else for (let u = 0; u < count; u++) kept[order[u]!] = Math.abs(delta[u]!) / step[order[u]!]!;
    },
  };
}

/** The entry's first write ← −(g + Λ_b d/t) ∈ ∂r_b(x_b + d), by the optimality of the proximal step d = z − x_b. */
export function writeSubgradient(entry: Entry, norm: StepNorm | null): void {
  const { block, gradient, stepSize } = entry;
  const { delta } = entry.moves[0]!;
  const { values: out } = entry.writes[0]!;
  const d = block.size;
  if (norm === null) {
    for (let i = 0; i < d; i++) out[i] = -(gradient[i]! + delta[i]! / stepSize);
    return;
  }
  const matrix = norm.matrix(block);
  for (let i = 0; i < d; i++) out[i] = -(gradient[i]! + product(matrix, i, delta, d) / stepSize);
}

function violation({ block, stepSize, moves }: Entry, norm: StepNorm | null): number {
  const { delta } = moves[0]!;
  const d = block.size;
  if (d === 1 && norm === null) return Math.abs(delta[0]!) / stepSize;
  const matrix = norm?.matrix(block) ?? null;
  let squares = 0;
  for (let i = 0; i < d; i++) squares += (matrix ? product(matrix, i, delta, d) : delta[i]!) ** 2;
  return Math.sqrt(squares) / stepSize;
}

/** (Λ d)_i. */
function product(matrix: Float64Array, i: number, delta: Float64Array, d: number): number {
  let sum = 0;
  for (let j = 0; j < d; j++) sum += matrix[i * d + j]! * delta[j]!;
  return sum;
}

/**
 * The block step in the dense metric: value = argmin_z ⟨g, z⟩ + ‖z − x_b‖²_{Λ_b}/(2τ) + r_b(z).
 * The step size it reports is τ: 1 is P-CCD's step, η VR-CCD's.
 */
export class MetricStep {
  readonly #context: MethodContext;
  readonly #matrices: Float64Array[] = [];
  readonly #here: Float64Array;
  readonly norm: StepNorm = { matrix: block => this.#matrix(block), bound: 1 };

  constructor(context: MethodContext) {
    this.#context = context;
    this.#here = new Float64Array(largestBlock(context.problem.blocks));
  }

  takeEach(state: State, { x }: Point, proposal: Proposal, eta: number): void {
    const { penalty } = this.#context.problem;
    const { entries } = proposal;
    const here = this.#here;
    for (let e = 0; e < entries.length; e++) {
      const entry = entries[e]!;
      const { block, gradient } = entry;
      const { value, delta } = entry.moves[0]!;
      const override = state.stepOverride[block.index]!;
      const tau = Number.isNaN(override) ? eta : override;
      for (let i = 0; i < block.size; i++) here[i] = x[block.start + i]!;
      penalty.metricStep(here, gradient, this.#matrix(block), tau, block, value);
      for (let i = 0; i < block.size; i++) delta[i] = value[i]! - here[i]!;
      entry.stepSize = tau;
      proposal.proxes++;
    }
  }

  #matrix(block: Block): Float64Array {
    const { problem } = this.#context;
    const known = this.#matrices[block.index];
    if (known) return known;
    const metricMatrix = problem.curvature?.metricMatrix;
    if (!metricMatrix) throw new Error(`${problem.name} has no matrix metric`);
    const matrix = metricMatrix(block);
    this.#matrices[block.index] = matrix;
    return matrix;
  }
}
