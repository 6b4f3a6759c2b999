// What a run does not record has no value of an update that was made: conditions, logs and watches of it are refused.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BreakpointSpec } from '../../../solver/breakpoints/breakpoint.ts';
import { parseExpression } from '../../../solver/breakpoints/expression.ts';
import { prepareBreakpoints } from '../../../solver/breakpoints/prepare.ts';
import { isRefusal } from '../../../solver/core/part.ts';
import { variables } from '../../../solver/run/inspect/variables.ts';
import { Run } from '../../../solver/run/run.ts';
import type { ScopeName } from '../../../solver/wire/protocol.ts';
import { given } from '../../support/engine/certify.ts';
import { buildProblem, type Instance, samples } from '../../support/engine/instances.ts';
import { wayOf } from '../../support/engine/matrix.ts';
import { goTo, runOn } from '../../support/engine/walk.ts';

const build = () => buildProblem('lasso', { lambda: '0.1*max' }, 'coordinates', samples(false, 30));
const lasso: Instance = { title: 'lasso', problem: 'lasso', blocks: 'coordinates', build };
const cyclic = wayOf('pccd, metric scalar, cyclic, lipschitz');
const started = (...diagnostics: string[]) =>
  new Run(given(lasso, cyclic, { config: { diagnostics, stopWhen: { sweeps: 9 } } }));

const onSweep = { id: '1', at: { kind: 'sweep', function: false } } as const;
const asks: Readonly<Record<string, (text: string) => Partial<BreakpointSpec>>> = {
  'a condition': text => ({ condition: `${text} < 1e9` }),
  'a log message': text => ({ logMessage: `value {${text}}` }),
};
const needs = [
  ['actualDecrease', 'actualDecrease'],
  ['prev(gap)', 'gap'],
  ['abs(prev(stationarity))', 'stationarity'],
  ['prev(smoothGradNorm(block))', 'smoothGradNorm'],
  ['suboptimality', 'suboptimality'],
  ['lowerBound', 'lowerBound'],
] as const;

describe('what a run does not record', () => {
  const statusOf = (run: Run, spec: BreakpointSpec) => {
    const set = prepareBreakpoints([spec], run.inspector.before());
    return { set, status: set.statuses[0]! };
  };

  for (const [kind, spec] of Object.entries(asks))
    test(`is refused in ${kind}, with the metric and the remedy; recorded, it stops`, () => {
      for (const [text, metric] of needs) {
        const { status } = statusOf(started('objective'), { ...onSweep, ...spec(text) });
        assert.equal(status.verified, false, text);
        assert.match(
          status.message!,
          new RegExp(`^${metric} is not recorded in this run, .*; add it to \`diagnostics\`\\.$`),
        );
        const run = started('objective', metric);
        const { status: known, set } = statusOf(run, { ...onSweep, ...spec(text) });
        assert.deepEqual(known, { id: '1', verified: true });
        goTo(run, 3 * run.problem.blocks.length);
        run.breakpoints = set;
        run.begin({ kind: 'end' });
        const stop = runOn(run);
        assert.equal(stop.reason, kind === 'a condition' ? 'breakpoint' : 'budget', text);
      }
    });

  test('cannot be watched for a change', () => {
    const at = { kind: 'data', metric: 'actualDecrease', block: null } as const;
    assert.match(
      statusOf(started('objective'), { id: '1', at }).status.message!,
      /^actualDecrease is not recorded in this run/,
    );
    assert.ok(statusOf(started('actualDecrease'), { id: '1', at }).status.verified);
  });

  test('is not refused where it is computed when it is asked for', () => {
    const run = started('objective');
    for (const text of ['gap', 'smoothGradNorm', 'stationarity', 'prev(objective)'])
      assert.ok(!isRefusal(parseExpression(text, run.inspector.before())), text);
  });

  test('is not among the variables; what the block’s first update will give is not there yet, in words', () => {
    const shown = (run: Run, scope: ScopeName) =>
      new Map(variables(run, scope, [], 0, 100).map(({ name, value }) => [name, value]));
    const run = started('objective', 'actualDecrease');
    const { length } = run.problem.blocks;
    for (const k of [0, 1, length - 1]) {
      goTo(run, k);
      assert.match(shown(run, 'Block').get('actualDecrease')!, /^not yet/, `step ${k}`);
    }
    goTo(run, length);
    assert.ok(Number(shown(run, 'Block').get('actualDecrease')) >= 0);
    const without = started('objective');
    assert.equal(shown(without, 'Block').has('actualDecrease'), false);
    assert.equal(shown(without, 'Run').has('suboptimality'), false);
    assert.equal(shown(without, 'Sweep').has('lowerBound'), false);
    const bounded = started('suboptimality');
    assert.ok(Number(shown(bounded, 'Run').get('suboptimality')) > 0);
    assert.ok(shown(bounded, 'Sweep').has('lowerBound'));
  });
});
