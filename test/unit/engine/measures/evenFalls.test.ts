// F that falls by the same in every sweep, or so nearly that it looks so.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Run } from '../../../../solver/run/run.ts';
import { given } from '../../../support/engine/certify.ts';
import { type Instance, instances, quadratic, sunYe } from '../../../support/engine/instances.ts';
import {
  type RecipeOptions,
  recipeOf,
  type Way,
  wayOf,
  ways,
} from '../../../support/engine/matrix.ts';
import { goTo } from '../../../support/engine/walk.ts';
import { problemOf } from '../../modules/loadSource.ts';

const cyclic = wayOf('pccd, metric scalar, cyclic, lipschitz');
const fixed = wayOf('pccd, metric scalar, cyclic, fixed');

/** Findings of a run after so many sweeps: name and sweep. */
function foundBySweep(
  instance: Instance,
  how: Way,
  sweeps: number,
  more: RecipeOptions = {},
): unknown[] {
  const run = new Run(given(instance, how, more));
  const m = run.problem.blocks.length;
  goTo(run, sweeps * m);
  return run.findings.map(({ name, k }) => [name, k / m]);
}

const flat = quadratic([[0]], [1]);
const plane = quadratic(
  [
    [0, 0],
    [0, 0],
  ],
  [1, 2],
);

describe('F that falls by the same amount for ever', () => {
  test('is a divergence, like an accelerating fall', () => {
    const config = { findings: { divergence: { factor: 10, fall: 10, linear: 1e6 } } };
    assert.deepEqual(foundBySweep(flat, cyclic, 30, { config }), [['divergence', 20]]);
  });

  test('is a divergence after a hundred sweeps, and no stall, whatever visits the blocks', () => {
    assert.deepEqual(foundBySweep(flat, cyclic, 400), [['divergence', 100]]);
    assert.deepEqual(foundBySweep(plane, cyclic, 400), [['divergence', 100]]);
    const config = { findings: { divergence: { factor: 10, fall: 1e6, linear: 30 } } };
    assert.deepEqual(foundBySweep(plane, cyclic, 40, { config }), [['divergence', 30]]);
  });

  for (const { title } of ways.filter(way =>
    /^pccd, metric scalar, .*, lipschitz$/.test(way.title),
  ))
    test(`is a divergence, and the only finding, also where draws make its sweeps differ: ${title}`, () => {
      const n = 7;
      const zeros = Array.from({ length: n }, () => new Array<number>(n).fill(0));
      const slopes = Array.from({ length: n }, (_, i) => 1 + i / 3);
      const found = foundBySweep(quadratic(zeros, slopes), wayOf(title), 150);
      assert.deepEqual(
        found.map(one => (one as [string, number])[0]),
        ['divergence'],
      );
      assert.ok((found[0] as [string, number])[1] <= 129, String(found[0]));
      const indefinite = quadratic(
        [
          [1, 2],
          [2, 1],
        ],
        [1, 0],
      );
      const [grown] = foundBySweep(indefinite, wayOf(title), 300);
      assert.equal((grown as [string, number] | undefined)?.[0], 'divergence');
    });

  test('is a divergence only once F has fallen by ten times its size at the start', () => {
    // c = 1, steps of 1: F = −50 − k.
    const run = new Run(given(flat, cyclic));
    run.edit([{ kind: 'value', block: 'x1', index: 0, value: -50 }]);
    goTo(run, 700);
    assert.deepEqual(
      run.findings.map(({ name, k }) => [name, k]),
      [['divergence', 501]],
    );
  });

  test('is no divergence and no stall far out in Huber’s loss, which is linear there', async () => {
    const problem = await problemOf(`
      const huber = t => (Math.abs(t) <= 1 ? t * t / 2 : Math.abs(t) - 0.5);
      export default {
        blocks: { u: 1, v: 1 }, start: { u: [1000], v: [2000] }, lipschitz: () => 1,
        value: x => huber(x.u[0]) + huber(x.v[0]),
        gradient: (x, b) => [Math.max(-1, Math.min(1, x[b][0]))],
      };`);
    const build = () => problem;
    const huber: Instance = { title: 'huber', problem: 'module', blocks: 'sizes', build };
    assert.deepEqual(foundBySweep(huber, cyclic, 900), []);
  });

  test('is no divergence on the way to the wall of a box, where it grows either', async () => {
    const run = async (value: string, gradient: string, penalty: string): Promise<string[]> => {
      const problem = await problemOf(`
        export default {
          blocks: { a: 1, b: 1 }, start: { a: [1] }, ${penalty} lipschitz: () => 1,
          value: x => ${value},
          gradient: (x, block) => [block === 'a' ? ${gradient} : x.b[0]],
        };`);
      const build = () => problem;
      const instance: Instance = { title: 'hill', problem: 'module', blocks: 'sizes', build };
      const one = new Run(given(instance, cyclic, { config: { findings } }));
      goTo(one, 2 * 200);
      return one.findings.map(({ name }) => name);
    };
    const findings = { divergence: { factor: 10, fall: 10, linear: 1e6 } };
    const hill = ['(x.b[0] ** 2 - x.a[0] ** 2) / 2', '-x.a[0]'] as const;
    const ramp = ['x.b[0] ** 2 / 2 - x.a[0]', '-1'] as const;
    for (const [value, gradient] of [hill, ramp]) {
      const box = "penalty: { a: { kind: 'box', low: -1e30, high: 1e30 } },";
      assert.deepEqual(await run(value, gradient, box), []);
      for (const penalty of ['', "penalty: { a: { kind: 'l1', lambda: 0.1 } },"])
        assert.deepEqual(await run(value, gradient, penalty), ['divergence'], penalty);
    }
  });

  test('is no divergence where a box ends it, and says under which condition there is no minimum where nothing does', async () => {
    const run = async (penalty: string): Promise<Run> => {
      const problem = await problemOf(`
        export default {
          blocks: { a: 1, b: 1 }, start: { b: [5] }, ${penalty} lipschitz: () => 1,
          value: x => x.b[0] ** 2 / 2 - x.a[0] - 12.5,
          gradient: (x, block) => [block === 'a' ? -1 : x.b[0]],
        };`);
      const build = () => problem;
      const one = new Run(
        given({ title: 'ramp', problem: 'module', blocks: 'sizes', build }, cyclic),
      );
      goTo(one, 2 * 300);
      return one;
    };
    const confined = await run("penalty: { a: { kind: 'box', low: 0, high: 5000 } },");
    assert.deepEqual(confined.findings, []);
    const [free, ...others] = (await run('')).findings;
    assert.deepEqual([free?.name, free?.k, others.length], ['divergence', 202, 0]);
    assert.equal(
      free?.text,
      'F fell evenly in the last 100 sweeps, by 1.00 in the last of them, from 0 at the start to −114; if it goes on so, the problem has no minimum.',
    );
  });
});

describe('F that falls by less and less, but so little less that it looks even', () => {
  test('is a stall and no divergence, from where F is 0 as well, also where no lower bound is known', () => {
    const bowl = quadratic(
      [
        [1, 0],
        [0, 1],
      ],
      [1, 1],
    );
    for (const size of [1e-6, 1e-8, 1e-10, 1e-11])
      for (const start of ['zeros', 'ones']) {
        const more: RecipeOptions = {
          config: { stepOptions: { size }, start },
          wrap: problem => ({ ...problem, start: problem.start, lowerBound: null }),
        };
        const told = foundBySweep(bowl, fixed, 300, more);
        assert.deepEqual(told, [['stall', 21]], `${size}, ${start}`);
      }
  });
});

describe('F that has a minimum', () => {
  test('is no divergence under any ordering, also where no lower bound is known', () => {
    const solvable = [...instances.filter(({ problem }) => problem !== 'module'), sunYe(0.5, 7)];
    for (const way of ways.filter(({ method, step }) => method === 'pccd' && step === 'lipschitz'))
      for (const instance of solvable) {
        const wrap: RecipeOptions['wrap'] = problem => ({
          ...problem,
          start: problem.start,
          lowerBound: null,
          certificate: null,
        });
        const config = { stopWhen: { sweeps: 250 }, diagnostics: ['objective'] };
        const recipe = recipeOf(instance, way, { wrap, config });
        if (recipe === null) continue;
        const run = new Run(recipe);
        goTo(run, 250 * run.problem.blocks.length);
        const told = run.findings.filter(({ name }) => name === 'divergence');
        assert.deepEqual(told, [], `${instance.title}; ${way.title}`);
      }
  });
});
