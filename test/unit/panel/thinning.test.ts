import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decimate } from '../../../extension/history/decimate.ts';
import { HistoryRows } from '../../../extension/history/rows.ts';
import { History } from '../../../extension/history.ts';
import type { MetricsBatch } from '../../../solver/wire/protocol.ts';
import { info, shape } from '../../support/panel/feeding.ts';
import { blocks, metrics, rows } from '../../support/panel/invented.ts';

const limit = 4_000_000;
const end = 150_000;

/** NaN and infinities among the values. */
function odd(batch: MetricsBatch): MetricsBatch {
  const { gradNorm } = batch.columns;
  batch.k.forEach((k, row) => {
    if (k % 97 === 0) gradNorm![row] = [Number.NaN, Infinity, -Infinity][(k / 97) % 3]!;
  });
  return batch;
}

function history(bytes?: number): History {
  const made = new History(bytes);
  made.begin(info);
  return made;
}

function fill(made: History, until: number, each = (): void => {}): History {
  while (made.end < until) {
    assert.equal(made.append(odd(rows(shape, made.end, Math.min(4000, until - made.end)))), true);
    each();
  }
  return made;
}

const series = [...info.blocks.keys(), null].flatMap(block =>
  ['objective', 'gradNorm', 'stepSize', 'gap'].map(metric => ({ block, metric })),
);

function sameCharts(one: HistoryRows, other: HistoryRows, width: number, toK: number): void {
  for (const { metric, block } of series)
    assert.deepEqual(
      decimate(one, metric, block, width, 0, toK),
      decimate(other, metric, block, width, 0, toK),
      `${metric} of ${block} at ${width}`,
    );
}

/** All pieces at once. */
function thin(rows: HistoryRows, ...how: Parameters<HistoryRows['thinning']>): void {
  for (const _ of rows.thinning(...how));
}

describe('rows that are thinned', () => {
  test('are drawn like the full rows in any window, and thinning twice equals thinning once', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.nat(3), fc.nat(1200), (power, more, to) => {
        const whole = new HistoryRows(info, 0);
        const thinned = new HistoryRows(info, 0);
        for (const each of [whole, thinned]) each.append(odd(rows(shape, 0, 1500)));
        thin(thinned, 2 ** power, to, true);
        thin(thinned, 2 ** (power + more), to, true);
        sameCharts(thinned, whole, 2 ** (power + more), 1500);
        const once = new HistoryRows(info, 0);
        once.append(odd(rows(shape, 0, 1500)));
        thin(once, 2 ** (power + more), to, true);
        const first = once.rowsUpTo(Math.floor(to / 2 ** (power + more)) * 2 ** (power + more));
        assert.deepEqual(
          [...thinned.k.tail(0).subarray(0, first)],
          [...once.k.tail(0).subarray(0, first)],
        );
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test('in pieces, while more rows arrive, equal rows thinned at once; no row is removed before the last piece', () => {
    fc.assert(
      fc.property(
        fc.nat(6),
        fc.array(fc.nat(900), { minLength: 12, maxLength: 30 }),
        (power, more) => {
          const [pieces, once] = [new HistoryRows(info, 0), new HistoryRows(info, 0)];
          const take = (each: HistoryRows, count: number) =>
            each.append(odd(rows(shape, each.end, count)));
          take(pieces, 30_000);
          take(once, 30_000);
          const to = pieces.end - 500;
          const coming = [...more];
          let length = pieces.k.length;
          for (const looked of pieces.thinning(2 ** power, to, true)) {
            assert.ok(looked <= 4096);
            assert.equal(pieces.k.length, length);
            const count = coming.pop() ?? 0;
            if (count > 0) take(pieces, count);
            if (count > 0) take(once, count);
            length = pieces.k.length;
          }
          thin(once, 2 ** power, to, true);
          for (const name of ['k', 'block', 'sweep'] as const)
            assert.deepEqual(pieces[name].tail(0), once[name].tail(0));
          for (const [name, column] of once.columns)
            assert.deepEqual(pieces.columns.get(name)!.tail(0), column.tail(0));
          const lists = ({ visits }: HistoryRows) =>
            visits.map(list => Array.from({ length: list.length }, (_, i) => list.get(i)));
          assert.deepEqual(lists(pieces), lists(once));
          assert.ok(power < 4 || pieces.k.length < length);
        },
      ),
      { numRuns: 10, seed: 1 },
    );
  });

  test('stay within the limit, keep every extreme that a chart of the whole run shows, and keep all of the newest rows', () => {
    const made = history(limit);
    let most = 0;
    fill(made, end, () => {
      most = Math.max(most, made.bytes);
      const live = made.rows('live')!;
      assert.equal(live.k.length - live.rowsUpTo(made.end - 1000), Math.min(1000, made.end));
    });
    assert.ok(most <= limit, `${most} bytes`);
    const thinned = made.rows('live')!;
    const whole = fill(history(), end);
    assert.ok(thinned.k.length < end / 3, `${thinned.k.length} rows`);
    assert.ok(whole.bytes > 2 * limit, `${whole.bytes} bytes`);
    for (const width of [thinned.width, 4 * thinned.width])
      sameCharts(thinned, whole.rows('live')!, width, end);
    for (const { metric, block } of series)
      assert.deepEqual(
        decimate(thinned, metric, block, 1, end - 1000, end),
        decimate(whole.rows('live')!, metric, block, 1, end - 1000, end),
      );
    assert.equal(made.lowest, whole.lowest);
  });

  test('a limit too small for even one extreme of each block is kept too', () => {
    const many = { blocks: blocks(2000), metrics };
    const made = new History(limit);
    made.begin(many);
    while (made.end < end) {
      made.append(rows({ blocks: 2000 }, made.end, 4000));
      assert.ok(made.bytes <= limit, `${made.bytes} bytes at ${made.end}`);
    }
  });

  test('a limit below the size of an empty history does not block, and the newest rows are kept', () => {
    const made = new History(1000);
    made.begin({ blocks: blocks(300), metrics });
    while (made.end < 12_000) made.append(rows({ blocks: 300 }, made.end, 4000));
    assert.equal(made.rows('live')!.k.get(made.rows('live')!.k.length - 1), 12_000);
  });

  test('values at a step are exact once the missing rows were fetched, and say which rows are missing', () => {
    const made = fill(history(limit), end);
    const whole = fill(history(), end);
    for (const k of [1, 777, 20_001, 133_333, end]) {
      const from = made.missingAt(k);
      if (from !== null) made.refine([odd(rows(shape, from, k - from))]);
      assert.equal(made.missingAt(k), null);
      assert.deepEqual(made.valuesAt(k), whole.valuesAt(k));
      assert.equal(made.rowsAt(k).sweepAt(k), whole.rowsAt(k).sweepAt(k));
      for (const metric of ['objective', 'gap', 'passes'])
        assert.equal(made.runValue(metric, k), whole.runValue(metric, k), `${metric} at ${k}`);
    }
  });

  test('a batch that overlaps them is no fork, one that changes them is', () => {
    const made = fill(history(limit), end);
    const { revision } = made;
    const again = odd(rows(shape, 5000, 3000));
    assert.equal(made.append(again), true);
    assert.equal(made.append(odd(rows(shape, 0, 4000))), true);
    assert.equal(made.end, end);
    assert.equal(made.revision, revision);
    const k = made.rows('live')!.k.get(made.rows('live')!.rowsUpTo(5100));
    again.columns['objective']![k - 5001] = -1;
    made.append(again);
    assert.equal(made.end, 8000, 'the rows beyond the change are void');
  });

  test('a fork during thinning leaves the rows before it unchanged, and later rows connect to them', () => {
    const made = history(limit);
    const more = (count: number) =>
      assert.equal(made.append(odd(rows(shape, made.end, count))), true);
    // From half of the limit on, a part of the old rows is thinned at each batch.
    while (made.bytes <= limit / 2) more(1000);
    for (let batch = 0; batch < 3; batch++) more(1000);
    assert.equal(made.revision, 1, 'no row has gone yet');
    const { end: reached } = made;
    made.truncateToBranch({ id: 'one', from: reached / 4, end: reached, text: '' });
    const whole = fill(history(), 2 * reached).rows('live')!;
    while (made.end < 2 * reached) {
      more(1000);
      const held = made.rows('live')!;
      for (let row = 0; row < held.k.length; row += 7) {
        const at = whole.rowsUpTo(held.k.get(row)) - 1;
        for (const name of ['k', 'block', 'sweep'] as const)
          assert.ok(Object.is(held[name].get(row), whole[name].get(at)), `${name}, row ${row}`);
        for (const [name, column] of held.columns)
          assert.ok(Object.is(column.get(row), whole.columns.get(name)!.get(at)), name);
      }
      assert.equal(held.rowsUpTo(made.end) - held.rowsUpTo(made.end - 1000), 1000);
    }
  });

  test('a fork inside them keeps the old future within the limit and continues from the fork', () => {
    const made = fill(history(limit), end);
    made.truncateToBranch({ id: 'one', from: 20_003, end, text: '' });
    assert.ok(made.end <= 20_003);
    const tail = made.rows('one')!;
    assert.equal(tail.end, end);
    // Steps between the last row that is held and the fork are asked for again.
    fill(made, 90_000, () => assert.ok(made.bytes <= limit));
    assert.equal(made.end, 90_000);
    assert.equal(made.rows('one')?.end, end);
  });
});
