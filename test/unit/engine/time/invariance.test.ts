import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Options } from '../../../../solver/core/part.ts';
import type { BlocksSpec, Problem } from '../../../../solver/core/problem.ts';
import {
  every,
  given,
  iterateOf,
  objective,
  rounding,
  updates,
} from '../../../support/engine/certify.ts';
import { buildProblem, type Instance, samples } from '../../../support/engine/instances.ts';
import { recipeOf, type Way, ways } from '../../../support/engine/matrix.ts';

// Substituting x_b = c_b z_b multiplies the block's columns by c_b and Λ_b by c_b²; every method measures steps in Λ, so
// F must take the same values, and z = x/c. Powers of two make the substitution itself exact.

const n = 24;

/** The data with column j multiplied by c_j. */
function scaled(labels: boolean, c: readonly number[]) {
  const data = samples(labels);
  const X = data.X as typeof data.X & { values: Float64Array };
  const values = X.values.map((value, i) => value * c[Math.floor(i / n)]!);
  return { ...data, X: { kind: 'dense', rows: n, columns: 7, values } as const };
}

interface Substitution {
  readonly title: string;
  readonly problem: string;
  readonly options: Options;
  readonly blocks: BlocksSpec;
  /** c of each column. */
  readonly c: readonly number[];
  /** The options of the substituted problem. */
  readonly after?: Options;
}

const uniform = (c: number): number[] => new Array<number>(7).fill(c);
const byBlock = [4, 4, 4, 0.125, 0.125, 0.125, 32];
const [l1, l2, c] = [0.2, 0.1, 4];
const substitutions: readonly Substitution[] = [
  {
    title: 'least squares, each column by a power of its own',
    problem: 'leastSquares',
    options: {},
    blocks: 'coordinates',
    c: [2, 0.5, 8, 1, 0.25, 16, 4],
  },
  {
    title: 'least squares, each block by a power of its own',
    problem: 'leastSquares',
    options: {},
    blocks: { size: 3 },
    c: byBlock,
  },
  ...(['coordinates', { size: 3 }] as const).flatMap((blocks): Substitution[] => [
    { title: 'the lasso, λ by c', problem: 'lasso', options: {}, blocks, c: uniform(4) },
    { title: 'the group lasso, λ by c', problem: 'groupLasso', options: {}, blocks, c: uniform(4) },
    { title: 'ℓ1 logistic, λ by c', problem: 'logistic', options: {}, blocks, c: uniform(0.5) },
    {
      title: 'the elastic net, λ₁ by c and λ₂ by c²',
      problem: 'elasticNet',
      options: { lambda: l1 + l2, l1Ratio: l1 / (l1 + l2) },
      blocks,
      c: uniform(c),
      after: { lambda: c * l1 + c * c * l2, l1Ratio: (c * l1) / (c * l1 + c * c * l2) },
    },
  ]),
];

function instanceOf(
  { title, problem, blocks, ...rest }: Substitution,
  by: readonly number[],
  options: Options,
): Instance {
  const build = (): Problem =>
    buildProblem(
      problem,
      { ...options, intercept: false },
      blocks,
      scaled(problem === 'logistic', by),
    );
  return {
    title: `${title}, ${JSON.stringify(blocks)}, ${rest.c}`,
    problem,
    blocks: 'sizes',
    build,
  };
}

describe('x_b = c_b z_b with Λ_b → c_b² Λ_b leaves the trace of F, and z is x/c', () => {
  for (const substitution of substitutions) {
    const { title, options, c: by, after = options, blocks, problem } = substitution;
    test(`${title}, ${JSON.stringify(blocks)}, every method and ordering`, () => {
      const [one, other] = [
        instanceOf(substitution, uniform(1), options),
        instanceOf(substitution, by, after),
      ];
      // A step of fixed length is no step in Λ; greedy compares lengths; one block has one Λ.
      const free = by.every(value => value === by[0]);
      const telling = ways.filter(
        ({ method, step, ordering }) =>
          step !== 'fixed' &&
          (free ||
            (method !== 'gradientDescent' && ordering !== 'greedy' && ordering !== 'importance')) &&
          !(problem === 'logistic' && step === 'backtracking'),
      );
      const pairs = telling.flatMap((way: Way) =>
        recipeOf(one, way) ? [[one, way] as const] : [],
      );
      every(pairs, (_, way) => {
        const [a, b] = [given(one, way), given(other, way)];
        const trace: number[] = [];
        updates(a, 5 * a.problem.blocks.length, ({ after: x }) =>
          trace.push(objective(a.problem, x)),
        );
        const names = a.problem.blocks.flatMap(block => block.coordinates);
        const end = updates(b, trace.length, ({ k, after: z }) => {
          const F = objective(b.problem, z);
          const slack = 50 * rounding(b.problem, z);
          assert.ok(Math.abs(F - trace[k - 1]!) <= slack, `step ${k}: ${F}, not ${trace[k - 1]}`);
        });
        const x = iterateOf(a, updates(a, trace.length, () => {}).state);
        const z = iterateOf(b, end.state);
        for (const [i, name] of names.entries()) {
          const back = z[i]! * by[Number(name.slice(1))]!;
          assert.ok(
            Math.abs(back - x[i]!) <= 1e-9 * (1 + Math.abs(x[i]!)),
            `${name}: ${back}, not ${x[i]}`,
          );
        }
      });
    });
  }
});
