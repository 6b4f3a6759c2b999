import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkConfig, readConfig, refuseLate } from '../../../solver/config/check.ts';
import { isRefusal } from '../../../solver/core/part.ts';
import { catalog, type Raw, refusalOf } from './fixture.ts';

describe('a configuration is accepted whole', () => {
  test('with a problem alone, every attribute has its default', () => {
    assert.deepEqual(checkConfig({ problem: 'lasso' }, catalog), {
      problem: { kind: 'builtIn', name: 'lasso' },
      data: null,
      target: null,
      start: null,
      problemOptions: { lambda: '0.1*max', intercept: true, l1Ratio: 0.5 },
      blocks: 'natural',
      method: 'pccd',
      methodOptions: {},
      ordering: 'cyclic',
      orderingOptions: {},
      step: 'lipschitz',
      stepOptions: {},
      diagnostics: null,
      findings: { stall: { loss: 0.02 }, nonfinite: {} },
      seed: 1,
      stopOnEntry: false,
      stopWhen: null,
      trace: null,
      cwd: '.',
    });
  });

  test('with every attribute given, every value is in the result', () => {
    const given = {
      data: 'a.csv',
      target: 'y',
      start: 'ones',
      problemOptions: { lambda: 0.5, intercept: false, l1Ratio: 1 },
      blocks: { groups: { g: ['a', 'b'] } },
      method: 'acoder',
      methodOptions: { L: 3 },
      ordering: 'cyclic',
      orderingOptions: {},
      step: 'lipschitz',
      stepOptions: {},
      diagnostics: ['gap'],
      findings: { stall: { loss: 0.1 }, nonfinite: {} },
      seed: 7,
      stopOnEntry: true,
      stopWhen: { gap: 1e-3, sweeps: 5 },
      trace: 'run.arrow',
      cwd: 'folder',
    };
    const checked = checkConfig({ problem: 'lasso', backend: 'js', ...given }, catalog);
    assert.deepEqual(checked, { problem: { kind: 'builtIn', name: 'lasso' }, ...given });
  });

  test('with a path for a problem, it is a module', () => {
    for (const path of ['a.ts', 'a/b.js', 'C:\\x\\y.mts', './a.cjs']) {
      const checked = checkConfig({ problem: path }, catalog);
      assert.deepEqual(!isRefusal(checked) && checked.problem, { kind: 'module', path });
    }
  });

  test('with the attributes VS Code adds', () => {
    const editors = {
      type: 'blockstep',
      request: 'launch',
      name: 'n',
      __sessionId: '1',
      presentation: {},
      noDebug: true,
      internalConsoleOptions: 'neverOpen',
      preLaunchTask: 't',
      postDebugTask: 't',
      serverReadyAction: {},
      debugServer: 1,
      windows: {},
      linux: {},
      osx: {},
    };
    assert.equal(refusalOf(editors), '');
  });
});

test('an option that another one makes useless is taken where that one has another value, or none', () => {
  const options = { problem: 'quadratic', problemOptions: { delta: 1, size: 3 } };
  assert.equal(refusalOf({ ...options, step: 'lipschitz' }), '');
  assert.equal(refusalOf(options), '');
});

test('of several mistakes the first in rank is refused: name, value, ordering, metric, criterion, not built', () => {
  const mistakes: readonly (readonly [Raw, RegExp])[] = [
    [{ diagnostics: ['gapp'] }, /^diagnostics: "gapp"/],
    [{ seed: -1 }, /^seed/],
    [{ method: 'acoder', ordering: 'random' }, /^ordering/],
    [{ diagnostics: ['gap'] }, /^diagnostics: "gap"/],
    [{ stopWhen: { gap: 1 } }, /^stopWhen/],
    [{ backend: 'gpu' }, /^backend/],
  ];
  for (const [i, [, first]] of mistakes.entries()) {
    // A later mistake is written first, and gives way to an earlier one in the same attribute.
    const attributes = Object.assign(
      {},
      ...mistakes
        .slice(i)
        .map(([raw]) => raw)
        .reverse(),
    );
    assert.match(refusalOf({ problem: 'quadratic', ...attributes }), first);
  }
});

test('an engine that asks the method between the ranks gets the late refusals afterwards', () => {
  const raw = { problem: 'quadratic', ordering: 'random', method: 'acoder', backend: 'gpu' };
  const config = readConfig(raw, catalog);
  assert.ok(!isRefusal(config));
  assert.match(
    refuseLate(raw, config, catalog)?.refusal ?? '',
    /^backend: "gpu" is not implemented yet/,
  );
});
