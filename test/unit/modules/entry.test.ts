import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRefusal } from '../../../solver/core/part.ts';
import { Interrupted } from '../../../solver/core/problem.ts';
import { noHooks } from '../../../solver/run/facts.ts';
import { load } from '../../../solver/run/load.ts';
import { Run } from '../../../solver/run/run.ts';
import type { Finding, RunConfig } from '../../../solver/wire/run.ts';
import { temporaryFolder } from '../../support/machine.ts';

/** A quadratic of three blocks of 20 whose functions take 100 ms each. */
const slow = `
const wait = () => { const end = Date.now() + 100; while (Date.now() < end); };
export default {
  blocks: { a: 20, b: 20, c: 20 },
  value: x => { wait(); return [...x.a, ...x.b, ...x.c].reduce((s, v) => s + (v - 1) ** 2, 0) / 2; },
  gradient: (x, block) => { wait(); return [...x[block]].map(v => v - 1); },
};`;

/** Runs a module to its end and collects the findings. */
async function foundBy(source: string): Promise<readonly Finding[]> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'p.js'), source);
  const config = { problem: 'p.js', cwd: folder, step: 'fixed', stepOptions: { size: 0.01 } };
  const context = { poll() {}, progress() {}, output() {} };
  const loaded = await load({ ...config, stopWhen: { steps: 300 } } as RunConfig, context);
  assert.ok(!isRefusal(loaded));
  const found = [...loaded.findings, ...(loaded.check?.slice(Number.POSITIVE_INFINITY) ?? [])];
  const run = new Run(loaded.recipe, { ...noHooks, finding: one => found.push(one) });
  run.begin({ kind: 'end' });
  while (run.slice(50) === null);
  return found.filter(({ name }) => name === 'notDeterministic');
}

test('a function that becomes wrong only far into the run is found there, once; a correct one is never reported', async () => {
  const module = (before: string, gradient: string): string =>
    `${before}; export default { blocks: { a: 2, b: 1 }, value: x => ([...x.a, ...x.b].reduce((s, v) => s + (v - 1) ** 2, 0)) / 2, gradient: ${gradient} };`;
  const right = '(x, block) => [...x[block]].map(v => v - 1)';
  assert.deepEqual(await foundBy(module('', right)), []);
  const counting =
    '(x, block) => [...x[block]].map(v => (v - 1) * (x.a[0] > 0.3 ? 1 + Number.EPSILON * (calls++ % 2) : 1))';
  const [first, ...others] = await foundBy(module('let calls = 0', counting));
  assert.ok(first !== undefined && first.k > 10 && others.length === 0, JSON.stringify(first));
});

test('slow functions are called a few times before a run is stopped at its start, and checked completely afterwards', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'slow.js'), slow);
  let calls = 0;
  const watch = { enter: (term: string) => void (term === 'module' || calls++), leave() {} };
  const config = { problem: 'slow.js', cwd: folder } as RunConfig;
  const loaded = await load(config, { poll() {}, progress() {}, output() {}, watch });
  assert.ok(!isRefusal(loaded));
  new Run(loaded.recipe);
  assert.ok(calls <= 8, `${calls} calls`);
  assert.ok(loaded.check !== null && !loaded.check.done, 'the rest is checked later');
  const before = calls;
  loaded.check.slice(0);
  assert.ok(calls - before <= 5, `${calls - before} calls in a slice`);
});

test('a slow lipschitz of many blocks is called at most twice before a run is stopped at its start', async () => {
  const folder = temporaryFolder();
  const blocks = Object.fromEntries(Array.from({ length: 40 }, (_, b) => [`b${b}`, 2]));
  const quick = `export default { blocks: ${JSON.stringify(blocks)}, lipschitz: () => 1,
    value: x => Object.values(x).reduce((s, v) => s + v[0] ** 2 + v[1] ** 2, 0) / 2, gradient: (x, b) => x[b] };`;
  writeFileSync(join(folder, 'p.js'), quick);
  for (const method of ['pccd', 'gradientDescent']) {
    for (const step of ['lipschitz', 'backtracking']) {
      const terms: string[] = [];
      const watch = { enter: (term: string) => void terms.push(term), leave() {} };
      const config = { problem: 'p.js', cwd: folder, method, step } as RunConfig;
      const loaded = await load(config, { poll() {}, progress() {}, output() {}, watch });
      assert.ok(!isRefusal(loaded));
      new Run(loaded.recipe).position();
      const calls = terms.filter(term => term === 'lipschitz').length;
      assert.ok(calls <= 2, `${method}, ${step}: ${calls} calls`);
    }
  }
});

test('a note that lipschitz is missing comes only where it is missing; a start is read only from a regular file', async () => {
  const folder = temporaryFolder();
  const given = slow.replace('blocks:', 'lipschitz: () => 1, blocks:').replaceAll('wait(); ', '');
  writeFileSync(join(folder, 'p.js'), given);
  const context = { poll() {}, progress() {}, output() {} };
  const opened = (more: object) =>
    load({ problem: 'p.js', cwd: folder, ...more } as RunConfig, context);
  for (const method of ['pccd', 'gradientDescent']) {
    const loaded = await opened({ method });
    assert.ok(!isRefusal(loaded));
    assert.ok(!loaded.recipe.notes.some(note => note.includes('no lipschitz')), method);
  }
  mkdirSync(join(folder, 'x.json'));
  const refused = await opened({ start: 'x.json' });
  assert.ok(isRefusal(refused));
  assert.match(refused.refusal, /^start: "x\.json" cannot be read \(it is a folder\); accepted: /);
});

/** Blocks whose functions take so many milliseconds a call. */
function waiting(milliseconds: number, more = ''): string {
  return `const wait = () => { const end = Date.now() + ${milliseconds}; while (Date.now() < end); };
export default {
  blocks: { a: 4, b: 4, c: 4, d: 4, e: 4, f: 4 }, ${more}
  value: x => { wait(); return Object.values(x).reduce((s, v) => s + [...v].reduce((t, u) => t + (u - 1) ** 2, 0), 0) / 2; },
  gradient: (x, block) => { wait(); return [...x[block]].map(v => v - 1); },
};`;
}

test('greedy and importance choose their first blocks after the start has shown, where the functions are slow, and can be interrupted at every call', async () => {
  const folder = temporaryFolder();
  for (const [source, quick] of [
    [waiting(80), false],
    [waiting(80, 'lipschitz: () => { wait(); return 1; },'), false],
    [waiting(0), true],
  ] as const) {
    writeFileSync(join(folder, 'p.js'), source);
    for (const ordering of ['greedy', 'importance']) {
      let calls = 0;
      let hurried = false;
      const watch = { enter: (term: string) => void (term === 'module' || calls++), leave() {} };
      const poll = (): void => {
        if (hurried) throw new Interrupted();
      };
      const config = {
        problem: 'p.js',
        cwd: folder,
        ordering,
        diagnostics: [],
        findings: {},
      } as RunConfig;
      const loaded = await load(config, { poll, progress() {}, output() {}, watch });
      assert.ok(!isRefusal(loaded));
      const run = new Run(loaded.recipe);
      const shown = [run.position(), run.position()].map(({ blocks }) => blocks.length);
      if (quick) {
        assert.deepEqual(shown, [1, 1], ordering);
        continue;
      }
      assert.deepEqual(shown, [0, 0], ordering);
      assert.ok(calls <= 8, `${ordering}: ${calls} calls`);
      run.begin({ kind: 'steps', count: 1 });
      const before = calls;
      hurried = true;
      assert.throws(() => run.slice(50), Interrupted);
      assert.equal(calls, before, `${ordering}: calls although it was to give up`);
    }
  }
});
