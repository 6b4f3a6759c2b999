import assert from 'node:assert/strict';
import type { AdapterOptions } from '../../../extension/adapter/adapter.ts';
import { AdapterSession } from '../../../extension/adapter/adapter-session.ts';
import { RunClient } from '../../../extension/run/client.ts';
import { type DapClient, inline } from './client.ts';
import { FakeSolver } from './fakeSolver.ts';

/** The live thread. */
export const thread = { threadId: 1 };
export const launchArgs = {
  type: 'blockstep',
  request: 'launch',
  name: 'test',
  problem: 'lasso',
} as const;
export const listing = { name: 'lasso.pccd.listing', sourceReference: 1 };

/** A client of a session over fake solvers, the first of which is given. */
export function connect(solver = new FakeSolver(), options: Partial<AdapterOptions> = {}) {
  const solvers = [solver];
  let made = 0;
  const createSource = () => {
    solvers[made] ??= new FakeSolver();
    return solvers[made++]!;
  };
  const runs: RunClient[] = [];
  const session = new AdapterSession({
    createRun: () => {
      const run = new RunClient(String(runs.length), 'test', createSource);
      runs.push(run);
      return run;
    },
    ...options,
  });
  return { client: inline(session), solver, solvers, session, runs };
}

/** Launched and configured; it stands at its entry. */
export async function started(solver = new FakeSolver(), options: Partial<AdapterOptions> = {}) {
  const connection = connect(solver, options);
  const { client } = connection;
  await client.request('initialize', { adapterID: 'blockstep', supportsInvalidatedEvent: true });
  await client.request('launch', launchArgs);
  await client.request('configurationDone');
  await client.event('stopped');
  return connection;
}

/** What came, by the names of events and of the commands that were answered; `!` marks a refusal. */
export const order = (client: DapClient) =>
  client.messages.map(m => (m.type === 'event' ? m.event : `${m.command}${m.success ? '' : '!'}`));

export const oneSentence = (text: string) => assert.match(text, /^[^\n]+[.?]$/);
