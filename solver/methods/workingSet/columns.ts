import { type Diagnostic, lines, type Measure, ofBlock, ofSweep } from '../../core/diagnostic.ts';
import type { MethodPart } from '../../core/method.ts';
import { ENTERED, REASON, SCORE, SCREENED } from './outer.ts';

const fits =
  (needsGap: boolean): Diagnostic['fits'] =>
  (problem, { name, choosesBlocks }: MethodPart) => {
    if (choosesBlocks !== true)
      return {
        wrong: `is not available: ${name} has no working set`,
        accepted: 'the method workingSet or proxNewton, or another metric',
      };
    return needsGap && !problem.certificate
      ? {
          wrong: `is not available: ${problem.name} has no duality gap`,
          accepted: 'the problem lasso, elasticNet, groupLasso or logistic, or another metric',
        }
      : null;
  };

/** A number of the moving block, from a vector of the state by block, which no update changes. */
const ofVector = (name: string): Pick<Required<Measure>, 'evaluate' | 'batched'> => ({
  evaluate: ({ state, block }) => state.vectors[name]?.[block.index] ?? Number.NaN,
  batched({ state, sweep, count }, out) {
    const values = state.vectors[name];
    for (let u = 0; u < count; u++) out[u] = values?.[sweep.order[u]!] ?? Number.NaN;
  },
});

const inTable = {
  ...ofBlock,
  fits: fits(false),
  scale: 'linear',
  source: 'Massias, Gramfort, Salmon 2018',
  suits: 'workingSet, proxNewton',
  draw: { ...lines, kind: 'none', reducer: 'last' },
} as const;

/** Columns of the table, and a curve, of methods that work on a few blocks. */
export const workingSetDiagnostics: readonly Diagnostic[] = [
  {
    ...inTable,
    ...ofVector(ENTERED),
    name: ENTERED,
    title: 'In the set since',
    summary: 'The outer iteration at which the block entered the working set; 0: it is not in it.',
    formula: 'the number of the outer iteration, from 1',
    unit: '',
    byDefault: true,
  },
  {
    ...inTable,
    ...ofVector(REASON),
    name: REASON,
    title: 'Score on entry',
    summary: 'Why it entered: its violation of optimality then; 0: it was next to violating it.',
    formula: 'dist(−∇_b f(x), ∂r_b(x_b)) at the outer iteration at which it entered',
    unit: 'objective per unit of x',
    byDefault: true,
  },
  {
    ...inTable,
    ...ofVector(SCORE),
    name: SCORE,
    title: 'Score',
    summary: 'The block’s violation of optimality at the last outer iteration.',
    formula: 'dist(−∇_b f(x), ∂r_b(x_b)) at the last outer iteration',
    unit: 'objective per unit of x',
    byDefault: false,
  },
  {
    ...inTable,
    ...ofVector(SCREENED),
    name: SCREENED,
    title: 'Screened at',
    summary: 'The outer iteration at which the gap proved the block to be zero; 0: it did not.',
    formula: '‖·‖ ≤ √(2 L_b gap) about −∇_b f(x) lies within ∂r_b(0)',
    unit: '',
    byDefault: false,
  },
  {
    ...ofSweep,
    name: 'innerGap',
    title: 'Gap of the working set',
    summary: 'P − D of the problem restricted to the working set, where the gap of all is taken.',
    formula: 'the duality gap with all blocks outside of the set held where they are',
    source: 'Massias, Gramfort, Salmon 2018',
    suits: 'workingSet and proxNewton on lasso, elasticNet, groupLasso, logistic',
    unit: 'objective',
    scale: 'log',
    byDefault: true,
    draw: { ...lines, within: 'objective' },
    fits: fits(true),
    evaluate({ problem, method, state }) {
      const { x, cache } = state.points[method.iterate]!;
      const blocks = method.working?.(state) ?? [];
      if (blocks.length === 0) return Number.NaN;
      const among = blocks.map(b => problem.blocks[b]!);
      return problem.certificate?.gapAmong(cache, x, among) ?? Number.NaN;
    },
  },
];
