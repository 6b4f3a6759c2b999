// What theory promises of P-CCD: the decrease of an update, the certificate, and that the units of the coordinates do
// not matter.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Options } from '../../../../solver/core/part.ts';
import type { BlocksSpec, Problem } from '../../../../solver/core/problem.ts';
import { Run } from '../../../../solver/run/run.ts';
import {
  difference,
  distance,
  every,
  fullGradient,
  given,
  iterateOf,
  normOf,
  objective,
  rounding,
  slice,
  squaredLength,
  updates,
} from '../../../support/engine/certify.ts';
import {
  buildProblem,
  type Instance,
  instances,
  samples,
} from '../../../support/engine/instances.ts';
import {
  accepted,
  recipeOf,
  setWays,
  thinned,
  type Way,
  ways,
} from '../../../support/engine/matrix.ts';
import { runOn } from '../../../support/engine/walk.ts';

const isMatrix = (way: { readonly title: string }): boolean => way.title.includes('metric matrix');
const own = instances.filter(({ problem }) => problem !== 'module');
const full = accepted(own, ({ method, step }) => method === 'pccd' && step === 'lipschitz');

describe('P-CCD with Λ_b = L_b I and with Λ_b = the block’s Hessian, every problem, every ordering', () => {
  test('an update decreases F by at least ½‖d‖²_Λ, and moves only its block', () => {
    every(full, (instance, way) => {
      const recipe = given(instance, way);
      const { problem } = recipe;
      updates(recipe, 4 * problem.blocks.length, ({ k, block, before, after }) => {
        const d = difference(after, before);
        const moved = slice(d, block);
        assert.equal(normOf(d), normOf(moved), `step ${k} moved another block`);
        const won = objective(problem, before) - objective(problem, after);
        const owed = squaredLength(problem, block, moved, isMatrix(way)) / 2;
        const slack = rounding(problem, before) + rounding(problem, after);
        assert.ok(won >= owed - slack, `step ${k}, ${block.name}: ${won} < ${owed} − ${slack}`);
      });
    });
  });

  test('an update decreases F by exactly that where f is quadratic, nothing is penalised and Λ_b is the block’s Hessian', () => {
    const tight = full.filter(
      ([{ problem, blocks }, way]) =>
        /leastSquares|quadratic/.test(problem) && (isMatrix(way) || blocks === 'coordinates'),
    );
    every(tight, (instance, way) => {
      const recipe = given(instance, way);
      const { problem } = recipe;
      updates(recipe, 3 * problem.blocks.length, ({ k, block, before, after }) => {
        const won = objective(problem, before) - objective(problem, after);
        const owed =
          squaredLength(problem, block, slice(difference(after, before), block), isMatrix(way)) / 2;
        const slack = rounding(problem, before) + rounding(problem, after);
        assert.ok(Math.abs(won - owed) <= slack, `step ${k}: ${won} is not ${owed} ± ${slack}`);
      });
    });
  });
});

describe('the certificate u = ∇f(x) + s', () => {
  const telling = [...thinned(), ...thinned(setWays)].filter(
    ([instance, way]) => given(instance, way).method.subgradient !== null,
  );

  test('s_b is in ∂r_b(x_b) after every update of the block, with exact or estimated gradient, whatever the step', () => {
    every(telling, (instance, way) => {
      const recipe = given(instance, way);
      const { problem, method } = recipe;
      updates(recipe, 6 * problem.blocks.length, ({ k, entries, before, after }, { state }) => {
        for (const { block, gradient, stepSize: t } of entries) {
          const g = gradient.slice(0, block.size);
          const s = slice(state.vectors[method.subgradient!]!, block);
          const d = problem.penalty.distance(after, s, block);
          // s = −(g + Λ d/t) carries the rounding of its terms, 1/t standing for L in the matrix metric as well.
          const size = isMatrix(way) ? recipe.lipschitz(block) : 1 / t;
          const scale =
            normOf(g) + size * (normOf(slice(before, block)) + normOf(slice(after, block)));
          // Entries below 1e-154 have squares that vanish, so that the norms in the scale do not see them.
          const least = 1e-150;
          assert.ok(
            d <= 1e-13 * scale + least,
            `step ${k}, ${block.name}: ${d} from ∂r, of ${scale}`,
          );
        }
      });
    });
  });

  test('the metric is ‖∇f(x) + s‖, NaN until every block was visited, and never below dist(0, ∂F(x))', () => {
    every(
      telling.filter(([, way]) => way.method !== 'gradientDescent'),
      (instance, way) => {
        const run = new Run(given(instance, way, { config: { diagnostics: ['certificate'] } }));
        const { problem, recipe } = run;
        const s = (): Float64Array => run.state.vectors[recipe.method.subgradient!]!;
        for (let sweep = 1; sweep <= 5; sweep++) {
          run.begin({ kind: 'sweep' });
          runOn(run);
          const recorded = run.rows.sweepValue('certificate', run.state.k);
          if (s().some(Number.isNaN)) {
            assert.ok(Number.isNaN(recorded));
            continue;
          }
          const x = iterateOf(recipe, run.state);
          const gradient = fullGradient(problem, x);
          const u = normOf(gradient.map((value, i) => value + s()[i]!));
          const scale = normOf(gradient) + normOf(s());
          assert.ok(Math.abs(recorded - u) <= 1e-12 * scale, `${recorded} is not ${u}`);
          const least = distance(problem, x);
          assert.ok(least <= u + 1e-12 * scale, `dist(0, ∂F) = ${least} > ‖u‖ = ${u}`);
        }
      },
    );
  });

  test('vanishes at the optimum: P-CCD, cyclic, for every convex problem', () => {
    const cyclic = full.filter(([, way]) => way.ordering === 'cyclic');
    every(cyclic, (instance, way) => {
      const config = {
        diagnostics: ['certificate'],
        stopWhen: { stationarity: 1e-11, sweeps: 60000 },
      };
      const run = new Run(given(instance, way, { config }));
      run.begin({ kind: 'end' });
      assert.equal(runOn(run).reason, 'converged');
      const u = run.rows.sweepValue('certificate', run.state.k);
      assert.ok(u <= 1e-9, `‖u‖ = ${u}`);
    });
  });
});

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

describe('x_b = c_b z_b with Λ_b → c_b² Λ_b leaves the values of F unchanged, and z is x/c', () => {
  for (const substitution of substitutions) {
    const { title, options, c: by, after = options, blocks, problem } = substitution;
    test(`${title}, ${JSON.stringify(blocks)}, every method and ordering`, () => {
      const [one, other] = [
        instanceOf(substitution, uniform(1), options),
        instanceOf(substitution, by, after),
      ];
      // A step of fixed length is no step in Λ; greedy compares lengths, and proxNewton what blocks violate, to know when its
      // model is solved; one block has one Λ.
      const free = by.every(value => value === by[0]);
      const telling = ways.filter(
        ({ method, step, ordering }) =>
          step !== 'fixed' &&
          (free ||
            (method !== 'gradientDescent' &&
              method !== 'proxNewton' &&
              ordering !== 'greedy' &&
              ordering !== 'importance')) &&
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
