import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  evaluate,
  parseAssignment,
  parseExpression,
} from '../../../solver/breakpoints/expression.ts';
import { exactText } from '../../../solver/breakpoints/sentences.ts';
import { isRefusal } from '../../../solver/core/part.ts';
import type { Edit } from '../../../solver/wire/protocol.ts';
import { fakeScope } from '../../support/engine/scope.ts';

const scope = fakeScope();

/** The value as text, or the sentence after `✗ `. */
function show(text: string): string {
  const compiled = parseExpression(text, scope);
  return isRefusal(compiled) ? `✗ ${compiled.refusal}` : exactText(evaluate(compiled, scope));
}

describe('an expression has the value that arithmetic gives it', () => {
  const table: readonly [string, string][] = [
    ['k', '12'],
    ['sweep', '2'],
    ['block', 'bmi'],
    ['ordering', 'cyclic'],
    ['objective', '9.3'],
    ['gradNorm("s5")', '8.2'],
    ["gradNorm('(intercept)')", '9.1'],
    ['gradNorm(block)', '8.3'],
    ['prev(objective)', '109.3'],
    ['prev(gradNorm("s5"))', '108.2'],
    ['objective - prev(objective) < 0', 'true'],
    ['norm("bmi")', '5'],
    ['norm(block)', '5'],
    ['norm(-3)', '3'],
    ['norm(3, 4)', '5'],
    ['value("bmi", 1)', '-4'],
    ['abs(-2) + log10(100) + min(3, 1, 2) + max(4)', '9'],
    ['frozen("s5") && !frozen("bmi")', 'true'],
    ['eta * 10', '3'],
    ['k % 5 == 2 || false', 'true'],
    ['block == "bmi" && ordering != "greedy"', 'true'],
    ['1 + 2 * 3 - -4 / 2', '9'],
    ['(1 + 2) * 3', '9'],
    ['1 < 1 || 1 > 1 || 2 < 1 || 1 > 2', 'false'],
    ['1 <= 1 && 1 >= 1 && 1 <= 2 && 2 >= 1', 'true'],
    ['1 != 1 || !(1 == 1) || 2 <= 1 || 1 >= 2', 'false'],
    ['7 % 4 - 2', '1'],
    ['0.1 + 0.2', '0.30000000000000004'],
    ['1 / 0', 'Infinity'],
    ['0 / 0', 'NaN'],
    ['0 / 0 == 0 / 0', 'false'],
    ['-0', '-0'],
    ['1e-7', '1e-7'],
  ];
  for (const [text, value] of table)
    test(`${text} is ${value}`, () => assert.equal(show(text), value));
});

describe('what is not in the grammar is refused in one sentence', () => {
  const table: readonly [string, RegExp][] = [
    ['', /no expression/],
    ['gradnrom', /did you mean gradNorm\?/],
    ['gradNorm("bim")', /No block is named "bim"; did you mean bmi\?/],
    ['gradNorm(bmi)', /gradNorm\("bmi"\)/],
    ['objective("bmi")', /belongs to the whole run/],
    ['prev(k)', /No metric of this run is named "k"/],
    ['norm', /function; write it as norm\("bmi"\)/],
    ['k = 5', /==/],
    ['k > 5;', /column 6/],
    ['k, 5', /column 2/],
    ['k 5', /cannot/],
    ['"bmi"', /cannot be used/],
    ['"bmi" == "bmi"', /cannot be used/],
    ['block == "bim"', /did you mean bmi/],
    ['k.constructor', /cannot be used/],
    ['block["length"]', /cannot be used/],
    ['x("bmi")[0]', /cannot be used/],
    ['constructor', /Nothing is named/],
    ['__proto__', /Nothing is named/],
    ['toString()', /No function/],
    ['constructor("return 1")()', /cannot be used/],
    ['process', /Nothing is named/],
    ['this', /cannot be used/],
    ['[1, 2]', /cannot be used/],
    ['k ? 1 : 2', /cannot be used/],
    ['k ?? 1', /cannot be used/],
    ['1 ** 2', /cannot be used/],
    ['~k', /cannot be used/],
    ['k && true', /&& takes true or false/],
    ['!k', /! takes true or false/],
    ['block + 1', /\+ takes numbers/],
    ['block == ordering', /cannot be used/],
    ['abs(1, 2)', /abs takes one number/],
    ['min()', /at least one/],
    ['value("bmi", 2)', /indices 0 to 1/],
    ['value("bmi", -1)', /indices 0 to 1/],
    ['k)', /cannot be read/],
    ['(k', /cannot be read/],
    [`${'('.repeat(2000)}k`, /at most 1000/],
  ];
  for (const [text, sentence] of table) {
    test(text.slice(0, 40) || 'the empty text', () => {
      const shown = show(text);
      assert.match(shown, /^✗ /);
      assert.match(shown, sentence);
      assert.match(shown, /[.?]$/);
    });
  }
});

describe('for every text', () => {
  const words = fc.constantFrom(
    ...[
      'k',
      'sweep',
      'block',
      'objective',
      'gradNorm',
      'prev',
      'norm',
      'value',
      'frozen',
      'eta',
      'x',
    ],
    ...[
      '"bmi"',
      "'s5'",
      '(',
      ')',
      '[',
      ']',
      '.',
      ',',
      ';',
      '+',
      '-',
      '*',
      '/',
      '%',
      '!',
      '&&',
      '||',
    ],
    ...[
      '==',
      '=',
      '<',
      '>=',
      '?',
      ':',
      '0',
      '1.5',
      '1e9',
      'this',
      'constructor',
      '__proto__',
      '{',
      '`',
      '=>',
    ],
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(words, { maxLength: 14 }).map(list => list.join(' ')),
    fc.array(words, { maxLength: 14 }).map(list => list.join('')),
  );

  test('parsing and evaluating gives a value of the stated type or a sentence, and never throws', () => {
    fc.assert(
      fc.property(texts, text => {
        const compiled = parseExpression(text, scope);
        if (isRefusal(compiled)) return assert.match(compiled.refusal, /[.?]$/);
        const value = evaluate(compiled, scope);
        assert.equal(typeof value, compiled.type === 'name' ? 'string' : compiled.type);
        if (typeof value === 'string') assert.ok(['bmi', 'cyclic'].includes(value));
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  test('it reads the scope only through the names of the grammar', () => {
    const allowed = new Set([...Object.keys(scope)]);
    const watched = new Proxy(scope, {
      get: (target, key) => {
        assert.ok(typeof key === 'string' && allowed.has(key), String(key));
        return Reflect.get(target, key);
      },
    });
    fc.assert(
      fc.property(texts, text => {
        const compiled = parseExpression(text, watched);
        if (!isRefusal(compiled)) evaluate(compiled, watched);
      }),
      { numRuns: 1000, seed: 2 },
    );
  });

  test('as an assignment it gives an edit, a sentence or nothing, and never throws', () => {
    fc.assert(
      fc.property(texts, texts, (left, right) => {
        const edit = parseAssignment(`${left}=${right}`, scope, scope);
        if (edit !== null && isRefusal(edit)) assert.match(edit.refusal, /[.?]$/);
      }),
      { numRuns: 2000, seed: 3 },
    );
  });
});

test('for every double, parsing its text gives the same double, bit for bit, and no shorter text does', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
      const text = exactText(value);
      const compiled = parseExpression(text, scope);
      assert.ok(!isRefusal(compiled), text);
      assert.ok(Object.is(evaluate(compiled, scope), value), text);
      const digits = text
        .replace(/e.*/, '')
        .replace(/[-.]/g, '')
        .replace(/^0+/, '')
        .replace(/0+$/, '').length;
      if (digits > 1) assert.notEqual(Number(value.toPrecision(digits - 1)), value);
    }),
    { numRuns: 2000, seed: 4 },
  );
});

describe('an assignment becomes the edit it names', () => {
  const table: readonly [string, Edit][] = [
    ['ordering = shuffled', { kind: 'ordering', ordering: 'shuffled' }],
    ['ordering="greedy"', { kind: 'ordering', ordering: 'greedy' }],
    ['stepSize = 0.01', { kind: 'stepSize', block: null, value: 0.01 }],
    ['stepSize = auto', { kind: 'stepSize', block: null, value: null }],
    ['stepSize("bmi") = 1e-2', { kind: 'stepSize', block: 'bmi', value: 0.01 }],
    ['stepSize = stepSize / 2', { kind: 'stepSize', block: null, value: 4.15 }],
    ['frozen("bmi") = true', { kind: 'frozen', block: 'bmi', value: true }],
    ['x("bmi")[0] = 1', { kind: 'value', block: 'bmi', index: 0, value: 1 }],
    ['value("bmi", 1) = -2.5', { kind: 'value', block: 'bmi', index: 1, value: -2.5 }],
    ['eta = 0.5', { kind: 'parameter', name: 'eta', value: 0.5 }],
  ];
  for (const [text, edit] of table) {
    test(text, () => assert.deepEqual(parseAssignment(text, scope, scope), edit));
  }

  for (const text of ['k == 5', 'k <= 5', 'k != 5', 'gradNorm("a=b") > 1', 'k']) {
    test(`${text} assigns nothing`, () => assert.equal(parseAssignment(text, scope), null));
  }

  const refused: readonly [string, RegExp][] = [
    ['ordering = shufled', /did you mean shuffled/],
    ['ordering = custom', /needs a list of blocks/],
    ['stepSize = 0', /above 0/],
    ['stepSize = -1', /above 0/],
    ['stepSize = 1 / 0', /above 0/],
    ['stepSize =', /given no value/],
    ['stepSize = stepSize = 1', /==/],
    ['frozen("bmi") = 1', /true or false/],
    ['frozen("bim") = true', /did you mean bmi/],
    ['frozen = true', /cannot be assigned/],
    ['x("bmi")[2] = 1', /indices 0 to 1/],
    ['x("bmi")[0.5] = 1', /indices 0 to 1/],
    ['x("bmi")["length"] = 1', /indices 0 to 1/],
    ['value("bmi", 0) = 0 / 0', /finite/],
    ['objective = 1', /cannot be assigned/],
    ['k = 1', /cannot be assigned.*eta/],
    ['__proto__ = 1', /cannot be assigned/],
    ['= 1', /no expression/],
  ];
  for (const [text, sentence] of refused) {
    test(`${text} is refused`, () => {
      const edit = parseAssignment(text, scope, scope);
      assert.ok(edit !== null && isRefusal(edit));
      assert.match(edit.refusal, sentence);
    });
  }
});
