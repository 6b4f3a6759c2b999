import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRefusal, type Refusal } from '../../../solver/core/part.ts';
import { ModuleCheck } from '../../../solver/modules/check.ts';
import { type LoadOptions, loadModule, type ModuleProblem } from '../../../solver/modules/load.ts';
import type { Finding } from '../../../solver/wire/run.ts';
import { temporaryFolder } from '../../support/machine.ts';

export const noCache = new Float64Array(0);

const base = temporaryFolder();

/** Writes files into a new folder and loads the first as a module. */
export function loadFiles(
  files: Readonly<Record<string, string>>,
  options: Partial<LoadOptions> = {},
): Promise<ModuleProblem | Refusal> {
  const folder = mkdtempSync(join(base, 'module-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const [first = ''] = Object.keys(files);
  return loadModule(first, { seed: 1, poll() {}, cwd: folder, ...options });
}

/** The problem a source defines; fails where it is refused. */
export async function problemOf(
  source: string,
  options: Partial<LoadOptions> = {},
): Promise<ModuleProblem> {
  const loaded = await loadFiles({ 'problem.ts': source }, options);
  if (isRefusal(loaded)) throw new Error(loaded.refusal);
  return loaded;
}

/** The refusal of a source, without the path it begins with; '' where it loads. */
export async function refusalOf(source: string, file = 'problem.ts'): Promise<string> {
  const loaded = await loadFiles({ [file]: source });
  return isRefusal(loaded) ? loaded.refusal.replace(`problem: "${file}" `, '') : '';
}

/** A module around the body of its problem. */
export function moduleText(body: string, before = ''): string {
  return `import * as b from 'blockstep';\n${before}\nexport default b.defineProblem({ ${body} });\n`;
}

/** f = ½‖x − 1‖² on blocks a (2) and c (1); `more` adds to it or overrides. */
export function simple(more = ''): string {
  return moduleText(`
    blocks: { a: 2, c: 1 },
    value: x => [...x.a, ...x.c].reduce((s, v) => s + (v - 1) ** 2, 0) / 2,
    gradient: (x, block) => [...x[block]].map(v => v - 1),
    ${more}`);
}

/** All that the checks of a module find. */
export function checkModule(problem: ModuleProblem): readonly Finding[] {
  return new ModuleCheck(problem).slice(Number.POSITIVE_INFINITY);
}

export function gradientOf(problem: ModuleProblem, x: Float64Array, name: string): Float64Array {
  const block = problem.blocks.find(one => one.name === name)!;
  const out = new Float64Array(block.size);
  problem.gradient(noCache, x, block, out);
  return out;
}
