// What user code throws in place of an error, as its sentence.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { thrown } from '../../../solver/modules/userError.ts';
import { strayFinding } from '../../../solver/thread/solver/contain.ts';
import { noCache, problemOf, simple } from './loadSource.ts';

const said = (reason: unknown): string =>
  thrown(reason, 'value', null, new Set()).message.replace(/^value threw: /, '');

describe('what is thrown and no error is told in one line', () => {
  const own = Symbol.for('nodejs.util.inspect.custom');
  const cases: readonly (readonly [unknown, string])[] = [
    [{ weird: 1 }, '{ weird: 1 }'],
    [{ deep: { list: [1, 'two'] } }, "{ deep: { list: [ 1, 'two' ] } }"],
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
    ['plain text', 'plain text'],
    ['two\nlines', 'two\\nlines'],
    [{ 'a\nb': 'c\nd' }, "{ 'a\\nb': 'c\\nd' }"],
    [Symbol('s'), 'Symbol(s)'],
    [
      { [own]: () => assert.fail() },
      '{ [Symbol(nodejs.util.inspect.custom)]: [Function: [nodejs.util.inspect.custom]] }',
    ],
    [
      {
        get secret() {
          return assert.fail();
        },
      },
      '{ secret: [Getter] }',
    ],
    [
      Object.defineProperty(new Error('no'), 'message', { get: () => assert.fail() }),
      'a value that cannot be printed',
    ],
    [new RangeError('one\ntwo'), 'RangeError: one'],
  ];
  for (const [reason, expected] of cases)
    test(expected, () => assert.equal(said(reason), expected));

  test('of bounded length', () => {
    const long = 'x'.repeat(1e5);
    const wide = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`key ${i}`, [[i]]]));
    for (const reason of [long, [long], { [long]: 1 }, Array.from({ length: 1e4 }), wide]) {
      const text = said(reason);
      assert.ok(text.length <= 200 && !text.includes('\n') && !text.includes('\\n'), text);
    }
  });

  test('by a module, and by what it left behind', async () => {
    const problem = await problemOf(simple('value: () => { throw { weird: 1 }; },'));
    assert.throws(() => problem.value(noCache, new Float64Array(3)), {
      message: 'value threw: { weird: 1 }',
      stack: '{ weird: 1 }',
    });
    const { text, stack } = strayFinding({ weird: 1 }, 0);
    assert.match(text, /: \{ weird: 1 \}/);
    assert.equal(stack, '{ weird: 1 }');
  });
});
