// The command line as the package has it, for tests that run it in a process of its own.
import { build } from 'esbuild';
import { entries, loaders } from '../../scripts/lib/entries.mjs';
import { root } from '../../scripts/lib/root.mjs';

/** Bundles the command line to a file. */
export async function buildCli(outfile: string): Promise<void> {
  const entry = entries.find(({ name }) => name === 'cli')!;
  await build({
    ...(entry.options as object),
    absWorkingDir: root,
    entryPoints: [entry.source],
    outfile,
    bundle: true,
    loader: loaders as Record<string, 'binary' | 'text'>,
    logLevel: 'error',
  });
}
