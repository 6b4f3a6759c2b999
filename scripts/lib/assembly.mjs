// Compiles what a TypeScript file imports as `./assembly/NAME.wasm` from `assembly/NAME.ts`, with AssemblyScript. What was
// compiled is kept beside the installed packages, under a name that the sources of its folder and the compiler decide.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pid } from 'node:process';
import { root } from './root.mjs';

const flags = ['--runtime', 'stub', '--noAssert', '--importMemory', '--enable', 'simd', '-O3'];

/** For esbuild, together with the loader `binary` of .wasm files. */
export const assembly = {
  name: 'assembly',
  setup(build) {
    build.onResolve({ filter: /\.wasm$/ }, async ({ path, resolveDir }) => {
      const source = join(resolveDir, path.replace(/\.wasm$/, '.ts'));
      return { path: await compiled(source), watchFiles: sourcesBeside(source) };
    });
  },
};

/** What the source may import. */
function sourcesBeside(source) {
  const folder = dirname(source);
  const names = readdirSync(folder).filter(name => name.endsWith('.ts'));
  return names.sort().map(name => join(folder, name));
}

async function compiled(source) {
  const compiler = readFileSync(join(root, 'node_modules/assemblyscript/package.json'));
  const sources = sourcesBeside(source).map(name => readFileSync(name));
  const key = createHash('sha256').update([compiler, ...flags, source, ...sources].join('\n'));
  const folder = join(root, 'node_modules/.cache/blockstep');
  const file = join(folder, `${key.digest('hex').slice(0, 16)}.wasm`);
  if (existsSync(file)) return file;
  mkdirSync(dirname(file), { recursive: true });
  const { default: asc } = await import('assemblyscript/asc');
  let binary = null;
  const { error, stderr } = await asc.main([relative(root, source), ...flags, '-o', 'out.wasm'], {
    readFile: name =>
      existsSync(join(root, name)) ? readFileSync(join(root, name), 'utf8') : null,
    writeFile: (_name, bytes) => {
      binary = bytes;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${source}: ${stderr.toString() || error.message}`);
  // Several builds may do the same at a time; whole files alone take the name.
  writeFileSync(`${file}.${pid}`, binary);
  renameSync(`${file}.${pid}`, file);
  return file;
}
