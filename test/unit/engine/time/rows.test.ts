// The rows of a run: of steps that move several blocks, and beyond their memory budget.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { History } from '../../../../extension/history.ts';
import { noHooks, type RunHooks } from '../../../../solver/run/facts.ts';
import { runInfo } from '../../../../solver/run/info.ts';
import { metricNames } from '../../../../solver/run/recipe.ts';
import { rowWithin } from '../../../../solver/run/rows/columns.ts';
import { batchOf, Rows } from '../../../../solver/run/rows/rows.ts';
import { Run } from '../../../../solver/run/run.ts';
import { Mirror } from '../../../../solver/thread/wire/mirror.ts';
import { packInfo } from '../../../../solver/wire/run.ts';
import { given } from '../../../support/engine/certify.ts';
import { instances } from '../../../support/engine/instances.ts';
import { wayOf } from '../../../support/engine/matrix.ts';
import { goTo } from '../../../support/engine/walk.ts';
import { blocks, metrics } from '../../../support/panel/invented.ts';

/** Random steps: how many of four blocks each moves. */
const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 60 });

/** A table whose step k moves the first sizes[k − 1] blocks; objective is −k, gradNorm 100 k + block. */
function table(counts: readonly number[], from: number): Rows {
  const rows = Rows.create(['objective', 'gradNorm'], [], from);
  counts.forEach((count, i) => {
    const k = from + i + 1;
    for (let block = 0; block < count; block++) {
      const row = rows.steps.count;
      const columns = rows.steps.open();
      [k, block, i, -k, 100 * k + block].forEach((value, c) => {
        columns[c]![rowWithin(row)] = value;
      });
    }
    rows.wrote(k);
  });
  return rows;
}

const names = ['objective', 'gradNorm'];
const expected = (counts: readonly number[], from: number, after: number): number[] =>
  counts.flatMap((count, i) =>
    from + i + 1 > after
      ? Array.from({ length: count }, (_, block) => 100 * (from + i + 1) + block)
      : [],
  );

describe('a step that moves several blocks has a row for each', () => {
  test('batches hold whole steps, however small the limit, and their cursor visits every row once', () => {
    fc.assert(
      fc.property(sizes, fc.nat(20), fc.integer({ min: 1, max: 9 }), (counts, from, limit) => {
        const rows = table(counts, from);
        const seen: number[] = [];
        for (let cursor = 0; ; ) {
          const batch = batchOf(rows, 'live', cursor, limit, names, []);
          assert.equal(batch.count, batch.k.length);
          const last = batch.k[batch.count - 1]!;
          assert.equal(batch.to, last);
          assert.equal(batch.k.filter(k => k === last).length, counts[last - from - 1]);
          seen.push(...batch.columns['gradNorm']!);
          cursor = batch.to;
          if (!batch.more) break;
        }
        assert.deepEqual(seen, expected(counts, from, 0));
      }),
    );
  });

  test('a fork at k keeps the rows of steps 1 … k and moves the others to the branch, and steps are found by k on both', () => {
    fc.assert(
      fc.property(sizes, fc.nat(20), fc.nat(60), (counts, from, place) => {
        const rows = table(counts, from);
        const k = from + Math.min(place, counts.length);
        const end = rows.end;
        const branch = rows.fork(k);
        assert.deepEqual([rows.end, branch.from, branch.end], [k, k, end]);
        assert.deepEqual(
          [...rows.copy('gradNorm', 0, k)],
          expected(counts.slice(0, k - from), from, 0),
        );
        assert.deepEqual([...branch.copy('gradNorm', k, end)], expected(counts, from, k));
        for (let at = from + 1; at <= end; at++) {
          const holder = at <= k ? rows : branch;
          assert.equal(holder.value('objective', at), -at);
          assert.equal(holder.value('gradNorm', at), 100 * at);
        }
      }),
    );
  });

  test('the host’s history holds the same newest and past values of each block, series of blocks and of the run, and forks', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 9 }), fc.nat(60), (counts, limit, place) => {
        const rows = table(counts, 0);
        const history = new History();
        history.begin({ blocks: blocks(4), metrics });
        do history.append(batchOf(rows, 'live', history.end, limit, names, []));
        while (history.end < rows.end);
        const k = Math.min(place, counts.length);
        const at = history.valuesAt(k);
        const name = (b: number) => blocks(4)[b]!.name;
        for (let b = 0; b < 4; b++) {
          const visits = counts.flatMap((count, i) => (count > b && i < k ? [i + 1] : []));
          assert.equal(at.updated[b], visits.at(-1) ?? 0);
          const value = visits.length > 0 ? 100 * visits.at(-1)! + b : Number.NaN;
          assert.equal(at.values['gradNorm']![b], value);
          const series = history.series('gradNorm', name(b), { toK: k });
          assert.deepEqual(series.k, visits);
          assert.deepEqual(
            series.low,
            visits.map(step => 100 * step + b),
          );
          assert.deepEqual([...history.last('gradNorm', name(b), 3, k)], series.low.slice(-3));
        }
        assert.deepEqual(
          history.series('objective', null).k,
          counts.map((_, i) => i + 1),
        );
        history.truncateToBranch({ id: 'other', from: k, end: counts.length, text: '' });
        assert.equal(history.end, k);
        const tail = history.rows('other');
        const held = tail === undefined ? [] : [...tail.columns.get('gradNorm')!.tail(0)];
        assert.deepEqual(held, expected(counts, 0, k));
      }),
    );
  });
});

const BUDGET = 600_000;
const STEPS = 40_000;

function started(budget?: number): {
  run: Run;
  mirror: Mirror;
  memories: ReadonlySet<ArrayBufferLike>;
  spilled: () => number;
  mostHeld: () => number;
} {
  const instance = instances.find(({ title }) => title === 'lasso, coordinates')!;
  const way = wayOf('pccd, metric scalar, cyclic, lipschitz');
  const recipe = given(instance, way);
  const mirror = new Mirror({
    info: packInfo(runInfo(recipe, null)),
    blockMetrics: metricNames(recipe, 'block'),
    sweepMetrics: metricNames(recipe, 'sweep'),
    from: 0,
  });
  let spilled = 0;
  let held = 0;
  let most = 0;
  const size = (chunk: { columns: readonly { buffer: ArrayBufferLike }[] | null }) =>
    chunk.columns?.[0]?.buffer.byteLength ?? 0;
  const memories = new Set<ArrayBufferLike>();
  const sizes = new Map<number, number>();
  const hooks: RunHooks = {
    ...noHooks,
    // As they go over the port: the arrays are shared, the object is a copy.
    chunk: (table, chunk) => {
      memories.add(chunk.columns![0]!.buffer);
      sizes.set(chunk.id, size(chunk));
      held += size(chunk);
      mirror.adopt({ kind: 'chunk', table, chunk: { ...chunk } });
    },
    spilled: ({ id, at }, fd, spill) => {
      spilled++;
      held -= sizes.get(id)!;
      // A newest chunk of each table and the one that takes the bytes over the budget.
      most = Math.max(most, held);
      mirror.spilled({ kind: 'spilled', id, fd, at, spill });
    },
    branch: branch => mirror.fork(branch),
  };
  const run = new Run(recipe, hooks, null, budget);
  return { run, mirror, memories, spilled: () => spilled, mostHeld: () => most };
}

describe('rows beyond the budget of their memory', () => {
  test('are read as if they were in memory, bit for bit, in the run, its mirror and a branch, which never hold more than two chunks above the budget', () => {
    const [small, large] = [started(BUDGET), started()];
    for (const { run, mirror } of [small, large]) {
      const publish = () =>
        mirror.publish({
          kind: 'count',
          steps: run.rows.steps.count,
          sweeps: run.rows.sweeps.count,
          end: run.rows.end,
          position: run.position(),
        });
      goTo(run, STEPS);
      publish();
      goTo(run, 10_001);
      run.edit([{ kind: 'ordering', ordering: 'shuffled', when: 'now' }]);
      goTo(run, STEPS + 5000);
      publish();
    }
    assert.equal(large.spilled(), 0);
    assert.ok(small.spilled() > 10, `${small.spilled()} chunks were spilled`);
    // 600 kB are five chunks; each table has one more that grows, a fork one, and one is over the budget before it is spilled.
    assert.ok(small.memories.size <= 12, `${small.memories.size} blocks of memory were made`);
    assert.ok(small.mostHeld() <= BUDGET + 3 * 2048 * 60, `${small.mostHeld()} bytes were held`);
    for (const { name } of small.run.rows.steps.specs) {
      const copies = [small, large].map(({ run }) => run.rows.copy(name, 0, run.rows.end));
      assert.deepStrictEqual(copies[0], copies[1], name);
    }
    for (const branch of ['live', 'branch 1']) {
      for (const metric of ['objective', 'gradNorm', 'gap']) {
        const series = [small, large].map(({ mirror }) =>
          mirror.series({
            branch,
            metric,
            block: metric === 'gradNorm' ? 'c3' : null,
            from: 0,
            limit: 1e6,
          }),
        );
        assert.deepStrictEqual(series[0], series[1], `${branch}: ${metric}`);
        assert.ok(typeof series[0] === 'object', String(series[0]));
        assert.ok(series[0].k.length > 1000, `${branch}: ${metric}: ${series[0].k.length}`);
      }
      const batches = [small, large].map(({ mirror }) => mirror.batch(branch, 5000, 30_000));
      assert.deepStrictEqual(batches[0], batches[1]);
    }
  });
});
