import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkModule, gradientOf, moduleText, noCache, problemOf } from './loadSource.ts';

// The table is drawn while the module loads; value and gradient draw the same noise.
const source = moduleText(
  `
  blocks: { a: 2 },
  value: x => { const noise = Math.random(); return noise * (x.a[0] * table[0] + x.a[1] * table[1]); },
  gradient: () => { const noise = Math.random(); return [noise * table[0], noise * table[1]]; },
  lipschitz: () => 1 + Math.random(),`,
  'const table = [Math.random(), Math.random()];',
);
const x = Float64Array.of(1, 2);

test('the same seed gives the same numbers, another seed others', async () => {
  const values = await Promise.all(
    [1, 1, 2, 0, 2 ** 40 + 1].map(async seed =>
      (await problemOf(source, { seed })).value(noCache, x),
    ),
  );
  assert.equal(values[0], values[1]);
  assert.equal(new Set(values).size, 4);
});

test('a call’s numbers do not depend on the calls before it, so a replay in any order has the same bits', async () => {
  const problem = await problemOf(source);
  const first = [problem.value(noCache, x), ...gradientOf(problem, x, 'a')];
  problem.curvature!.lipschitz(noCache, x, problem.blocks[0]!);
  problem.value(noCache, Float64Array.of(5, 5));
  assert.deepEqual([...gradientOf(problem, x, 'a')], first.slice(1));
  assert.equal(problem.value(noCache, x), first[0]);
});

test('value and gradient see the same noise: nothing is found against the module', async () => {
  assert.deepEqual(checkModule(await problemOf(source)), []);
});

test('the numbers are uniform in [0, 1): mean and variance within four standard errors', async () => {
  const n = 20_000;
  const problem = await problemOf(
    moduleText(
      'blocks: { a: 2 }, value: () => 0, gradient: () => [mean, square],',
      `const u = Array.from({ length: ${n} }, Math.random);
       if (u.some(v => v < 0 || v >= 1)) throw new Error('out of range');
       const mean = u.reduce((s, v) => s + v, 0) / ${n};
       const square = u.reduce((s, v) => s + v * v, 0) / ${n};`,
    ),
  );
  const [mean, square] = gradientOf(problem, x, 'a');
  assert.ok(Math.abs(mean! - 1 / 2) < 4 * Math.sqrt(1 / 12 / n));
  assert.ok(Math.abs(square! - 1 / 3) < 4 * Math.sqrt(4 / 45 / n));
});

test('the rest of Math is Math', async () => {
  const problem = await problemOf(
    moduleText(
      'blocks: { a: 2 }, value: () => Math.exp(1) + Math.PI, gradient: () => [Math.hypot(3, 4), Math.max(...[1, 2])],',
    ),
  );
  assert.equal(problem.value(noCache, x), Math.E + Math.PI);
  assert.deepEqual([...gradientOf(problem, x, 'a')], [5, 2]);
});
