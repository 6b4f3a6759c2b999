import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isRefusal } from '../../../solver/core/part.ts';
import { template } from '../../../solver/modules/template.ts';
import { checkModule, loadFiles, noCache, problemOf, simple } from './loadSource.ts';

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

test('an edited module loads afresh', async () => {
  const first = await problemOf(simple());
  const second = await problemOf(simple('value: () => 7,'));
  assert.equal(first.value(noCache, Float64Array.of(1, 1, 1)), 0);
  assert.equal(second.value(noCache, Float64Array.of(1, 1, 1)), 7);
});

test('the template of a new problem runs as it stands, under any name', async () => {
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
