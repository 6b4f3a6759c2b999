// What the client of a run knows of it: its rows, facts and metrics at step 0, and that a crash does not lose them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EntryValues } from '../../../solver/wire/run.ts';
import {
  begun,
  facts,
  info,
  position,
  type ScriptedSource,
  shape,
  stop,
} from '../../support/dap/scriptedSource.ts';
import { abilities, factsWith, rows } from '../../support/panel/invented.ts';

describe('a run’s history', () => {
  test('rows that do not fit into one batch are requested until none is left', async () => {
    const { source, run } = await begun();
    source.answer = (_, { from = 0 }) => ({ ...rows(shape, from, 10), more: from < 30 });
    source.say('metrics', { ...rows(shape, 0, 10), more: true });
    await new Promise(setImmediate);
    assert.equal(run.history.end, 40);
    assert.deepEqual(
      source.asked.map(({ name }) => name),
      ['load', 'metrics', 'metrics', 'metrics'],
    );
  });

  test('a batch that leaves a gap is fetched from where the history ends', async () => {
    const { source, run } = await begun();
    source.answer = (_, { from = 0 }) => rows(shape, from, 25 - from);
    source.say('metrics', rows(shape, 20, 5));
    await new Promise(setImmediate);
    assert.equal(run.history.end, 25);
  });

  test('an edit in the past moves the steps that followed to their branch', async () => {
    const { source, run } = await begun();
    source.say('metrics', rows(shape, 0, 20));
    source.say('branch', { id: 'b1', from: 12, end: 20, text: 'ordering' });
    assert.equal(run.history.end, 12);
    assert.equal(run.history.rows('b1')?.end, 20);
    assert.deepEqual(
      run.facts.branches.map(({ id }) => id),
      ['b1'],
    );
  });
});

describe('what was found', () => {
  const finding = (k: number) => ({ k, name: 'stall', block: null, text: `at ${k}`, evidence: {} });
  const at = (k: number, breakpoints: readonly string[] = []) => ({
    ...stop(breakpoints.length > 0 ? 'breakpoint' : 'step', { ...position, k }),
    breakpoints,
  });
  const ks = (found: readonly { readonly k: number }[] | undefined) => found?.map(({ k }) => k);

  test('beyond an edit in the past belongs to the branch, and is neither on the run’s line nor in its banner', async () => {
    const { source, run } = await begun();
    source.say('metrics', rows(shape, 0, 20));
    for (const k of [5, 12, 15]) source.say('finding', finding(k));
    source.say('stopped', at(10, ['1']));
    source.say('stopped', at(20, ['1']));
    assert.deepEqual(
      [ks(run.found), run.findings.hits],
      [
        [12, 15],
        [10, 20],
      ],
    );
    source.say('stopped', at(12));
    assert.deepEqual(ks(run.found), [12, 15], 'a jump back leaves them to be looked at');
    source.say('branch', { id: 'b1', from: 12, end: 20, text: 'ordering' });
    assert.deepEqual([ks(run.findings.live), ks(run.findings.left.get('b1'))], [[5, 12], [15]]);
    assert.deepEqual([ks(run.found), run.findings.hits], [[12], [10]]);
    source.say('finding', finding(14));
    source.say('stopped', at(16));
    assert.deepEqual([ks(run.found), ks(run.findings.left.get('b1'))], [[14], [15]]);
  });
});

describe('facts', () => {
  test('a block is frozen where the source says so: after a step back to before the freeze it is not', async () => {
    const { source, run } = await begun();
    const block = info.blocks[0]!.name;
    const edit = { kind: 'frozen', block, value: true, k: 7 } as const;
    const edits = [{ edit, k: 7, text: `${block} frozen` }];
    source.say('edited', { position, facts: factsWith({ edits, frozen: Int32Array.of(0) }) });
    assert.equal(run.isFrozen(block), true);
    const before = factsWith({ edits, frozen: new Int32Array() });
    source.say('stopped', { ...stop('goto', { ...position, k: 6 }), facts: before });
    assert.equal(run.isFrozen(block), false);
    assert.deepEqual(run.facts.edits, edits);
  });

  test('an ordering that takes over while the run goes on is reported without a stop', async () => {
    const { source, run, changes } = await begun();
    source.say('facts', factsWith({ ordering: { name: 'shuffled', since: 8, pending: null } }));
    assert.deepEqual([run.facts.ordering.name, changes.at(-1)?.kind], ['shuffled', 'facts']);
  });

  test('the breakpoints are those that were set last', async () => {
    const { source, run } = await begun();
    source.answer = () => ({ statuses: [] });
    const block = info.blocks[2]!.name;
    await run.setBreakpoints([
      { id: '1', at: { kind: 'block', block, function: true } },
      { id: '2', at: { kind: 'sweep', function: true } },
    ]);
    assert.deepEqual([...run.breakOn], [block]);
  });
});

describe('the metrics at step 0', () => {
  const atStart = { ...position, k: 0, sweep: 1, place: 0 };
  const values: EntryValues = {
    done: true,
    block: { gradNorm: Float64Array.of(1, 2, 3) },
    run: {},
  };
  const asked = (source: ScriptedSource) =>
    source.asked.filter(({ name }) => name === 'entry').length;

  test('are requested after a stop there, and not again once all are known', async () => {
    const { source, run, changes } = await begun();
    let toldBefore = false;
    source.answer = name => {
      if (name === 'entry') toldBefore = changes.some(({ kind }) => kind === 'stopped');
      return {};
    };
    source.say('stopped', stop('step'));
    assert.equal(asked(source), 0, 'at step 7');
    source.say('stopped', stop('entry', atStart));
    assert.deepEqual([asked(source), toldBefore], [1, true]);
    source.say('entry', { ...values, done: false });
    source.say('stopped', stop('goto', atStart));
    assert.equal(asked(source), 2, 'some were missing');
    source.say('entry', values);
    assert.equal(run.history.entry.at('gradNorm', 1), 2);
    assert.equal(changes.at(-1)!.kind, 'entry');
    source.say('stopped', stop('goto', atStart));
    assert.equal(asked(source), 2);
  });

  test('are dropped after an edit there and requested again; an edit elsewhere keeps them', async () => {
    const { source, run } = await begun();
    source.say('stopped', stop('entry', atStart));
    source.say('entry', values);
    source.say('edited', { position, facts });
    assert.equal(run.history.entry.at('gradNorm', 1), 2);
    source.say('edited', { position: atStart, facts });
    assert.equal(run.history.entry.at('gradNorm', 1), Number.NaN);
    assert.equal(asked(source), 2);
  });

  test('are not requested from a source that cannot evaluate, nor where the run failed', async () => {
    const recorded = await begun({ ...info, abilities: { ...abilities, evaluate: 'a trace' } });
    recorded.source.say('stopped', stop('goto', atStart));
    const { source } = await begun();
    source.say('stopped', stop('failed', atStart));
    assert.deepEqual([asked(recorded.source), asked(source)], [0, 0]);
  });
});

describe('after a crash another source resumes the same run', () => {
  const keyframe = (k: number) => ({ k, edits: 0, state: k, memory: null });

  async function lost() {
    const it = await begun();
    it.source.say('metrics', rows(shape, 0, 20));
    for (const k of [6, 12, 24]) it.source.say('keyframe', keyframe(k));
    it.source.say('stopped', stop('step', { ...position, k: 19, end: 20 }));
    it.source.exit(false, 'it crashed', 19);
    return it;
  }

  test('from the newest state covered by its rows, to the step it had reached', async () => {
    const { run, sources } = await lost();
    await run.recover();
    const edits = facts.edits;
    assert.deepEqual(sources[1]!.asked[0], {
      name: 'restore',
      params: {
        config: { problem: 'lasso' },
        edits,
        branches: [],
        keyframe: keyframe(12),
        k: 19,
        end: 20,
      },
    });
  });

  test('its history takes the new source’s rows, also after the session ended', async () => {
    const { run, sources } = await lost();
    run.end();
    assert.equal(run.state, 'crashed');
    await run.recover();
    const revision = run.history.revision;
    sources[1]!.say('metrics', rows(shape, 12, 8));
    sources[1]!.say('metrics', rows(shape, 20, 5));
    assert.deepEqual([run.history.end, run.ended], [25, false]);
    assert.equal(run.history.revision, revision, 'no row that was there has gone');
    // A late event of the previous process is ignored.
    sources[0]!.say('stopped', stop('failed'));
    assert.notEqual(run.state, 'failed');
  });

  test('a series continues: what the new source never had is read from the history', async () => {
    const { run, source, sources } = await lost();
    const dead = await run.series({
      branch: 'live',
      metric: 'objective',
      block: null,
      from: 0,
      limit: 100,
    });
    assert.deepEqual([dead.k.length, dead.more, source.asked.length], [20, false, 1]);
    await run.recover();
    const asked = { branch: 'live', metric: 'objective', block: null, limit: 100 };
    const usual = sources[1]!.answer;
    sources[1]!.answer = (name, params) =>
      name === 'series'
        ? { k: Float64Array.of(13, 14), value: Float64Array.of(-13, -14), more: false }
        : usual(name, params);
    // A page that ends at the end of the history continues with the rows of the current source.
    const joined = await run.series({ ...asked, from: 0 });
    assert.deepEqual([joined.k.length, joined.k.at(-1), joined.more], [14, 14, false]);
    assert.deepEqual(joined.value, Float64Array.of(...dead.value.slice(0, 12), -13, -14));
    assert.deepEqual(sources[1]!.asked.at(-1)?.params, { ...asked, from: 12, limit: 88 });
    const short = await run.series({ ...asked, from: 0, limit: 5 });
    assert.deepEqual([[...short.k], short.more], [[1, 2, 3, 4, 5], true]);
    await run.series({ ...asked, from: 12 });
    assert.equal(sources[1]!.asked.at(-1)?.name, 'series');
  });

  test('a state on a branch that an edit left is not used', async () => {
    const { run, source, sources } = await begun();
    source.say('metrics', rows(shape, 0, 20));
    source.say('keyframe', keyframe(12));
    source.say('branch', { id: 'b1', from: 8, end: 20, text: 'ordering' });
    // The steps that followed have the same numbers, and another state.
    source.say('metrics', rows(shape, 8, 12));
    source.exit(false, 'it crashed', 8);
    await run.recover();
    const { params } = sources[1]!.asked[0] as {
      params: { keyframe: unknown; branches: unknown[] };
    };
    assert.deepEqual([params.keyframe, params.branches.length], [null, 1]);
  });

  test('findings at steps whose rows were lost are found again, and reported once', async () => {
    const { run, source, sources, changes } = await begun();
    const finding = (k: number) => ({ k, name: 'stall', block: null, text: 'so', evidence: { k } });
    source.say('metrics', rows(shape, 0, 20));
    source.say('stopped', stop('step', { ...position, k: 19, end: 20 }));
    for (const k of [18, 22]) source.say('finding', finding(k));
    source.exit(false, 'it crashed', 19);
    await run.recover();
    for (const k of [22, 23, 22]) sources[1]!.say('finding', finding(k));
    const told = changes.flatMap(change => (change.kind === 'finding' ? [change.finding.k] : []));
    // The third time it is a new finding: the run went back and on again.
    assert.deepEqual(told, [18, 22, 23, 22]);
  });
});
