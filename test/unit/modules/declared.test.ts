import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { declaredPlaces, syntaxOf } from '../../../solver/modules/syntax.ts';

/** The text at the declaration of each block, as many characters as `text` has. */
function standsAt(source: string, names: readonly string[], file = 'p.ts'): string[] {
  const lines = source.split(/\r\n?|\n/);
  const { blocks } = declaredPlaces(syntaxOf(source, file), names);
  return names.map(name => {
    const { line, column } = blocks.get(name)!;
    return lines[line - 1]!.slice(column - 1);
  });
}

function check(source: string, expected: Readonly<Record<string, RegExp>>, file?: string): void {
  const names = Object.keys(expected);
  for (const [i, text] of standsAt(source, names, file).entries()) {
    assert.match(text, expected[names[i]!]!);
  }
}

const both = { slope: /^slope: 3/, offset: /^offset: 1/ };

describe('the declaration of a block is its key in blocks', () => {
  const sources: readonly (readonly [string, string])[] = [
    ['on one line', 'export default defineProblem({ blocks: { slope: 3, offset: 1 }, value });'],
    [
      'on several',
      'export default defineProblem({\n  blocks: {\n    slope: 3,\n\n    offset: 1,\n  },\n});',
    ],
    [
      'with Windows line ends',
      'export default defineProblem({\r\n  blocks: {\r\n    slope: 3,\r\n    offset: 1 } });',
    ],
    [
      'beside comments that look like it',
      '// blocks: { slope: 3 }\nexport default defineProblem({ /* blocks: { slope: 3, offset: 1 } */ blocks: { /* slope: */ slope: 3, // offset: 1\n offset: 1 } });',
    ],
    [
      'beside strings and templates that look like it',
      'const s = `blocks: { slope: 3 } $`;\nexport default defineProblem({ name: "blocks: { slope: 3 }", blocks: { slope: 3, offset: 1 } });',
    ],
    [
      'after other keys of the same name',
      'export default defineProblem({ start: { slope: [0], offset: [0] }, penalty: { slope: l1(1), blocks: { slope: 9 } }, blocks: { slope: 3, offset: 1 } });',
    ],
    [
      'in a constant',
      'const sizes = { slope: 3, offset: 1 };\nexport default defineProblem({ blocks: sizes });',
    ],
    [
      'in a constant of its name',
      'const other = { slope: 4 };\nconst blocks = {\n slope: 3, offset: 1 } as const;\nexport default defineProblem({ blocks, value });',
    ],
    [
      'in a constant with a type',
      'const sizes: Record<string, number> = { slope: 3, offset: 1 };\nexport default defineProblem({ blocks: sizes });',
    ],
    [
      'in a problem that is a constant',
      'const problem = { blocks: { slope: 3, offset: 1 } };\nexport default problem;',
    ],
    [
      'behind satisfies, and in a constant that is one',
      'const sizes = { slope: 3, offset: 1 } as const satisfies Record<string, number>;\nexport default (defineProblem({ blocks: sizes! }) satisfies unknown);',
    ],
    ['in a default export', 'export default { blocks: { slope: 3, offset: 1 } };'],
    [
      'behind type arguments',
      'export default defineProblem<{ slope: number; offset: number }>({ blocks: { slope: 3, offset: 1 } });',
    ],
    [
      'behind types that name it',
      'interface T { blocks: { slope: 4 } }\ntype U = { blocks: { slope: 5 } };\nexport default defineProblem({ blocks: { slope: 3, offset: 1 } });',
    ],
    [
      'behind a regular expression',
      'const r = /blocks: { slope: 3/;\nexport default defineProblem({ blocks: { slope: 3, offset: 1 } });',
    ],
  ];
  for (const [title, source] of sources) test(title, () => check(source, both));

  test('in JavaScript', () => {
    check(
      'module.exports = require("blockstep").defineProblem({ blocks: { slope: 3, offset: 1 } });',
      both,
      'p.js',
    );
  });

  test('with sizes that are expressions', () => {
    const source =
      'export default defineProblem({ blocks: { slope: [1, 2, { offset: 0 }].length, offset: f(1, (2, 3)), rest: n } });';
    check(source, { slope: /^slope: \[1/, offset: /^offset: f/, rest: /^rest: n/ });
  });

  test('with quoted names', () => {
    check(`export default defineProblem({ blocks: { 'a b': 1, "it's": 2, 'q\\'s': 3, 7: 4 } });`, {
      'a b': /^'a b': 1/,
      "it's": /^"it's": 2/,
      "q's": /^'q\\'s': 3/,
      7: /^7: 4/,
    });
  });
});

test('a block that no literal names is declared at the key blocks, or else at the problem', () => {
  check('export default defineProblem({\n blocks: Object.fromEntries(names), value });', {
    a: /^blocks: Object/,
  });
  check('export default defineProblem({ blocks: { ...rest, slope: 3 } });', {
    a: /^blocks/,
    slope: /^slope: 3/,
  });
  check('const spec = make();\nexport default defineProblem(spec);', { a: /^defineProblem/ });
  check('export default make();', { a: /^default/ });
});

test('whatever is between the tokens, every block is found', () => {
  const gap = fc.constantFrom(' ', '\n', '\t', '\r\n', ' /* slope: { } */ ', ' // blocks: {\n', '');
  const name = fc.constantFrom('slope', 'offset', 'blocks', 'value', '"a b"', '$x', 'ünï');
  const input = fc.tuple(fc.uniqueArray(name, { minLength: 1 }), fc.infiniteStream(gap));
  fc.assert(
    fc.property(input, ([names, gaps]) => {
      const g = () => gaps.next().value as string;
      const members = names.map(key => `${g()}${key}${g()}:${g()}1${g()}`);
      const source = `export default defineProblem(${g()}{${g()}name:${g()}'n',${g()}blocks${g()}:${g()}{${members.join(',')}}${g()}})`;
      const plain = names.map(key => key.replaceAll('"', ''));
      for (const [i, text] of standsAt(source, plain).entries()) {
        assert.ok(text.startsWith(names[i]!), `${names[i]} is not at ${text}`);
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});
