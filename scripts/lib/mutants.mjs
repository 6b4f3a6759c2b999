// Reads test/mutants/*.md: mistakes, each with the test that sees it and the texts it changes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync, root } from './root.mjs';

/**
 * @typedef {{ file: string, from: string, to: string }} Change `from` stands exactly once in the file and becomes `to`
 * @typedef {{ area: string, wrong: string, tests: string, title: string, changes: Change[] }} Mistake
 *   `tests` is the test file's path up to its ending; one of its titles contains `title`
 */

/**
 * The mistakes whose area or section contains one of the words; all, when there is none.
 * @param {string[]} words
 * @returns {Mistake[]}
 */
export function readMistakes(words = []) {
  return globSync('test/mutants', '.md')
    .filter(file => !file.endsWith('README.md'))
    .flatMap(file => {
      const [head = '', ...sections] = readFileSync(join(root, file), 'utf8').split('\n## ');
      const area = file.slice('test/mutants/'.length, -'.md'.length);
      const folder = /^Tests in `(.*)`/m.exec(head)?.[1] ?? 'test/unit/';
      return sections
        .filter(section => words.length === 0 || words.some(w => area === w || section.includes(w)))
        .map(section => parse(section, area, folder));
    });
}

/**
 * The text with the mistake in it, or undefined where `from` does not stand exactly once.
 * @param {string} text
 * @param {Change} change
 */
export function mistaken(text, { from, to }) {
  const parts = text.split(from);
  return parts.length === 2 && from !== '' ? parts.join(to) : undefined;
}

function parse(section, area, folder) {
  const wrong = section.split('\n', 1)[0];
  const seenBy = /^Seen by `(.*)`: (.*)$/m.exec(section);
  const changes = section.split(/^--- /m).slice(1).map(parseChange);
  if (seenBy === null || changes.length === 0)
    throw new Error(`test/mutants/${area}.md: the section "${wrong}" has no test or no diff`);
  return { area, wrong, tests: folder + seenBy[1], title: seenBy[2], changes };
}

/** One file of a diff: its name, then lines that go and lines that come. */
function parseChange(diff) {
  const [file, ...lines] = diff.split('\n');
  const end = lines.indexOf('```');
  const body = end < 0 ? lines : lines.slice(0, end);
  const text = sign =>
    body
      .filter(line => line.startsWith(sign))
      .map(line => line.slice(1))
      .join('\n');
  return { file, from: text('-'), to: text('+') };
}
