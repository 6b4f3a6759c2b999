// The client of a run: the state it keeps, what it reports of every change, and what it refuses.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RunClient } from '../../../extension/run/client.ts';
import type { Change } from '../../../extension/run/source.ts';
import type { Ability } from '../../../solver/wire/facts.ts';
import type { StopReason } from '../../../solver/wire/run.ts';
import {
  begun,
  facts,
  info,
  position,
  ScriptedSource,
  stop,
} from '../../support/dap/scriptedSource.ts';
import { abilities } from '../../support/panel/invented.ts';

describe('a run’s state follows what the source says', () => {
  const after: Readonly<Record<StopReason, RunClient['state']>> = {
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
    test(`a stop because of ${reason} leaves it ${state}, and it can be stepped`, async () => {
      const { source, run } = await begun();
      source.say('running', {});
      assert.equal(run.state, 'running');
      source.say('stopped', stop(reason as StopReason));
      assert.equal(run.state, state);
      assert.equal(run.isPaused, true);
      assert.equal(run.text, 'said so');
      assert.equal(run.position?.k, 7);
    });
  }

  test('a source that ends on its own leaves it crashed, with the reason; one that was asked to end does not', async () => {
    const { source, run } = await begun();
    source.exit(true, 'asked to');
    assert.equal(run.state, 'starting');
    source.exit(false, 'it crashed');
    assert.equal(run.state, 'crashed');
    assert.equal(run.text, 'it crashed');
    assert.equal(run.isPaused, false);
    await assert.rejects(run.resume('panel', { kind: 'end' }), /has ended/);
  });

  test('an ended session leaves its run to be viewed, with how it ended', async () => {
    const { source, run } = await begun();
    source.say('stopped', stop('converged'));
    run.end();
    assert.equal(run.state, 'trace');
    assert.match(run.text, /^said so The session is over/);
    assert.equal(run.isPaused, false);
  });

  test('progress is shown while it starts and removed once it is loaded', async () => {
    const source = new ScriptedSource();
    const run = new RunClient('1', 'Lasso', () => source);
    const loading = run.load({ config: { problem: 'lasso' } });
    source.say('progress', { text: 'Reading data', fraction: 0.5 });
    assert.deepEqual([run.text, run.progress], ['Reading data', 0.5]);
    await loading;
    assert.deepEqual([run.text, run.progress], ['', null]);
  });
});

describe('every change is reported once, with who caused it', () => {
  const told = (changes: readonly Change[]) =>
    changes.flatMap(change => ('origin' in change ? [`${change.kind} ${change.origin}`] : []));

  for (const origin of ['adapter', 'panel', 'command'] as const) {
    test(`a step by the ${origin} is reported as running and stopped, both caused by it`, async () => {
      const { source, run, changes } = await begun();
      source.answer = () => {
        source.say('running', {});
        source.say('stopped', stop('step'));
        return {};
      };
      await run.resume(origin, { kind: 'steps', count: 1 });
      assert.deepEqual(told(changes), [`running ${origin}`, `stopped ${origin}`]);
    });
  }

  test('a change that nobody asked for is attributed to the source', async () => {
    const { source, changes } = await begun();
    source.say('running', {});
    source.say('stopped', stop('goto'));
    source.say('edited', { position, facts });
    assert.deepEqual(told(changes), ['running source', 'stopped source', 'edited source']);
  });

  test('of two edits under way at once each is attributed to the one who made it', async () => {
    const { source, run, changes } = await begun();
    // One after the other, as a source answers.
    let last: Promise<unknown> = Promise.resolve();
    source.answer = () => {
      last = last.then(async () => {
        await new Promise(setImmediate);
        source.say('edited', { position, facts });
        return { position, branch: null };
      });
      return last;
    };
    const freeze = { kind: 'frozen', block: 'b1', value: true } as const;
    await Promise.all([run.edit('panel', [freeze]), run.edit('adapter', [freeze])]);
    assert.deepEqual(told(changes), ['edited panel', 'edited adapter']);
  });

  test('while one client moves it no other can, and a refused move leaves it stopped as before', async () => {
    const { source, run, changes } = await begun();
    source.say('stopped', stop('entry'));
    let refuse: (error: Error) => void = () => undefined;
    source.answer = () => new Promise((_, reject) => (refuse = reject));
    const first = run.goTo('panel', 3);
    await assert.rejects(run.resume('adapter', { kind: 'end' }), /pause it first/);
    refuse(new Error('k: "3" is not a step'));
    await assert.rejects(first, /not a step/);
    assert.equal(run.state, 'paused');
    assert.deepEqual(told(changes), ['stopped source']);
  });

  test('a jump that fails after it was accepted is reported as a stop, with the reason', async () => {
    const { source, run, changes } = await begun();
    source.say('stopped', stop('entry'));
    let fail: (error: Error) => void = () => undefined;
    source.answer = () => {
      source.say('running', {});
      return new Promise((_, reject) => (fail = reject));
    };
    await run.goTo('command', 3);
    fail(new Error('The replay failed.'));
    await run.settled();
    assert.deepEqual([run.state, run.text], ['failed', 'The replay failed.']);
    assert.equal(told(changes).at(-1), 'stopped command');
  });
});

describe('abilities', () => {
  const needs: readonly (readonly [Ability, (run: RunClient) => Promise<unknown>])[] = [
    ['continue', run => run.resume('panel', { kind: 'end' })],
    ['stepUpdate', run => run.resume('panel', { kind: 'steps', count: 1 })],
    ['stepPhase', run => run.resume('panel', { kind: 'phase' })],
    ['stepSweep', run => run.resume('panel', { kind: 'sweep' })],
    ['back', run => run.stepBack('panel')],
    ['back', run => run.reverse('panel')],
    ['goTo', run => run.goTo('panel', 1)],
    ['editOrdering', run => run.edit('panel', [{ kind: 'ordering', ordering: 'shuffled' }])],
    ['editStepSize', run => run.edit('panel', [{ kind: 'stepSize', block: null, value: 1 }])],
    ['editFrozen', run => run.edit('panel', [{ kind: 'frozen', block: 'b', value: true }])],
    ['editValue', run => run.edit('panel', [{ kind: 'value', block: 'b', index: 0, value: 1 }])],
    ['editParameter', run => run.edit('panel', [{ kind: 'parameter', name: 'p', value: 1 }])],
    ['evaluate', run => run.evaluate('panel', { expression: 'k', context: 'watch' })],
  ];
  for (const [ability, act] of needs) {
    test(`without ${ability} ${act.toString().slice(7, 40)}… is refused with the reason, without a call to the source`, async () => {
      const cannot = `This trace cannot ${ability}.`;
      const { source, run } = await begun({
        ...info,
        abilities: { ...abilities, [ability]: cannot },
      });
      source.say('stopped', stop('entry'));
      const asked = source.asked.length;
      await assert.rejects(async () => act(run), { message: cannot });
      assert.equal(source.asked.length, asked);
    });
  }
});
