import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Recipe } from '../../../../solver/run/recipe.ts';
import { editRefusal } from '../../../../solver/run/time/edits.ts';
import { Stepper } from '../../../../solver/run/update/stepper.ts';
import {
  apart,
  difference,
  every,
  given,
  gradientOf,
  iterateOf,
  normOf,
  slice,
} from '../../../support/engine/certify.ts';
import { type Instance, instances } from '../../../support/engine/instances.ts';
import { accepted, type Way, ways } from '../../../support/engine/matrix.ts';

const finite = instances.filter(instance => instance.build().finiteSum !== null);
const lipschitz = accepted(
  finite,
  ({ method, step }) => method === 'vrccd' && step === 'lipschitz',
);

/** The way with other options. */
const vr = (way: Way, options: Way['methodOptions']): Way => ({
  ...way,
  methodOptions: { ...way.methodOptions, ...options },
});

function pccdFor(instance: Instance, way: Way): Recipe {
  const peer = ways.find(
    ({ method, methodOptions, ordering, step }) =>
      method === 'pccd' &&
      methodOptions['metric'] === way.methodOptions['metric'] &&
      ordering === way.ordering &&
      step === 'lipschitz',
  );
  return given(instance, peer!);
}

describe('VR-CCD with η = 1 is P-CCD to 1e-12, every finite sum, every ordering, coin and metric', () => {
  const rows = finite[0]!.build().finiteSum!.rows;
  for (const [title, options] of [
    ['p = 1, b = n: every visit takes the full gradient', { p: 1, b: rows, bPrime: 5, eta: 1 }],
    ['p = 0, b′ = n: the differences telescope', { p: 0, b: rows, bPrime: rows, eta: 1 }],
  ] as const) {
    test(title, () => {
      every(lipschitz, (instance, way) => {
        const recipe = given(instance, vr(way, options));
        const { problem } = recipe;
        const [one, other] = [new Stepper(recipe), new Stepper(pccdFor(instance, way))];
        for (let k = 1; k <= 7 * problem.blocks.length; k++) {
          one.commit();
          other.commit();
          const [x, z] = [one, other].map(({ recipe: { method }, state }) =>
            iterateOf({ ...recipe, method }, state),
          ) as [Float64Array, Float64Array];
          assert.ok(apart(x, z) <= 1e-12, `step ${k}: ${apart(x, z)}`);
        }
      });
    });
  }
});

describe('the PAGE estimate', () => {
  const cyclic = lipschitz.filter(
    ([, { ordering, methodOptions }]) => ordering === 'cyclic' && methodOptions['coin'] === 'block',
  );

  test('does not change in any bit while x does not move: both gradients of a difference use the same rows', () => {
    // In the matrix metric the inner solve leaves its rounding on x.
    const scalar = cyclic.filter(([, way]) => way.methodOptions['metric'] === 'scalar');
    every(scalar, (instance, way) => {
      // Far from 0, where a step of 1e-300 would be seen.
      const config = { start: instance.problem === 'module' ? null : 'ones' };
      const still = vr(way, { p: 0, b: null, bPrime: 4, eta: 1e-300 });
      const stepper = new Stepper(given(instance, still, { config }));
      const { blocks } = stepper.recipe.problem;
      const start = iterateOf(stepper.recipe, stepper.state).slice();
      const estimate = () => stepper.state.vectors['estimate']!.slice();
      for (const _ of blocks) stepper.commit();
      const first = estimate();
      for (let k = 0; k < 3 * blocks.length; k++) stepper.commit();
      assert.deepEqual(iterateOf(stepper.recipe, stepper.state), start);
      assert.deepEqual(estimate(), first);
    });
  });

  // Over N seeds the mean of an unbiased estimate lies within 5 standard errors of the truth, but for one time in a million.
  const N = 1500;
  for (const [title, options, sweeps] of [
    ['the full batch of b < n rows', { p: 1, b: 5, bPrime: 3, eta: 1 }, 0],
    ['the difference batch, given the past', { p: 0, b: null, bPrime: 3, eta: 1 }, 1],
  ] as const) {
    test(`is unbiased: ${title}`, () => {
      every(
        cyclic.filter(
          ([{ blocks }, { methodOptions }]) =>
            blocks === 'sizes' && methodOptions['metric'] === 'scalar',
        ),
        (instance, way) => {
          const problem = instance.build();
          const recipeAt = (seed: number): Recipe =>
            given({ ...instance, build: () => problem }, vr(way, options), { config: { seed } });
          const block = problem.blocks[0]!;
          const mean = new Float64Array(block.size);
          const squares = new Float64Array(block.size);
          let truth: Float64Array = mean;
          for (let seed = 1; seed <= N; seed++) {
            const stepper = new Stepper(recipeAt(seed));
            // The first sweep takes full gradients, so the past is the same for every seed.
            for (let k = 0; k < sweeps * problem.blocks.length; k++) stepper.commit();
            truth = gradientOf(problem, iterateOf(stepper.recipe, stepper.state), block);
            const [entry] = stepper.prepare().proposal.entries;
            assert.equal(entry!.block, block);
            for (let i = 0; i < block.size; i++) {
              mean[i] = mean[i]! + entry!.gradient[i]! / N;
              squares[i] = squares[i]! + entry!.gradient[i]! ** 2 / N;
            }
          }
          for (let i = 0; i < block.size; i++) {
            const variance = squares[i]! - mean[i]! ** 2;
            const error = Math.abs(mean[i]! - truth[i]!);
            assert.ok(variance > 1e-6 * squares[i]!, 'the batches do not vary');
            assert.ok(error <= 5 * Math.sqrt(variance / N), `${mean[i]} estimates ${truth[i]}`);
          }
        },
      );
    });
  }

  test('tends to the gradient at the optimum with the usual p: VR-CCD converges where a plain batch would not', () => {
    every(
      cyclic.filter(([{ problem, blocks }]) => blocks === 'coordinates' && problem !== 'module'),
      (instance, way) => {
        const stepper = new Stepper(given(instance, way));
        const { problem } = stepper.recipe;
        for (let k = 0; k < 4000 * problem.blocks.length; k++) stepper.commit();
        const x = iterateOf(stepper.recipe, stepper.state);
        for (const block of problem.blocks) {
          const g = slice(stepper.state.vectors['estimate']!, block);
          const error = normOf(difference(g, gradientOf(problem, x, block)));
          assert.ok(error <= 1e-8 * (1 + normOf(g)), `${block.name}: ${error}`);
        }
      },
    );
  });
});

describe('the coin and the batches', () => {
  const n = finite[0]!.build().finiteSum!.rows;
  const chosen = lipschitz.filter(
    ([{ title }, { ordering, methodOptions }]) =>
      title === 'lasso, coordinates' &&
      ordering === 'cyclic' &&
      methodOptions['metric'] === 'scalar',
  );

  test('by default: all rows, ⌈√n⌉ of them for a difference, p = b′/(b + b′)', () => {
    every(chosen, (instance, way) => {
      const { p, b, bPrime } = given(instance, way).method.parameters;
      assert.deepEqual([b, bPrime], [n, Math.ceil(Math.sqrt(n))]);
      assert.equal(p, bPrime! / (b! + bPrime!));
    });
  });

  for (const coin of ['sweep', 'block'] as const) {
    test(`one coin ${coin === 'sweep' ? 'per sweep for all blocks' : 'at each visit'}, full with probability p: coin ${coin}`, () => {
      const [instance, way] = chosen.find(
        ([, { methodOptions }]) => methodOptions['coin'] === coin,
      )!;
      const stepper = new Stepper(given(instance, way));
      const { p } = stepper.recipe.method.parameters as { p: number };
      const m = stepper.recipe.problem.blocks.length;
      const draws: number[] = [];
      let mixed = 0;
      for (let sweep = 1; sweep <= 2000; sweep++) {
        const full = Array.from(
          { length: m },
          () => +(stepper.commit().proposal.entries[0]!.batch === null),
        );
        // The first visit takes all rows.
        if (sweep === 1) continue;
        if (new Set(full).size > 1) mixed++;
        draws.push(...(coin === 'sweep' ? full.slice(0, 1) : full));
      }
      const mean = draws.reduce((sum, one) => sum + one, 0) / draws.length;
      const error = Math.sqrt((p * (1 - p)) / draws.length);
      assert.ok(Math.abs(mean - p) <= 5 * error, `${mean} is not ${p} ± ${error}`);
      if (coin === 'sweep') assert.equal(mixed, 0);
      else assert.ok(mixed > 1000, `${mixed} sweeps took both`);
    });
  }

  test('an edited number of rows must be a whole number up to n', () => {
    const [[instance, way]] = chosen as [(typeof chosen)[number]];
    const recipe = given(instance, way);
    const { state } = new Stepper(recipe);
    const refusal = (value: number): string | undefined =>
      editRefusal(recipe, state, { kind: 'parameter', name: 'bPrime', value })?.refusal;
    for (const value of [1, 2, n]) assert.equal(refusal(value), undefined);
    for (const value of [0, 1.5, n + 1, Number.NaN])
      assert.equal(
        refusal(value),
        `bPrime: "${value}" is out of range; accepted: a whole number from 1 to ${n}`,
      );
  });
});
