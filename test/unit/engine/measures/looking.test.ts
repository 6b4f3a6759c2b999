import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cloneState } from '../../../../solver/core/state.ts';
import type { Recipe } from '../../../../solver/run/recipe.ts';
import { Run } from '../../../../solver/run/run.ts';
import { Stepper } from '../../../../solver/run/stepper.ts';
import { type Instance, instances } from '../../../support/engine/instances.ts';
import { look, watching } from '../../../support/engine/look.ts';
import { recipeOf, setWays, thinned, type Way, ways } from '../../../support/engine/matrix.ts';
import { runOn } from '../../../support/engine/walk.ts';

const given = (recipe: Recipe | null): Recipe => {
  if (recipe === null) throw new Error('refused');
  return recipe;
};

/** Sweeps enough to see a cache computed afresh, which happens after twenty. */
const steps = ({ problem: { blocks } }: Recipe): number =>
  blocks.length <= 3 ? 20 * blocks.length + 2 : 12;

function everyWay(title: string, check: (instance: Instance, way: Way) => void): void {
  test(title, () => {
    for (const [instance, way] of [...thinned(), ...thinned(setWays)]) {
      try {
        check(instance, way);
      } catch (error) {
        throw new Error(`${instance.title}; ${way.title}: ${error}`, { cause: error });
      }
    }
  });
}

/** Runs to step k, stopping after every update when there is something to do there. */
function ran(recipe: Recipe, k: number, each: ((run: Run) => void) | null): Run {
  const run = new Run(recipe);
  while (run.state.k < k) {
    each?.(run);
    run.begin({ kind: 'steps', count: each === null ? k : 1 });
    if (runOn(run).reason !== 'step') break;
  }
  return run;
}

describe('looking changes nothing', () => {
  everyWay(
    'all diagnostics, all breakpoints and a full inspection at every step leave the bits of a run nobody looks at',
    (instance, way) => {
      const blind = given(recipeOf(instance, way, { config: { diagnostics: [] } }));
      const unseen = ran(blind, steps(blind), null);
      const names = [...unseen.inspector.metrics.keys()];
      const open = given(recipeOf(instance, way, { config: { diagnostics: names } }));
      const seen = ran(open, steps(open), run => {
        run.breakpoints ??= watching(run);
        look(run);
      });
      assert.deepStrictEqual(seen.state, unseen.state);
      // What is measured does not depend on who else looks either.
      const some = given(recipeOf(instance, way));
      const usual = ran(some, steps(some), null);
      for (const { name } of usual.rows.steps.specs) {
        const [one, other] = [usual.rows.steps, seen.rows.steps];
        assert.deepStrictEqual(one.copy(name, 0, one.count), other.copy(name, 0, other.count));
      }
    },
  );

  everyWay(
    'proposing, for the block in turn and for every other, leaves the state as it was, and the next update too',
    (instance, way) => {
      const [asked, left] = [recipeOf(instance, way), recipeOf(instance, way)].map(
        recipe => new Stepper(given(recipe)),
      ) as [Stepper, Stepper];
      for (let k = 0; k < 40; k++) {
        const before = cloneState(asked.state);
        const own = asked.prepare();
        assert.deepStrictEqual(asked.state, before);
        assert.equal(asked.nextBlock(), own.block);
        for (const block of asked.recipe.problem.blocks) {
          assert.equal(asked.proposeFor(block).entry.block, block);
          assert.deepStrictEqual(asked.state, before);
        }
        asked.commit();
        left.commit();
        assert.deepStrictEqual(asked.state, left.state);
      }
    },
  );

  test('a look that fails half-way leaves the next update as it was', () => {
    for (const way of ways.filter(({ title }) => !/gradientDescent|exact|matrix/.test(title))) {
      const instance = instances[0] as Instance;
      let broken = false;
      const wrap: Parameters<typeof recipeOf>[2] = {
        wrap: problem => ({
          ...problem,
          penalty: {
            ...problem.penalty,
            prox(u, t, block, out) {
              problem.penalty.prox(u, t, block, out);
              if (broken) throw new Error('broken');
            },
          },
        }),
      };
      const recipe = recipeOf(instance, way, wrap);
      if (recipe === null) continue;
      const [asked, left] = [recipe, given(recipeOf(instance, way))].map(
        own => new Stepper(own),
      ) as [Stepper, Stepper];
      for (let k = 0; k < 20; k++) {
        const { block } = asked.prepare();
        broken = true;
        const last = recipe.problem.blocks.at(-1)!;
        if (block !== last) assert.throws(() => asked.proposeFor(last), /broken/, way.title);
        broken = false;
        asked.commit();
        left.commit();
        assert.deepStrictEqual(asked.state, left.state, way.title);
      }
    }
  });
});
