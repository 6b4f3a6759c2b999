import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { bars } from '../../../extension/decorations/bars.ts';
import {
  type BlockNow,
  inlineText,
  sharedText,
} from '../../../extension/decorations/inline-text.ts';

describe('bars', () => {
  const cases: readonly (readonly [string, readonly number[], string])[] = [
    ['a decade falls from the ceiling to the floor', [10, 1], '█▁'],
    [
      'equal steps of the exponent are equal steps of the bars',
      [1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 10, 1],
      '█▇▆▅▄▃▂▁',
    ],
    ['less than a decade does not fill the height', [2, 1.9], '██'],
    ['a block that does not move on stands high', [3, 3, 3], '███'],
    ['zero stands on the floor', [1, 0], '█▁'],
    ['zeros alone stand on the floor', [0, 0], '▁▁'],
    [
      'what is not finite is a cross, and does not set the range',
      [1, Number.POSITIVE_INFINITY, Number.NaN],
      '█××',
    ],
    ['below eight decades everything stands on the floor', [1, 1e-9, 1e-20], '█▁▁'],
    ['nothing is nothing', [], ''],
  ];
  for (const [title, values, text] of cases) {
    test(title, () => assert.equal(bars(values), text));
  }

  test('for any values there is one glyph a value, and the largest finite one is full', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1 }), values => {
        const text = [...bars(values)];
        assert.equal(text.length, values.length);
        const finite = values.filter(value => Number.isFinite(value) && value > 0);
        if (finite.length > 0) assert.equal(text[values.indexOf(Math.max(...finite))], '█');
      }),
    );
  });
});

describe('the end of a block’s line', () => {
  const now: BlockNow = {
    gradNorms: [0.1, 0.0169],
    stepSize: 0.444,
    sharpness: 2.25,
    tried: false,
    frozen: false,
    isNext: false,
  };
  const plain = (given: Partial<BlockNow>) => {
    const text = inlineText({ ...now, ...given }, 4);
    return (
      text && {
        ...text,
        bars: text.bars.replaceAll('\u00a0', ' '),
        numbers: text.numbers.replaceAll('\u00a0', ' '),
      }
    );
  };

  test('a step above 2 over the sharpness is marked, unless it was tried and kept to its model', () => {
    assert.equal(plain({ sharpness: 5 })!.tooLong, true);
    assert.equal(plain({ sharpness: 5, tried: true })!.tooLong, false);
    assert.doesNotMatch(plain({ sharpness: 5, tried: true })!.numbers, />/);
  });

  test('bars stand left in their field, the newest last, numbers in columns of one width', () => {
    assert.deepEqual(plain({}), {
      bars: '  █▂  ',
      numbers: '‖∇‖ 0.0169    t 0.444     sharpness 2.25',
      tooLong: false,
    });
  });
  test('a step times a sharpness above 2 is said, and is a warning', () => {
    const text = plain({ stepSize: 1 });
    assert.equal(text?.tooLong, true);
    assert.match(text?.numbers ?? '', /t × sharpness 2\.25 > 2$/);
  });
  test('a product of exactly 2 is no warning', () => {
    assert.equal(plain({ stepSize: 2, sharpness: 1 })?.tooLong, false);
  });
  test('a method without a step size shows none', () => {
    assert.equal(plain({ stepSize: Number.NaN })?.numbers, '‖∇‖ 0.0169    sharpness 2.25');
  });
  test('a block that was not visited has nothing to show, unless it is the next', () => {
    const none = { gradNorms: [], stepSize: Number.NaN, sharpness: Number.NaN };
    assert.equal(plain(none), null);
    assert.equal(plain({ ...none, isNext: true })?.bars, '▸     ');
  });
  test('a frozen block says so, visited or not', () => {
    assert.equal(
      plain({ gradNorms: [], stepSize: Number.NaN, sharpness: Number.NaN, frozen: true })?.numbers,
      'frozen',
    );
    assert.match(plain({ frozen: true })?.numbers ?? '', /frozen$/);
  });
  test('no plain space is left, because VS Code would collapse it', () => {
    assert.doesNotMatch(JSON.stringify(inlineText(now, 12)?.numbers), / /);
  });
});

describe('the end of a line that declares several blocks', () => {
  const now: BlockNow = {
    gradNorms: [10, 1],
    stepSize: 1,
    sharpness: 1,
    tried: false,
    frozen: false,
    isNext: false,
  };
  const none: BlockNow = { ...now, gradNorms: [], stepSize: Number.NaN, sharpness: Number.NaN };
  const plain = (...blocks: readonly BlockNow[]) => {
    const text = sharedText(blocks.map((block, i) => ({ name: `b${i + 1}`, now: block })));
    return text && { ...text, numbers: text.numbers.replaceAll('\u00a0', ' ') };
  };

  test('names each with its bars and its gradient norm', () => {
    assert.equal(plain(now, { ...now, isNext: true })?.numbers, 'b1 █▁ 1.00   ▸ b2 █▁ 1.00');
  });
  test('names those that were not visited as well, once one was', () => {
    assert.equal(plain(none, none), null);
    assert.equal(plain(now, none)?.numbers, 'b1 █▁ 1.00   b2');
  });
  test('warns when the step of one is too long', () => {
    assert.equal(plain(now, now)?.tooLong, false);
    assert.equal(plain(now, { ...now, stepSize: 3 })?.tooLong, true);
  });
  test('counts those that do not fit', () => {
    assert.match(
      plain(...Array.from({ length: 9 }, () => now))?.numbers ?? '',
      /b6 █▁ 1\.00 {3}3 more$/,
    );
  });
});
