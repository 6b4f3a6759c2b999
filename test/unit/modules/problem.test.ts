import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UserError } from '../../../solver/modules/userError.ts';
import { gradientOf, loadFiles, moduleText, noCache, problemOf, simple } from './loadSource.ts';

const at = (...values: number[]) => Float64Array.from(values);

describe('a module is an oracle', () => {
  test('blocks are laid out in the order they are named; starts and names are the module’s', async () => {
    const problem = await problemOf(simple("name: 'my problem', start: { c: [7] }"));
    assert.equal(problem.name, 'my problem');
    assert.deepEqual([...problem.start], [0, 0, 7]);
    assert.deepEqual(
      problem.blocks.map(({ name, index, start, size, coordinates }) => [
        name,
        index,
        start,
        size,
        coordinates,
      ]),
      [
        ['a', 0, 0, 2, ['a[0]', 'a[1]']],
        ['c', 1, 2, 1, ['c']],
      ],
    );
    assert.equal((await problemOf(simple())).name, 'problem');
  });

  test('value, gradient and valueAfter are the module’s at the given point', async () => {
    const problem = await problemOf(simple());
    const x = at(1, 3, 5);
    assert.equal(problem.value(noCache, x), 10);
    assert.deepEqual([...gradientOf(problem, x, 'a')], [0, 2]);
    assert.deepEqual([...gradientOf(problem, x, 'c')], [4]);
    assert.equal(problem.valueAfter(noCache, x, problem.blocks[0]!, at(0, -2)), 8);
    assert.deepEqual([...x], [1, 3, 5]);
  });

  test('a module that writes into x or returns x itself does not change the iterate', async () => {
    const problem = await problemOf(
      moduleText(`
        blocks: { a: 2 },
        value: x => { x.a[0] = 99; return 0; },
        gradient: x => { x.a[1] = 99; return x.a; },`),
    );
    const x = at(1, 2);
    problem.value(noCache, x);
    assert.deepEqual([...gradientOf(problem, x, 'a')], [1, 99]);
    const out = at(0, 0);
    problem.gradient(noCache, x, problem.blocks[0]!, out);
    problem.value(noCache, at(5, 6));
    assert.deepEqual([...out], [1, 99]);
    assert.deepEqual([...x], [1, 2]);
  });

  test('rows are averaged: all of them give the mean, a subset the mean over it', async () => {
    const problem = await problemOf(
      simple('rows: 4, rowGradient: (x, block, row) => [...x[block]].map(v => row * v),'),
    );
    const out = at(0, 0);
    problem.finiteSum!.sampleGradient(
      noCache,
      at(1, 2, 3),
      problem.blocks[0]!,
      Int32Array.of(1, 3),
      out,
    );
    assert.deepEqual([...out], [2, 4]);
    assert.equal(problem.finiteSum?.rows, 4);
    assert.equal((await problemOf(simple())).finiteSum, null);
  });

  test('a bound that the module gives is used, a missing one is null', async () => {
    const given = await problemOf(
      simple("lipschitz: (x, block) => block === 'a' ? x.a[0] + 2 : 4,"),
    );
    assert.equal(given.curvature!.lipschitz(noCache, at(1, 0, 0), given.blocks[0]!), 3);
    assert.equal(given.curvature!.lipschitz(noCache, at(1, 0, 0), given.blocks[1]!), 4);
    const none = await problemOf(simple());
    assert.equal(none.curvature!.lipschitz(noCache, at(1, 0, 0), none.blocks[0]!), null);
  });

  test('hessianVector may return its block, or all blocks by name; v is zero outside the block', async () => {
    const own = 'hessianVector: (x, v, block) => [...v[block]].map(w => 2 * w),';
    const all = 'hessianVector: (x, v) => ({ a: [v.a[0], v.a[1] + v.c[0]], c: v.c }),';
    for (const [more, expected] of [
      [own, [6, 8]],
      [all, [3, 4]],
    ] as const) {
      const problem = await problemOf(simple(more));
      const out = at(0, 0);
      problem.curvature!.hessianVector(noCache, at(1, 1, 1), problem.blocks[0]!, at(3, 4), out);
      assert.deepEqual([...out], expected);
    }
  });
});

describe('what a function returns is checked, and NaN is allowed', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['value: () => undefined', 'value', 'value returned undefined; return one number'],
    ["value: () => '3'", 'value', 'value returned the string "3"; return one number'],
    [
      'value: async () => 3',
      'value',
      'value returned a Promise (a module’s functions must return their value at once, without async); return one number',
    ],
    [
      'gradient: () => 3',
      'gradient',
      'gradient of block "a" returned 3; return an array of 2 numbers',
    ],
    [
      'gradient: () => [1]',
      'gradient',
      'gradient of block "a" returned 1 number; return an array of 2 numbers',
    ],
    [
      'gradient: () => [1, 2, 3]',
      'gradient',
      'gradient of block "a" returned 3 numbers; return an array of 2 numbers',
    ],
    [
      "gradient: () => [1, '2']",
      'gradient',
      'gradient of block "a" returned the string "2" at index 1; return an array of 2 numbers',
    ],
    [
      'gradient: () => [1, ,]',
      'gradient',
      'gradient of block "a" returned undefined at index 1; return an array of 2 numbers',
    ],
    [
      'gradient: () => BigInt64Array.of(1n, 2n)',
      'gradient',
      'gradient of block "a" returned a value of type bigint at index 0; return an array of 2 numbers',
    ],
    [
      'gradient: () => ({ a: [1, 2] })',
      'gradient',
      'gradient of block "a" returned a value of type object; return an array of 2 numbers',
    ],
    [
      'lipschitz: () => 0',
      'lipschitz',
      'lipschitz of block "a" returned 0; return a number above 0',
    ],
    [
      'lipschitz: () => NaN',
      'lipschitz',
      'lipschitz of block "a" returned NaN; return a number above 0',
    ],
    [
      'hessianVector: () => ({ c: [1] })',
      'hessianVector',
      'hessianVector of block "a" returned undefined; return an array of 2 numbers',
    ],
  ];
  for (const [code, term, sentence] of cases) {
    test(code, async () => {
      const problem = await problemOf(simple(`${code},`));
      const [block] = problem.blocks;
      const x = at(1, 2, 3);
      const call = {
        value: () => problem.value(noCache, x),
        gradient: () => gradientOf(problem, x, 'a'),
        lipschitz: () => problem.curvature!.lipschitz(noCache, x, block!),
        hessianVector: () =>
          problem.curvature!.hessianVector(noCache, x, block!, at(1, 1), at(0, 0)),
      }[term]!;
      assert.throws(call, (error: unknown) => {
        assert.ok(error instanceof UserError);
        assert.equal(error.message, sentence);
        assert.equal(error.term, term);
        assert.equal(error.block, term === 'value' ? null : 'a');
        // The function's own line: where its key stands.
        assert.match(error.stack, new RegExp(`at ${term} \\(.*problem\\.ts:\\d+\\)$`));
        return true;
      });
    });
  }

  test('NaN and infinities pass through', async () => {
    const problem = await problemOf(simple('value: () => NaN, gradient: () => [NaN, Infinity],'));
    assert.ok(Number.isNaN(problem.value(noCache, at(0, 0, 0))));
    assert.deepEqual(
      [...gradientOf(problem, at(0, 0, 0), 'a')],
      [Number.NaN, Number.POSITIVE_INFINITY],
    );
  });

  test('typed arrays of any kind will do', async () => {
    const problem = await problemOf(simple('gradient: () => Float32Array.of(1, 2),'));
    assert.deepEqual([...gradientOf(problem, at(0, 0, 0), 'a')], [1, 2]);
  });
});

describe('what user code throws', () => {
  const files = {
    'problem.ts': [
      "import { defineProblem } from 'blockstep';",
      "import type { Nothing } from './nowhere';",
      "import { deep } from './lib/helper.js';",
      'interface Shape {',
      '  readonly a: number;',
      '}',
      'export default defineProblem({',
      '  blocks: { a: 1 },',
      '  value: (x: { a: Float64Array } & Partial<Shape>): number => {',
      '    const local = (v: number): never => deep<number>(v);',
      '    return local(x.a[0]!);',
      '  },',
      "  gradient: () => { throw 'plain text'; },",
      '});',
    ].join('\n'),
    'lib/helper.ts':
      'export function deep<T>(\n  v: T,\n): never {\n  throw new RangeError("bad " + v);\n}\n',
  };

  test('becomes a UserError whose stack is the user’s own files and lines', async () => {
    const problem = await loadFiles(files);
    assert.ok('value' in problem);
    assert.throws(
      () => problem.value(noCache, at(3)),
      (error: unknown) => {
        assert.ok(error instanceof UserError);
        assert.equal(error.message, 'value threw at line 4 of helper.ts: RangeError: bad 3');
        const rows = error.stack.split('\n').map(row => row.replace(/\(?\/.*\//, '').trim());
        assert.deepEqual(rows, [
          'RangeError: bad 3',
          'at deep helper.ts:4)',
          'at local problem.ts:10)',
          'at value problem.ts:11)',
        ]);
        return true;
      },
    );
  });

  test('need not be an Error', async () => {
    const problem = await loadFiles(files);
    assert.ok('value' in problem);
    assert.throws(() => gradientOf(problem, at(3), 'a'), {
      message: 'gradient of block "a" threw: plain text',
    });
  });

  test('may be a stack overflow', async () => {
    const problem = await problemOf(
      simple('value: () => { const f = () => f() + 1; return f(); },'),
    );
    assert.throws(() => problem.value(noCache, at(0, 0, 0)), /RangeError: Maximum call stack/);
  });
});

test('entering and leaving user code is reported in pairs, also when it throws', async () => {
  const told: string[] = [];
  const watch = {
    enter: (term: string, block: string | null) => told.push(`+${term} ${block}`),
    leave: () => told.push('-'),
  };
  const problem = await problemOf(simple('value: () => { throw 1; },'), { watch });
  gradientOf(problem, at(0, 0, 0), 'a');
  assert.throws(() => problem.value(noCache, at(0, 0, 0)));
  assert.deepEqual(told, ['+module null', '-', '+gradient a', '-', '+value null', '-']);
});

test('what a module prints is sent as output, by stream, formatted as in Node', async () => {
  const printed: string[] = [];
  const source = moduleText(
    "blocks: { a: 1 }, value: x => { console.warn('at', x.a[0]); return 0; }, gradient: () => [0],",
    "console.log('%d of %s', 3, 'four'); console.error({ a: 1 });",
  );
  const problem = await problemOf(source, {
    output: (stream, text) => printed.push(`${stream}: ${text}`),
  });
  problem.value(noCache, at(5));
  assert.deepEqual(printed, ['stdout: 3 of four\n', 'stderr: { a: 1 }\n', 'stderr: at 5\n']);
});
