// What a graphics device computes with gpu.js, against float64; on Vulkan in software, so for the numbers only.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Interrupted } from '../../../solver/core/problem.ts';
import { normals, stream } from '../../../solver/core/random.ts';
import type { Device } from '../../../solver/device/device.ts';
import { heldNumbers } from '../../../solver/device/layout.ts';
import { shapeOf, slabRows, slackOf } from '../../../solver/device/shape.ts';
import type { DenseMatrix } from '../../../solver/kernels/columns.ts';
import { Lost } from '../../../solver/kernels/products.ts';
import { openedDevice } from '../../support/graphics.ts';

const dense = (rows: number, columns: number, seed: number): DenseMatrix => ({
  kind: 'dense',
  rows,
  columns,
  values: normals(rows * columns, stream(seed, 'matrix')),
});

const norm = (v: Float64Array): number => Math.sqrt(v.reduce((s, value) => s + value * value, 0));
const column = ({ values, rows }: DenseMatrix, j: number): Float64Array =>
  values.subarray(j * rows, (j + 1) * rows);
const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((s, value, i) => s + value * b[i]!, 0);

/** max_j |found_j − X_jᵀv| / (‖X_j‖ ‖v‖). */
function worst(X: DenseMatrix, v: Float64Array, found: Float64Array): number {
  let most = 0;
  for (let j = 0; j < X.columns; j++) {
    const off = Math.abs(found[j]! - dot(column(X, j), v)) / (norm(column(X, j)) * norm(v));
    if (!(off <= most)) most = off;
  }
  return most;
}

describe('how a matrix lies on a device', () => {
  test('has 64 chunks a column or more, and every row once', () => {
    for (const [rows, columns, limit] of [
      [1, 1, 2 ** 27],
      [255, 3, 2 ** 27],
      [20_000, 5000, 2 ** 31],
      [1_000_000, 40, 2 ** 31],
      [9000, 700, 2 ** 20],
    ] as const) {
      const shape = shapeOf(rows, columns, limit)!;
      const { height, chunks, slabs, stride } = shape;
      assert.ok(chunks * slabs >= Math.min(64, rows / 4), `${rows} rows`);
      assert.equal(height % 4, 0);
      assert.ok(slabRows(shape) * slabs >= rows && slabRows(shape) * stride * 4 <= limit);
      assert.ok(slackOf(shape) < 2e-5);
    }
    assert.equal(shapeOf(10, 2 ** 26, 2 ** 27), null);
  });

  test('refuses what float32 cannot compute with', () => {
    const X = dense(8, 2, 1);
    X.values[9] = 1e31;
    const refused = heldNumbers(X, shapeOf(8, 2, 2 ** 27)!, 0, () => {});
    assert.match(refused as string, /^a column of the data reaches 1\.00e31, which float32 cannot/);
  });
});

describe('products on a device', () => {
  let device: Device | string;
  let polls = 0;
  let interrupts = false;
  const X = dense(2000, 130, 7);
  const v = normals(2000, stream(7, 'v'));
  const out = new Float64Array(130);

  before(async () => {
    device = await openedDevice(() => {
      polls++;
      if (interrupts) throw new Interrupted();
    });
    if (typeof device !== 'string') assert.equal(device.hold(X), null);
  });
  after(() => {
    if (typeof device !== 'string') device.give('the tests are over');
  });
  /** A test that is skipped with the sentence why where there is no device. */
  const onDevice = (title: string, body: (device: Device) => void): void =>
    void test(title, t => (typeof device === 'string' ? t.skip(device) : body(device)));

  onDevice('Xᵀv is right to 1e-8 of ‖X_j‖‖v‖, and within the slack that it states', held => {
    assert.ok(held.transposed(v, 0, out));
    const off = worst(X, v, out);
    assert.ok(off < 1e-8 && off < held.slack, `${off} against ${held.slack}`);
    assert.ok(off > 1e-12, 'float32 shows');
  });

  onDevice('the same call gives the same bits', held => {
    held.transposed(v, 0, out);
    const again = new Float64Array(130);
    held.transposed(v, 0, again);
    assert.deepEqual(again, out);
  });

  onDevice(
    'a vector beyond the range of float32 is scaled; one that is not finite is left alone',
    held => {
      const scaled = new Float64Array(130);
      for (const factor of [1e200, 1e-200, 2 ** -1020]) {
        held.transposed(
          v.map(value => value * factor),
          0,
          scaled,
        );
        assert.ok(
          worst(
            X,
            v,
            scaled.map(value => value / factor),
          ) < 1e-8,
          `${factor}`,
        );
      }
      assert.ok(held.transposed(new Float64Array(2000), 0, scaled));
      assert.deepEqual(scaled, new Float64Array(130));
      const bad = v.slice();
      bad[3] = Number.NaN;
      scaled.fill(5);
      assert.equal(held.transposed(bad, 0, scaled), false);
      assert.equal(scaled[0], 5);
    },
  );

  onDevice('a mini-batch counts each of its rows, those named twice too', held => {
    const rows = Int32Array.of(3, 1999, 0, 3, 700, 701, 702, 14, 15);
    assert.ok(held.rows(rows, v, 0, out));
    for (let j = 0; j < 130; j++) {
      const x = column(X, j);
      const exact = rows.reduce((s, row) => s + x[row]! * v[row]!, 0);
      assert.ok(Math.abs(out[j]! - exact) < 1e-5, `column ${j}`);
    }
  });

  onDevice('Xᵀ(w ∘ (Xv + shift)) is right to 1e-6', held => {
    const w = normals(2000, stream(8, 'w')).map(Math.abs);
    const u = normals(130, stream(8, 'u'));
    const between = new Float64Array(2000).fill(0.25);
    for (let j = 0; j < 130; j++)
      for (let i = 0; i < 2000; i++) between[i] = between[i]! + column(X, j)[i]! * u[j]!;
    for (const weights of [w, null]) {
      assert.ok(held.weighted(weights, u, 0, 0.25, out));
      const weighed = between.map((value, i) => value * (weights?.[i] ?? 1));
      const off = worst(X, weighed, out);
      assert.ok(off < 1e-6, `${off}`);
    }
  });

  onDevice('several slabs give what one gives', held => {
    // A row takes 768 bytes: 341 of them to a slab.
    assert.equal(held.hold(X, 2 ** 18), null);
    assert.ok(held.transposed(v, 0, out) && worst(X, v, out) < 1e-8);
    const rows = Int32Array.of(1, 340, 341, 342, 1999);
    held.rows(rows, v, 0, out);
    const exact = rows.reduce((s, row) => s + column(X, 5)[row]! * v[row]!, 0);
    assert.ok(Math.abs(out[5]! - exact) < 1e-5);
    const u = normals(130, stream(9, 'u'));
    const between = new Float64Array(2000);
    for (let j = 0; j < 130; j++)
      for (let i = 0; i < 2000; i++) between[i] = between[i]! + column(X, j)[i]! * u[j]!;
    assert.ok(held.weighted(null, u, 0, 0, out) && worst(X, between, out) < 1e-6);
    assert.equal(held.hold(X), null);
  });

  onDevice('polls while it waits; an interrupted call leaves the next one right', held => {
    polls = 0;
    interrupts = true;
    assert.throws(
      () =>
        held.transposed(
          v.map(() => 1),
          0,
          out,
        ),
      Interrupted,
    );
    interrupts = false;
    assert.ok(polls > 0);
    held.transposed(v, 0, out);
    assert.ok(worst(X, v, out) < 1e-8);
  });

  onDevice('a device that goes away is lost, says why, and stays lost', held => {
    held.leave();
    assert.throws(
      () => held.transposed(v, 0, out),
      (error: unknown) => error instanceof Lost && /WebGPU device was lost/.test(error.message),
    );
    assert.equal(held.ready, false);
    assert.match(held.trouble!, /lost/);
    assert.throws(() => held.transposed(v, 0, out), Lost);
  });
});

test('a device that is given up in the middle of a call ends nothing but itself', async t => {
  let interrupts = false;
  const device = await openedDevice(() => {
    if (interrupts) throw new Interrupted();
  });
  if (typeof device === 'string') return t.skip(device);
  assert.equal(device.hold(dense(20_000, 200, 7)), null);
  interrupts = true;
  assert.throws(
    () => device.transposed(normals(20_000, stream(7, 'v')), 0, new Float64Array(200)),
    Interrupted,
  );
  device.give('nobody needs it');
  // A crash of the device's library would end this process.
  await new Promise(resolve => setTimeout(resolve, 1500));
  assert.equal(device.trouble, 'nobody needs it');
});
