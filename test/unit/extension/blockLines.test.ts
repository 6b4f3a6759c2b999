// What is shown at the lines of blocks: which lines they are, the text at their ends, and the hover.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type BlockNow,
  bars,
  blockMarkdown,
  blockNow,
  inlineText,
  sharedText,
} from '../../../extension/decorations/block-text.ts';
import {
  blockLine,
  blockLines,
  listingPath,
  listingText,
} from '../../../extension/listing/lines.ts';
import { escapeMarkdown } from '../../../extension/messages.ts';
import { RunClient } from '../../../extension/run/client.ts';
import { printable } from '../../../solver/core/words.ts';
import type { RunInfo } from '../../../solver/wire/run.ts';
import { FakeSolver, fakeInfo } from '../../support/dap/fakeSolver.ts';
import { metrics, rows, runInfo } from '../../support/panel/invented.ts';

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

  test('for any values there is one bar per value, and the largest finite value has a full bar', () => {
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
    trend: [0.1, 0.0169],
    values: [
      { label: '‖∇‖', value: 0.0169 },
      { label: 't', value: 0.444 },
      { label: 'sharpness', value: 2.25 },
    ],
    excess: null,
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

  test('bars are left-aligned in their field, the newest last, and numbers are in columns of equal width', () => {
    assert.deepEqual(plain({}), {
      bars: '  █▂  ',
      numbers: '‖∇‖ 0.0169    t 0.444     sharpness 2.25',
      tooLong: false,
    });
  });
  test('a metric above its limit is shown as a warning, in the metric’s own words', () => {
    const text = plain({ excess: { title: 'Step × sharpness', value: 2.25, limit: 2 } });
    assert.equal(text?.tooLong, true);
    assert.match(text?.numbers ?? '', /Step × sharpness 2\.25 > 2$/);
  });
  test('a method without a step size shows none', () => {
    const values = now.values.map(one => (one.label === 't' ? { ...one, value: Number.NaN } : one));
    assert.equal(plain({ values })?.numbers, '‖∇‖ 0.0169    sharpness 2.25');
  });
  test('a block that was not visited shows nothing, unless it is the next', () => {
    const none = { trend: [] };
    assert.equal(plain(none), null);
    assert.equal(plain({ ...none, isNext: true })?.bars, '▸     ');
  });
  test('a frozen block says so, visited or not', () => {
    assert.equal(plain({ trend: [], frozen: true })?.numbers, 'frozen');
    assert.match(plain({ frozen: true })?.numbers ?? '', /frozen$/);
  });
  test('it contains no plain space, because VS Code would collapse it', () => {
    assert.doesNotMatch(JSON.stringify(inlineText(now, 12)?.numbers), / /);
  });
});

describe('the end of a line that declares several blocks', () => {
  const now: BlockNow = {
    trend: [10, 1],
    values: [{ label: '‖∇‖', value: 1 }],
    excess: null,
    frozen: false,
    isNext: false,
  };
  const none: BlockNow = { ...now, trend: [] };
  const plain = (...blocks: readonly BlockNow[]) => {
    const text = sharedText(blocks.map((block, i) => ({ name: `b${i + 1}`, now: block })));
    return text && { ...text, numbers: text.numbers.replaceAll('\u00a0', ' ') };
  };

  test('names each with its bars and its gradient norm', () => {
    assert.equal(plain(now, { ...now, isNext: true })?.numbers, 'b1 █▁ 1.00   ▸ b2 █▁ 1.00');
  });
  test('names unvisited blocks too, once one of them was visited', () => {
    assert.equal(plain(none, none), null);
    assert.equal(plain(now, none)?.numbers, 'b1 █▁ 1.00   b2');
  });
  test('warns when the step of one is too long', () => {
    const excess = { title: 'Step × sharpness', value: 3, limit: 2 };
    assert.equal(plain(now, now)?.tooLong, false);
    assert.equal(plain(now, { ...now, excess })?.tooLong, true);
  });
  test('counts the blocks that do not fit', () => {
    assert.match(
      plain(...Array.from({ length: 9 }, () => now))?.numbers ?? '',
      /b6 █▁ 1\.00 {3}3 more$/,
    );
  });
});

describe('what a line says of a block’s limits', () => {
  /** The first block after one update, of a metric with these limits. */
  async function after(
    { stepSize, stepTried = 0 }: { readonly stepSize: number; readonly stepTried?: number },
    number: number,
  ): Promise<BlockNow> {
    const sharpness = metrics.find(({ name }) => name === 'sharpness')!;
    const limit = { ...sharpness.draw.limit!, number };
    const plainly = metrics.filter(({ name }) => ['gradNorm', 'stepSize'].includes(name));
    const own = [
      ...plainly,
      { ...sharpness, draw: { ...sharpness.draw, limit } },
      { ...plainly[0]!, name: 'stepTried' },
    ];
    const solver = new FakeSolver({ load: () => ({ ...fakeInfo, metrics: own }) });
    const run = new RunClient('1', 'Lasso', () => solver);
    await run.load({ config: { problem: 'lasso' } });
    const values = { gradNorm: 1, stepSize, sharpness: 2, stepTried };
    const columns = Object.entries(values).map(([name, value]) => [name, Float64Array.of(value)]);
    solver.emit('metrics', {
      ...rows({ blocks: 3 }, 0, 1),
      columns: Object.fromEntries(columns),
    });
    return blockNow(run, fakeInfo.blocks[0]!.name, 4);
  }

  test('a step is marked above the limit that the metric declares, and not at it', async () => {
    assert.equal((await after({ stepSize: 1 }, 2)).excess, null);
    const title = 'Step × sharpness';
    assert.deepEqual((await after({ stepSize: 1.25 }, 2)).excess, { title, value: 2.5, limit: 2 });
    assert.equal((await after({ stepSize: 1.25 }, 3)).excess, null);
    assert.deepEqual((await after({ stepSize: 2 }, 3)).excess, { title, value: 4, limit: 3 });
  });

  test('a step above it is marked, unless it was tried and agreed with its model', async () => {
    assert.equal((await after({ stepSize: 2, stepTried: 1 }, 2)).excess, null);
    assert.notEqual((await after({ stepSize: 2 }, 2)).excess, null);
  });
});

/** The hover of the first block of a run whose blocks have this name and another. */
async function hover(name: string, more: Partial<RunInfo> = {}): Promise<string> {
  const block = { name, size: 2, coordinates: ['0', '1'], declared: null };
  const info = { ...fakeInfo, blocks: [block, fakeInfo.blocks[1]!], ...more };
  const run = new RunClient('1', 'Lasso', () => new FakeSolver({ load: () => info }));
  await run.load({ config: { problem: 'lasso' } });
  return blockMarkdown(run, name);
}

/** Text of Markdown in which every mark is escaped, as it is read. */
const read = (text: string) => text.replaceAll(/\\(.)/gu, '$1');

describe('the hover of a block', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...'()[]!\'"*_`|<>#\\~&;$:@\n\r\u0000\u202e a1') }),
  );

  test('for any name its heading is the name on one line, and its commands get the exact name', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async name => {
        const markdown = await hover(name);
        const [head = ''] = markdown.split('\n\n');
        assert.equal(head.includes('\n'), false);
        const [, shown = ''] = /^\*\*(.*)\*\* · 2 coordinates · at step 0$/u.exec(head) ?? [];
        assert.equal(read(shown), printable(name));
        const links = [...markdown.matchAll(/\]\(command:(\w+\.\w+)\?([^()\s]*)\)/g)];
        assert.equal(links.length, 3);
        for (const [, , argument = ''] of links) {
          assert.deepEqual(JSON.parse(decodeURIComponent(argument)), [name]);
        }
      }),
      { numRuns: 500, seed: 8 },
    );
  });

  test('it offers only what the run can do', async () => {
    const abilities = { ...fakeInfo.abilities, editStepSize: 'No.', editFrozen: 'No.' };
    const markdown = await hover('bmi', { abilities });
    assert.deepEqual(markdown.match(/command:\S*?\?/g), ['command:blockstep.toggleBreakOnBlock?']);
  });

  test('no text is interpreted as Markdown', () => {
    const hostile = '![x](https://x.y) <img> | `a` $(zap) &amp; **b** https://x.y a@b.c\n# c';
    const escaped = escapeMarkdown(hostile);
    assert.equal(/(?<!\\)[\\`*_{}[\]()#|<>&$:@]/.test(escaped.replaceAll(/\\[^\w\s]/g, '')), false);
    assert.equal(escaped.includes('\n'), false);
  });
});

describe('a listing’s address', () => {
  const run = { problem: 'lasso', method: 'pccd', module: null };
  test('is the same for all runs of a problem with a method', () =>
    assert.equal(listingPath(run), '/lasso.pccd.listing'));
  test('of a module contains the module’s file name, and needs no escaping', () => {
    for (const module of ['/a b/my ridge.ts', 'C:\\x\\my ridge.ts', 'my ridge.mts']) {
      assert.equal(listingPath({ ...run, module }), '/my-ridge.pccd.listing');
    }
  });
});

describe('the lines of blocks', () => {
  const info = runInfo(3);
  const listing = { scheme: 'blockstep-listing', path: listingPath(info), fsPath: '' };

  test('are, in the listing, the lines that name a block', () => {
    const text = listingText(info.listing).split('\n');
    const lines = blockLines(info, listing);
    assert.deepEqual(
      lines.map(({ block }) => block),
      info.blocks.map(({ name }) => name),
    );
    for (const { block, line } of lines) assert.match(text[line - 1] ?? '', new RegExp(block));
  });
  test('do not exist in the listing of another method', () => {
    assert.deepEqual(blockLines(info, { ...listing, path: '/other.listing' }), []);
  });
  test('are, in a module, the lines that declare them', () => {
    const declared = { path: 'c:\\w\\ridge.ts', line: 7, column: 3 };
    const [first, ...rest] = info.blocks;
    const module: RunInfo = {
      ...info,
      module: declared.path,
      blocks: [{ ...first!, declared }, ...rest],
    };
    const address = { scheme: 'file', path: '/C:/w/ridge.ts', fsPath: 'C:\\w\\ridge.ts' };
    assert.deepEqual(blockLines(module, address), [{ block: first!.name, line: 7 }]);
    assert.equal(blockLine(module, rest[0]!.name, address), null);
  });
});
