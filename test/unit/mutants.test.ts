import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mistaken, readMistakes } from '../../scripts/lib/mutants.mjs';
import { root } from '../../scripts/lib/root.mjs';

describe('each mistake of test/mutants', () => {
  const mistakes = readMistakes();

  it('names a test file that exists', () => {
    const lost = mistakes.filter(({ tests }) => !existsSync(join(root, `${tests}.test.ts`)));
    assert.deepEqual(lost.map(sentence), []);
  });

  it('can be made: every text it changes occurs exactly once in its file', () => {
    const stale = mistakes.filter(({ changes }) =>
      changes.some(change => !existsSync(join(root, change.file)) || !applies(change)),
    );
    assert.deepEqual(stale.map(sentence), []);
  });

  it('changes something, under a unique heading', () => {
    const idle = mistakes.filter(({ changes }) => changes.some(({ from, to }) => from === to));
    assert.deepEqual(idle.map(sentence), []);
    const names = mistakes.map(sentence);
    assert.deepEqual(
      names.filter((name, i) => names.indexOf(name) !== i),
      [],
    );
  });
});

function applies(change: { file: string; from: string; to: string }): boolean {
  return mistaken(readFileSync(join(root, change.file), 'utf8'), change) !== undefined;
}

function sentence({ area, wrong }: { area: string; wrong: string }): string {
  return `${area}: ${wrong}`;
}
