import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Calls } from '../../../solver/wire/protocol.ts';
import { connect, launchArgs, listing, started } from '../../support/dap/client.ts';
import { FakeSolver, fakeInfo } from '../../support/dap/fakeSolver.ts';

/** The breakpoints that the solver was given last. */
function given({ calls }: FakeSolver): Calls['setBreakpoints']['params']['breakpoints'] {
  const last = calls.findLast(({ name }) => name === 'setBreakpoints');
  return (last?.params as Calls['setBreakpoints']['params'] | undefined)?.breakpoints ?? [];
}

describe('breakpoints', () => {
  test('set before the launch they wait, and are verified once the run is loaded', async () => {
    const { client, solver } = connect();
    await client.request('initialize');
    const { breakpoints } = await client.request('setBreakpoints', {
      source: listing,
      breakpoints: [{ line: 6 }, { line: 11, condition: 'k > 3' }, { line: 99 }],
    });
    assert.deepEqual(
      breakpoints.map((b: { verified: boolean }) => b.verified),
      [false, false, false],
    );
    await client.request('launch', launchArgs);
    await client.event('breakpoint', 0, body => body.breakpoint.id === breakpoints[2].id);
    const changed = client.messages
      .filter(m => m.event === 'breakpoint')
      .map(m => m.body.breakpoint);
    assert.deepEqual(
      changed.map(b => b.verified),
      [true, true, false],
    );
    assert.match(changed[2].message, /12 lines/);
    assert.deepEqual(given(solver), [
      { id: String(breakpoints[0].id), at: { kind: 'phase', phase: 'prox' } },
      {
        id: String(breakpoints[1].id),
        at: { kind: 'block', block: 'bmi', function: false },
        condition: 'k > 3',
      },
    ]);
  });

  const lines: readonly [number, number][] = [
    [1, 2],
    [2, 2],
    [8, 7],
    [9, 10],
    [12, 12],
  ];
  for (const [line, snapped] of lines) {
    test(`line ${line} of the listing stops at line ${snapped}`, async () => {
      const { client } = await started();
      const set = { source: listing, breakpoints: [{ line }] };
      const { breakpoints } = await client.request('setBreakpoints', set);
      assert.deepEqual([breakpoints[0].verified, breakpoints[0].line], [true, snapped]);
    });
  }

  test('the listing’s document is recognised by its address, and another listing’s is not', async () => {
    const path = 'blockstep-listing:/lasso.pccd.listing';
    const { client } = await started(new FakeSolver(), { listingSource: () => ({ path }) });
    const set = async (path: string) =>
      (await client.request('setBreakpoints', { source: { path }, breakpoints: [{ line: 3 }] }))
        .breakpoints[0];
    assert.equal((await set(path)).verified, true);
    assert.equal((await set('blockstep-listing:/lasso.acoder.listing')).verified, false);
    assert.match((await set('/somewhere/else.ts')).message, /neither/);
  });

  test('in a module a breakpoint can be set at a block’s declaration, however its path is written', async () => {
    const path = '/mod ules/ridge.ts';
    const blocks = fakeInfo.blocks.map((block, i) => ({
      ...block,
      declared: { path, line: 4 + 2 * i, column: 3 },
    }));
    const load = () => ({ ...fakeInfo, module: path, blocks });
    const { client } = await started(new FakeSolver({ load }));
    for (const written of [
      path,
      'file:///mod%20ules/ridge.ts',
      'vscode-remote://ssh+box/mod%20ules/ridge.ts',
    ]) {
      const { breakpoints } = await client.request('setBreakpoints', {
        source: { path: written },
        breakpoints: [{ line: 5 }, { line: 8 }, { line: 40 }],
      });
      const seen = breakpoints.map((b: { verified: boolean; line: number }) => [
        b.verified,
        b.line,
      ]);
      assert.deepEqual(
        seen,
        [
          [true, 6],
          [true, 8],
          [false, 40],
        ],
        written,
      );
      assert.match(breakpoints[2].message, /4 \(\(intercept\)\), 6 \(bmi\), 8 \(s5\)/);
    }
    const { breakpoints } = await client.request('breakpointLocations', {
      source: { path },
      line: 1,
      endLine: 6,
    });
    assert.deepEqual(breakpoints, [
      { line: 4, column: 3 },
      { line: 6, column: 3 },
    ]);
  });

  test('a breakpoint on a line that declares several blocks stops at each of them, with a column at the nearest', async () => {
    const path = '/modules/ridge.ts';
    const blocks = fakeInfo.blocks.map((block, i) => ({
      ...block,
      declared: { path, line: 4, column: 13 + 10 * i },
    }));
    const { client, solver } = await started(
      new FakeSolver({ load: () => ({ ...fakeInfo, module: path, blocks }) }),
    );
    const source = { path };
    const stopped = async (breakpoint: object) => {
      const { breakpoints } = await client.request('setBreakpoints', {
        source,
        breakpoints: [breakpoint],
      });
      assert.deepEqual([breakpoints[0].verified, breakpoints[0].line], [true, 4]);
      assert.ok(given(solver).every(({ id }) => id === String(breakpoints[0].id)));
      return given(solver).map(({ at }) => (at.kind === 'block' ? at.block : at.kind));
    };
    assert.deepEqual(await stopped({ line: 4 }), ['(intercept)', 'bmi', 's5']);
    assert.deepEqual(await stopped({ line: 4, column: 22 }), ['bmi']);
    const locations = await client.request('breakpointLocations', { source, line: 4 });
    assert.deepEqual(
      locations.breakpoints.map((b: { column: number }) => b.column),
      [13, 23, 33],
    );
  });

  test('all kinds reach the solver together, and a breakpoint that is set again keeps its id', async () => {
    const { client, solver } = await started();
    await client.request('setBreakpoints', { source: listing, breakpoints: [{ line: 2 }] });
    const functions = { breakpoints: [{ name: 'bmi', hitCondition: '% 5' }, { name: 'sweep' }] };
    const first = await client.request('setFunctionBreakpoints', functions);
    const info = await client.request('dataBreakpointInfo', { name: 'gradNorm("s5")' });
    assert.deepEqual([info.accessTypes, info.description], [['write'], 'gradNorm("s5")']);
    await client.request('setDataBreakpoints', { breakpoints: [{ dataId: info.dataId }] });
    await client.request('setExceptionBreakpoints', {
      filters: ['stall'],
      filterOptions: [{ filterId: 'divergence', condition: 'k > 9' }],
    });
    assert.deepEqual(
      given(solver).map(({ at }) => at),
      [
        { kind: 'sweep', function: false },
        { kind: 'block', block: 'bmi', function: true },
        { kind: 'sweep', function: true },
        { kind: 'data', metric: 'gradNorm', block: 's5' },
        { kind: 'finding', finding: 'stall' },
        { kind: 'finding', finding: 'divergence' },
      ],
    );
    const again = await client.request('setFunctionBreakpoints', functions);
    assert.deepEqual(again, first);
    await client.request('setFunctionBreakpoints', { breakpoints: [] });
    assert.equal(given(solver).length, 4);
  });

  test('the solver’s verdict on a breakpoint is passed on, and the adapter adds what the solver cannot know', async () => {
    const solver = new FakeSolver({
      setBreakpoints: ({ breakpoints }) => ({
        statuses: breakpoints.map(({ id }) => ({ id, verified: false, message: 'No block.' })),
      }),
    });
    const { client } = await started(solver);
    const one = async (command: string, args: object) =>
      (await client.request(command, args)).breakpoints[0];
    const named = await one('setFunctionBreakpoints', { breakpoints: [{ name: 'bim' }] });
    assert.deepEqual([named.verified, named.message], [false, 'No block.']);
    const filter = await one('setExceptionBreakpoints', { filters: ['oops'] });
    assert.match(filter.message, /accepted: divergence/);
    const data = await one('setDataBreakpoints', { breakpoints: [{ dataId: '}' }] });
    assert.match(data.message, /does not name a metric/);
    const none = await client.request('dataBreakpointInfo', { name: 'k' });
    assert.equal(none.dataId, null);
  });
});
