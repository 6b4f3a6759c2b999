// `npm run package`: a production build, then blockstep-<version>.vsix. What goes in is listed in .vscodeignore.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
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
const packagePath = join(root, `${name}-${version}.vsix`);
await createVSIX({
  cwd: root,
  packagePath,
  // Everything is bundled, so no node_modules travel along.
  dependencies: false,
  allowMissingRepository: true,
  // There is no public repository for the README's links to point into: they stay relative to the package.
  rewriteRelativeLinks: false,
});
// Binaries for graphics devices, 20 MB a platform, are installed beside it by those who want them.
const size = statSync(packagePath).size / 1e6;
if (size > 5) {
  console.error(`package: the .vsix has ${size.toFixed(1)} MB, more than the 5 it may have.`);
  exit(1);
}
