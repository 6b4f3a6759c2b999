// The command line as it is packaged, in a process of its own.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before } from 'node:test';
import { build } from 'esbuild';
import { entries, readers } from '../../scripts/lib/entries.mjs';
import { root } from '../../scripts/lib/root.mjs';
import { temporaryFolder } from './machine.ts';

const folder = temporaryFolder();
/** Its bundle, which is built before the first test, beside what threads of a module begin with. */
export const cli = join(folder, 'cli.js');
/** The configurations of the example workspace, from the repository's root. */
export const launchFile = 'examples/workspace/.vscode/launch.json';

before(async () => {
  const needed = entries.filter(({ name }) => name === 'cli' || name === 'moduleThread');
  for (const { name, source, options } of needed)
    await build({
      ...(options as object),
      absWorkingDir: root,
      entryPoints: [source],
      outfile: join(folder, `${name}.js`),
      bundle: true,
      ...(readers as object),
      logLevel: 'error',
    });
});

/** Runs the command line in the repository's root. */
export const blockstep = (...args: readonly string[]) => blockstepIn(root, ...args);

/** Runs the command line in a folder. */
export function blockstepIn(cwd: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

interface Line {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** What --json printed, line by line. */
export function linesOf(stdout: string): Line[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map(text => JSON.parse(text) as Line);
}

/** The path of a module whose text from the second line on is this. */
export function moduleFile(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, `import { defineProblem } from 'blockstep';\n${text}`);
  return file;
}
