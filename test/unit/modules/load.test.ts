// How a module is loaded, and what Math.random gives it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isRefusal } from '../../../solver/core/part.ts';
import { template } from '../../../solver/modules/template.ts';
import {
  checkModule,
  gradientOf,
  loadFiles,
  moduleText,
  noCache,
  problemOf,
  simple,
} from './loadSource.ts';

describe('a module may be written', () => {
  const value = 'value: () => answer, gradient: () => [0]';
  const forms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'in TypeScript with types, enums and satisfies': {
      'p.ts': `import { defineProblem, type Blocks } from 'blockstep';
        enum Size { one = 1 }
        const sizes = { a: Size.one } satisfies Blocks;
        const answer = 42 as number;
        abstract class Box<T> { constructor(protected readonly value: T) {} }
        export default defineProblem({ blocks: sizes, ${value} });`,
    },
    'in JavaScript, where < and > may compare': {
      'p.js': `import { defineProblem } from 'blockstep';
        const a = 1, b = 2, answer = (a < b > (0)) ? 42 : 0;
        export default defineProblem({ blocks: { a: 1 }, ${value} });`,
    },
    'in CommonJS': {
      'p.cjs': `const { defineProblem } = require('blockstep');
        const answer = 42;
        module.exports = defineProblem({ blocks: { a: 1 }, ${value} });`,
    },
    'with imports of .ts as .js, without an ending, of folders and of JSON, in circles': {
      'p.ts': `import { defineProblem } from 'blockstep';
        import { forty } from './lib/a.js'; import two from './lib'; import data from './lib/data.json';
        export const one = 1;
        const answer = forty + two() + data.zero;
        export default defineProblem({ blocks: { a: one }, ${value} });`,
      'lib/a.ts': 'export const forty: number = 40;',
      'lib/index.ts': "import { one } from '../p.ts'; export default (): number => 2 * one;",
      'lib/data.json': '{ "zero": 0 }',
    },
    'with files read beside it': {
      'p.ts': `import { readFileSync } from 'node:fs';
        import { join } from 'path';
        const a = readFileSync(new URL('data.txt', import.meta.url), 'utf8');
        const b = readFileSync(join(__dirname, 'data.txt'), 'utf8');
        const answer = a === b && import.meta.filename === __filename ? Number(a) : 0;
        export default { blocks: { a: 1 }, ${value} };`,
      'data.txt': '42',
    },
    'with an imported file that draws from the same seeded Math': {
      'p.ts': `import { drawn } from './lib';
        const answer = drawn === Math.random() ? 0 : 42;
        export default { blocks: { a: 1 }, ${value} };`,
      'lib.ts': 'export const drawn = Math.random();',
    },
    'with a byte order mark and Windows line ends': {
      'p.ts': `\uFEFFconst answer: number = 42;\r\nexport default { blocks: { a: 1 }, ${value} };\r\n`,
    },
  };
  for (const [title, files] of Object.entries(forms)) {
    test(title, async () => {
      const loaded = await loadFiles(files);
      assert.ok(!isRefusal(loaded), isRefusal(loaded) ? loaded.refusal : '');
      assert.equal(loaded.value(noCache, Float64Array.of(0)), 42);
      const read = loaded.files.map(file => file.replace(/^.*module-[^/\\]*[/\\]/, ''));
      const scripts = Object.keys(files).filter(name => /\.[cm]?[jt]s$/.test(name));
      assert.deepEqual(read.sort(), scripts.sort());
    });
  }
});

test('an edited module is loaded again', async () => {
  const first = await problemOf(simple());
  const second = await problemOf(simple('value: () => 7,'));
  assert.equal(first.value(noCache, Float64Array.of(1, 1, 1)), 0);
  assert.equal(second.value(noCache, Float64Array.of(1, 1, 1)), 7);
});

test('the template of a new problem runs unchanged, under any name', async () => {
  for (const name of ['my ridge', 'a "quoted" \\ name', '`a` $']) {
    const problem = await problemOf(template(name));
    assert.equal(problem.name, name);
    assert.deepEqual(checkModule(problem), []);
    assert.deepEqual([...problem.declared.keys()], ['slope', 'offset']);
  }
});

test('whatever the file holds, loading gives a problem or one sentence, and never throws', async () => {
  const piece = fc.constantFrom(
    'export default',
    'defineProblem',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    'blocks',
    ':',
    ',',
    'a',
    '1',
    '0',
    'value',
    'gradient',
    'x =>',
    '"',
    '`',
    "'",
    '/',
    '//',
    '\n',
    'import',
    'from',
    "'blockstep'",
    'throw',
    'await',
    'null',
    '.',
    'class',
    'as',
    '<',
    '>',
    '=',
    ';',
    'const',
    'penalty',
    'l1',
    'import.meta',
    'Symbol()',
    'new Proxy({}, {})',
  );
  const source = fc.oneof(
    fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join(' ')),
    // A problem with one piece of it replaced.
    fc.tuple(piece, fc.nat(60), fc.nat(10)).map(([text, at, cut]) => {
      const right = 'export default { blocks: { a: 1 }, value: () => 0, gradient: () => [0] };';
      return right.slice(0, at) + text + right.slice(at + cut);
    }),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(source, async text => {
      const loaded = await loadFiles({ 'p.ts': text });
      if (!isRefusal(loaded)) return;
      assert.match(loaded.refusal, /^problem: "p\.ts" [\s\S]+; accepted: .+$/);
      assert.equal(loaded.refusal.split('\n').length, 1);
    }),
    { seed: 1, numRuns: 400 },
  );
});

describe('Math.random in a module', () => {
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

  test('the random numbers of a call do not depend on earlier calls, so a replay in any order has the same bits', async () => {
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
});
