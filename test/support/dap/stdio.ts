import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { root } from '../../../scripts/lib/root.mjs';
import { type DapClient, overStdio } from './client.ts';

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
/** Never satisfied, so that the run goes on for as long as a test looks at it. */
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
const open: DapClient[] = [];
after(() => Promise.all(open.map(client => client.close())));

/** A connection that is closed when the test file is done. */
export function connected(options: Parameters<typeof overStdio>[0] = {}) {
  const client = overStdio(options);
  open.push(client);
  return client;
}

/** A session over stdio that stands at the entry of its run. */
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
