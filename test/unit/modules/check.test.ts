import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../../scripts/lib/root.mjs';
import { isRefusal } from '../../../solver/core/part.ts';
import { Interrupted } from '../../../solver/core/problem.ts';
import { ModuleCheck } from '../../../solver/modules/check.ts';
import { loadModule } from '../../../solver/modules/load.ts';
import { checkModule, moduleText, problemOf, simple } from './loadSource.ts';

/** What is found, as `name block`. */
async function found(source: string, seed = 1): Promise<string[]> {
  return checkModule(await problemOf(source, { seed })).map(
    ({ name, block }) => `${name} ${block}`,
  );
}

/** f = mean of log(1 + exp(−y aᵀx)) over n rows, on blocks a (3) and c (40), with its rows; without them where `bias` spoils its gradient. */
const logistic = (bias: string, n = 50) =>
  moduleText(
    `blocks: { a: 3, c: 40 }, ${bias === '' ? `rows: ${n}, rowGradient,` : ''}
    value: x => rows.reduce((s, row) => s + Math.log1p(Math.exp(-margin(x, row))), 0) / ${n},
    gradient: (x, block) => {
      const out = new Float64Array(block === 'a' ? 3 : 40);
      rows.forEach((_, i) => rowGradient(x, block, i).forEach((v, j) => { out[j] += v / ${n}; }));
      ${bias}
      return out;
    },`,
    `const rows = Array.from({ length: ${n} }, () => ({ y: Math.random() < 0.5 ? -1 : 1, a: Array.from({ length: 43 }, () => Math.random() - 0.5) }));
    const margin = (x, row) => row.y * ([...x.a, ...x.c].reduce((s, v, j) => s + v * row.a[j], 0));
    const rowGradient = (x, block, i) => {
      const row = rows[i], w = -row.y / (1 + Math.exp(margin(x, row)));
      return block === 'a' ? row.a.slice(0, 3).map(v => w * v) : row.a.slice(3).map(v => w * v);
    };`,
  );

describe('nothing is found in a correct module', () => {
  const sources = {
    'a quadratic': simple(),
    'a quadratic from a far start': simple('start: { a: [1e6, -1e6], c: [1e-9] },'),
    'a logistic regression': logistic(''),
    'a value of 1e12 beside a gradient of 1': simple(
      'value: x => 1e12 + [...x.a, ...x.c].reduce((s, v) => s + (v - 1) ** 2, 0) / 2,',
    ),
    'a value of 1e-200': moduleText(
      'blocks: { a: 1 }, value: x => 1e-200 * x.a[0] ** 2, gradient: x => [2e-200 * x.a[0]],',
    ),
    'steep exponentials that overflow about the start': moduleText(
      'blocks: { a: 1 }, value: x => Math.exp(400 * x.a[0]), gradient: x => [400 * Math.exp(400 * x.a[0])],',
    ),
    'a logarithm whose domain ends beside the start': moduleText(
      'blocks: { a: 1 }, start: { a: [1e-3] }, value: x => -Math.log(x.a[0]), gradient: x => [-1 / x.a[0]],',
    ),
    'a logarithm that throws outside its domain': moduleText(
      `blocks: { a: 1 }, start: { a: [1] },
      value: x => { if (x.a[0] <= 0) throw new Error('out'); return -Math.log(x.a[0]); },
      gradient: x => { if (x.a[0] <= 0) throw new Error('out'); return [-1 / x.a[0]]; },`,
    ),
    'a square root confined to its box, at its edge': moduleText(
      `blocks: { a: 1 }, penalty: { a: b.nonNegative },
      value: x => x.a[0] ** 1.5, gradient: x => [1.5 * x.a[0] ** 0.5],`,
    ),
    'NaN from the start': simple('value: () => NaN, gradient: (x, b) => [...x[b]].map(() => NaN),'),
    'a mean over 100,000 rows of size 1e4, summed one by one, near its minimum': moduleText(
      `blocks: { a: 1 }, start: { a: [mean] },
      value: x => { let s = 0; for (const y of rows) s += (x.a[0] - y) ** 2; return s / 200_000; },
      gradient: x => { let s = 0; for (const y of rows) s += x.a[0] - y; return [s / 100_000]; },`,
      'const rows = Float64Array.from({ length: 100_000 }, () => 1e4 * Math.random()), mean = rows.reduce((s, v) => s + v, 0) / 100_000;',
    ),
    'a hessianVector that is right': simple('hessianVector: (x, v, block) => v[block],'),
  };
  for (const [title, source] of Object.entries(sources)) {
    test(title, async () => {
      for (const seed of [1, 2, 3]) assert.deepEqual(await found(source, seed), []);
    });
  }

  for (const file of ['ridge.ts', 'factorization.ts']) {
    test(`the example ${file}`, async () => {
      const path = join(root, 'examples/workspace/problems', file);
      const problem = await loadModule(path, { seed: 1, poll() {} });
      assert.ok(!isRefusal(problem));
      assert.deepEqual(checkModule(problem), []);
    });
  }
});

describe('a wrong gradient is found, and only in the block where it is wrong', () => {
  test('by one part in ten thousand of one coordinate', async () => {
    assert.deepEqual(await found(logistic("if (block === 'a') out[1] *= 1.0001;")), [
      'gradientMismatch a',
    ]);
  });

  test('in one coordinate of a block too large to try each', async () => {
    assert.deepEqual(await found(logistic("if (block === 'c') out[17] += 0.01;")), [
      'gradientMismatch c',
    ]);
  });

  test('where it is right at the start and wrong elsewhere', async () => {
    const wrong = simple('gradient: (x, block) => [...x[block]].map(v => (v === 0 ? -1 : v)),');
    assert.deepEqual(await found(wrong), ['gradientMismatch a', 'gradientMismatch c']);
  });

  test('with the wrong sign, with both slopes, the coordinate and the error as evidence', async () => {
    const [finding] = checkModule(
      await problemOf(
        simple("gradient: (x, block) => [...x[block]].map(v => (block === 'c' ? 1 - v : v - 1)),"),
      ),
    );
    assert.equal(
      finding?.text,
      'gradient of block "c" is 1.00000 in c at the start, but value changes there at a rate of −1.00000; correct gradient or value.',
    );
    const { numeric, error, ...exact } = finding.evidence;
    assert.deepEqual(exact, { term: 'gradient', analytic: 1, point: 'the start', coordinate: 'c' });
    assert.ok(Math.abs((numeric as number) + 1) < 1e-9);
    assert.ok(Math.abs((error as number) - 2) < 1e-9);
  });
});

test('a hessianVector that is not the gradient’s derivative is found', async () => {
  const wrong =
    "hessianVector: (x, v, block) => [...v[block]].map(w => (block === 'c' ? 1.001 * w : w)),";
  assert.deepEqual(await found(simple(wrong)), ['gradientMismatch c']);
});

test('a rowGradient whose mean is not the gradient is found', async () => {
  const row = (factor: string) =>
    simple(`rows: 3, rowGradient: (x, block, i) => [...x[block]].map(v => (v - 1) * ${factor}),`);
  assert.deepEqual(await found(row('i')), []);
  assert.deepEqual(await found(row('1.01')), ['gradientMismatch a', 'gradientMismatch c']);
});

describe('functions that do not give the same bits twice are found', () => {
  test('a value that counts its calls', async () => {
    const source = `let calls = 0;\n${simple('value: x => ++calls,')}`;
    assert.ok((await found(source)).includes('notDeterministic null'));
  });

  test('a gradient that counts its calls, in the last bit', async () => {
    const source = `let calls = 0;\n${simple('gradient: (x, block) => [...x[block]].map(v => (v - 1) * (1 + Number.EPSILON * (calls++ % 2))),')}`;
    assert.deepEqual(await found(source), ['notDeterministic a', 'notDeterministic c']);
  });

  test('a gradient that differs only in −0 and 0', async () => {
    const source = `let sign = 1;\n${simple('value: () => 0, gradient: (x, block) => [...x[block]].map(() => 0 * (sign = -sign)),')}`;
    assert.ok((await found(source)).includes('notDeterministic c'));
  });
});

test('an error thrown at the start is found as a userError with the user’s stack, and nothing else is', async () => {
  const findings = checkModule(
    await problemOf(simple("gradient: () => { throw new Error('no'); },")),
  );
  assert.equal(findings.length, 1);
  const [{ name, block, text, stack, k }] = findings as [(typeof findings)[0] & object];
  assert.deepEqual([name, block, k], ['userError', 'a', 0]);
  assert.match(text, /^gradient of block "a" threw at line \d+: Error: no$/);
  assert.match(stack ?? '', /^Error: no\n {4}at gradient \(.*problem\.ts:\d+\)$/);
});

describe('what rowGradient and hessianVector do wrong at the start is found as a userError with the user’s stack', () => {
  const rows = (body: string, count = 3) =>
    simple(`rows: ${count}, rowGradient: (x, block, i) => ${body},`);
  const product = (body: string) => simple(`hessianVector: (x, v, block) => ${body},`);
  const shape = 'return an array of 2 numbers';
  const cases: readonly (readonly [title: string, source: string, text: RegExp])[] = [
    [
      'rowGradient throws',
      rows("{ throw new Error('no'); }"),
      /^rowGradient of block "a" threw at line \d+: Error: no$/,
    ],
    [
      'rowGradient throws in one of more rows than are summed',
      rows("{ throw new Error('no'); }", 30_000),
      /^rowGradient of block "a" threw at line \d+: Error: no$/,
    ],
    [
      'rowGradient returns text',
      rows("'x'"),
      RegExp(`^rowGradient of block "a" returned the string "x"; ${shape}$`),
    ],
    [
      'the last rowGradient is not a number',
      rows("[...x[block]].map((v, j) => (i === 2 && block === 'c' ? NaN : v - 1))"),
      /^rowGradient of block "c" returned NaN in c for row 2 at the start, where gradient is −?\d.*; return finite numbers$/,
    ],
    [
      'hessianVector throws',
      product("{ throw new Error('no'); }"),
      /^hessianVector of block "a" threw at line \d+: Error: no$/,
    ],
    [
      'hessianVector returns text',
      product("'x'"),
      RegExp(`^hessianVector of block "a" returned the string "x"; ${shape}$`),
    ],
  ];
  for (const [title, source, expected] of cases)
    test(title, async () => {
      const findings = checkModule(await problemOf(source));
      assert.equal(findings.length, 1);
      const [{ name, text, stack, k }] = findings as [(typeof findings)[0] & object];
      assert.deepEqual([name, k], ['userError', 0]);
      assert.match(text, expected);
      assert.match(stack ?? '', /\n {4}at (rowGradient|hessianVector) \(.*problem\.ts:\d+\)$/);
    });

  test('beside what was found before it', async () => {
    const source = simple(
      "gradient: (x, block) => [...x[block]].map(v => 2 * v), hessianVector: () => 'x',",
    );
    assert.deepEqual(await found(source), ['gradientMismatch a', 'gradientMismatch c']);
    const one = source.replace(
      '2 * v',
      "(block === 'c' ? 2 : 1) * (v - 1) + (block === 'c' ? 1 : 0)",
    );
    assert.deepEqual(await found(one), ['gradientMismatch c', 'userError a']);
  });

  test('but not what they do elsewhere, nor a NaN where the gradient is one', async () => {
    const outside = "if (x.a[0] !== 0) throw new Error('out'); return";
    for (const body of [
      `rows: 3, rowGradient: (x, block) => { ${outside} [...x[block]].map(v => v - 1); },`,
      `hessianVector: (x, v, block) => { ${outside} [...v[block]]; },`,
      'gradient: (x, block) => [...x[block]].map(() => NaN), rows: 3, rowGradient: (x, block) => [...x[block]].map(() => NaN),',
    ])
      assert.deepEqual(await found(simple(body)), []);
  });
});

describe('a check in slices', () => {
  const wrong = logistic("if (block === 'c') out[17] += 0.01;");

  test('finds what an uninterrupted one finds, however often a poll interrupts it, and makes few calls at a time', async () => {
    let calls = 0;
    let interrupt = false;
    let passing = 0;
    const watch = { enter: () => void calls++, leave() {} };
    const poll = (): void => {
      // Every third poll interrupts the slice; at last one check is not interrupted, as when no request comes.
      if (interrupt && ++passing % 3 === 0) throw new Interrupted();
    };
    const whole = checkModule(await problemOf(wrong, { watch }));
    const needed = calls;
    calls = 0;
    const check = new ModuleCheck(await problemOf(wrong, { watch, poll }));
    const found: unknown[] = [];
    let slices = 0;
    let most = 0;
    while (!check.done && slices < 10_000) {
      const before = calls;
      interrupt = slices++ % 2 === 0;
      passing = 0;
      try {
        found.push(...check.slice(0));
      } catch (error) {
        assert.ok(error instanceof Interrupted);
      }
      most = Math.max(most, calls - before);
    }
    assert.deepEqual(found, whole);
    // Interrupted work is repeated, so there are more calls, never fewer.
    assert.ok(calls > needed, `${calls} calls, ${needed} in one piece`);
    assert.ok(most <= 5, `${most} calls in a slice`);
  });

  test('ends with the first throw at the start', async () => {
    const check = new ModuleCheck(
      await problemOf(simple("value: () => { throw new Error('no'); },")),
    );
    assert.equal(check.slice(0).length, 1);
    assert.ok(check.done);
  });
});
