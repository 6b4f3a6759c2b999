import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/lib/root.mjs';
import { isRefusal, type Refusal } from '../../../solver/core/part.ts';
import type { Dataset } from '../../../solver/core/problem.ts';
import { loadDataset } from '../../../solver/data/index.ts';
import type { Matrix } from '../../../solver/kernels/columns.ts';
import { temporaryFolder } from '../../support/machine.ts';

const folder = temporaryFolder();

/** Writes a file into a folder that goes when the test process does, and says its path. */
export function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

export const fixture = (name: string): string => join(root, 'test/oracle/fixtures', name);

export function load(path: string, target: string | null = null): Promise<Dataset | Refusal> {
  return loadDataset(path, { target, poll: () => {} });
}

export async function loaded(path: string, target: string | null = null): Promise<Dataset> {
  const data = await load(path, target);
  if (isRefusal(data)) throw new Error(data.refusal);
  return data;
}

/** The refusal's sentence with the file's folder left out; "read" where there was none. */
export async function sentenceOf(path: string, target: string | null = null): Promise<string> {
  const data = await load(path, target);
  return isRefusal(data) ? data.refusal.replaceAll(`${folder}/`, '') : 'read';
}

/** The matrix row by row. */
export function rowsOf(X: Matrix): number[][] {
  return Array.from({ length: X.rows }, (_, i) =>
    Array.from({ length: X.columns }, (_, j) => {
      if (X.kind === 'dense') return X.values[i + j * X.rows]!;
      for (let p = X.starts[j]!; p < X.starts[j + 1]!; p++)
        if (X.indices[p] === i) return X.values[p]!;
      return 0;
    }),
  );
}
