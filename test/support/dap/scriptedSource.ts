// A source whose answers and events a test gives, and a run that is loaded from it.

import { RunClient } from '../../../extension/run/client.ts';
import type { Change, Source, SourceExit } from '../../../extension/run/source.ts';
import type { Events } from '../../../solver/wire/protocol.ts';
import type { Position, RunInfo, StopReason } from '../../../solver/wire/run.ts';
import { factsWith, runInfo } from '../panel/invented.ts';

export const shape = { blocks: 3, shuffledFrom: 1000 };
export const info = runInfo(3);
export const position: Position = {
  k: 7,
  sweep: 3,
  place: 1,
  block: info.blocks[1]!.name,
  blocks: [info.blocks[1]!.name],
  phase: 'order',
  ordering: 'cyclic',
  pendingOrdering: null,
  end: 9,
};
export const facts = factsWith();

/** A source whose answers and events the test gives, and which remembers its calls. */
export class ScriptedSource implements Source {
  readonly pid = 1;
  readonly asked: { name: string; params: unknown }[] = [];
  readonly #listeners = new Map<string, ((body: never) => void)[]>();
  readonly #exits: ((exit: SourceExit) => void)[] = [];
  answer: (name: string, params: { from?: number }) => unknown;

  constructor(loaded: RunInfo = info) {
    this.answer = name => {
      if (name === 'load' || name === 'restore') return loaded;
      return name === 'position' ? { position, facts, running: false } : {};
    };
  }

  call = async (name: string, params: object) => {
    this.asked.push({ name, params });
    return this.answer(name, params) as never;
  };
  on = (event: string, listener: (body: never) => void) => {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return { dispose() {} };
  };
  onExit = (listener: (exit: SourceExit) => void) => {
    this.#exits.push(listener);
    return { dispose() {} };
  };
  dispose() {}

  say<E extends keyof Events>(event: E, body: Events[E]) {
    for (const listener of this.#listeners.get(event) ?? []) listener(body as never);
  }
  exit(expected: boolean, text: string, k: number | null = null) {
    const rest = { code: 1, signal: null, position: null, stderr: [] };
    for (const listener of this.#exits) listener({ expected, text, k, ...rest });
  }
}

export async function begun(loaded = info) {
  const sources: ScriptedSource[] = [];
  const run = new RunClient('1', 'Lasso', () => {
    sources.push(new ScriptedSource(loaded));
    return sources.at(-1)!;
  });
  const changes: Change[] = [];
  run.onDidChange(change => changes.push(change));
  await run.load({ config: { problem: 'lasso' } });
  return { source: sources[0]!, sources, run, changes };
}

export const stop = (reason: StopReason, at = position) => ({
  reason,
  position: at,
  facts,
  text: 'said so',
  finding: null,
  breakpoints: [],
});
