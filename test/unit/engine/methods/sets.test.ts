import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { registry } from '../../../../solver/registry.ts';
import { orderingRefusal } from '../../../../solver/run/fitting.ts';
import { Stepper } from '../../../../solver/run/update/stepper.ts';
import {
  apart,
  given,
  gradientOf,
  iterateOf,
  lipschitzOf,
  slice,
} from '../../../support/engine/certify.ts';
import { type Instance, quadratic } from '../../../support/engine/instances.ts';
import { accepted, setWays, type Way, ways } from '../../../support/engine/matrix.ts';

/** ½xᵀHx − cᵀx, no two of three neighbours in c alike. */
const quadraticOf = (rows: readonly (readonly number[])[]): Instance =>
  quadratic(
    rows,
    rows.map((_, i) => (i % 3) - 1.3),
  );

/** A chain: coordinate i is coupled with i ± 1 alone, so none with another of its colour. */
const chain = (n: number): readonly (readonly number[])[] =>
  Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === j ? 2.5 : Math.abs(i - j) === 1 ? -1 : 0)),
  );
/** Every coordinate is coupled with every other nearly as strongly as with itself. */
const coupled = (n: number): readonly (readonly number[])[] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0.9)));

const wayOf = (ordering: string, method = 'pccd, metric scalar'): Way =>
  [...ways, ...setWays].find(({ title }) => title === `${method}, ${ordering}, lipschitz`) as Way;

describe('an ordering of sets', () => {
  test('redBlack on a chain equals updating one block after another colour by colour, to rounding: no blocks of one colour are coupled', () => {
    const instance = quadraticOf(chain(9));
    const odd = ['x1', 'x3', 'x5', 'x7', 'x9'];
    const even = ['x2', 'x4', 'x6', 'x8'];
    const names = instance.build().blocks.map(({ name }) => name);
    const order = [0, 2, 4, 6, 8, 1, 3, 5, 7].map(i => names[i]!);
    assert.equal(order.length, odd.length + even.length);
    for (const method of ['pccd, metric scalar', 'exact']) {
      const one = new Stepper(given(instance, wayOf('redBlack', method)));
      const other = new Stepper(
        given(instance, wayOf('custom', method), { config: { orderingOptions: { order } } }),
      );
      for (let sweep = 1; sweep <= 30; sweep++) {
        for (let k = 0; k < 2; k++) one.commit();
        for (let k = 0; k < 9; k++) other.commit();
        assert.equal(one.state.k, 2 * sweep);
        const error = apart(iterateOf(one.recipe, one.state), iterateOf(other.recipe, other.state));
        assert.ok(error <= 1e-14, `${method}, sweep ${sweep}: ${error}`);
      }
    }
  });

  test('proposes each block of the set from the same point: Jacobi’s x − g/L, for every problem', () => {
    const jacobi = accepted(undefined, way => way.title === wayOf('jacobi').title, setWays);
    assert.ok(jacobi.length > 5);
    for (const [instance, way] of jacobi.filter(([{ problem }]) => problem !== 'module')) {
      const stepper = new Stepper(given(instance, way, { config: { start: 'ones' } }));
      const { problem } = stepper.recipe;
      const x = iterateOf(stepper.recipe, stepper.state).slice();
      const expected = x.slice();
      for (const block of problem.blocks) {
        const L = lipschitzOf(problem, block);
        if (L === 0) continue;
        const u = gradientOf(problem, x, block).map((g, i) => slice(x, block)[i]! - g / L);
        problem.penalty.prox(u, 1 / L, block, u);
        expected.set(u, block.start);
      }
      stepper.commit();
      assert.equal(stepper.state.k, 1);
      const error = apart(iterateOf(stepper.recipe, stepper.state), expected);
      assert.ok(error <= 1e-12, `${instance.title}: ${error}`);
    }
  });

  test('jacobi with 1/L_b diverges where blocks are coupled as strongly as within themselves, cyclic does not', () => {
    const instance = quadraticOf(coupled(6));
    const F = (ordering: string, updates: number): number => {
      const stepper = new Stepper(given(instance, wayOf(ordering)));
      for (let k = 0; k < updates; k++) stepper.commit();
      const { x, cache } = stepper.state.points['x']!;
      return stepper.recipe.problem.value(cache, x);
    };
    // λ_max(I − H) = −(n − 1)·0.9 = −4.5: the error grows 4.5-fold a sweep.
    assert.ok(F('jacobi', 40) > 1e30);
    assert.ok(F('cyclic', 240) < 0);
  });

  test('a frozen block of the set is visited and does not move; the others move as without it', () => {
    const instance = quadraticOf(chain(5));
    for (const title of [
      'pccd, metric scalar, jacobi, lipschitz',
      'gradientDescent, cyclic, lipschitz',
    ]) {
      const way = [...ways, ...setWays].find(other => other.title === title) as Way;
      const [free, held] = [0, 1].map(() => new Stepper(given(instance, way))) as [
        Stepper,
        Stepper,
      ];
      held.state.frozen[2] = 1;
      free.commit();
      const { proposal } = held.commit();
      assert.deepEqual(
        proposal.entries.map(({ block }) => block.index),
        [0, 1, 2, 3, 4],
      );
      const [a, b] = [free, held].map(({ recipe, state }) => iterateOf(recipe, state)) as [
        Float64Array,
        Float64Array,
      ];
      for (const i of [0, 1, 3, 4]) assert.equal(b[i], a[i]);
      assert.equal(b[2], held.recipe.problem.start[2]);
      assert.notEqual(a[2], b[2]);
    }
  });

  test('groups must hold each block once, or a sentence names the block that is wrong', () => {
    const { blocks } = quadraticOf(chain(4)).build();
    const names = blocks.map(({ name }) => name);
    const [a, b, c, d] = names as [string, string, string, string];
    const part = registry.orderings.find(({ name }) => name === 'redBlack')!;
    const wrong = (groups: readonly (readonly string[])[] | null) =>
      part.fits({ groups }, blocks)?.wrong ?? null;
    assert.equal(wrong(null), null);
    assert.equal(wrong([[a, c], [b], [d]]), null);
    assert.equal(wrong([[a, c], [b]]), `leaves out the block "${d}"`);
    assert.equal(
      wrong([
        [a, a],
        [b, c, d],
      ]),
      `names the block "${a}" twice`,
    );
    assert.equal(wrong([['z'], names]), 'names the block "z", which the problem does not have');
    const ordering = part.create({
      blocks,
      seed: 1,
      options: { groups: [[a, d], [c], [b]] },
      lipschitz: () => new Float64Array(4),
    });
    const sets = [0, 1, 2].map(place => [...ordering.next(1, place, 1, () => new Float64Array(4))]);
    assert.deepEqual(sets, [[0, 3], [2], [1]]);
  });

  test('a whole-vector method makes a sweep of any ordering that visits each block once into one update of all blocks', () => {
    const instance = quadraticOf(chain(5));
    const part = registry.methods.find(({ name }) => name === 'gradientDescent')!;
    const problem = instance.build();
    for (const ordering of registry.orderings) {
      const refused = orderingRefusal(ordering, { groups: null, order: null }, part, problem);
      assert.equal(refused === null, ordering.eachBlockOnce, ordering.name);
      if (refused) continue;
      const way = [...ways, ...setWays].find(
        other => other.title === `gradientDescent, ${ordering.name}, lipschitz`,
      ) as Way;
      const stepper = new Stepper(given(instance, way));
      const { blocks, sweepEnds } = stepper.commit();
      assert.ok(sweepEnds);
      assert.deepEqual([...blocks].map(({ index }) => index).sort(), [0, 1, 2, 3, 4]);
    }
  });
});
