// What a page requests of its host, and what the table offers.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Findings } from '../../../extension/run/findings.ts';
import { feeding, ready, view } from '../../support/panel/feeding.ts';
import { factsWith } from '../../support/panel/invented.ts';

describe('what the page requests', () => {
  test('the values at a step are those of the history', () => {
    const run = view(4, 100);
    const host = feeding(run);
    host.feed.receive(ready);
    host.feed.receive({ kind: 'valuesAt', k: 42 });
    const answer = host.posted.find(message => message.kind === 'values');
    assert.deepEqual(answer?.values?.columns, run.history.valuesAt(42).values);
    assert.equal(answer?.values?.sweep, 11);
  });

  test('a refused action is answered with the reason', async () => {
    const host = feeding(view(4, 100));
    host.state.refusal = 'The run goes on; pause it first.';
    host.feed.receive({ kind: 'act', id: 7, action: { kind: 'stepBack' } });
    await new Promise(setImmediate);
    assert.deepEqual(host.posted, [{ kind: 'acted', id: 7, refusal: host.state.refusal }]);
  });

  test('a sweep back goes to the start of this sweep, and from there to that of the previous one; forward to the next one', async () => {
    const host = feeding(view(4, 22));
    const wishes: [number, boolean, number][] = [
      [10, false, 8],
      [8, false, 4],
      [0, false, 0],
      [8, true, 12],
      [9, true, 12],
      [21, true, 22],
    ];
    for (const [k, forward, expected] of wishes) {
      host.feed.receive({ kind: 'act', id: 1, action: { kind: 'goSweep', k, forward } });
      await new Promise(setImmediate);
      assert.deepEqual(host.actions.at(-1), { kind: 'goTo', k: expected }, `from ${k}`);
    }
  });

  test('an edit is marked where it took effect, with the text of the source; a pending one where it was made', () => {
    const run = view(4, 22);
    const swap = (ordering: string, k: number) => ({ kind: 'ordering', ordering, k }) as const;
    run.facts = factsWith({
      ordering: { name: 'greedy', since: 13, pending: 'random' },
      edits: [
        { edit: swap('shuffled', 6), k: 8, text: 'cyclic → shuffled' },
        { edit: swap('greedy', 13), k: 13, text: 'shuffled → greedy' },
        { edit: swap('random', 21), k: null, text: 'greedy → random' },
      ],
    });
    const host = feeding(run);
    host.feed.receive(ready);
    assert.deepEqual(
      host.frames()[0]!.marks!.marks.map(({ k, text }) => [k, text]),
      [
        [8, 'cyclic → shuffled'],
        [13, 'shuffled → greedy'],
        [21, 'greedy → random'],
      ],
    );
    const { ordering, pendingOrdering } = host.frames()[0]!.status!;
    assert.deepEqual([ordering, pendingOrdering], ['greedy', 'random']);
  });

  test('what was found on a branch has its mark there', () => {
    const run = view(4, 22);
    const finding = (k: number) => ({
      k,
      name: 'stall',
      block: null,
      text: 'It stalls.',
      evidence: {},
    });
    const branch = { id: 'b1', from: 12, end: 22, text: 'ordering' };
    run.findings.live.push(finding(9), finding(20));
    (run.findings as Findings).fork(branch);
    run.facts = factsWith({ branches: [branch] });
    const host = feeding(run);
    host.feed.receive(ready);
    const { marks } = host.frames()[0]!.marks!;
    assert.deepEqual(
      marks.map(({ k, branch }) => [k, branch]),
      [
        [20, 'b1'],
        [9, null],
      ],
    );
  });

  test('the table offers to freeze a block before the step at which it was frozen, and to thaw it after that', () => {
    const run = view(4, 22);
    const freeze = { kind: 'frozen', block: run.info!.blocks[1]!.name, value: true, k: 9 } as const;
    const edits = [{ edit: freeze, k: 9, text: `${freeze.block} frozen` }];
    const host = feeding(run);
    const at = (frozen: boolean[]) => {
      const places = frozen.flatMap((is, b) => (is ? [b] : []));
      run.facts = factsWith({ edits, frozen: Int32Array.from(places) });
      host.feed.changed();
      host.draw();
      return [...host.frames().at(-1)!.table!.frozen];
    };
    host.feed.receive(ready);
    host.draw();
    assert.deepEqual(at([false, true, false, false]), [0, 1, 0, 0]);
    assert.deepEqual(at([false, false, false, false]), [0, 0, 0, 0]);
  });
});
