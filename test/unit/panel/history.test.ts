// The history of a run: rows, branches, reading, and the values at step 0.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { place } from '../../../extension/history/decimate.ts';
import { Increasing, Steps } from '../../../extension/history/increasing.ts';
import { History } from '../../../extension/history.ts';
import type { MetricsBatch } from '../../../solver/wire/protocol.ts';
import { historyOf, info, shape } from '../../support/panel/feeding.ts';
import { blocks, metrics, rows } from '../../support/panel/invented.ts';

const pick = ({ sweepK, sweepColumns }: MetricsBatch) => ({ sweepK, sweepColumns });

const contentOf = (from: History, branch = 'live') =>
  ['objective', 'gap', ...info.blocks.map(({ name }) => name)].map(name =>
    name === 'objective' || name === 'gap'
      ? from.series(name, null, { branch })
      : from.series('gradNorm', name, { branch }),
  );

describe('growing lists', () => {
  // By how much each value is more than the one before: mostly one, as steps that move one block are.
  const rises = fc.array(fc.oneof({ weight: 8, arbitrary: fc.constant(1) }, fc.nat(2)), {
    maxLength: 60,
  });
  const changes = fc.array(fc.tuple(rises, fc.nat(1500)), { maxLength: 30 });

  test('of steps and of increasing numbers hold what was appended and was not cut off', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.integer({ min: 1, max: 40 }), changes, (from, repeat, parts) => {
        const steps = new Steps(from);
        const list = new Increasing();
        let held: number[] = [];
        for (const [rises, cut] of parts) {
          const more: number[] = [];
          for (let i = 0; i < repeat; i++)
            for (const rise of rises) more.push((more.at(-1) ?? held.at(-1) ?? from) + rise);
          // What is skipped is not appended.
          steps.pushAll(Float64Array.of(-1, -2, ...more), 2);
          for (const value of more) list.push(value);
          held.push(...more);
          if (cut % 3 === 0) {
            held = held.slice(0, held.filter(value => value <= cut).length);
            list.truncateAfter(cut);
            steps.truncate(held.length);
          }
          assert.equal(list.length, held.length);
          assert.deepEqual([...steps.tail(0)], held);
          assert.deepEqual(
            Array.from(held, (_, i) => list.get(i)),
            held,
          );
          for (const k of [from, cut, (held.at(-1) ?? 0) / 2, held.at(-1) ?? 0]) {
            const upTo = held.filter(value => value <= k).length;
            assert.deepEqual([steps.upTo(k), list.upTo(k)], [upTo, upTo]);
          }
          assert.ok(Number.isNaN(steps.get(held.length)) && Number.isNaN(steps.get(-1)));
        }
      }),
      { numRuns: 60, seed: 3 },
    );
  });
});

describe('appending', () => {
  test('a run split into batches in any way, overlaps included, gives the same history', () => {
    const whole = contentOf(historyOf(rows(shape, 0, 400)));
    const partition = fc.array(fc.record({ size: fc.nat(120), overlap: fc.nat(20) }));
    fc.assert(
      fc.property(partition, parts => {
        const made = historyOf();
        for (const { size, overlap } of parts) {
          const from = Math.max(0, made.end - overlap);
          made.append(rows(shape, from, Math.min(size + overlap, 400 - from)));
        }
        made.append(rows(shape, made.end, 400 - made.end));
        assert.deepEqual(contentOf(made), whole);
        assert.equal(made.revision, 1, 'nothing was cut');
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test('metrics of a sweep may come after its rows, in a batch without rows', () => {
    const whole = rows(shape, 0, 200);
    const none = { sweepK: new Float64Array(), sweepColumns: { gap: new Float64Array() } };
    const made = historyOf({ ...whole, ...none });
    made.append({ ...whole, ...rows(shape, 200, 0), ...pick(whole) });
    assert.deepEqual(contentOf(made), contentOf(historyOf(whole)));
  });

  test('a batch that starts beyond the end is refused and changes nothing', () => {
    const made = historyOf(rows(shape, 0, 10));
    assert.equal(made.append(rows(shape, 11, 5)), false);
    assert.equal(made.end, 10);
  });

  test('begin discards the previous run', () => {
    const made = historyOf(rows(shape, 0, 50));
    made.begin({ blocks: blocks(3), metrics });
    assert.equal(made.end, 0);
    assert.equal(made.lowest, Number.POSITIVE_INFINITY);
    assert.equal(made.latest('b1'), null);
  });
});

describe('branches', () => {
  const branch = { id: 'one', from: 60, end: 200, text: 'ordering = shuffled at step 60' };
  const before = { blocks: 5 };

  for (const first of ['the branch', 'the new rows'] as const) {
    test(`a fork keeps the old future as a branch and the new one as live, with ${first} arriving first`, () => {
      const made = historyOf(rows(before, 0, 200));
      const fork = rows(shape, 60, 30);
      if (first === 'the new rows') assert.equal(made.append(fork), true);
      made.truncateToBranch(branch);
      if (first === 'the branch') assert.equal(made.append(fork), true);
      assert.equal(made.end, 90);
      assert.deepEqual(contentOf(made), contentOf(historyOf(rows(shape, 0, 90))));
      const old = historyOf(rows(before, 0, 200)).series('objective', null, { fromK: 60 });
      assert.deepEqual(made.series('objective', null, { branch: 'one' }), old);
    });
  }

  test('the axis of a branch continues where the live one was left, also in the middle of a sweep', () => {
    const made = historyOf(rows(before, 0, 200));
    const at = (k: number) => place(made.rows('live')!, 'sweep', k, 5);
    const expected = [63, 64, 65, 66, 200].map(at);
    made.truncateToBranch({ ...branch, from: 62 });
    const ghost = made.rows('one')!;
    assert.deepEqual(
      [63, 64, 65, 66, 200].map(k => place(ghost, 'sweep', k, 5)),
      expected,
    );
  });

  test('rows of a branch can be fetched later, from its cursor', () => {
    const made = historyOf(rows(shape, 0, 20));
    assert.equal(made.append(rows(before, 10, 5, 'two')), true);
    assert.equal(made.append(rows(before, 15, 5, 'two')), true);
    assert.deepEqual(made.series('objective', null, { branch: 'two' }).k.length, 10);
    assert.equal(made.append(rows(before, 40, 5, 'two')), false);
  });

  test('the lowest F is that of any branch', () => {
    const made = historyOf(rows(before, 0, 200));
    const lowest = Math.min(...rows(before, 0, 200).columns['objective']!);
    assert.equal(made.lowest, lowest);
    made.truncateToBranch(branch);
    assert.equal(made.lowest, lowest);
  });
});

describe('reading', () => {
  const made = historyOf(rows(shape, 0, 203));
  const all = rows(shape, 0, 203);

  test('latest is the last row of the block', () => {
    for (const [index, { name }] of info.blocks.entries()) {
      const at = all.block.lastIndexOf(index);
      const latest = made.latest(name)!;
      assert.equal(latest.k, at + 1);
      assert.equal(latest.sweep, all.sweep[at]);
      assert.equal(latest.values['gradNorm'], all.columns['gradNorm']![at]);
    }
    assert.equal(made.latest('nobody'), null);
  });

  test('last gives the newest values of the block, oldest first', () => {
    const own = all.columns['gradNorm']!.filter((_, i) => all.block[i] === 2);
    assert.deepEqual(made.last('gradNorm', 'b3', 7), own.slice(-7));
    assert.deepEqual(made.last('gradNorm', 'b3', 1000), own);
  });

  test('valuesAt(k) is what was known after k updates', () => {
    for (const k of [0, 1, 4, 5, 61, 203]) {
      const { updated, values } = made.valuesAt(k);
      for (let b = 0; b < 5; b++) {
        const at = k === 0 ? -1 : all.block.lastIndexOf(b, k - 1);
        assert.equal(updated[b], at + 1);
        const expected = at < 0 ? Number.NaN : all.columns['stepSize']![at]!;
        assert.ok(Object.is(values['stepSize']![b], expected));
      }
    }
  });

  test('a metric of a sweep keeps its value until the next sweep ends', () => {
    const gap = all.sweepColumns['gap']!;
    assert.equal(made.runValue('gap', 4), Number.NaN);
    assert.equal(made.runValue('gap', 5), gap[0]);
    assert.equal(made.runValue('gap', 9), gap[0]);
    assert.equal(made.runValue('gap'), gap.at(-1));
    assert.equal(made.runValue('objective', 17), all.columns['objective']![16]);
  });
});

test('10⁶ updates of 10 blocks with the default series take less than 64 MB', () => {
  const made = new History();
  const few = metrics.filter(({ name }) => name !== 'passes');
  made.begin({ blocks: blocks(10), metrics: few });
  for (let from = 0; from < 1e6; from += 20_000) made.append(rows({ blocks: 10 }, from, 20_000));
  assert.equal(made.end, 1e6);
  assert.ok(made.bytes < 64e6, `${made.bytes} bytes`);
  assert.ok(made.series('gradNorm', 'b03', { buckets: 300 }).k.length <= 300);
});

describe('the values at step 0', () => {
  const names = info.blocks.map(({ name }) => name);
  const first = Float64Array.of(10, 20, 30, 40, 50);
  const begun = (steps: number) => {
    const made = historyOf(rows({ blocks: 5 }, 0, steps));
    made.entry.take({ done: true, block: { gradNorm: first }, run: { objective: 7, gap: 3 } });
    return made;
  };

  test('are shown for each block until its own first update, in the table and in its last values', () => {
    const made = begun(12);
    for (const k of [0, 1, 3, 5, 12]) {
      const { updated, values } = made.valuesAt(k);
      for (const [b, name] of names.entries()) {
        const rowsOf = made.series('gradNorm', name, { toK: k }).low;
        const expected = rowsOf.at(-1) ?? first[b];
        assert.equal(values['gradNorm']![b], expected, `${name} at ${k}`);
        assert.equal(updated[b] === 0, rowsOf.length === 0);
        assert.equal(made.last('gradNorm', name, 4, k).at(-1), expected);
      }
      assert.equal(
        Number.isNaN(values['stepSize']![0]),
        k === 0,
        'what is not known stays unknown',
      );
    }
    assert.deepEqual([made.runValue('objective', 0), made.runValue('gap', 0)], [7, 3]);
    assert.notEqual(made.runValue('objective', 1), 7);
  });

  test('are removed with the run, and when they are withdrawn', () => {
    const made = begun(0);
    const { version } = made.entry;
    made.entry.take(null);
    assert.ok(made.entry.version > version);
    assert.equal(made.last('gradNorm', names[0]!, 4).length, 0);
    const other = begun(3);
    other.begin(info);
    assert.equal(other.entry.at('gradNorm', 0), Number.NaN);
    assert.equal(other.entry.done, false);
  });
});
