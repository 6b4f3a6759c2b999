import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRefusal } from '../../../../solver/core/part.ts';
import { type Dataset, Interrupted } from '../../../../solver/core/problem.ts';
import { normals, stream } from '../../../../solver/core/random.ts';
import { symmetricEigen } from '../../../../solver/kernels/eigen.ts';
import { groupPenalty, zeroPenalty } from '../../../../solver/problems/linear/penalties.ts';
import { buildProblem } from '../../../support/engine/instances.ts';
import { configured, type Way, ways } from '../../../support/engine/matrix.ts';

/** BᵀB + I of d columns, symmetric to the bit. */
function definite(d: number): Float64Array {
  const B = normals(d * d, stream(3, d));
  const H = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let s = i === j ? d : 0;
      for (let k = 0; k < d; k++) s += B[i * d + k]! * B[j * d + k]!;
      H[i * d + j] = s;
      H[j * d + i] = s;
    }
  }
  return H;
}

describe('work in the metric of a block’s Hessian', () => {
  test('polls about once every d² multiply-adds: a decomposition of d is never longer than that without one', () => {
    for (const d of [20, 60, 150]) {
      let polls = 0;
      symmetricEigen(definite(d), d, () => {
        polls++;
      });
      // d − 1 reflections each way, and at least one rotation sweep an eigenvalue but the last.
      assert.ok(polls >= 3 * d - 4, `${polls} polls for ${d}`);
    }
  });

  test('abandoned at any poll and asked again gives the same bits, the group’s norm and no penalty', () => {
    const d = 24;
    const H = definite(d);
    const g = normals(d, stream(1));
    const u = normals(d, stream(2));
    const block = { name: 'b', index: 0, start: 0, size: d, coordinates: [] };
    for (const make of [
      zeroPenalty,
      (poll: () => void) => groupPenalty(Float64Array.of(2), poll),
    ]) {
      const expected = new Float64Array(d);
      make(() => {}).metricStep(u, g, H, 1, block, expected);
      let polls = 0;
      make(() => polls++).metricStep(u, g, H, 1, block, new Float64Array(d));
      assert.ok(polls >= d - 1, `${polls} polls`);
      let left = 0;
      const penalty = make(() => {
        if (left-- === 0) throw new Interrupted();
      });
      for (const at of [0, 1, polls >> 1, polls - 1]) {
        left = at;
        const fresh = H.slice();
        fresh[0] = fresh[0]! + at * 1e-9;
        assert.throws(
          () => penalty.metricStep(u, g, fresh, 1, block, new Float64Array(d)),
          Interrupted,
        );
      }
      left = -1;
      const out = new Float64Array(d);
      penalty.metricStep(u, g, H, 1, block, out);
      assert.deepEqual(out, expected);
    }
  });
});

test('a column of 1e155, whose square is no number, is refused by its block’s name', () => {
  const data: Dataset = {
    source: 'two rows',
    columns: ['small', 'huge'],
    X: { kind: 'dense', rows: 2, columns: 2, values: Float64Array.of(1, 2, 1e155, -1e155) },
    y: Float64Array.of(1, 2),
    target: 'y',
  };
  const build = () => buildProblem('leastSquares', { intercept: false }, 'coordinates', data);
  const way = ways.find(({ title }) => title === 'pccd, metric scalar, cyclic, lipschitz') as Way;
  const refused = configured({ build }, way);
  assert.ok(isRefusal(refused));
  assert.match(
    refused.refusal,
    /makes the curvature of block "huge" larger than any number; accepted/,
  );
});
