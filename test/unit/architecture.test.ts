import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, test } from 'node:test';
import { entries } from '../../scripts/lib/entries.mjs';
import { root } from '../../scripts/lib/root.mjs';
import * as columns from '../../solver/kernels/columns.ts';
import { jsKernels } from '../../solver/kernels/index.ts';
import * as vectors from '../../solver/kernels/vector.ts';
import { registry } from '../../solver/registry.ts';

// The import table of ARCHITECTURE.md. A file belongs to the part with the longest folder that it lies under;
// it may import its own part and what its row names. `types` may only be imported with `import type`.

interface Rule {
  readonly may: readonly string[];
  readonly types?: readonly string[];
  /** Packages, where the row is not free to use any. */
  readonly packages?: readonly string[];
  /** Node's modules. */
  readonly node?: boolean;
  /** The module that the editor provides. */
  readonly vscode?: boolean;
}

const parts: Readonly<Record<string, Rule>> = {
  'solver/kernels': { may: ['solver/core/words.ts'] },
  'solver/core': { may: ['solver/kernels', 'solver/core/*'] },
  // The form of refusals, of names and of numbers: words, no mathematics, so the extension and the panel hold them too.
  'solver/core/words.ts': { may: [], types: ['solver/core'] },
  'solver/problems': { may: ['solver/core/*', 'solver/kernels'] },
  'solver/methods': { may: ['solver/core/*', 'solver/kernels'] },
  'solver/orderings': { may: ['solver/core/*', 'solver/kernels'] },
  'solver/steps': { may: ['solver/core/*', 'solver/kernels'] },
  'solver/diagnostics': { may: ['solver/core/*', 'solver/kernels'] },
  'solver/breakpoints': { may: ['solver/core/*', 'solver/kernels'], packages: ['jsep'] },
  'solver/wire': { may: ['solver/core/words.ts'], types: ['solver/core'] },
  solver: { may: ['solver/*'], node: true },
  'extension/adapter': {
    may: [
      ...['solver/wire', 'extension/run', 'extension/child.ts', 'extension/errors.ts'],
      'solver/core/words.ts',
    ],
    node: true,
  },
  // The client of a run: whoever speaks to a source does it through this.
  'extension/run': {
    may: ['solver/wire', 'extension/history', 'extension/history.ts', 'extension/errors.ts'],
  },
  'extension/history': { may: ['solver/wire'] },
  'extension/history.ts': { may: ['solver/wire', 'extension/history'] },
  'extension/child.ts': {
    may: ['solver/wire', 'extension/run/source.ts', 'extension/errors.ts'],
    node: true,
  },
  'extension/errors.ts': { may: [] },
  extension: {
    // The check of a configuration and the text of a new module are the same here and in the solver: pure, and no mathematics.
    may: [
      'extension/*',
      'solver/wire',
      'solver/core/words.ts',
      'solver/config/*',
      'solver/modules/template.ts',
    ],
    types: ['solver/core/part.ts'],
    node: true,
    vscode: true,
  },
  webview: { may: ['solver/wire', 'solver/core/words.ts'] },
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter(file => file !== '' && existsSync(join(root, file)));
const sources = tracked.filter(file => /^(solver|extension|webview)\/.*\.ts$/.test(file));

describe('who may import whom', () => {
  const imports = sources.flatMap(importsOf);
  for (const part of Object.keys(parts)) {
    test(`${part} imports only what its row in the table names`, () => {
      const wrong = imports.filter(line => partOf(line.from) === part && !allowed(part, line));
      assert.deepEqual(
        wrong.map(({ from, to, typeOnly }) => `${from} → ${typeOnly ? 'type ' : ''}${to}`),
        [],
      );
    });
  }

  test('problems and methods call the loops over rows through the kernels they are given', () => {
    // How many entries a column has is a count, not a loop, and a constant is none either.
    const {
      columnWork: _,
      RENEWAL: __,
      ...loops
    } = {
      ...vectors,
      ...columns,
      ...jsKernels,
      jsKernels,
    };
    const called = sources
      .filter(file => /^solver\/(problems|methods|orderings|steps|diagnostics)\//.test(file))
      .flatMap(file => namesFromKernels(file).map(name => ({ file, name })));
    assert.ok(called.some(({ name }) => name === 'columnWork'));
    assert.deepEqual(
      called.filter(({ name }) => name === '*' || Object.hasOwn(loops, name)),
      [],
    );
  });

  test('no method’s name and no method’s metric is known outside of the methods', () => {
    const known = registry.methods.flatMap(({ name, options }) => {
      const metric = options['metric'];
      return [name, ...(metric?.type === 'choice' ? metric.values : [])];
    });
    assert.ok(known.includes('pccd') && known.includes('matrix'));
    const named = new RegExp(`'(${known.join('|')})'`);
    const others =
      /^solver\/(?!methods|problems|data|config|kernels)|^(extension\/(run|adapter|history)|webview)\//;
    assert.deepEqual(
      sources.filter(file => others.test(file) && named.test(code(file))),
      [],
    );
  });

  test('the parts, the kernels and the core use neither clocks nor Math.random', () => {
    const pure = sources.filter(file => {
      const rule = parts[partOf(file)];
      return file.startsWith('solver/') && rule?.node !== true;
    });
    const impure = /\b(Math\.random|Date\.now|new Date\b|performance\.now|process\.hrtime)/;
    assert.deepEqual(
      pure.filter(file => impure.test(code(file))),
      [],
    );
  });

  test('the webview uses no Node global and the solver no DOM global', () => {
    const node = /\b(process\.|Buffer\.|require\(|__dirname)/;
    const dom = /\b(document\.|window\.|HTMLElement)/;
    const wrong = sources.filter(file =>
      file.startsWith('webview/')
        ? node.test(code(file))
        : file.startsWith('solver/') && dom.test(code(file)),
    );
    assert.deepEqual(wrong, []);
  });
});

describe('the bundles, as the bundler saw them', () => {
  for (const { name } of entries) {
    const metafile = join(root, 'dist/meta', `${name}.json`);
    test(`${name} holds only files of the parts that may be in it`, t => {
      if (!existsSync(metafile)) return t.skip('no build stands in dist/');
      const { inputs } = JSON.parse(readFileSync(metafile, 'utf8')) as { inputs: object };
      const folders = new Set(
        Object.keys(inputs)
          .filter(file => !file.startsWith('node_modules/'))
          .map(file => partOf(file)),
      );
      const solverOnly = ['extension', 'extension/adapter', 'extension/child.ts', 'webview'];
      const mathematics = Object.keys(parts).filter(part => /^solver\/(?!wire|core\/)/.test(part));
      const forbidden: Readonly<Record<string, readonly string[]>> = {
        extension: [...mathematics, 'webview'],
        adapter: [...mathematics, 'webview', 'extension'],
        webview: [...mathematics, 'extension', 'extension/adapter', 'extension/child.ts'],
      };
      const wrong = (forbidden[name] ?? solverOnly).filter(part => folders.has(part));
      assert.deepEqual(wrong, []);
    });
  }
});

describe('the repository', () => {
  const texts = tracked.filter(file => !/\.(png|wasm|ico|npy|npz|arrow|csv)$/.test(file));

  test('no source file is longer than 300 lines', () => {
    const long = tracked
      .filter(file => /\.(ts|mjs|css)$/.test(file) && !/\.generated\./.test(file))
      .filter(file => read(file).trimEnd().split('\n').length > 300);
    assert.deepEqual(long, []);
  });

  test('no folder holds more than a dozen loose files', () => {
    const counts = new Map<string, number>();
    for (const file of tracked.filter(file =>
      /^(solver|extension|webview|scripts|test)\//.test(file),
    ))
      counts.set(posix.dirname(file), (counts.get(posix.dirname(file)) ?? 0) + 1);
    assert.deepEqual(
      [...counts].filter(([, count]) => count > 12),
      [],
    );
  });

  test('the lockfile names no host to download from', () => {
    const lockfile = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { resolved?: string }>;
    };
    const named = Object.entries(lockfile.packages).filter(([, { resolved }]) => resolved);
    assert.deepEqual(named, []);
  });

  test('no file names a package registry or a path of one machine', () => {
    // Put together from pieces, so that this file does not find itself.
    const words = [
      ['registry', 'npmjs'],
      ['registry', 'yarnpkg'],
      ['npm', 'pkg', 'github'],
    ];
    const hosts = words.map(pieces => pieces.join('\\.')).join('|');
    const paths = ['work', 'root', 'home', 'Users'].map(folder => `/${folder}/`).join('|');
    const found = new RegExp(`${hosts}|(?<![\\w.})*~])(?:${paths})\\w`);
    assert.deepEqual(
      texts.filter(file => found.test(read(file))),
      [],
    );
  });
});

/** The longest folder or file of the table that holds this file. */
function partOf(file: string): string {
  const holds = (part: string) => file === part || file.startsWith(`${part}/`);
  const found = Object.keys(parts).filter(holds);
  return found.sort((a, b) => b.length - a.length)[0] ?? 'outside';
}

function allowed(part: string, { to, typeOnly }: Import): boolean {
  const rule = parts[part]!;
  if (to.startsWith('node:')) return rule.node === true;
  if (to === 'vscode') return rule.vscode === true;
  // The pure parts of the solver hold nothing but their own mathematics.
  const isPackage = !/^(solver|extension|webview)\//.test(to);
  if (isPackage) return !part.startsWith('solver/') || rule.packages?.includes(to) === true;
  const target = partOf(to);
  const listed = (list: readonly string[]) =>
    list.some(row =>
      row.endsWith('*') ? to.startsWith(row.slice(0, -1)) : target === row || to === row,
    );
  return target === part || listed(rule.may) || (typeOnly && listed(rule.types ?? []));
}

/** The import lines of a file, with relative ones resolved against the root. Comments and strings do not count. */
function importsOf(from: string): Import[] {
  const pattern =
    /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{][^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;
  return [...read(from).matchAll(pattern)].map(([, type, fixed, dynamic]) => {
    const to = fixed ?? dynamic ?? '';
    const path = to.startsWith('.') ? posix.join(posix.dirname(from), to) : to;
    return { from, to: existing(path), typeOnly: type !== undefined };
  });
}

/** What a file imports from the kernels other than types; `*` for all of them. */
function namesFromKernels(file: string): string[] {
  const pattern = /^import\s+(\{[^}]*\}|\*[^;]*?)\s+from\s+'[^']*\/kernels\/[^']*'/gm;
  return [...read(file).matchAll(pattern)]
    .flatMap(([, names = '']) => names.replace(/[{}]/g, '').split(','))
    .map(name => name.trim().split(' ')[0] ?? '')
    .filter(name => name !== '' && name !== 'type');
}

/** The path with its ending: imports may leave out `.ts` and `/index.ts`. */
function existing(path: string): string {
  const candidates = [path, `${path}.ts`, `${path}/index.ts`];
  return candidates.find(file => sources.includes(file)) ?? path;
}

/** A file without its comments, roughly: enough to look for names of globals. */
function code(file: string): string {
  return read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
