// Makes each mistake of test/unit/engine/MUTANTS.md in a copy of the repository and runs the test that should see it.
// `node test/mutants/run.mjs [words]`: words keep the mistakes whose section contains one of them.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { root } from '../../scripts/root.mjs';

const words = argv.slice(2);
const mistakes = readFileSync(join(root, 'test/unit/engine/MUTANTS.md'), 'utf8')
  .split('\n## ')
  .slice(1)
  .filter(section => words.length === 0 || words.some(word => section.includes(word)))
  .map(parse);
const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
let unseen = 0;
try {
  copyRepository();
  const failing = failures([...new Set(mistakes.map(({ where }) => `engine/${where}.`))]);
  if (failing.length > 0) throw new Error(`without a mistake these fail: ${failing.join('; ')}`);
  for (const mistake of mistakes) {
    const seen = make(mistake);
    const sees = seen.some(title => title.includes(mistake.title));
    if (!sees) unseen++;
    console.log(`${sees ? '✔' : '✖'} ${mistake.wrong}: ${seen.join('; ') || 'no test failed'}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${mistakes.length - unseen} of ${mistakes.length} mistakes were seen`);
exit(unseen > 0 ? 1 : 0);

/** A section: its heading, `Seen by `file`: title`, and a diff of one file. */
function parse(section) {
  const lines = section.split('\n');
  const seenBy = /^Seen by `(.*)`: (.*)$/m.exec(section);
  const file = /^--- (.*)$/m.exec(section);
  if (seenBy === null || file === null) throw new Error(`cannot read the section ${lines[0]}`);
  const text = sign =>
    lines
      .filter(line => line.startsWith(sign) && !line.startsWith('--- '))
      .map(line => line.slice(1))
      .join('\n');
  const [, where, title] = seenBy;
  return { wrong: lines[0], where, title, file: file[1], from: text('-'), to: text('+') };
}

function copyRepository() {
  const needed = /^(solver|scripts|test\/(unit|support|oracle)|examples)\/|^[^/]+\.json$/;
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  for (const file of execFileSync('git', listed, { cwd: root, encoding: 'utf8' }).split('\0')) {
    if (needed.test(file)) cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}

/** Makes the mistake, and takes it back; the titles of the tests that failed meanwhile. */
function make({ file, from, to, where }) {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) return [`the text does not stand once in ${file}`];
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  const titles = failures([`engine/${where}.`]);
  writeFileSync(path, source);
  return titles;
}

/** Titles of the tests that fail in the copy; what cannot be bundled fails as the bundler. */
function failures(files) {
  const { stdout, status } = spawnSync(execPath, ['scripts/unit.mjs', ...files], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  const titles = [...stdout.matchAll(/^ +✖ (.*) \([\d.]+ms\)/gm)].map(([, title]) => title);
  if (status === 0) return [];
  return titles.length > 0 ? [...new Set(titles)] : ['the bundler'];
}
