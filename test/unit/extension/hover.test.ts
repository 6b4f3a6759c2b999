import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { blockMarkdown } from '../../../extension/decorations/block-markdown.ts';
import { escapeMarkdown } from '../../../extension/messages.ts';
import { RunClient } from '../../../extension/run/client.ts';
import { printable } from '../../../solver/core/words.ts';
import type { RunInfo } from '../../../solver/wire/run.ts';
import { FakeSolver, fakeInfo } from '../../support/dap/fakeSolver.ts';

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

  test('for any name it is headed by the name on one line, and its commands get the true name', async () => {
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

  test('it offers what the run can do and nothing else', async () => {
    const abilities = { ...fakeInfo.abilities, editStepSize: 'No.', editFrozen: 'No.' };
    const markdown = await hover('bmi', { abilities });
    assert.deepEqual(markdown.match(/command:\S*?\?/g), ['command:blockstep.toggleBreakOnBlock?']);
  });

  test('no text makes Markdown of its own', () => {
    const hostile = '![x](https://x.y) <img> | `a` $(zap) &amp; **b** https://x.y a@b.c\n# c';
    const escaped = escapeMarkdown(hostile);
    assert.equal(/(?<!\\)[\\`*_{}[\]()#|<>&$:@]/.test(escaped.replaceAll(/\\[^\w\s]/g, '')), false);
    assert.equal(escaped.includes('\n'), false);
  });
});
