// What does not change a run: walks through its time, which end where the straight run does, and inspecting it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Interrupted } from '../../../../solver/core/problem.ts';
import { stream } from '../../../../solver/core/random.ts';
import { cloneState } from '../../../../solver/core/state.ts';
import { noHooks } from '../../../../solver/run/facts.ts';
import type { Recipe } from '../../../../solver/run/recipe.ts';
import { Run } from '../../../../solver/run/run.ts';
import { Stepper } from '../../../../solver/run/update/stepper.ts';
import { every, given, look, watching } from '../../../support/engine/certify.ts';
import { type Instance, instances } from '../../../support/engine/instances.ts';
import { recipeOf, setWays, thinned, type Way, ways } from '../../../support/engine/matrix.ts';
import {
  goTo,
  interruptible,
  type Move,
  runOn,
  straight,
  walk,
  walks,
  withJumpyClock,
} from '../../../support/engine/walk.ts';

/** Rows of two runs from the later start of both: every column of both tables. */
function sameRows(a: Run, b: Run): void {
  for (const table of ['steps', 'sweeps'] as const) {
    const [one, other] = [a.rows[table], b.rows[table]];
    const from = Math.max(a.rows.from, b.rows.from);
    if (from >= a.state.k) return;
    const rowAfter = ({ rows }: Run, k: number) =>
      table === 'steps' ? rows.row(k + 1) : rows.sweepRow(k + 1);
    for (const { name } of one.specs) {
      assert.deepStrictEqual(
        one.copy(name, rowAfter(a, from), rowAfter(a, a.state.k)),
        other.copy(name, rowAfter(b, from), rowAfter(b, b.state.k)),
        `${table}.${name}`,
      );
    }
  }
}

const diagnostics = (instance: Instance, way: Way): readonly string[] => {
  const recipe = recipeOf(instance, way);
  return recipe ? [...new Run(recipe).inspector.metrics.keys()] : [];
};

/** A walk ends where the straight run does: every bit of the state, every row, every finding. */
function check(
  instance: Instance,
  way: Way,
  moves: readonly Move[],
  chance: number,
  seed: number,
): void {
  const config = {
    diagnostics: diagnostics(instance, way),
    stopWhen: { stationarity: 1e-300, objective: -1e300 },
  };
  const fresh = () => {
    const recipe = recipeOf(instance, way, { config });
    if (recipe === null) throw new Error('refused');
    return recipe;
  };
  const draw = stream(seed, 'interruptions');
  let armed = false;
  const struck = () => {
    const recipe = recipeOf(instance, way, {
      config,
      wrap: problem => interruptible(problem, () => armed && draw() < chance),
    });
    if (recipe === null) throw new Error('refused');
    armed = true;
    return recipe;
  };
  const walked = withJumpyClock(stream(seed, 'clock'), 30, () => {
    const run = walk(
      () => {
        armed = false;
        return struck();
      },
      moves,
      80,
    );
    armed = false;
    goTo(run, run.state.k);
    return run;
  });
  const { k } = walked.state;
  const forward = straight(fresh(), walked.edits, k);
  assert.deepStrictEqual(walked.state, forward.state);
  sameRows(walked, forward);
  const told = (run: Run) => run.findings.filter(finding => finding.k <= k);
  // A new process finds only from its keyframe on.
  if (walked.rows.from === 0) assert.deepStrictEqual(told(walked), told(forward));
  const resumed = new Run(fresh(), noHooks, { log: walked.log, keyframe: null });
  goTo(resumed, k);
  assert.deepStrictEqual(resumed.state, forward.state);
  sameRows(resumed, forward);
  assert.deepStrictEqual(told(resumed), told(forward));
}

/** For a search: the number of walks of each way; it reports the shortest walk that fails. */
const search = process.env['BLOCKSTEP_WALKS'];
const parameters = { numRuns: Number(search ?? 1), endOnFailure: search === undefined };

describe('a random walk through time ends, bit for bit, where the straight run with its edits ends', () => {
  const families = new Map<string, (readonly [Instance, Way])[]>();
  for (const pair of [...thinned(), ...thinned(setWays)]) {
    families.set(pair[1].method, [...(families.get(pair[1].method) ?? []), pair]);
  }
  for (const [method, pairs] of families) {
    for (const [how, chance] of [
      ['uninterrupted', 0],
      ['with its work interrupted at random', 0.02],
    ] as const) {
      test(`${method}, every way of running every problem, ${how}`, () => {
        for (const [at, [instance, way]] of pairs.entries()) {
          const property = fc.property(walks(24), fc.nat(), (moves, seed) =>
            check(instance, way, moves, chance, seed),
          );
          try {
            fc.assert(property, { ...parameters, seed: at });
          } catch (error) {
            throw new Error(`${instance.title}; ${way.title}: ${error}`, { cause: error });
          }
        }
      });
    }
  }
});

/** Sweeps enough to see a cache computed afresh, which happens after twenty. */
const steps = ({ problem: { blocks } }: Recipe): number =>
  blocks.length <= 3 ? 20 * blocks.length + 2 : 12;

/** Runs to step k, stopping after every update where `each` is given. */
function ran(recipe: Recipe, k: number, each: ((run: Run) => void) | null): Run {
  const run = new Run(recipe);
  while (run.state.k < k) {
    each?.(run);
    run.begin({ kind: 'steps', count: each === null ? k : 1 });
    if (runOn(run).reason !== 'step') break;
  }
  return run;
}

test('of edits made at once the last of which is interrupted, none is made', () => {
  const recipe = given(instances[0] as Instance, ways[0] as Way);
  let interrupted = false;
  const start: typeof recipe.method.start = (...args) => {
    if (interrupted) throw new Interrupted();
    return recipe.method.start(...args);
  };
  const run = new Run({ ...recipe, method: { ...recipe.method, start } });
  goTo(run, 5);
  const before = cloneState(run.state);
  const block = recipe.problem.blocks[0]!.name;
  const edits = [
    { kind: 'frozen', block, value: true },
    { kind: 'value', block, index: 0, value: 0.5 },
  ] as const;
  interrupted = true;
  assert.throws(() => run.edit(edits), Interrupted);
  assert.deepStrictEqual(run.state, before);
  assert.deepStrictEqual(run.edits, []);
  interrupted = false;
  run.edit(edits);
  assert.equal(run.state.frozen[0], 1);
});

describe('inspecting changes nothing', () => {
  const all = [...thinned(), ...thinned(setWays)];

  test('all diagnostics, all breakpoints and a full inspection at every step leave the bits of an uninspected run', () => {
    every(all, (instance, way) => {
      const blind = given(instance, way, { config: { diagnostics: [] } });
      const unseen = ran(blind, steps(blind), null);
      const names = [...unseen.inspector.metrics.keys()];
      const open = given(instance, way, { config: { diagnostics: names } });
      const seen = ran(open, steps(open), run => {
        run.breakpoints ??= watching(run);
        look(run);
      });
      assert.deepStrictEqual(seen.state, unseen.state);
      // Measured values do not depend on other inspections either.
      const some = given(instance, way);
      const usual = ran(some, steps(some), null);
      for (const { name } of usual.rows.steps.specs) {
        const [one, other] = [usual.rows.steps, seen.rows.steps];
        assert.deepStrictEqual(one.copy(name, 0, one.count), other.copy(name, 0, other.count));
      }
    });
  });

  test('proposing a step, for the next block and for every other, changes neither the state nor the next update', () => {
    every(all, (instance, way) => {
      const [asked, left] = [0, 1].map(() => new Stepper(given(instance, way))) as [
        Stepper,
        Stepper,
      ];
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
    });
  });

  test('an inspection that fails half-way leaves the next update unchanged', () => {
    for (const way of ways.filter(({ title }) => !/gradientDescent|exact|matrix/.test(title))) {
      const instance = instances[0] as Instance;
      let broken = false;
      const wrap: Parameters<typeof recipeOf>[2] = {
        wrap: problem => ({
          ...problem,
          coordinateSweep: null,
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
      const [asked, left] = [recipe, given(instance, way)].map(own => new Stepper(own)) as [
        Stepper,
        Stepper,
      ];
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
