import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { begun, facts, position, shape, stop } from '../../support/dap/said-source.ts';
import { rows } from '../../support/panel/invented.ts';

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
