// `npm run package`: a production build, then blockstep-<version>.vsix. What goes in is listed in .vscodeignore.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execPath, exit } from 'node:process';
import { createVSIX } from '@vscode/vsce';
import { globSync, root } from './lib/root.mjs';

const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
for (const map of globSync('dist', '.map')) rmSync(join(root, map));
const build = spawnSync(execPath, [join(root, 'scripts/build.mjs'), '--production'], {
  stdio: 'inherit',
});
if (build.status !== 0) exit(1);
await createVSIX({
  cwd: root,
  packagePath: join(root, `${name}-${version}.vsix`),
  // Everything is bundled, so no node_modules travel along.
  dependencies: false,
  allowMissingRepository: true,
  // There is no public repository for the README's links to point into: they stay relative to the package.
  rewriteRelativeLinks: false,
});
