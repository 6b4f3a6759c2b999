import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TraceStore } from '../../../webview/traces.ts';
import { rows } from '../../support/engine/metrics.ts';
import { everything, feeding, ready, view, type Writable } from '../../support/panel/feeding.ts';

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

  test('are in table and curves once they are known, and the curves go on from there', () => {
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

  test('are not in the curves of a window that begins later', () => {
    const run = view(4, 40);
    take(run, 4);
    const host = feeding(run);
    host.feed.receive({ kind: 'ready', look: { ...everything, fromK: 8, toK: 20 } });
    assert.ok(first(page(host), 'gradNorm', 2)[0]! > 8);
  });

  test('fill the first column of a heatmap where a block has not moved in it', () => {
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
