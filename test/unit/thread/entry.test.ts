import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { child, next } from '../../support/child.ts';
import { temporaryFolder } from '../../support/machine.ts';

const folder = temporaryFolder();

/** 80 blocks whose functions take 50 ms a call: all of them at x₀ take seconds. */
const slow = join(folder, 'slow.js');
writeFileSync(
  slow,
  `const wait = () => { const end = Date.now() + 50; while (Date.now() < end); };
export default {
  blocks: Object.fromEntries(Array.from({ length: 80 }, (_, b) => ['b' + b, 1])),
  value: x => { wait(); return Object.values(x).reduce((s, v) => s + (v[0] - 1) ** 2, 0) / 2; },
  gradient: (x, block) => { wait(); return [x[block][0] - 1]; },
  lipschitz: () => 1,
};`,
);

describe('the values at the start of a run', () => {
  test('come when they are asked for, as evaluate gives them; after an edit there, and on the way back, again', async () => {
    const solver = child();
    const { blocks, metrics } = await solver.call('load', {
      config: { problem: 'lasso', stopOnEntry: true },
    });
    const asked = async () => {
      const told = next(solver, 'entry', ({ done }) => done);
      await solver.call('entry', {});
      const values = await told;
      for (const { name, of } of metrics)
        for (const block of of === 'run' ? [null] : blocks.map(({ name }) => name)) {
          const expression = block === null ? name : `${name}("${block}")`;
          const { value } = await solver.call('evaluate', { expression, context: 'watch' });
          const index = blocks.findIndex(({ name }) => name === block);
          const known = block === null ? values.run[name] : values.block[name]?.[index];
          assert.equal(known, Number(value), expression);
        }
      return values.block['gradNorm'];
    };
    const first = await asked();
    await solver.call('edit', {
      edits: [{ kind: 'value', block: blocks[1]!.name, index: 0, value: 3 }],
    });
    const edited = await asked();
    assert.notDeepEqual(edited, first);
    for (const move of [
      () => solver.call('resume', { until: { kind: 'steps', count: 5 } }),
      () => solver.call('goTo', { k: 0 }),
    ]) {
      const stopped = next(solver, 'stopped');
      await move();
      await stopped;
    }
    assert.deepEqual(await asked(), edited);
    solver.dispose();
  });

  test('of a run that does not stop there begin with F, before its first step and in a single event', async () => {
    const solver = child();
    await solver.call('load', { config: { problem: 'lasso', stopOnEntry: false } });
    const told: unknown[] = [];
    solver.on('entry', values => told.push(values));
    for (const until of [3, 2]) {
      const stopped = next(solver, 'stopped');
      await solver.call('resume', { until: { kind: 'steps', count: until } });
      await stopped;
    }
    const back = next(solver, 'stopped');
    await solver.call('goTo', { k: 0 });
    await back;
    const { value } = await solver.call('evaluate', { expression: 'objective', context: 'watch' });
    assert.deepEqual(told, [{ done: false, block: {}, run: { objective: Number(value) } }]);
    solver.dispose();
  });

  test('never keep a question or a step waiting, and none come after a step', async () => {
    const solver = child();
    await solver.call('load', { config: { problem: slow, stopOnEntry: true } });
    let told = 0;
    solver.on('entry', () => told++);
    await solver.call('entry', {});
    await next(solver, 'entry', ({ done, block }) => {
      assert.ok(!done);
      return !Number.isNaN(block['gradNorm']![0]);
    });
    const before = performance.now();
    await solver.call('evaluate', { expression: 'k', context: 'watch' });
    assert.ok(performance.now() - before < 500, 'a question');
    const asked = performance.now();
    const stopped = next(solver, 'stopped');
    await solver.call('resume', { until: { kind: 'steps', count: 1 } });
    const { at } = await stopped;
    // A step takes a handful of calls itself; the look at x₀ has more than 80 to go.
    assert.ok(at - asked < 2000, `a step after ${at - asked} ms`);
    told = 0;
    await new Promise(resolve => setTimeout(resolve, 600));
    assert.equal(told, 0, 'after the step');
    solver.dispose();
  });
});
