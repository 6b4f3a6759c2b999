// F that falls by the same in every sweep, or so nearly that it looks so.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Run } from '../../../../solver/run/run.ts';
import { given } from '../../../support/engine/certify.ts';
import { type Instance, quadratic } from '../../../support/engine/instances.ts';
import { type RecipeOptions, type Way, wayOf } from '../../../support/engine/matrix.ts';
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
    const random = wayOf('pccd, metric scalar, random, lipschitz');
    assert.deepEqual(foundBySweep(plane, random, 400), []);
    const config = { findings: { divergence: { factor: 10, fall: 1e6, linear: 30 } } };
    assert.deepEqual(foundBySweep(plane, cyclic, 40, { config }), [['divergence', 30]]);
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
      'F fell evenly, by 1.00 in each of the last 100 sweeps, from 0 at the start to −114; if it goes on so, the problem has no minimum.',
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
