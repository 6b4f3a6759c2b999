import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stateBytes } from '../../../../solver/core/state.ts';
import { Stepper } from '../../../../solver/run/stepper.ts';
import { Keyframes } from '../../../../solver/run/time/keyframes.ts';
import { instances } from '../../../support/engine/instances.ts';
import { recipeOf, ways } from '../../../support/engine/matrix.ts';

const BUDGET = 128 * 1024 * 1024;

/** The steps of the keyframes that are kept, first to last. */
function kept(frames: Keyframes): number[] {
  const out: number[] = [];
  for (let k = frames.last.state.k; ; k = out[0]! - 1) {
    const at = frames.before(k).state.k;
    if (at === out[0]) return out;
    out.unshift(at);
    if (at === 0) return out;
  }
}

describe('keyframes', () => {
  test('take 128 MB at most however long the run, reach from the start to the newest, and are thinned evenly', () => {
    const recipe = instances.flatMap(one => ways.map(way => recipeOf(one, way))).find(r => r);
    const { state } = new Stepper(recipe!);
    // 4 MB each: 31 fit.
    state.vectors['large'] = new Float64Array(2 ** 19);
    const frames = new Keyframes();
    let added = 0;
    for (let k = 0; k < 5000; k++) {
      state.k = k;
      if (k > 0 && !frames.due(41)) continue;
      frames.add(state, 0, null);
      added++;
      const steps = kept(frames);
      assert.ok(steps.length * stateBytes(state) <= BUDGET, `${steps.length} keyframes at ${k}`);
      assert.deepEqual([steps[0], steps.at(-1)], [0, k]);
    }
    const steps = kept(frames);
    assert.ok(steps.length >= 12, `${steps.length} kept`);
    // Each thinning doubles the time between them, so that a long run copies seldom.
    assert.ok(added < 200, `${added} copies`);
    const gaps = steps.slice(1).map((k, i) => k - steps[i]!);
    assert.ok(Math.max(...gaps) <= 3 * (5000 / steps.length), `${gaps}`);
  });

  test('one before k is the newest of them, and none beyond a cut is left', () => {
    const recipe = instances.flatMap(one => ways.map(way => recipeOf(one, way))).find(r => r);
    const { state } = new Stepper(recipe!);
    const frames = new Keyframes();
    for (const k of [0, 3, 8, 20]) {
      state.k = k;
      frames.add(state, 0, null);
    }
    assert.deepEqual(
      [0, 2, 3, 7, 8, 19, 20, 99].map(k => frames.before(k).state.k),
      [0, 0, 3, 3, 8, 8, 20, 20],
    );
    frames.cut(8);
    assert.deepEqual(kept(frames), [0, 3, 8]);
    assert.equal(frames.before(99).state.k, 8);
  });

  test('what was known beside the state counts as well', () => {
    const recipe = instances.flatMap(one => ways.map(way => recipeOf(one, way))).find(r => r);
    const { state } = new Stepper(recipe!);
    const frames = new Keyframes();
    for (let k = 0; k < 60; k++) {
      state.k = k;
      // 4 MB each, in numbers and in a list of them.
      const list = Array.from({ length: 2 ** 17 }, (_, i) => i);
      frames.add(state, 0, { numbers: new Float64Array(2 ** 18), list });
      assert.ok(kept(frames).length <= 32, `${kept(frames).length} keyframes at ${k}`);
    }
    assert.ok(kept(frames).length >= 12);
  });
});
