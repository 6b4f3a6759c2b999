// What a page is sent: how often, and what a frame holds.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Frame, Look } from '../../../solver/wire/panel.ts';
import { TraceStore } from '../../../webview/traces.ts';
import { everything, feeding, ready, view } from '../../support/panel/feeding.ts';
import { drawn, rows } from '../../support/panel/invented.ts';

describe('the pace', () => {
  test('nothing is sent before the page says that it is ready', () => {
    const { feed, posted } = feeding(view(4, 100));
    feed.changed();
    assert.equal(posted.length, 0);
    feed.receive(ready);
    assert.equal(posted.length, 1);
  });

  test('a page that does not draw gets one frame only, however often the run changes', () => {
    const run = view(4, 100);
    const host = feeding(run);
    host.feed.receive(ready);
    for (let i = 0; i < 1000; i++) {
      run.history.append(rows({ blocks: 4 }, run.history.end, 10));
      host.feed.changed();
      host.pass(5);
    }
    assert.equal(host.frames().length, 1);
    host.draw();
    assert.equal(host.frames().length, 2);
    assert.equal(host.frames()[1]!.status!.k, run.history.end);
  });

  test('a page that draws at once gets twelve or thirteen frames a second at most', () => {
    const run = view(4, 100);
    const host = feeding(run);
    host.feed.receive(ready);
    for (let ms = 0; ms < 10_000; ms++) {
      run.history.append(rows({ blocks: 4 }, run.history.end, 1));
      host.feed.changed();
      host.draw(1);
    }
    const { length } = host.frames();
    assert.ok(length >= 115 && length <= 126, `${length} frames in ten seconds`);
  });

  test('a run that does not change sends nothing', () => {
    const run = view(4, 100);
    const host = feeding(run);
    host.feed.receive(ready);
    host.draw();
    host.feed.changed();
    host.draw();
    assert.equal(host.frames().length, 1);
  });

  test('a page that was hidden gets everything again when it is shown', () => {
    const run = view(4, 100);
    const host = feeding(run);
    host.feed.receive(ready);
    host.feed.close();
    run.history.append(rows({ blocks: 4 }, 100, 50));
    host.feed.changed();
    host.pass(1000);
    assert.equal(host.frames().length, 1);
    host.feed.receive(ready);
    const { run: head, status, marks, table, traces } = host.frames()[1]!;
    assert.ok(head && status && marks && table && traces?.keys);
    assert.equal(status.k, 150);
  });
});

describe('what a frame holds', () => {
  test('without a run: that fact and the launch configurations', () => {
    const host = feeding(null);
    host.feed.receive(ready);
    assert.deepEqual(host.frames()[0], {
      kind: 'frame',
      seq: 1,
      run: null,
      recent: [{ name: 'Lasso', folder: null }],
    });
  });

  test('no message grows with the run, for few blocks and for many', () => {
    for (const [count, limit] of [
      [10, 700_000],
      [200, 2_200_000],
    ] as const) {
      const run = view(count, 200_000);
      const host = feeding(run);
      host.feed.receive({ kind: 'ready', look: { ...everything, columns: 512 } });
      host.draw();
      run.history.append(rows({ blocks: count }, 200_000, 1000));
      host.feed.changed();
      const [whole, more] = host.frames() as [Frame, Frame];
      assert.ok(bytes(whole) < limit, `${bytes(whole)} bytes for ${count} blocks`);
      assert.ok(bytes(more) < 120_000, `${bytes(more)} bytes more for ${count} blocks`);
    }
  });

  for (const count of [5, 30]) {
    test(`a page that followed a run of ${count} blocks has the same contents as one that was just opened`, () => {
      const change = fc.oneof(
        { weight: 6, arbitrary: fc.record({ grow: fc.integer({ min: 1, max: 900 }) }) },
        fc.record({ late: fc.integer({ min: 1, max: 300 }) }),
        fc.record({ fork: fc.double({ min: 0, max: 1, noNaN: true }) }),
        fc.record({
          zoom: fc.constantFrom<Look>(
            everything,
            { fromK: 40, toK: 700, metrics: drawn, columns: 256 },
            { fromK: 0, toK: 100, metrics: drawn, columns: 300 },
          ),
        }),
      );
      fc.assert(
        fc.property(fc.array(change, { maxLength: 12 }), changes => {
          const run = view(count, 3);
          const host = feeding(run);
          let look = everything;
          host.feed.receive(ready);
          const followed = new TraceStore();
          let taken = 0;
          const follow = () => {
            for (const { traces } of host.frames().slice(taken)) if (traces) followed.take(traces);
            taken = host.frames().length;
          };
          for (const step of changes) {
            if ('grow' in step) {
              run.history.append(rows({ blocks: count }, run.history.end, step.grow));
            } else if ('late' in step) {
              // The metrics of the sweeps in these rows come a frame after the rows.
              const batch = rows({ blocks: count }, run.history.end, step.late);
              const none = { sweepK: new Float64Array(), sweepColumns: {} };
              run.history.append({ ...batch, ...none });
              host.feed.changed();
              host.draw();
              run.history.append(batch);
            } else if ('fork' in step) {
              const from = Math.floor(step.fork * run.history.end);
              const { branches } = run.facts;
              const id = `branch ${branches.length}`;
              const branch = { id, from, end: run.history.end, text: '' };
              run.history.truncateToBranch(branch);
              run.facts = { ...run.facts, branches: [...branches, branch] };
            } else {
              look = step.zoom;
              host.feed.receive({ kind: 'look', look });
            }
            host.feed.changed();
            host.draw();
            follow();
          }
          host.draw();
          follow();
          const other = feeding(run);
          other.feed.receive({ kind: 'ready', look });
          const opened = new TraceStore();
          opened.take(other.frames()[0]!.traces!);
          assert.deepEqual(plain(followed), plain(opened));
        }),
        { numRuns: 60, seed: 3 },
      );
    });
  }
});

/** What a page draws, as plain data. */
function plain({ series, heat, lowest }: TraceStore) {
  const list = (numbers: { values: Float64Array; length: number }) =>
    Array.from(numbers.values.subarray(0, numbers.length));
  return {
    series: series.map(({ key, k, low, high, x }) => [
      key,
      list(k),
      list(low),
      list(high),
      list(x),
    ]),
    edges: heat && list(heat.edges),
    cells: heat && [...heat.cells].map(([metric, cells]) => [metric, list(cells)]),
    lowest,
  };
}

function bytes(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce((sum: number, part) => sum + bytes(part), 0);
}
