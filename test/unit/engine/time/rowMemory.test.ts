import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { noHooks, type RunHooks } from '../../../../solver/run/hooks.ts';
import { runInfo } from '../../../../solver/run/info.ts';
import { metricNames } from '../../../../solver/run/recipe.ts';
import { Run } from '../../../../solver/run/run.ts';
import { Mirror } from '../../../../solver/thread/wire/mirror.ts';
import { given } from '../../../support/engine/certify.ts';
import { instances } from '../../../support/engine/instances.ts';
import { type Way, ways } from '../../../support/engine/matrix.ts';
import { goTo } from '../../../support/engine/walk.ts';

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
  const way = ways.find(({ title }) => title === 'pccd, metric scalar, cyclic, lipschitz') as Way;
  const recipe = given(instance, way);
  const mirror = new Mirror({
    info: runInfo(recipe, { module: '', declared: new Map() }),
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
  test('are read as if they were in it, bit for bit, in the run, its mirror and a branch, and never hold more than two chunks above it', () => {
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
