// Makes each mistake of test/mutants/*.md in a copy of the repository and runs the test that should see it.
// `npm run mutants -- words`: words keep the mistakes whose area is one of them or whose section contains one.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { mistaken, readMistakes } from './lib/mutants.mjs';
import { root } from './lib/root.mjs';

const mistakes = readMistakes(argv.slice(2));
if (mistakes.length === 0) {
  console.error('mutants: no mistake has one of these words.');
  exit(1);
}
const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
let unseen = 0;
try {
  copyRepository();
  const failing = failures([...new Set(mistakes.map(({ tests }) => `${tests}.`))]);
  if (failing.length > 0) throw new Error(`without a mistake these fail: ${failing.join('; ')}`);
  for (const mistake of mistakes) {
    const seen = make(mistake);
    const sees = seen.some(title => title.includes(mistake.title));
    if (!sees) unseen++;
    const said = seen.join('; ') || 'no test failed';
    console.log(`${sees ? '✔' : '✖'} ${mistake.area}: ${mistake.wrong}: ${said}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${mistakes.length - unseen} of ${mistakes.length} mistakes were seen`);
exit(unseen > 0 ? 1 : 0);

function copyRepository() {
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  for (const file of execFileSync('git', listed, { cwd: root, encoding: 'utf8' }).split('\0')) {
    if (file !== '') cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  // Tests that ask which files the repository has are answered there as here.
  execFileSync('git', ['init', '--quiet'], { cwd: copy });
  writeFileSync(join(copy, '.git/info/exclude'), 'node_modules\n');
}

/** Makes the mistake, and takes it back; the titles of the tests that failed meanwhile. */
function make({ changes, tests }) {
  const before = new Map(changes.map(({ file }) => [file, readFileSync(join(copy, file), 'utf8')]));
  try {
    for (const change of changes) {
      const path = join(copy, change.file);
      const text = mistaken(readFileSync(path, 'utf8'), change);
      if (text === undefined) return [`the text does not stand once in ${change.file}`];
      writeFileSync(path, text);
    }
    return failures([`${tests}.`]);
  } finally {
    for (const [file, text] of before) writeFileSync(join(copy, file), text);
  }
}

/** Titles of the tests that fail in the copy, on what is built there; what cannot be bundled fails as the bundler. */
function failures(files) {
  if (run('scripts/build.mjs').status !== 0) return ['the bundler'];
  const { stdout, status } = run('scripts/unit.mjs', ...files);
  const titles = [...stdout.matchAll(/^ *✖ (.*) \([\d.]+ms\)/gm)].map(([, title]) => title);
  if (status === 0) return [];
  return titles.length > 0 ? [...new Set(titles)] : ['the bundler'];
}

function run(...args) {
  return spawnSync(execPath, args, { cwd: copy, encoding: 'utf8', maxBuffer: 1e9 });
}
