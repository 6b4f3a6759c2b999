import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Source } from '../../../extension/run/source.ts';
import type { Finding } from '../../../solver/wire/run.ts';
import { temporaryFolder } from '../../support/machine.ts';
import { child, endlessly, moduleOf, next } from '../../support/processes.ts';

/** What a module may do that could end its thread or leave it unable to answer, and what the user is told. */
const ways: readonly (readonly [name: string, code: string, told: RegExp])[] = [
  ['exits', 'process.exit(3);', /process\.exit\(3\)/],
  ['exits by surprise', '(process as any).reallyExit(4);', /reallyExit\(4\)/],
  [
    'closes the message port',
    `require('node:worker_threads').parentPort.close();`,
    /parentPort|close|null/,
  ],
  ['rejects unheard', `Promise.reject(new RangeError('nobody heard'));`, /nobody heard/],
  ['throws later', `setTimeout(() => { throw new RangeError('late boom'); }, 0);`, /late boom/],
  [
    'ends its thread permanently',
    `process.removeAllListeners('uncaughtException'); setTimeout(() => { throw new RangeError('gone'); });`,
    /gone/,
  ],
  [
    'replaces a method of every array',
    `(Array.prototype as any).map = () => { throw new RangeError('mine'); };`,
    /Array|map/,
  ],
  [
    'adds to every object',
    `(Object.prototype as any).then = (f: any) => { throw new RangeError('mine'); };`,
    /extensible|then/,
  ],
];

/** Everything that a panel requests while a run is stopped. Each must be answered, with success or refusal. */
function answers(solver: Source): Promise<PromiseSettledResult<unknown>[]> {
  return Promise.allSettled([
    solver.call('position', {}),
    solver.call('evaluate', { expression: 'k', context: 'watch' }),
    solver.call('variables', { scope: 'Run', path: [] }),
    solver.call('metrics', { branch: 'live', from: 0, limit: 10 }),
    solver.call('setBreakpoints', { breakpoints: [] }),
  ]);
}

describe('a module that ends its thread, or would leave it unable to answer', () => {
  for (const [name, code, told] of ways) {
    test(`and ${name} in a function: reported within a second with the user’s stack, and every request is answered`, async () => {
      const solver = child();
      const path = moduleOf(name.replaceAll(' ', '-'), { later: code });
      await solver.call('load', { config: endlessly(path) });
      const findings: { text: string; stack?: string }[] = [];
      solver.on('finding', finding => findings.push(finding));
      const stopped = next(solver, 'stopped');
      const before = performance.now();
      // Answered, though the thread may be gone before it could.
      await solver.call('resume', { until: { kind: 'end' } }).catch(() => undefined);
      const during = answers(solver);
      const stop = await stopped;
      assert.ok(stop.at - before < 1500, `told after ${stop.at - before} ms`);
      assert.equal(stop.reason, 'failed');
      assert.match(stop.text, told);
      const finding = findings.find(({ text }) => told.test(text));
      assert.match(finding?.stack ?? '', new RegExp(`${name.replaceAll(' ', '-')}\\.ts:10`));
      await during;
      // A run that fails again on the way back to its step is lost, and then every answer says why.
      for (const answer of await answers(solver))
        if (answer.status === 'rejected') assert.match(answer.reason.message, told);
      // Otherwise it is stopped at its step; when it continues, it fails there again.
      const again = next(solver, 'stopped');
      await Promise.race([
        again.then(({ position }) => assert.ok(position.k >= stop.position.k)),
        solver.call('resume', { until: { kind: 'steps', count: 1 } }).then(
          () => again,
          (error: Error) => assert.match(error.message, told),
        ),
      ]);
      again.catch(() => undefined);
      solver.dispose();
    });
  }

  for (const [name, code, told] of ways) {
    test(`and ${name} while it loads: the load is answered with the reason, or the run reports it`, async () => {
      const solver = child();
      const path = moduleOf(`loading-${name.replaceAll(' ', '-')}`, { atStart: code });
      const findings: string[] = [];
      solver.on('finding', ({ text }) => findings.push(text));
      const refused = await solver.call('load', { config: endlessly(path) }).then(
        () => '',
        (error: Error) => error.message,
      );
      if (refused === '') {
        const stopped = next(solver, 'stopped');
        await solver
          .call('resume', { until: { kind: 'steps', count: 1000 } })
          .catch((error: Error) => findings.push(error.message));
        await stopped;
      }
      assert.match([refused, ...findings].join('\n'), told);
      await answers(solver);
      solver.dispose();
    });
  }
});

describe('a module that would end its thread in a check or at the metrics of x₀, where its errors are caught', () => {
  for (const [name, code, told] of ways.filter(([, code]) => !/setTimeout|reject/.test(code))) {
    for (const where of ['a check', 'a look'] as const) {
      test(`and ${name}, in ${where}: reported once, with the user’s stack`, async () => {
        const solver = child();
        const file = `${where}-${name}`.replaceAll(' ', '-');
        const flag = `${moduleOf(file, {})}.flag`;
        const once =
          where === 'a look'
            ? `require('node:fs').existsSync('${flag}') && !(globalThis as any).was`
            : `((globalThis as any).calls = ((globalThis as any).calls ?? 0) + 1) === 7`;
        const path = moduleOf(file, {
          before: `if (${once}) { (globalThis as any).was = true; ${code} }`,
        });
        const findings: Finding[] = [];
        solver.on('finding', finding => findings.push(finding));
        await solver.call('load', { config: endlessly(path) });
        if (where === 'a look') {
          assert.deepEqual(findings, []);
          writeFileSync(flag, '');
          const looked = next(solver, 'entry', ({ done }) => done);
          await solver.call('entry', {});
          await looked;
        }
        await solver.call('evaluate', { expression: 'k', context: 'watch' });
        await new Promise(resolve => setTimeout(resolve, 100));
        assert.deepEqual(
          findings.map(({ name, k }) => ({ name, k })),
          [{ name: 'userError', k: 0 }],
        );
        assert.match(findings[0]!.text, told);
        assert.match(findings[0]!.stack ?? '', new RegExp(`${file}\\.ts:10`));
        // Nothing else is lost: the run continues.
        const stopped = next(solver, 'stopped');
        await solver.call('resume', { until: { kind: 'steps', count: 3 } });
        assert.equal((await stopped).position.k, 3);
        solver.dispose();
      });
    }
  }
});

describe('work that a module leaves behind', () => {
  for (const [name, given] of [
    ['as it loads', { atStart: '(async () => { for (;;) await null; })();' }],
    ['in a function', { later: '(async () => { for (;;) await null; })();' }],
  ] as const) {
    test(`a loop of promises ${name} is reported like a function that does not return, and can be paused and ended`, async () => {
      const solver = child();
      const path = moduleOf(`microtasks-${name.replaceAll(' ', '-')}`, given);
      await solver.call('load', { config: endlessly(path) });
      const unresponsive = next(solver, 'unresponsive');
      const resumed = solver.call('resume', { until: { kind: 'end' } });
      resumed.catch(() => undefined);
      assert.match((await unresponsive).text, /module.*not/);
      const stopped = next(solver, 'stopped');
      const asked = performance.now();
      await solver.call('pause', {});
      const stop = await stopped;
      assert.equal(stop.reason, 'pause');
      assert.ok(stop.at - asked < 200, `paused after ${stop.at - asked} ms`);
      const { position } = await solver.call('interrupt', {});
      assert.ok(position.k >= 0);
      await Promise.allSettled([resumed]);
      assert.equal((await solver.call('position', {})).running, false);
      solver.dispose();
    });
  }
});

test('what was found before its thread ended, and before its rows were told, is not told again on the way there', async () => {
  const solver = child();
  const path = join(temporaryFolder(), 'twice.ts');
  // b’s step is too long, which is found at its first visit; the thread ends at its second, once.
  writeFileSync(
    path,
    `import { defineProblem } from 'blockstep';
    import fs from 'node:fs';
    export default defineProblem({
      blocks: { a: 1, b: 1 },
      value: x => 0.5 * (x.a[0]! - 1) ** 2 + 0.5 * (x.b[0]! - 1) ** 2,
      gradient: (x, block) => {
        if (block === 'b' && fs.existsSync(__filename + '.armed') && x.b[0] !== 0) {
          fs.rmSync(__filename + '.armed');
          process.removeAllListeners('uncaughtException');
          setTimeout(() => { throw new RangeError('gone'); });
        }
        return [x[block]![0]! - 1];
      },
      lipschitz: (_x, block) => (block === 'b' ? 0.45 : 2),
    });`,
  );
  await solver.call('load', {
    config: { ...endlessly(path), start: 'zeros', findings: { stepTooLong: true } },
  });
  const found: Finding[] = [];
  solver.on('finding', finding => found.push(finding));
  await new Promise(resolve => setTimeout(resolve, 300));
  const steps = async (count: number) => {
    const stopped = next(solver, 'stopped');
    await solver.call('resume', { until: { kind: 'steps', count } });
    return stopped;
  };
  await steps(1);
  writeFileSync(`${path}.armed`, '');
  const ended = await steps(1e9);
  assert.equal(ended.reason, 'failed');
  assert.match(ended.text, /gone/);
  const tooLong = () => found.filter(({ name }) => name === 'stepTooLong').length;
  assert.equal(tooLong(), 1);
  const again = await steps(20);
  assert.ok(again.position.k > 20);
  assert.equal(tooLong(), 1);
});

describe('after a function that does not return was ended', () => {
  test('rows, series and branches are complete from the first step on, and continue', async () => {
    const solver = child();
    const path = moduleOf('hangs-late', { later: 'for (;;);' });
    await solver.call('load', { config: endlessly(path) });
    const goTo = async (k: number) => {
      const stopped = next(solver, 'stopped');
      await solver.call('goTo', { k });
      await stopped;
    };
    const all = async (branch: string) => {
      const objective = { branch, metric: 'objective', block: null, from: 0, limit: 1000 };
      const k: number[] = [];
      for (let more = true; more; ) {
        const page = { branch, from: k.at(-1) ?? 0, limit: 1000 };
        const batch = await solver.call('metrics', page);
        k.push(...batch.k);
        more = batch.more && batch.count > 0;
      }
      return { k, series: await solver.call('series', objective) };
    };
    await goTo(4);
    await goTo(1);
    await solver.call('edit', { edits: [{ kind: 'frozen', block: 'slope', value: true }] });
    const { facts } = await solver.call('position', {});
    const { id } = facts.branches[0]!;
    // Frozen, a block's gradient is read all the same: the sweep in which it hangs is the same.
    for (const k of [2, 3, 5]) await goTo(k);
    const [live, branch] = [await all('live'), await all(id)];
    assert.deepEqual(
      [live.k, branch.k],
      [
        [1, 2, 3, 4, 5],
        [2, 3, 4],
      ],
    );
    const hangs = next(solver, 'unresponsive');
    solver.call('resume', { until: { kind: 'end' } }).catch(() => undefined);
    await hangs;
    const { position } = await solver.call('interrupt', {});
    await solver.call('evaluate', { expression: 'k', context: 'watch' });
    assert.ok(position.k >= 5);
    const after = await all('live');
    assert.deepEqual(
      after.k,
      Array.from({ length: position.k }, (_, i) => i + 1),
    );
    assert.deepEqual([...after.series.k], after.k);
    assert.deepEqual(after.series.value.slice(0, 5), live.series.value);
    assert.deepEqual(await all(id), branch);
    // The past can be left in its turn: what leaves is the branch's, from before or not.
    await goTo(2);
    await solver.call('edit', { edits: [{ kind: 'frozen', block: 'offset', value: true }] });
    await goTo(3);
    const left = (await solver.call('position', {})).facts.branches[1]!;
    assert.deepEqual((await all('live')).k, [1, 2, 3]);
    assert.deepEqual((await all(left.id)).k, after.k.slice(2));
    solver.dispose();
  });
});
