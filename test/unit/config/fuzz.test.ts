import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkConfig } from '../../../solver/config/check.ts';
import { isRefusal } from '../../../solver/core/part.ts';
import { editDistance, nearest } from '../../../solver/core/words.ts';
import { catalog } from './fixture.ts';

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

/** Where a value of the configuration is found again after the check. */
function used(name: string, checked: object): unknown {
  const { problem, ...rest } = checked as Record<string, unknown> & {
    problem: { name?: string; path?: string };
  };
  return name === 'problem' ? (problem.name ?? problem.path) : rest[name];
}

test('of any configuration, every value is used as given or the whole is refused in one sentence of the one form', () => {
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
      // `auto` and `js` are the same thing until there is another backend.
      if (name === 'backend') assert.ok(given === 'auto' || given === 'js');
      else if (name.endsWith('Options')) {
        const options = used(name, checked) as Record<string, unknown>;
        for (const [key, set] of Object.entries(given as object))
          assert.deepEqual(options[key], set);
      } else assert.deepEqual(used(name, checked), given);
    }
  };
  fc.assert(fc.property(config, check), { numRuns: 3000, seed: 1 });
  // Both outcomes have to be common for this to say anything.
  assert.ok(accepted > 200, `${accepted} accepted`);
});

test('any attribute that is none is refused, and the nearest known one is named', () => {
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

test('edit distance is a metric, and one typing slip away from a name that name is nearest', () => {
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
