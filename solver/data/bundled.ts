import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundledNames } from './sentences.ts';

const files: Readonly<Record<(typeof bundledNames)[number], string>> = {
  diabetes: 'diabetes.csv',
  breastCancer: 'breast_cancer.csv',
  digits: 'digits.csv',
};

/** The file of a bundled data set, or null where the name is none. */
export function bundledFile(name: string): string | null {
  const known = bundledNames.find(candidate => candidate === name);
  return known === undefined ? null : join(packageRoot(), 'examples/workspace/data', files[known]);
}

/** The nearest folder above this file with Blockstep's package.json: above dist/ when installed, the checkout in tests. */
function packageRoot(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown };
      if (name === 'blockstep') return folder;
    }
    if (dirname(folder) === folder) throw new Error('the package of this file was not found');
  }
}
