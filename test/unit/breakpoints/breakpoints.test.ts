import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type * as own from '../../../solver/breakpoints/breakpoint.ts';
import type { BreakpointSet, Hit } from '../../../solver/breakpoints/breakpointSet.ts';
import type { Assignment } from '../../../solver/breakpoints/expression.ts';
import { prepareBreakpoints } from '../../../solver/breakpoints/prepare.ts';
import type * as wire from '../../../solver/wire/protocol.ts';
import { fakeScope } from '../../support/engine/scope.ts';

type Spec = own.BreakpointSpec;
const order = ['(intercept)', 'bmi', 's5'];

/** Visits the blocks in turn from step `from` to step `to` and lists the stops with their k. */
function walk(
  set: BreakpointSet,
  from: number,
  to: number,
  objective = (k: number) => 1 / (k + 1),
) {
  const said: { readonly k: number; readonly hit: Hit }[] = [];
  for (let k = from; k < to; k++) {
    const block = order[k % 3]!;
    const at = (done: number) =>
      fakeScope({ k: done, block, sweep: Math.floor(k / 3) + 1, metric: () => objective(done) });
    const before = set.beforeUpdate(at(k), k % 3 === 0);
    if (before) said.push({ k, hit: before });
    const after = set.afterUpdate(at(k + 1));
    if (after) said.push({ k: k + 1, hit: after });
  }
  return said;
}

const stops = (said: ReturnType<typeof walk>) =>
  said.filter(({ hit }) => hit.ids.length > 0).map(({ k }) => k);
const onBmi = (rest: Partial<Spec> = {}): Spec => ({
  id: '1',
  at: { kind: 'block', block: 'bmi', function: false },
  ...rest,
});
const set = (...specs: Spec[]) => prepareBreakpoints(specs, fakeScope());

test('the shapes stated here are those of the wire', () => {
  // Fails while compiling where they differ.
  const fromWire = (spec: wire.BreakpointSpec): Spec => spec;
  const toWire = (status: own.BreakpointStatus): wire.BreakpointStatus => status;
  const edit = (assignment: Assignment): wire.Edit => assignment;
  assert.equal([fromWire, toWire, edit].length, 3);
});

test('a breakpoint on a block stops before each of its updates, and at no other', () => {
  assert.deepEqual(stops(walk(set(onBmi()), 0, 9)), [1, 4, 7]);
});

test('a breakpoint on sweep stops before the first update of each sweep', () => {
  const said = walk(set({ id: '1', at: { kind: 'sweep', function: true } }), 0, 9);
  assert.deepEqual(stops(said), [0, 3, 6]);
  assert.equal(said[1]?.hit.reason, 'functionBreakpoint');
  assert.match(said[1]?.hit.text ?? '', /sweep 2/);
});

test('asksBefore and asksAfter miss no hit: what they do not ask about never stops', () => {
  const kinds: readonly Spec['at'][] = [
    { kind: 'block', block: 'bmi', function: true },
    { kind: 'sweep', function: false },
    { kind: 'phase', phase: 'prox' },
    { kind: 'data', metric: 'objective', block: null },
    { kind: 'finding', finding: 'stall' },
  ];
  for (const at of kinds) {
    const asked = set({ id: '1', at });
    const always = set({ id: '1', at });
    for (let k = 0; k < 9; k++) {
      const [block, first] = [order[k % 3]!, k % 3 === 0];
      const scope = fakeScope({ k, block, metric: () => Math.floor(k / 2) });
      const before = asked.asksBefore([{ name: block }], first)
        ? asked.beforeUpdate(scope, first)
        : null;
      assert.deepEqual(before, always.beforeUpdate(scope, first));
      const moved = fakeScope({ k: k + 1, block, metric: () => Math.floor((k + 1) / 2) });
      const after = asked.asksAfter ? asked.afterUpdate(moved) : null;
      assert.deepEqual(after, always.afterUpdate(moved));
    }
  }
  assert.equal(set(onBmi()).asksBefore([{ name: 's5' }], true), false);
  assert.equal(set(onBmi()).asksAfter, false);
});

describe('a hit condition counts hits from 1', () => {
  const table: readonly [string, readonly number[]][] = [
    ['3', [7]],
    ['== 3', [7]],
    ['=3', [7]],
    ['>= 3', [7, 10, 13]],
    ['> 3', [10, 13]],
    ['<3', [1, 4]],
    ['<= 1', [1]],
    ['% 2', [4, 10]],
    ['', [1, 4, 7, 10, 13]],
  ];
  for (const [hitCondition, at] of table) {
    test(`${hitCondition || 'none'} stops at ${at.join(', ')}`, () => {
      assert.deepEqual(stops(walk(set(onBmi({ hitCondition })), 0, 15)), at);
    });
  }
});

test('a hit counts only where the condition holds', () => {
  const spec = onBmi({ condition: 'k >= 4', hitCondition: '2' });
  assert.deepEqual(stops(walk(set(spec), 0, 15)), [7]);
});

test('going back to k forgets the hits after k, so that the same stops follow', () => {
  const breakpoints = set(onBmi({ hitCondition: '3' }));
  assert.deepEqual(stops(walk(breakpoints, 0, 15)), [7]);
  breakpoints.rewind(2);
  assert.deepEqual(stops(walk(breakpoints, 2, 15)), [7]);
  // The hit at which it is stopped has been counted: the loop continues after it.
  breakpoints.rewind(4);
  assert.deepEqual(stops(walk(breakpoints, 5, 15)), [7]);
  breakpoints.reset();
  assert.deepEqual(stops(walk(breakpoints, 0, 15)), [7]);
});

test('a new set of breakpoints keeps the hit counts of those that did not change', () => {
  const spec = onBmi({ hitCondition: '3' });
  const first = set(spec);
  walk(first, 0, 6);
  const second = prepareBreakpoints([{ ...spec, id: '9' }], fakeScope(), first);
  assert.deepEqual(stops(walk(second, 6, 15)), [7]);
  const other = prepareBreakpoints([onBmi({ hitCondition: '>= 3' })], fakeScope(), first);
  assert.deepEqual(stops(walk(other, 6, 15)), [13]);
});

test('a log message is printed with its values and does not stop', () => {
  const said = walk(
    set(onBmi({ logMessage: 'k={k}, {block == "bmi"} \\{as is}, {gradNorm("s5")}' })),
    0,
    3,
  );
  assert.deepEqual(stops(said), []);
  assert.deepEqual(said[0]?.hit.logs, ['k=1, true {as is}, 0.5']);
});

test('a data breakpoint stops after the updates that changed the metric in any bit', () => {
  const spec: Spec = { id: '1', at: { kind: 'data', metric: 'objective', block: null } };
  const stepwise = (k: number) => Math.floor(k / 4);
  const said = walk(set(spec), 0, 10, stepwise);
  assert.deepEqual(stops(said), [4, 8]);
  assert.equal(said[0]?.hit.reason, 'dataBreakpoint');
  assert.equal(said[0]?.hit.text, 'objective changed from 0 to 1.');
  assert.deepEqual(stops(walk(set(spec), 0, 10, () => Number.NaN)), []);
});

test('a data breakpoint with a condition stops where both hold', () => {
  const spec: Spec = {
    id: '1',
    at: { kind: 'data', metric: 'objective', block: null },
    condition: 'objective < 0.15',
  };
  assert.deepEqual(stops(walk(set(spec), 0, 9)), [6, 7, 8, 9]);
});

test('a finding stops only where a breakpoint is set for it, under the breakpoint’s condition', () => {
  const spec: Spec = {
    id: '1',
    at: { kind: 'finding', finding: 'stepTooLong' },
    condition: 'block == "bmi"',
  };
  const breakpoints = set(spec);
  assert.equal(breakpoints.onFinding('divergence', fakeScope()), null);
  assert.equal(breakpoints.onFinding('stepTooLong', fakeScope({ block: 's5' })), null);
  const hit = breakpoints.onFinding('stepTooLong', fakeScope());
  assert.deepEqual([hit?.ids, hit?.reason], [['1'], 'finding']);
});

test('phases are checked only where a breakpoint is set on one', () => {
  assert.equal(set(onBmi()).wantsPhases, false);
  const breakpoints = set({ id: '1', at: { kind: 'phase', phase: 'prox' } });
  assert.equal(breakpoints.wantsPhases, true);
  assert.equal(breakpoints.atPhase('step', fakeScope()), null);
  assert.deepEqual(breakpoints.atPhase('prox', fakeScope())?.ids, ['1']);
});

test('a condition that throws is reported once and counts as false', () => {
  const breakpoints = set(onBmi({ condition: 'gradNorm > 1' }));
  const scope = fakeScope({
    metric: () => {
      throw new Error('the gradient threw');
    },
  });
  const first = breakpoints.beforeUpdate(scope, false);
  assert.deepEqual(first?.ids, []);
  assert.match(first?.logs[0] ?? '', /gradNorm > 1.*the gradient threw/);
  assert.equal(breakpoints.beforeUpdate(scope, false), null);
});

describe('a breakpoint with a mistake is unverified, says why, and never stops', () => {
  const table: readonly [Partial<Spec>, RegExp][] = [
    [{ at: { kind: 'block', block: 'bim', function: true } }, /did you mean bmi/],
    [{ at: { kind: 'data', metric: 'gapp', block: null } }, /did you mean gap/],
    [{ at: { kind: 'data', metric: 'gap', block: 'bmi' } }, /whole run/],
    [{ condition: 'gradnorm > 1' }, /did you mean gradNorm/],
    [{ condition: 'gradNorm' }, /compare it/],
    [{ condition: 'k = 5' }, /==/],
    [{ hitCondition: 'five' }, /cannot be read/],
    [{ hitCondition: '-1' }, /cannot be read/],
    [{ hitCondition: '% 0' }, /never hold/],
    [{ hitCondition: '< 1' }, /never hold/],
    [{ logMessage: 'k is {k' }, /column 6/],
    [{ logMessage: '{process.exit()}' }, /cannot be used/],
  ];
  for (const [rest, sentence] of table) {
    test(JSON.stringify(rest), () => {
      const breakpoints = set(onBmi(rest));
      const [status] = breakpoints.statuses;
      assert.equal(status?.verified, false);
      assert.match(status?.message ?? '', sentence);
      assert.equal(breakpoints.isEmpty, true);
      assert.deepEqual(walk(breakpoints, 0, 9), []);
    });
  }
});
