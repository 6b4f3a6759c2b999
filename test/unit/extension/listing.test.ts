import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  blockLine,
  blockLines,
  listingPath,
  listingText,
} from '../../../extension/listing/lines.ts';
import type { RunInfo } from '../../../solver/wire/run.ts';
import { runInfo } from '../../support/panel/run-info.ts';

describe('a listing’s address', () => {
  const run = { problem: 'lasso', method: 'pccd', module: null };
  test('is the same for every run of a problem by a method', () =>
    assert.equal(listingPath(run), '/lasso.pccd.listing'));
  test('of a module names the module’s file, and needs no escaping', () => {
    for (const module of ['/a b/my ridge.ts', 'C:\\x\\my ridge.ts', 'my ridge.mts']) {
      assert.equal(listingPath({ ...run, module }), '/my-ridge.pccd.listing');
    }
  });
});

describe('lines that stand for blocks', () => {
  const info = runInfo(3);
  const listing = { scheme: 'blockstep-listing', path: listingPath(info), fsPath: '' };

  test('in the listing are the lines that name a block', () => {
    const text = listingText(info.listing).split('\n');
    const lines = blockLines(info, listing);
    assert.deepEqual(
      lines.map(({ block }) => block),
      info.blocks.map(({ name }) => name),
    );
    for (const { block, line } of lines) assert.match(text[line - 1] ?? '', new RegExp(block));
  });
  test('are none in the listing of another method', () => {
    assert.deepEqual(blockLines(info, { ...listing, path: '/other.listing' }), []);
  });
  test('in a module are the lines that declare them', () => {
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
