import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Dataset, Problem } from '../../../../solver/core/problem.ts';
import { normals, stream } from '../../../../solver/core/random.ts';
import { Stepper } from '../../../../solver/run/stepper.ts';
import { given } from '../../../support/engine/certify.ts';
import { buildProblem } from '../../../support/engine/instances.ts';
import { type Way, ways } from '../../../support/engine/matrix.ts';

const ROWS = 2048;
/** Two blocks, each of which moves more than 2²⁰ numbers: its cache is computed with the proposal. */
const WIDE = 600;

const names = Array.from({ length: 2 * WIDE }, (_, j) => `c${j}`);
const data: Dataset = {
  source: 'the test',
  columns: names,
  X: {
    kind: 'dense',
    rows: ROWS,
    columns: 2 * WIDE,
    values: normals(ROWS * 2 * WIDE, stream(1, 'X')),
  },
  y: normals(ROWS, stream(1, 'y')),
  target: 'y',
};
const problem: Problem = buildProblem('lasso', { lambda: 0.01 }, { size: WIDE }, data);

describe('a move of more than 2²⁰ numbers', () => {
  for (const [title, sets] of [
    ['pccd, metric scalar, cyclic, fixed', 1],
    ['vrccd, coin sweep, metric scalar, cyclic, fixed', 1],
    ['acoder, cyclic, lipschitz', 1],
    ['gradientDescent, cyclic, fixed', 2],
  ] as const) {
    test(`leaves the bits that shift leaves, and changes nothing before it is made: ${title}`, () => {
      const way = ways.find(one => one.title === title) as Way;
      const one = { title, problem: 'lasso', blocks: 'sizes', build: () => problem } as const;
      const stepper = new Stepper(given(one, way));
      for (let k = 0; k < 6; k++) {
        const { view, proposal, start } = stepper.prepare();
        const caches = Object.fromEntries(
          Object.entries(view.points).map(([name, { x, cache }]) => [
            name,
            { x: x.slice(), cache: cache.slice() },
          ]),
        );
        const wide = proposal.entries.reduce((sum, { block }) => sum + block.size, 0);
        const isLong = wide * ROWS > 2 ** 20;
        assert.ok(isLong === wide > 1 && proposal.entries.length <= sets + 1);
        if (isLong)
          assert.ok(
            proposal.settled.some(({ cache }) => cache !== null),
            'nothing is settled',
          );
        stepper.invalidate();
        stepper.prepare();
        for (const [name, { cache }] of Object.entries(caches))
          if (!start) assert.deepEqual(view.points[name]!.cache, cache, 'a proposal changed it');
        const moved = stepper.commit().proposal;
        for (const { block, moves } of moved.entries) {
          for (const { point, value, delta } of moves) {
            const { x, cache } = caches[point]!;
            if (delta.subarray(0, block.size).some(d => d !== 0))
              problem.shift(cache, x, block, delta);
            x.set(value.subarray(0, block.size), block.start);
          }
        }
        for (const [name, { x, cache }] of Object.entries(caches)) {
          assert.deepEqual(stepper.state.points[name]!.x, x);
          assert.deepEqual(stepper.state.points[name]!.cache, cache, `${name} after step ${k + 1}`);
        }
      }
    });
  }
});
