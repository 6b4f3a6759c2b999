import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Problem } from '../../../../solver/core/problem.ts';
import { Run } from '../../../../solver/run/run.ts';
import { given, objective } from '../../../support/engine/certify.ts';
import { buildProblem } from '../../../support/engine/instances.ts';
import { type Way, ways } from '../../../support/engine/matrix.ts';
import { runOn } from '../../../support/engine/walk.ts';

const build = (): Problem =>
  buildProblem('quadratic', { size: 50, delta: 0.05 }, 'coordinates', null);
const instance = { title: 'sunYe', problem: 'quadratic', blocks: 'coordinates', build } as const;
const first = objective(build(), build().start);

/** P-CCD under an ordering, to 1e-8 of the first objective. */
function run(ordering: string): Run {
  const way = ways.find(
    other => other.title === `pccd, metric scalar, ${ordering}, lipschitz`,
  ) as Way;
  const stopWhen = { objective: 1e-8 * first, sweeps: 100_000 };
  return new Run(given(instance, way, { config: { stopWhen, diagnostics: ['objective'] } }));
}

function sweepsOf(ordering: string): number {
  const one = run(ordering);
  one.begin({ kind: 'end' });
  assert.equal(runOn(one).reason, 'converged');
  return one.state.sweep - 1;
}

describe('Sun and Ye’s quadratic, n = 50, δ = 0.05, from ones', () => {
  const shuffled = sweepsOf('shuffled');

  for (const ordering of ['cyclic', 'reverse']) {
    test(`${ordering} order needs more than 50 times the sweeps of random permutations`, () => {
      const sweeps = sweepsOf(ordering);
      assert.ok(sweeps > 50 * shuffled, `${sweeps} sweeps against ${shuffled}`);
    });
  }

  // Counted in updates: m of them are a sweep of either.
  for (const ordering of ['random', 'greedy']) {
    test(`${ordering} order needs less than a tenth of the sweeps of cyclic order`, () => {
      assert.ok(sweepsOf(ordering) < 1500);
    });
  }

  test('a swap to random permutations in the middle of a cyclic run bends the curve: log F falls more than 20 times as fast', () => {
    const one = run('cyclic');
    const decay = (sweeps: number): number => {
      const before = one.objective();
      one.begin({ kind: 'steps', count: 50 * sweeps });
      runOn(one);
      return Math.log(before / one.objective()) / sweeps;
    };
    decay(1000);
    const cyclic = decay(200);
    one.edit([{ kind: 'ordering', ordering: 'shuffled' }]);
    const swapped = decay(20);
    assert.ok(cyclic > 0);
    assert.ok(swapped > 20 * cyclic, `${swapped} against ${cyclic}`);
  });
});
