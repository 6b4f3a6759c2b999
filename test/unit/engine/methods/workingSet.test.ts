// Working sets beside P-CCD, their screening beside long runs, and what they are worth.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRefusal, type Options } from '../../../../solver/core/part.ts';
import type { Problem } from '../../../../solver/core/problem.ts';
import { normals, stream } from '../../../../solver/core/random.ts';
import { highest } from '../../../../solver/methods/workingSet/highest.ts';
import { registry } from '../../../../solver/registry.ts';
import { defaults } from '../../../../solver/run/fitting.ts';
import { Run } from '../../../../solver/run/run.ts';
import { editRefusal } from '../../../../solver/run/time/edits.ts';
import { Stepper } from '../../../../solver/run/update/stepper.ts';
import { blockDistance, every, given, iterateOf } from '../../../support/engine/certify.ts';
import { correlated } from '../../../support/engine/correlated.ts';
import { type Instance, instances } from '../../../support/engine/instances.ts';
import {
  accepted,
  configured,
  setWays,
  type Way,
  wayOf,
  ways,
} from '../../../support/engine/matrix.ts';
import { goTo, runOn } from '../../../support/engine/walk.ts';

const scalar = wayOf('workingSet, metric scalar, cyclic, lipschitz');
const plain = wayOf('pccd, metric scalar, cyclic, lipschitz');
const part = registry.methods.find(({ name }) => name === 'workingSet')!;

const withOptions = (way: Way, options: Options): Way => ({
  ...way,
  methodOptions: { ...defaults(part.options), ...way.methodOptions, ...options },
});

const instanceOf = (build: () => Problem): Instance => ({
  title: 'correlated',
  problem: 'lasso',
  blocks: 'coordinates',
  build,
});

const convergent = { stopWhen: { relativeGap: 1e-8, sweeps: 20_000 } };

/** Problems with a gap, of single coordinates and of groups. */
const sparse: readonly (readonly [string, () => Problem])[] = [
  ['lasso', () => correlated(60, 200, 'lasso', { lambda: '0.05*max' })],
  ['elastic net', () => correlated(60, 200, 'elasticNet', { lambda: '0.1*max', l1Ratio: 0.7 })],
  ['group lasso', () => correlated(60, 200, 'groupLasso', { lambda: '0.2*max' }, { size: 2 })],
  ['logistic', () => correlated(60, 200, 'logistic', { lambda: '0.1*max' })],
];

function runOf(build: () => Problem, way: Way, config = {}): Run {
  return new Run(given(instanceOf(build), way, { config }));
}

describe('the working set', () => {
  test('of all blocks, without screening and extrapolation, gives P-CCD’s bits for every problem, ordering and step rule', () => {
    const mine = accepted(instances, ({ method }) => method === 'workingSet');
    assert.ok(mine.length > 100);
    every(mine, (instance, way) => {
      const all = { p0: 1000, screen: false, extrapolate: false };
      const set = new Stepper(
        given(instance, withOptions(way, all), { config: { start: 'ones' } }),
      );
      const title = way.title.replace('workingSet', 'pccd');
      const peer = new Stepper(given(instance, wayOf(title), { config: { start: 'ones' } }));
      for (let k = 0; k < 5 * set.recipe.problem.blocks.length; k++) {
        assert.equal(set.commit().block.index, peer.commit().block.index);
        assert.deepEqual(iterateOf(set.recipe, set.state), iterateOf(peer.recipe, peer.state));
      }
    });
  });

  for (const [name, build] of sparse) {
    test(`comes to the minimum of ${name}, through a set that stays small, and not before its gap says so`, () => {
      const run = runOf(build, scalar, convergent);
      const { problem } = run;
      let most = 0;
      run.begin({ kind: 'sweep' });
      while (runOn(run).reason !== 'converged') {
        most = Math.max(most, run.recipe.method.working!(run.state).length);
        run.begin({ kind: run.state.sweep > 3 ? 'end' : 'sweep' });
      }
      const { x, cache } = run.state.points['x']!;
      assert.ok(problem.certificate!.gap(cache, x) <= 1e-8 * problem.certificate!.nullObjective);
      assert.ok(most < problem.blocks.length / 2, `${most}`);
      const peer = runOf(build, plain, { stopWhen: { relativeGap: 1e-10, sweeps: 50_000 } });
      peer.begin({ kind: 'end' });
      runOn(peer);
      const fall = run.objective() - peer.objective();
      assert.ok(Math.abs(fall) <= 1.1e-8 * problem.certificate!.nullObjective, `${fall}`);
    });

    test(`screens no block of ${name} that a long run leaves off zero, and screens some`, () => {
      const long = runOf(build, plain, { stopWhen: { relativeGap: 1e-12, sweeps: 20_000 } });
      long.begin({ kind: 'end' });
      runOn(long);
      const best = iterateOf(long.recipe, long.state);
      const run = runOf(build, scalar, convergent);
      run.begin({ kind: 'end' });
      runOn(run);
      // The last sweep's end is an outer iteration's place: its screening is done before the next update.
      goTo(run, run.state.k + 1);
      const screened = run.state.vectors['screened']!;
      let count = 0;
      for (const { index, start, size } of run.problem.blocks) {
        if (screened[index] === 0) continue;
        count++;
        for (let c = start; c < start + size; c++) assert.ok(Math.abs(best[c]!) < 1e-9, `${index}`);
      }
      assert.ok(count > run.problem.blocks.length / 10, `${count} screened`);
    });
  }

  test('scores are the distances to optimality, and what entered had the highest', () => {
    const run = runOf(sparse[0]![1], scalar);
    goTo(run, 1);
    const { problem, state } = run;
    const { score, entered, entryScore } = state.vectors as Record<string, Float64Array>;
    const x0 = new Float64Array(problem.size);
    const distances = problem.blocks.map(block => blockDistance(problem, x0, block));
    for (const { index } of problem.blocks)
      assert.ok(Math.abs(score![index]! - distances[index]!) <= 1e-12);
    const inside = problem.blocks.filter(({ index }) => entered![index]! > 0);
    const outside = problem.blocks.filter(({ index }) => entered![index] === 0);
    assert.equal(inside.length, 11);
    const least = Math.min(...inside.slice(1).map(({ index }) => distances[index]!));
    assert.ok(outside.every(({ index }) => distances[index]! <= least + 1e-12));
    for (const { index } of inside) assert.equal(entryScore![index], score![index]);
  });

  test('measures the gap only where an outer iteration follows, and says each of these once', () => {
    const run = runOf(sparse[0]![1], scalar, convergent);
    run.begin({ kind: 'end' });
    runOn(run);
    const outer = run.findings.filter(({ name }) => name === 'workingSet');
    const { sweeps } = run.rows;
    assert.equal(sweeps.count, run.state.scalars['outer']);
    assert.equal(outer.length, run.state.scalars['outer']);
    // The first is at x₀; the others begin where a sweep was measured.
    for (let i = 1; i < outer.length; i++) assert.equal(outer[i]!.k, sweeps.read('k', i - 1) + 1);
    for (let i = 0; i < sweeps.count; i++) {
      const [inner, gap] = [sweeps.read('innerGap', i), sweeps.read('gap', i)];
      assert.ok(inner <= gap * (1 + 1e-9) && inner >= 0, `${inner} of ${gap}`);
    }
  });

  test('a frozen block that a solution needs keeps every other from being screened', () => {
    const run = runOf(sparse[0]![1], scalar, { stopWhen: { sweeps: 200 } });
    const { problem } = run;
    const block = problem.blocks[11]!;
    run.edit([{ kind: 'frozen', block: block.name, value: true }]);
    run.begin({ kind: 'end' });
    runOn(run);
    assert.ok(run.state.vectors['screened']!.every(at => at === 0));
  });

  test('needs fewer passes than P-CCD by a factor of five on a correlated lasso', () => {
    const passes = [scalar, plain].map(way => {
      const run = runOf(
        () => correlated(100, 400, 'lasso', { lambda: '0.05*max' }),
        way,
        convergent,
      );
      run.begin({ kind: 'end' });
      assert.equal(runOn(run).reason, 'converged');
      return run.state.work;
    });
    assert.ok(5 * passes[0]! <= passes[1]!, `${passes}`);
  });

  test('refuses orderings that need all blocks, at the start and as an edit', () => {
    const run = runOf(sparse[0]![1], scalar);
    for (const { name, ofAny } of registry.orderings) {
      const way = [...ways, ...setWays].find(
        ({ method, ordering }) => method === 'workingSet' && ordering === name,
      ) as Way;
      const recipe = configured({ build: sparse[0]![1] }, way);
      const edit = { kind: 'ordering', ordering: name } as const;
      assert.equal(isRefusal(recipe), !ofAny, name);
      assert.equal(editRefusal(run.recipe, run.state, edit) === null, ofAny);
      if (isRefusal(recipe)) assert.match(recipe.refusal, /chooses those of a sweep itself/);
    }
  });

  test('the highest values are those of a sort, of equal ones the first', () => {
    const draw = stream(4, 'highest');
    for (let turn = 0; turn < 300; turn++) {
      const n = 1 + Math.floor(draw() * 40);
      const values = normals(n, draw).map(v => Math.round(2 * v) / 2);
      if (turn % 3 === 0) values[0] = Number.NEGATIVE_INFINITY;
      const count = Math.floor(draw() * (n + 2));
      const sorted = [...values.keys()]
        .filter(i => values[i]! > Number.NEGATIVE_INFINITY)
        .sort((a, b) => values[b]! - values[a]! || a - b)
        .slice(0, count)
        .sort((a, b) => a - b);
      assert.deepEqual(highest(values, count), sorted);
    }
  });
});
