// What is drawn of the values at step 0, and what a heatmap marks.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { History } from '../../../extension/history.ts';
import { TraceStore } from '../../../webview/traces.ts';
import { everything, feeding, ready, view, type Writable } from '../../support/panel/feeding.ts';
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

describe('the values at step 0', () => {
  const take = (run: Writable, count: number) =>
    run.history.entry.take({
      done: true,
      block: { gradNorm: Float64Array.from({ length: count }, (_, b) => b + 1) },
      run: { objective: 5 },
    });
  const page = (host: ReturnType<typeof feeding>) => {
    const store = new TraceStore();
    for (const { traces } of host.frames()) if (traces !== undefined) store.take(traces);
    return store;
  };
  const first = (store: TraceStore, metric: string, block: number) => {
    const { k, low } = store.find(metric, block)!;
    return k.length > 0 ? [k.at(0), low.at(0)] : [];
  };

  test('are in the table and the curves once they are known, and the curves continue from there', () => {
    const run = view(4, 0);
    const host = feeding(run);
    host.feed.receive(ready);
    assert.deepEqual(first(page(host), 'gradNorm', 2), []);
    host.draw();
    take(run, 4);
    host.feed.changed();
    host.draw();
    const { table } = host.frames().at(-1)!;
    assert.deepEqual([...table!.columns['gradNorm']!], [1, 2, 3, 4]);
    assert.deepEqual(first(page(host), 'gradNorm', 2), [0, 3]);
    assert.deepEqual(first(page(host), 'objective', -1), [0, 5]);
    assert.deepEqual(first(page(host), 'stepSize', 0), []);
    run.history.append(rows({ blocks: 4 }, 0, 9));
    host.feed.changed();
    host.draw();
    const store = page(host);
    assert.deepEqual(first(store, 'gradNorm', 2), [0, 3]);
    assert.ok(store.find('gradNorm', 2)!.k.length > 2);
  });

  test('are not in the curves of a view that begins later', () => {
    const run = view(4, 40);
    take(run, 4);
    const host = feeding(run);
    host.feed.receive({ kind: 'ready', look: { ...everything, fromK: 8, toK: 20 } });
    assert.ok(first(page(host), 'gradNorm', 2)[0]! > 8);
  });

  test('fill the first column of a heatmap for blocks that have not moved in it', () => {
    const run = view(30, 0);
    take(run, 30);
    const host = feeding(run);
    host.feed.receive(ready);
    const cells = () => [...host.frames().at(-1)!.traces!.heat!.cells['gradNorm']!].slice(0, 30);
    assert.deepEqual(
      cells(),
      Array.from({ length: 30 }, (_, b) => b + 1),
    );
    const { edges } = host.frames().at(-1)!.traces!.heat!;
    assert.deepEqual([...edges], [0, 30]);
    host.draw();
    run.history.append(rows({ blocks: 30 }, 0, 3));
    host.feed.changed();
    const [moved, waiting] = [cells().slice(0, 3), cells().slice(3)];
    const newest = run.history.valuesAt(3).values['gradNorm']!;
    assert.deepEqual(moved, [...Float32Array.from(newest.slice(0, 3))]);
    assert.deepEqual(
      waiting,
      Array.from({ length: 27 }, (_, b) => b + 4),
    );
  });
});
