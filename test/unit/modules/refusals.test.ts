import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadModule } from '../../../solver/modules/load.ts';
import { moduleText, refusalOf } from './loadSource.ts';

const functions = 'value: () => 0, gradient: () => [0]';

describe('a module that defines no problem is refused in one sentence', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['const x = 1;', /^exports no default; accepted: export default defineProblem/],
    ['export default 3;', /^exports a default that is not a problem; accepted/],
    [
      'export default { blocks: { a: 1 } } as const;',
      /^has no value; accepted: value: x => f\(x\)/,
    ],
    [
      moduleText(`blocks: {}, ${functions}`),
      /^has no block in blocks; accepted: blocks: \{ name: size/,
    ],
    [moduleText(functions), /^has no blocks; accepted/],
    [moduleText(`blocks: { a: 0 }, ${functions}`), /^gives block "a" the size 0; accepted/],
    [moduleText(`blocks: { a: 1.5 }, ${functions}`), /^gives block "a" the size 1\.5; accepted/],
    [moduleText(`blocks: { a: [1] }, ${functions}`), /^gives block "a" the size \[1\]; accepted/],
    [moduleText(`blocks: { ' ': 1 }, ${functions}`), /^has a block without a name; accepted/],
    [
      moduleText(`blocks: { a: 1 }, name: 3, ${functions}`),
      /^has a name that is not a string; accepted/,
    ],
    [
      moduleText('blocks: { a: 1 }, value: () => 0'),
      /^has no gradient; accepted: gradient: \(x, block\)/,
    ],
    [
      moduleText('blocks: { a: 1 }, value: 3, gradient: 4'),
      /^has a value that is not a function; accepted/,
    ],
    [
      moduleText(`blocks: { a: 1 }, gradiant: 1, ${functions}`),
      /^has an unknown key "gradiant"; accepted: name, blocks/,
    ],
    [
      moduleText(`blocks: { a: 1 }, start: [0], ${functions}`),
      /^has a start that is not an object of blocks; accepted/,
    ],
    [
      moduleText(`blocks: { a: 1 }, start: { b: [0] }, ${functions}`),
      /^has a start for block "b", which blocks does not declare; accepted: a$/,
    ],
    [
      moduleText(`blocks: { a: 1 }, start: { a: 0 }, ${functions}`),
      /^starts block "a" of size 1 with 0; accepted/,
    ],
    [
      moduleText(`blocks: { a: 1 }, start: { a: [0, 1] }, ${functions}`),
      /^starts block "a" of size 1 with 2 values; accepted/,
    ],
    [
      moduleText(`blocks: { a: 1 }, start: { a: [NaN] }, ${functions}`),
      /^starts block "a" with NaN at index 0; accepted/,
    ],
    [
      moduleText(`blocks: { a: 1 }, penalty: { b: b.l1(1) }, ${functions}`),
      /^penalises block "b", which blocks does not declare; accepted: a$/,
    ],
    [
      moduleText(`blocks: { a: 1 }, penalty: { a: 0.1 }, ${functions}`),
      /^penalises block "a" with something that is not a penalty; accepted: penalty/,
    ],
    [
      moduleText(`blocks: { a: 1 }, penalty: { a: b.l1(-1) }, ${functions}`),
      /^penalises block "a" with λ = -1; accepted: a finite λ/,
    ],
    [
      moduleText(`blocks: { a: 1 }, penalty: { a: b.elasticNet(1, 2) }, ${functions}`),
      /^penalises block "a" with l1Ratio = 2; accepted/,
    ],
    [
      moduleText(`blocks: { a: 1 }, penalty: { a: b.box(2, 1) }, ${functions}`),
      /^penalises block "a" with bounds 2 and 1; accepted/,
    ],
    [
      moduleText(`blocks: { a: 1 }, penalty: { a: b.box(1, 2) }, ${functions}`),
      /^starts block "a" at 0, outside of its box; accepted: start\.a from 1 to 2$/,
    ],
    [
      moduleText(`blocks: { a: 1 }, rows: 3, ${functions}`),
      /^has rows without rowGradient; accepted/,
    ],
    [
      moduleText(`blocks: { a: 1 }, rowGradient: () => [0], ${functions}`),
      /^has rowGradient without rows; accepted/,
    ],
    [
      moduleText(`blocks: { a: 1 }, rows: 0, rowGradient: () => [0], ${functions}`),
      /^has 0 rows; accepted/,
    ],
    [
      'export default {\n\n  a: 1,,\n};',
      /^does not compile at line 3: Unexpected token ','; accepted/,
    ],
    [
      'import { x } from "./missing";\nexport default x;',
      /^could not be loaded, the module threw.*: Error: no file "\.\/missing" was found beside .*problem\.ts; accepted/,
    ],
    [
      'import x from "no-such-package";\nexport default x;',
      /^could not be loaded, the module threw.*: Error: Cannot find module 'no-such-package'; accepted/,
    ],
    [
      '\nconst a: number = 1;\nnull.x;\nexport default a;',
      /^could not be loaded, the module threw at line 3: TypeError: Cannot read properties of null/,
    ],
    [
      'const u: string = import.meta.url;\nnull.x;\nexport default u;',
      /^could not be loaded, the module threw at line 2: /,
    ],
    ['const a = 1;\nconst b = await a;', /^does not compile at line 2: await is only valid/],
    [
      'let a; let a;',
      /^does not compile at line 1: Identifier 'a' has already been declared; accepted/,
    ],
  ];
  for (const [source, sentence] of cases) {
    test(String(sentence), async () => assert.match(await refusalOf(source), sentence));
  }

  test('also when the path is a folder, a pipe, or no valid path', async () => {
    const sentence = async (path: string): Promise<string> => {
      const loaded = await loadModule(path, { seed: 1, poll() {} });
      return 'refusal' in loaded ? loaded.refusal : 'loaded';
    };
    assert.match(await sentence('/dev/null'), /^problem: "\/dev\/null" is not a regular file; /);
    assert.match(await sentence('.'), /^problem: "\." is not a regular file; accepted: /);
    assert.match(await sentence('a\0b\n.ts'), /^problem: "a\\u0000b\\n\.ts" cannot be read /);
  });

  test('and a block name with line breaks is shown on one line', async () => {
    const name = `a\n\u202e${'b'.repeat(5000)}`;
    const source = `export default { blocks: { ${JSON.stringify(name)}: 0 }, value: 1 }`;
    const sentence = await refusalOf(source);
    assert.ok(sentence.length < 300 && !/[\n\u202e]/.test(sentence), sentence);
    assert.match(sentence, /gives block "a\\n\\u202eb+…b+" the size 0; accepted: /);
  });

  test('also when the file does not exist', async () => {
    const loaded = await loadModule('nowhere/p.ts', { seed: 1, poll() {} });
    assert.deepEqual(loaded, {
      refusal:
        'problem: "nowhere/p.ts" does not exist; accepted: the path of a problem module (.ts, .js)',
    });
  });
});
