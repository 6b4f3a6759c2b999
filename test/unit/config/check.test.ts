// The check of a configuration: what is accepted, which mistake is reported first, and that every refusal has the standard
// form.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkConfig, readConfig, refuseLate } from '../../../solver/config/check.ts';
import { isRefusal } from '../../../solver/core/part.ts';
import { editDistance, nearest } from '../../../solver/core/words.ts';
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

test('an option that a value of another option makes useless is accepted where that option has another value or none', () => {
  const options = { problem: 'quadratic', problemOptions: { delta: 1, size: 3 } };
  assert.equal(refusalOf({ ...options, step: 'lipschitz' }), '');
  assert.equal(refusalOf(options), '');
});

test('of several mistakes the first in this order is refused: name, value, ordering, metric, criterion', () => {
  const mistakes: readonly (readonly [Raw, RegExp])[] = [
    [{ diagnostics: ['gapp'] }, /^diagnostics: "gapp"/],
    [{ seed: -1 }, /^seed/],
    [{ method: 'acoder', ordering: 'random' }, /^ordering/],
    [{ diagnostics: ['gap'] }, /^diagnostics: "gap"/],
    [{ stopWhen: { gap: 1 } }, /^stopWhen/],
  ];
  for (const [i, [, first]] of mistakes.entries()) {
    // Later mistakes come first, so that in the same attribute an earlier one replaces them.
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

test('the late refusals can be asked for separately, after the method was built', () => {
  const raw = { problem: 'lasso', ordering: 'random', method: 'acoder', data: 'train.idx' };
  const config = readConfig(raw, catalog);
  assert.ok(!isRefusal(config));
  assert.match(
    refuseLate(raw, config, catalog)?.refusal ?? '',
    /^data: "train.idx" is an idx file, which cannot be read yet/,
  );
});

const names = [
  'lasso',
  'quadratic',
  'pccd',
  'acoder',
  'cyclic',
  'random',
  'custom',
  'fixed',
  'lipschitz',
  'gap',
  'objective',
  'zeros',
  'auto',
  'js',
  'gpu',
  '0.1*max',
  'a.ts',
  'a.json',
  'natural',
];
const value = fc.oneof(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 2 }));
const attribute = fc.constantFrom(
  'problem',
  'data',
  'target',
  'start',
  'problemOptions',
  'blocks',
  'method',
  'methodOptions',
  'ordering',
  'orderingOptions',
  'step',
  'stepOptions',
  'diagnostics',
  'seed',
  'backend',
  'stopOnEntry',
  'stopWhen',
  'trace',
  'cwd',
);
const option = fc.dictionary(
  fc.constantFrom(
    'lambda',
    'intercept',
    'l1Ratio',
    'matrix',
    'size',
    'delta',
    'L',
    'order',
    'gap',
    'sweeps',
    'groups',
  ),
  value,
  { maxKeys: 2 },
);
const config = fc
  .dictionary(attribute, fc.oneof(value, option, fc.array(value, { maxLength: 3 })), { maxKeys: 5 })
  .map(raw => ({ problem: 'lasso', ...raw }));

/** Where the check puts a value of the configuration. */
function used(name: string, checked: object): unknown {
  const { problem, ...rest } = checked as Record<string, unknown> & {
    problem: { name?: string; path?: string };
  };
  return name === 'problem' ? (problem.name ?? problem.path) : rest[name];
}

test('for any configuration, every value is used as given or the whole is refused in one sentence of the standard form', () => {
  let accepted = 0;
  const form = /^[\s\S]+?: "[\s\S]*" [\s\S]+; accepted: .+$/;
  const check = (raw: Record<string, unknown>) => {
    const checked = checkConfig(raw, catalog);
    if (isRefusal(checked)) {
      assert.match(checked.refusal, form);
      return;
    }
    accepted++;
    for (const [name, given] of Object.entries(raw)) {
      // Whether a backend can be had is found out when a run is loaded.
      if (name === 'backend') assert.ok(['auto', 'js', 'wasm', 'gpu'].includes(given as string));
      else if (name.endsWith('Options')) {
        const options = used(name, checked) as Record<string, unknown>;
        for (const [key, set] of Object.entries(given as object))
          assert.deepEqual(options[key], set);
      } else assert.deepEqual(used(name, checked), given);
    }
  };
  fc.assert(fc.property(config, check), { numRuns: 3000, seed: 1 });
  // Both outcomes must be frequent for this test to mean anything.
  assert.ok(accepted > 200, `${accepted} accepted`);
});

test('any unknown attribute is refused, and the nearest known one is named', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 12 }), name => {
      fc.pre(
        !name.startsWith('__') && isRefusal(checkConfig({ problem: 'lasso', [name]: 1 }, catalog)),
      );
      const checked = checkConfig({ problem: 'lasso', [name]: 1 }, catalog);
      assert.ok(isRefusal(checked) && checked.refusal.includes('the nearest is '));
    }),
    { numRuns: 300, seed: 2 },
  );
});

test('edit distance is a metric, and a name with one typing error has that name as its nearest', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      assert.equal(editDistance(a, b), editDistance(b, a));
      assert.equal(editDistance(a, b) === 0, a === b);
      assert.ok(editDistance(a, c) <= editDistance(a, b) + editDistance(b, c));
    }),
    { seed: 3 },
  );
  const known = ['lipschitz', 'backtracking', 'gradNorm'];
  for (const name of known) {
    for (let i = 0; i < name.length; i++) {
      assert.equal(nearest(name.slice(0, i) + name.slice(i + 1), known), name);
      assert.equal(nearest(`${name.slice(0, i)}q${name.slice(i)}`, known), name);
    }
  }
});
