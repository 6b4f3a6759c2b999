// Solvers and adapters as processes of their own, from the build in dist/, which end with the test file.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { createSolver } from '../../extension/child.ts';
import type { Source } from '../../extension/run/source.ts';
import { root } from '../../scripts/lib/root.mjs';
import type { EventName, Events } from '../../solver/wire/protocol.ts';
import { type DapClient, overStdio } from './dap/client.ts';
import { temporaryFolder } from './machine.ts';

/** Longest wait for an event: enough for a busy machine of two cores. */
const PATIENCE_MS = 20_000;

const folder = temporaryFolder();
const solvers = new Set<Source>();
after(() => {
  for (const solver of solvers) solver.dispose();
});

/** The built solver as a process of its own, which ends with the test file. */
export function child(): Source {
  const solver = createSolver(join(root, 'dist/solver.js'));
  solvers.add(solver);
  return solver;
}

/** The next event of this kind, and when it came. */
export function next<E extends EventName>(
  solver: Source,
  event: E,
  holds: (body: Events[E]) => boolean = () => true,
): Promise<Events[E] & { readonly at: number }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no event ${event}`)), PATIENCE_MS);
    const listening = solver.on(event, body => {
      if (!holds(body)) return;
      clearTimeout(timer);
      listening.dispose();
      resolve({ ...body, at: performance.now() });
    });
  });
}

/**
 * The path of a module of ½‖x − 1‖² that does `atStart` as it loads, and `later` in the gradient of `slope` at every point
 * whose offset has come near its 1: not while it is checked, and from the second sweep on; `before` in every gradient.
 */
export function moduleOf(name: string, { atStart = '', later = '', before = '' }): string {
  const path = join(folder, `${name}.ts`);
  const lines = [
    `import { defineProblem } from 'blockstep'; ${atStart}`,
    `export default defineProblem({`,
    `  name: '${name}',`,
    `  blocks: {`,
    `    slope: 2,`,
    `    offset: 1,`,
    `  },`,
    `  value: x => 0.5 * ((x.slope[0]! - 1) ** 2 + (x.slope[1]! - 1) ** 2 + (x.offset[0]! - 1) ** 2),`,
    `  gradient: (x, block) => {`,
    `    if (block === 'slope' && x.offset[0]! > 0.9 && x.offset[0]! < 1) { ${later} } ${before}`,
    `    return Array.from(x[block]!, v => v - 1);`,
    `  },`,
    `  lipschitz: () => 2,`,
    `});`,
  ];
  writeFileSync(path, lines.join('\n'));
  return path;
}

/** The configuration of a run of a module that is stopped at its entry and never ends by itself. */
export const endlessly = (problem: string) => ({
  problem,
  stopOnEntry: true,
  stopWhen: { steps: 1e12 },
});

/** The live thread. */
export const thread = { threadId: 1 };
export const lasso = {
  type: 'blockstep',
  request: 'launch',
  name: 'Lasso on diabetes',
  problem: 'lasso',
  data: join(root, 'examples/workspace/data/diabetes.csv'),
  target: 'progression',
  problemOptions: { lambda: '0.1*max', standardize: true, intercept: true },
  stopOnEntry: true,
};
/** A criterion that is never met, so that the run goes on for as long as a test needs. */
export const endless = { ...lasso, stopWhen: { steps: 1e12 } };
export const blocks = [
  '(intercept)',
  'age',
  'sex',
  'bmi',
  'bp',
  's1',
  's2',
  's3',
  's4',
  's5',
  's6',
];
/** Updates in a sweep. */
export const m = blocks.length;

before(() => {
  assert.ok(existsSync(join(root, 'dist/adapter.js')), 'dist/ holds no build; run npm run build');
});

/** Sessions that are closed when the test file is done. */
const clients: DapClient[] = [];
after(() => Promise.all(clients.map(client => client.close())));

/** A connection that is closed when the test file is done. */
export function connected(options: Parameters<typeof overStdio>[0] = {}) {
  const client = overStdio(options);
  clients.push(client);
  return client;
}

/** A session over stdio whose run is stopped at its entry. */
export async function launched(
  config: object = lasso,
  setUp?: (client: DapClient) => Promise<unknown>,
) {
  const client = connected();
  await client.request('initialize', { adapterID: 'blockstep', supportsInvalidatedEvent: true });
  await client.request('launch', config);
  await setUp?.(client);
  await client.request('configurationDone');
  await client.event('stopped');
  return client;
}

export async function value(client: DapClient, expression: string): Promise<string> {
  return (await client.request('evaluate', { expression, context: 'watch' })).result;
}

export async function top(client: DapClient): Promise<string> {
  return (await client.request('stackTrace', thread)).stackFrames[0].name;
}
