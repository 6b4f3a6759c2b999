// In which order blocks are visited, and how much depends on it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Ordering } from '../../../../solver/core/ordering.ts';
import type { Block, Problem } from '../../../../solver/core/problem.ts';
import { permutation, stream } from '../../../../solver/core/random.ts';
import { registry } from '../../../../solver/registry.ts';
import { defaults } from '../../../../solver/run/fitting.ts';
import { Run } from '../../../../solver/run/run.ts';
import { Stepper } from '../../../../solver/run/update/stepper.ts';
import {
  every,
  given,
  gradientOf,
  iterateOf,
  lipschitzOf,
  objective,
  slice,
} from '../../../support/engine/certify.ts';
import { buildProblem, instances } from '../../../support/engine/instances.ts';
import { accepted, wayOf } from '../../../support/engine/matrix.ts';
import { runOn } from '../../../support/engine/walk.ts';

const m = 7;
const blocks = Array.from({ length: m }, (_, index): Block => {
  return { name: `b${index}`, index, start: index, size: 1, coordinates: [`b${index}`] };
});
const lipschitz = Float64Array.of(1, 4, 9, 0.25, 1, 16, 2);
const order = ['b3', 'b0', 'b3', 'b6', 'b1'];

/** An ordering of the registry over seven blocks. */
function make(name: string, seed: number, options: object = {}): Ordering {
  const part = registry.orderings.find(other => other.name === name);
  if (part === undefined) throw new Error(`no ordering ${name}`);
  const all = { ...defaults(part.options), ...(name === 'custom' ? { order } : {}), ...options };
  return part.create({ blocks, seed, options: all, lipschitz: () => lipschitz });
}

const scores = (sweep: number, place: number) => (): Float64Array =>
  Float64Array.from(blocks, (_, b) => stream(2, sweep, place, b)());
const sweepOf = (ordering: Ordering, sweep: number, since = 1): number[] =>
  Array.from({ length: ordering.length }, (_, place) => [
    ...ordering.next(sweep, place, since, scores(sweep, place)),
  ]).flat();

describe('every ordering of the registry', () => {
  for (const { name, eachBlockOnce } of registry.orderings) {
    test(`${name} gives the same block for a sweep and place whatever was asked before`, () => {
      const straight = make(name, 9);
      const sequence = Array.from({ length: 40 }, (_, i) =>
        Array.from({ length: straight.length }, (_, place) => [
          ...straight.next(i + 1, place, 1, scores(i + 1, place)),
        ]),
      );
      const jumping = make(name, 9);
      const draw = stream(4, name);
      for (let i = 0; i < 2000; i++) {
        const sweep = 1 + Math.floor(draw() * 40);
        const place = Math.floor(draw() * jumping.length);
        const set = jumping.next(sweep, place, 1, scores(sweep, place));
        assert.deepEqual(set, sequence[sweep - 1]![place]);
      }
    });

    if (eachBlockOnce)
      test(`${name} visits each block once a sweep`, () => {
        for (let seed = 0; seed < 20; seed++) {
          const ordering = make(name, seed);
          for (let sweep = 1; sweep <= 20; sweep++) {
            const visited = sweepOf(ordering, sweep, 1 + (seed % 3)).sort((a, b) => a - b);
            assert.deepEqual(visited, [0, 1, 2, 3, 4, 5, 6]);
          }
        }
      });
  }
});

describe('the fixed orders', () => {
  const forth = [0, 1, 2, 3, 4, 5, 6];
  const back = [...forth].reverse();

  test('cyclic goes forward, reverse backward, symmetric alternates from the sweep where it took over, custom follows its list', () => {
    for (const sweep of [1, 2, 5]) {
      assert.deepEqual(sweepOf(make('cyclic', 1), sweep), forth);
      assert.deepEqual(sweepOf(make('reverse', 1), sweep), back);
      assert.deepEqual(sweepOf(make('custom', 1), sweep), [3, 0, 3, 6, 1]);
      for (const since of [1, 2]) {
        const expected = (sweep - since) % 2 === 0 ? forth : back;
        assert.deepEqual(sweepOf(make('symmetric', 1), sweep, since), expected);
      }
    }
  });

  test('shuffled draws new permutations, different from sweep to sweep and from seed to seed', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 10; seed++) {
      for (let sweep = 1; sweep <= 10; sweep++)
        seen.add(String(sweepOf(make('shuffled', seed), sweep)));
    }
    // 100 draws among 5,040 repeat themselves about once.
    assert.ok(seen.size >= 94, `${seen.size} of 100 are different`);
  });
});

/** χ² of counts against their expectation. */
function chiSquare(counts: readonly number[], expected: readonly number[]): number {
  return counts.reduce((sum, count, b) => sum + (count - expected[b]!) ** 2 / expected[b]!, 0);
}

describe('the random orders', () => {
  const sweeps = 3000;
  for (const [title, name, options, weight] of [
    ['random is uniform', 'random', {}, () => 1],
    ['importance draws P(b) ∝ L_b', 'importance', {}, (L: number) => L],
    ['importance draws P(b) ∝ √L_b for α = ½', 'importance', { alpha: 0.5 }, Math.sqrt],
    ['importance draws P(b) ∝ 1/L_b for α = −1', 'importance', { alpha: -1 }, (L: number) => 1 / L],
  ] as const) {
    test(title, () => {
      const ordering = make(name, 17, options);
      const counts = new Array<number>(m).fill(0);
      for (let sweep = 1; sweep <= sweeps; sweep++) {
        for (const b of sweepOf(ordering, sweep)) counts[b] = counts[b]! + 1;
      }
      const weights = Array.from(lipschitz, L => weight(L));
      const total = weights.reduce((sum, w) => sum + w, 0);
      const expected = weights.map(w => (m * sweeps * w) / total);
      // χ² with six degrees of freedom is above 27.9 once in ten thousand times.
      const value = chiSquare(counts, expected);
      assert.ok(value < 27.9, `χ² = ${value}: ${counts} against ${expected.map(Math.round)}`);
    });
  }

  test('each of the 24 permutations of four blocks is drawn equally often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 4800; i++) {
      const key = String(permutation(4, stream(8, i)));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    assert.equal(counts.size, 24);
    // With 23 degrees of freedom χ² is above 56 once in ten thousand times.
    const value = chiSquare([...counts.values()], new Array<number>(24).fill(200));
    assert.ok(value < 56, `χ² = ${value}`);
  });
});

describe('greedy', () => {
  test('picks the largest score, and of equal ones the lowest index', () => {
    const pick = (...score: number[]): number =>
      make('greedy', 1).next(1, 0, 1, () => Float64Array.from(score))[0]!;
    assert.equal(pick(1, 5, 2, 3, 0, 0, 4), 1);
    assert.equal(pick(1, 5, 2, 5, 0, 0, 5), 1);
    assert.equal(pick(0, 0, 0, 0, 0, 0, 0), 0);
  });

  test('the score is how far the block would move with 1/L_b; a frozen block is never picked while another can move', () => {
    const greedy = accepted(
      instances.filter(({ problem }) => problem !== 'module'),
      ({ title }) => title === 'pccd, metric scalar, greedy, lipschitz',
    );
    every(greedy, (instance, way) => {
      const stepper = new Stepper(given(instance, way));
      const { problem } = stepper.recipe;
      for (let k = 0; k < 20; k++) {
        const x = iterateOf(stepper.recipe, stepper.state);
        const moves = problem.blocks.map(block => {
          const L = lipschitzOf(problem, block);
          const u = gradientOf(problem, x, block).map((g, i) => x[block.start + i]! - g / L);
          problem.penalty.prox(u, 1 / L, block, u);
          const frozen = stepper.state.frozen[block.index] === 1;
          return frozen ? 0 : Math.hypot(...u.map((v, i) => v - slice(x, block)[i]!));
        });
        const { block } = stepper.commit();
        const largest = Math.max(...moves);
        // Cached and fresh gradients differ by rounding.
        assert.ok(moves[block.index]! >= largest * (1 - 1e-9) - 1e-13, `${moves}: ${block.index}`);
        if (k === 9) stepper.state.frozen[block.index] = 1;
      }
    });
  });
});

const build = (): Problem =>
  buildProblem('quadratic', { size: 50, delta: 0.05 }, 'coordinates', null);
const instance = { title: 'sunYe', problem: 'quadratic', blocks: 'coordinates', build } as const;
const first = objective(build(), build().start);

/** P-CCD under an ordering, to 1e-8 of the first objective. */
function run(ordering: string): Run {
  const way = wayOf(`pccd, metric scalar, ${ordering}, lipschitz`);
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

  test('after a swap to random permutations in the middle of a cyclic run log F falls more than 20 times as fast', () => {
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
