// What is bundled, from where to where. The build, the architecture test and the package all read this table.
import { assembly } from './assembly.mjs';

const node = { platform: 'node', format: 'cjs', target: 'node20' };
const browser = { platform: 'browser', format: 'iife', target: 'es2022' };

/** Optional native packages that gpu.js asks for: never bundled, and missing in most installs. */
const optional = ['gl', 'webgpu'];

export const entries = [
  { name: 'extension', source: 'extension/main.ts', options: { ...node, external: ['vscode'] } },
  { name: 'adapter', source: 'extension/adapter/stdio.ts', options: node, executable: true },
  { name: 'solver', source: 'solver/main.ts', options: { ...node, external: optional } },
  { name: 'worker', source: 'solver/worker.ts', options: { ...node, external: optional } },
  { name: 'device', source: 'solver/device.ts', options: { ...node, external: optional } },
  { name: 'moduleThread', source: 'solver/moduleThread.ts', options: node },
  {
    name: 'cli',
    source: 'solver/cli.ts',
    options: { ...node, external: optional },
    executable: true,
  },
  { name: 'index', source: 'solver/modules/index.ts', options: node },
  { name: 'webview', source: 'webview/main.ts', options: browser },
];

/** How files that are not TypeScript are read, which may be imported all the same. */
export const readers = {
  loader: { '.wasm': 'binary', '.svg': 'text', '.md': 'text' },
  plugins: [assembly],
};
