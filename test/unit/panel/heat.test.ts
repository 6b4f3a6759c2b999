import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from '../../../extension/history.ts';
import { feeding, ready, view } from '../../support/panel/feeding.ts';
import { metrics, rows } from '../../support/panel/invented.ts';

const blocks = 30;
const tried = { ...metrics.find(({ name }) => name === 'stepSize')!, name: 'stepTried' };

/** The cells of sharpness that are marked, as [sweep, block], where the first block's steps are too long. */
function marked(sweeps: number, isTried: (k: number) => boolean): readonly (readonly number[])[] {
  const run = view(blocks, 0);
  run.info = { ...run.info!, metrics: [...metrics, tried] };
  run.history = new History();
  run.history.begin(run.info);
  const batch = rows({ blocks, divergesFrom: 0 }, 0, sweeps * blocks);
  const stepTried = batch.k.map(k => (isTried(k) ? 1 : 0));
  run.history.append({ ...batch, columns: { ...batch.columns, stepTried } });
  const host = feeding(run);
  host.feed.receive(ready);
  const { cells, above } = host.frames().at(-1)!.traces!.heat!;
  assert.deepEqual(Object.keys(above), ['sharpness']);
  assert.equal(above['sharpness']!.length, cells['sharpness']!.length);
  return [...above['sharpness']!].flatMap((is, cell) =>
    is === 1 ? [[Math.floor(cell / blocks) + 1, cell % blocks]] : [],
  );
}

test('a heatmap marks the steps above their limit, but none that was tried and accepted', () => {
  const first = (sweep: number) => (sweep - 1) * blocks + 1;
  const none = marked(3, () => false);
  assert.deepEqual(none, [
    [1, 0],
    [2, 0],
    [3, 0],
  ]);
  const second = marked(3, k => k === first(2));
  assert.deepEqual(second, [
    [1, 0],
    [3, 0],
  ]);
});

test('a cell of several sweeps is marked when a step in one of them is above its limit', () => {
  // 1024 sweeps in 256 columns: four in each, and only the first sweep was not tried.
  assert.deepEqual(
    marked(1024, k => k > blocks),
    [[1, 0]],
  );
});

test('at step 0 the step of each block is held against its limit', () => {
  const run = view(blocks, 0);
  const block = (value: (b: number) => number) =>
    Float64Array.from({ length: blocks }, (_, b) => value(b));
  run.history.entry.take({
    done: true,
    block: { sharpness: block(() => 1), stepSize: block(b => (b === 7 ? 3 : 1)) },
    run: {},
  });
  const host = feeding(run);
  host.feed.receive(ready);
  const above = host.frames().at(-1)!.traces!.heat!.above['sharpness']!;
  assert.deepEqual(
    [...above].flatMap((is, b) => (is === 1 ? [b] : [])),
    [7],
  );
});
