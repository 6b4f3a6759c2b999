import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { stream } from '../../../../solver/core/random.ts';
import { noHooks } from '../../../../solver/run/hooks.ts';
import { Run } from '../../../../solver/run/run.ts';
import type { Instance } from '../../../support/engine/instances.ts';
import { interruptible, withJumpyClock } from '../../../support/engine/interruptible.ts';
import { recipeOf, setWays, thinned, type Way } from '../../../support/engine/matrix.ts';
import { goTo, type Move, straight, walk, walks } from '../../../support/engine/walk.ts';

/** Rows of two runs from the later start of both: every column of both tables. */
function sameRows(a: Run, b: Run): void {
  for (const table of ['steps', 'sweeps'] as const) {
    const [one, other] = [a.rows[table], b.rows[table]];
    const from = Math.max(a.rows.from, b.rows.from);
    if (from >= a.state.k) return;
    const rowAfter = ({ rows }: Run, k: number) =>
      table === 'steps' ? rows.row(k + 1) : rows.sweepRow(k + 1);
    for (const { name } of one.specs) {
      // The best bound so far is not among what a new process is given.
      if (name === 'suboptimality' && from > 0) continue;
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
  // A new process watches from its keyframe on.
  if (walked.rows.from === 0) assert.deepStrictEqual(told(walked), told(forward));
  const resumed = new Run(fresh(), noHooks, { log: walked.log, keyframe: null });
  goTo(resumed, k);
  assert.deepStrictEqual(resumed.state, forward.state);
  sameRows(resumed, forward);
  assert.deepStrictEqual(told(resumed), told(forward));
}

/** Set to a number for a search: as many walks of each way, and the shortest walk that fails. */
const search = process.env['BLOCKSTEP_WALKS'];
const parameters = { numRuns: Number(search ?? 1), endOnFailure: search === undefined };

describe('a random walk through time ends, bit for bit, where the straight run with its edits ends', () => {
  const families = new Map<string, (readonly [Instance, Way])[]>();
  for (const pair of [...thinned(), ...thinned(setWays)]) {
    families.set(pair[1].method, [...(families.get(pair[1].method) ?? []), pair]);
  }
  for (const [method, pairs] of families) {
    for (const [how, chance] of [
      ['in peace', 0],
      ['interrupted at random in the midst of its work', 0.02],
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
