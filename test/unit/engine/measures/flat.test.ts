import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Run } from '../../../../solver/run/run.ts';
import { every, given, iterateOf } from '../../../support/engine/certify.ts';
import { buildProblem, type Instance, samples } from '../../../support/engine/instances.ts';
import { accepted, recipeOf, type Way, ways } from '../../../support/engine/matrix.ts';
import { runOn } from '../../../support/engine/walk.ts';
import { problemOf } from '../../modules/loadSource.ts';

/** The samples of every test, their third column all zero. */
function withZeroColumn(labels: boolean): ReturnType<typeof samples> {
  const data = samples(labels);
  if (data.X.kind !== 'dense') throw new Error('the samples are dense');
  const values = data.X.values.slice();
  values.fill(0, 2 * data.X.rows, 3 * data.X.rows);
  return { ...data, X: { ...data.X, values } };
}

const flat: readonly Instance[] = ['leastSquares', 'lasso', 'elasticNet', 'logistic'].map(name => ({
  title: `${name} with an all-zero column`,
  problem: name,
  blocks: 'coordinates',
  build: () => buildProblem(name, {}, 'coordinates', withZeroColumn(name === 'logistic')),
}));

describe('a block along which f is flat', () => {
  test('has L_b = 0, and importance draws it as often as the flattest of the others', () => {
    for (const instance of flat) {
      if (instance.problem === 'elasticNet') continue;
      const way = ways.find(({ title }) => title === 'pccd, metric scalar, importance, lipschitz');
      const recipe = given(instance, way as Way);
      const index = recipe.problem.blocks.findIndex(({ name }) => name === 'c2');
      assert.equal(recipe.lipschitz(recipe.problem.blocks[index]!), 0);
      const run = new Run(recipe);
      run.begin({ kind: 'steps', count: 2000 });
      runOn(run);
      const drawn = run.rows.steps.copy('block', 0, run.rows.steps.count);
      const L = recipe.problem.blocks.map(block => recipe.lipschitz(block));
      const least = Math.min(...L.filter(value => value > 0));
      const weights = L.map(value => Math.max(value, least));
      const expected = (2000 * least) / weights.reduce((sum, value) => sum + value, 0);
      const count = drawn.filter(block => block === index).length;
      assert.ok(Math.abs(count - expected) <= 5 * Math.sqrt(expected) + 1, `${count}, ${expected}`);
    }
  });

  test('ends at 0 where a penalty pulls it there and stays where none does, from ones, every way that visits it', () => {
    const visiting = ({ title }: Way): boolean => !/importance|greedy|redBlack|jacobi/.test(title);
    every(accepted(flat, visiting), (instance, way) => {
      const recipe = recipeOf(instance, way, { config: { start: 'ones' } })!;
      const run = new Run(recipe);
      for (let sweep = 0; sweep < 60; sweep++) {
        run.begin({ kind: 'sweep' });
        runOn(run);
      }
      const x = iterateOf(recipe, run.state);
      assert.ok(x.every(Number.isFinite), `${x}`);
      const at = recipe.problem.blocks.find(({ name }) => name === 'c2')?.start;
      if (
        at === undefined ||
        way.step !== 'lipschitz' ||
        /vrccd|acoder|gradientDescent/.test(way.title)
      )
        return;
      const expected = instance.problem === 'leastSquares' ? 1 : 0;
      assert.ok(Math.abs(x[at]! - expected) <= 1e-3, `x = ${x[at]}`);
    });
  });
});

describe('stationarity', () => {
  test('is the gradient mapping with the curvature’s L: a fixed step of 1e9 on a box does not converge at a wrong corner', async () => {
    const problem = await problemOf(`
      import { box, defineProblem } from 'blockstep';
      export default defineProblem({
        name: 'corner', blocks: { u: 1 }, start: { u: [0] },
        value: x => 0.5 * (x.u[0] - 0.3) ** 2, gradient: x => [x.u[0] - 0.3],
        penalty: { u: box(0, 1) },
      });`);
    const way = ways.find(({ title }) => title === 'pccd, metric scalar, cyclic, fixed') as Way;
    const instance = {
      title: 'corner',
      problem: 'module',
      blocks: 'sizes',
      build: () => problem,
    } as const;
    const stopWhen = { relativeStationarity: 1e-8, sweeps: 40 };
    const config = { stepOptions: { size: 1e9 }, stopWhen };
    const run = new Run(given(instance, way, { config }));
    run.begin({ kind: 'end' });
    assert.equal(runOn(run)?.reason, 'budget');
    const x = run.state.points['x']!.x[0]!;
    assert.ok(x === 0 || x === 1, `x = ${x}`);
  });
});
