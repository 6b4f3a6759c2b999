import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SolverClientLike, SolverExit } from '../../../extension/adapter/solver-client.ts';
import { RunSession } from '../../../extension/session.ts';
import { tapped } from '../../../extension/tapped-solver.ts';
import type { Events, Position, StopReason } from '../../../solver/wire/protocol.ts';
import { rows } from '../../support/metrics.ts';
import { runInfo } from '../../support/run-info.ts';

const shape = { blocks: 3, shuffledFrom: 1000 };
const info = runInfo(3);
const position: Position = {
  k: 7,
  sweep: 3,
  place: 1,
  block: info.blocks[1]!.name,
  phase: 'order',
  ordering: 'cyclic',
  pendingOrdering: null,
  end: 9,
};

/** A solver that says what the test says, and remembers what it was asked. */
class SaidSolver implements SolverClientLike {
  readonly pid = 1;
  readonly asked: { name: string; params: unknown }[] = [];
  readonly #listeners = new Map<string, ((body: never) => void)[]>();
  readonly #exits: ((exit: SolverExit) => void)[] = [];
  answer: (name: string, params: { from?: number }) => unknown = () => ({});

  call = async (name: string, params: object) => {
    this.asked.push({ name, params });
    return this.answer(name, params) as never;
  };
  on = (event: string, listener: (body: never) => void) => {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return { dispose() {} };
  };
  onExit = (listener: (exit: SolverExit) => void) => {
    this.#exits.push(listener);
    return { dispose() {} };
  };
  dispose() {}

  say<E extends keyof Events>(event: E, body: Events[E]) {
    for (const listener of this.#listeners.get(event) ?? []) listener(body as never);
  }
  exit(expected: boolean, text: string) {
    const rest = { code: 1, signal: null, position: null, k: null, stderr: [] };
    for (const listener of this.#exits) listener({ expected, text, ...rest });
  }
}

function begun() {
  const solver = new SaidSolver();
  const run = new RunSession('1', 'Lasso', { problem: 'lasso' }, solver);
  run.loaded(info);
  return { solver, run };
}

const stop = (reason: StopReason) => ({
  reason,
  position,
  text: 'said so',
  finding: null,
  breakpoints: [],
});

describe('a run’s state follows what the solver says', () => {
  const after: Readonly<Record<StopReason, RunSession['state']>> = {
    entry: 'paused',
    step: 'paused',
    pause: 'paused',
    goto: 'paused',
    breakpoint: 'paused',
    functionBreakpoint: 'paused',
    dataBreakpoint: 'paused',
    finding: 'paused',
    converged: 'converged',
    budget: 'budget',
    nonfinite: 'nonfinite',
    failed: 'failed',
  };
  for (const [reason, state] of Object.entries(after)) {
    test(`a stop because of ${reason} leaves it ${state}, and it can be stepped`, () => {
      const { solver, run } = begun();
      solver.say('running', {});
      assert.equal(run.state, 'running');
      solver.say('stopped', stop(reason as StopReason));
      assert.equal(run.state, state);
      assert.equal(run.isPaused, true);
      assert.equal(run.text, 'said so');
      assert.equal(run.position?.k, 7);
    });
  }

  test('a solver that ends on its own leaves it crashed, with the sentence; one that was told to does not', () => {
    const { solver, run } = begun();
    solver.exit(true, 'asked to');
    assert.equal(run.state, 'starting');
    solver.exit(false, 'it crashed');
    assert.equal(run.state, 'crashed');
    assert.equal(run.text, 'it crashed');
    assert.equal(run.isPaused, false);
  });

  test('a session that is over leaves a trace to be looked at, which says how the run had ended', () => {
    const { solver, run } = begun();
    solver.say('stopped', stop('converged'));
    run.end();
    assert.equal(run.state, 'trace');
    assert.match(run.text, /^said so The session is over/);
    assert.equal(run.isPaused, false);
  });

  test('progress is told while it starts and forgotten once it is loaded', () => {
    const solver = new SaidSolver();
    const run = new RunSession('1', 'Lasso', { problem: 'lasso' }, solver);
    solver.say('progress', { text: 'Reading data', fraction: 0.5 });
    assert.deepEqual([run.text, run.progress], ['Reading data', 0.5]);
    run.loaded(info);
    assert.deepEqual([run.text, run.progress], ['', null]);
  });
});

describe('a run’s history', () => {
  test('rows that do not fit into a batch are asked for until none is left', async () => {
    const { solver, run } = begun();
    solver.answer = (_, { from = 0 }) => ({ ...rows(shape, from, 10), more: from < 30 });
    solver.say('metrics', { ...rows(shape, 0, 10), more: true });
    await new Promise(setImmediate);
    assert.equal(run.history.end, 40);
    assert.deepEqual(
      solver.asked.map(({ name }) => name),
      ['metrics', 'metrics', 'metrics'],
    );
  });

  test('a batch that does not connect is fetched from where the history ends', async () => {
    const { solver, run } = begun();
    solver.answer = (_, { from = 0 }) => rows(shape, from, 25 - from);
    solver.say('metrics', rows(shape, 20, 5));
    await new Promise(setImmediate);
    assert.equal(run.history.end, 25);
  });

  test('an edit in the past moves the old future to its branch', () => {
    const { solver, run } = begun();
    solver.say('metrics', rows(shape, 0, 20));
    solver.say('branch', { id: 'b1', from: 12, end: 20, text: 'ordering' });
    assert.equal(run.history.end, 12);
    assert.equal(run.history.rows('b1')?.end, 20);
    assert.deepEqual(
      run.branches.map(({ id }) => id),
      ['b1'],
    );
  });
});

describe('a run’s edits', () => {
  test('a block is frozen from the edit that froze it to the one that thawed it', () => {
    const { solver, run } = begun();
    const block = info.blocks[0]!.name;
    const frozen = (value: boolean, k: number) => ({ kind: 'frozen', block, value, k }) as const;
    const at = (k: number, edits: Events['edited']['edits']) => {
      solver.say('edited', { edits, position: { ...position, k } });
      return run.isFrozen(block);
    };
    const both = [frozen(true, 3), frozen(false, 6)];
    assert.equal(at(2, both), false);
    assert.equal(at(3, both), true);
    assert.equal(at(6, both), false);
    assert.equal(run.isFrozen(info.blocks[1]!.name), false);
  });
});

describe('listening to the adapter’s solver', () => {
  test('what was loaded and where breakpoints stand becomes known, and the adapter gets its answers', async () => {
    const solver = new SaidSolver();
    const run = new RunSession('1', 'Lasso', { problem: 'lasso' }, solver);
    solver.answer = name => (name === 'load' ? info : { statuses: [] });
    const client = tapped(solver, run);
    assert.equal(await client.call('load', { config: { problem: 'lasso' } }), info);
    assert.equal(run.info, info);
    const block = info.blocks[2]!.name;
    await client.call('setBreakpoints', {
      breakpoints: [
        { id: '1', at: { kind: 'block', block, function: true } },
        { id: '2', at: { kind: 'sweep', function: true } },
      ],
    });
    assert.deepEqual([...run.breakOn], [block]);
  });
});
