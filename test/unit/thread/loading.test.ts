// A run while it is loaded and while it stands at its start.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { serialize } from 'node:v8';
import type { SourceExit } from '../../../extension/run/source.ts';
import { isRefusal } from '../../../solver/core/part.ts';
import { runInfo } from '../../../solver/run/info.ts';
import { load } from '../../../solver/run/load.ts';
import type { Calls } from '../../../solver/wire/protocol.ts';
import type { RunConfig } from '../../../solver/wire/run.ts';
import { temporaryFolder } from '../../support/machine.ts';
import { child, connected, moduleOf, next, thread, value } from '../../support/processes.ts';

const folder = temporaryFolder();

/** A module of three blocks whose functions take 100 ms each. */
const slow = join(folder, 'slow.js');
writeFileSync(
  slow,
  `const wait = () => { const end = Date.now() + 100; while (Date.now() < end); };
export default {
  blocks: { a: 2, b: 2, c: 2 },
  value: x => { wait(); return [...x.a, ...x.b, ...x.c].reduce((s, v) => s + (v - 1) ** 2, 0) / 2; },
  gradient: (x, block) => { wait(); return [...x[block]].map(v => v - 1); },
  lipschitz: () => { wait(); return 1; },
};`,
);

const loads: Readonly<Record<string, RunConfig>> = {
  'a slow module': { problem: slow, stopWhen: { steps: 40 } },
  'a large matrix': {
    problem: 'quadratic',
    problemOptions: { size: 900, delta: 0.5 },
    stopWhen: { steps: 40 },
  },
};

const messages: { readonly [N in keyof Calls]?: Calls[N]['params'] } = {
  position: {},
  metrics: { branch: 'live', from: 0, limit: 10 },
  evaluate: { expression: 'k', context: 'watch' },
  variables: { scope: 'Run', path: [] },
  setBreakpoints: { breakpoints: [] },
  entry: {},
  pause: {},
  edit: { edits: [] },
  goTo: { k: 3 },
  reverse: {},
  resume: { until: { kind: 'end' } },
};

describe('while a run is loaded', () => {
  for (const [title, config] of Object.entries(loads)) {
    test(`no other request interrupts the load of ${title}`, async () => {
      await Promise.all(
        Object.entries(messages).map(async ([name, params]) => {
          const solver = child();
          const loading = solver.call('load', { config });
          await next(solver, 'progress');
          const info = loading.catch(error => assert.fail(`${name}: ${error}`));
          for (let i = 0; i < 3; i++) {
            solver.call(name as 'position', params as never).catch(() => undefined);
            await new Promise(resolve => setTimeout(resolve, 20));
          }
          assert.ok((await info).blocks.length > 1);
          solver.dispose();
        }),
      );
    });
  }

  test('a request that moves the run waits for the load, and a pause after that stops the run at its entry', async () => {
    const solver = child();
    const loading = solver.call('load', { config: loads['a large matrix']! });
    await next(solver, 'progress');
    const stopped = next(solver, 'stopped');
    const moving = solver.call('resume', { until: { kind: 'end' } });
    await solver.call('pause', {});
    await Promise.all([loading, moving]);
    const { reason, position } = await stopped;
    assert.deepEqual([reason, position.k], ['pause', 0]);
    const ended = next(solver, 'stopped');
    await solver.call('resume', { until: { kind: 'end' } });
    assert.deepEqual([(await ended).reason, (await ended).position.k], ['budget', 40]);
    solver.dispose();
  });

  test('a movement that is refused leaves the run standing', async () => {
    const solver = child();
    await solver.call('load', { config: { problem: 'quadratic' } });
    await assert.rejects(solver.call('goTo', { k: -1 }), /is not a step/);
    assert.equal((await solver.call('position', {})).running, false);
    solver.dispose();
  });

  test('terminate ends it, and the load is answered', async () => {
    const solver = child();
    const loading = solver.call('load', { config: loads['a slow module']! });
    await next(solver, 'progress');
    const refused = assert.rejects(loading, { name: 'SourceError' });
    const before = performance.now();
    const exited = new Promise<SourceExit>(resolve => solver.onExit(resolve));
    await solver.call('terminate', {});
    assert.equal((await exited).expected, true);
    await refused;
    assert.ok(performance.now() - before < 2000);
  });

  test('a client’s pause stops it at its entry, and it can continue from there', async () => {
    const client = connected();
    await client.request('initialize', { adapterID: 'blockstep' });
    const launching = client.request('launch', { ...loads['a slow module'], stopOnEntry: false });
    await client.request('configurationDone');
    await client.request('pause', thread);
    await launching;
    const { reason } = await client.event('stopped');
    assert.deepEqual([reason, await value(client, 'k')], ['pause', '0']);
    await client.move('next');
    assert.equal(await value(client, 'k'), '1');
  });
});

/** 80 blocks whose functions take 50 ms a call: all of them at x₀ take seconds. */
const manyBlocks = join(folder, 'manyBlocks.js');
writeFileSync(
  manyBlocks,
  `const wait = () => { const end = Date.now() + 50; while (Date.now() < end); };
export default {
  blocks: Object.fromEntries(Array.from({ length: 80 }, (_, b) => ['b' + b, 1])),
  value: x => { wait(); return Object.values(x).reduce((s, v) => s + (v[0] - 1) ** 2, 0) / 2; },
  gradient: (x, block) => { wait(); return [x[block][0] - 1]; },
  lipschitz: () => 1,
};`,
);

describe('the values at the start of a run', () => {
  test('come when they are requested, as evaluate gives them, and again after an edit there or after going back', async () => {
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

  test('of a run that does not stop there come in a single event before its first step, F first', async () => {
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

  test('never delay a request or a step, and none come after a step', async () => {
    const solver = child();
    await solver.call('load', { config: { problem: manyBlocks, stopOnEntry: true } });
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
    // A step takes a few calls itself; the metrics at x₀ need more than 80.
    assert.ok(at - asked < 2000, `a step after ${at - asked} ms`);
    told = 0;
    await new Promise(resolve => setTimeout(resolve, 600));
    assert.equal(told, 0, 'after the step');
    solver.dispose();
  });
});

describe('what crosses processes', () => {
  const many = join(folder, 'many.js');
  writeFileSync(
    many,
    `const names = Array.from({ length: 3000 }, (_, b) => 'b' + b);
export default {
  blocks: Object.fromEntries(names.map(name => [name, 1])),
  value: x => names.reduce((sum, name) => sum + (x[name][0] - 1) ** 2, 0),
  gradient: (x, block) => [2 * (x[block][0] - 1)],
  lipschitz: () => 2,
};`,
  );
  const declaring = moduleOf('declaring', {});
  const configs: Readonly<Record<string, RunConfig>> = {
    'columns and an intercept': { problem: 'lasso' },
    'blocks of two sizes': { problem: 'leastSquares', blocks: { size: 3 } },
    'blocks that a module declares': { problem: declaring },
    'many blocks': { problem: many },
  };

  for (const [title, config] of Object.entries(configs)) {
    test(`is the run’s info as the engine has it, with every block and every line of the listing: ${title}`, async () => {
      const loaded = await load(config, { poll() {}, progress() {}, output() {} });
      assert.ok(!isRefusal(loaded));
      const solver = child();
      const info = await solver.call('load', { config });
      // The passes are always counted there.
      const metrics = info.metrics.filter(({ name }) => name !== 'passes');
      assert.deepEqual({ ...info, metrics }, runInfo(loaded.recipe, loaded.declarations));
      const lines = info.listing.lines.slice(-info.blocks.length);
      assert.deepEqual(
        lines.map(({ block }) => block),
        info.blocks.map(({ name }) => name),
      );
      solver.dispose();
    });
  }

  test('at a stop grows with what was set, not with the blocks', async () => {
    const solver = child();
    await solver.call('load', { config: { problem: many, stopOnEntry: true } });
    await solver.call('edit', {
      edits: [
        { kind: 'frozen', block: 'b17', value: true },
        { kind: 'stepSize', block: 'b18', value: 0.25 },
      ],
    });
    const stopped = next(solver, 'stopped');
    await solver.call('resume', { until: { kind: 'steps', count: 3 } });
    const stop = await stopped;
    const { frozen, stepOverride } = stop.facts;
    assert.deepEqual([[...frozen], [...stepOverride.block]], [[17], [18]]);
    assert.deepEqual([...stepOverride.value], [0.25]);
    assert.ok(serialize(stop).byteLength < 2500, `${serialize(stop).byteLength} bytes`);
    solver.dispose();
  });
});
