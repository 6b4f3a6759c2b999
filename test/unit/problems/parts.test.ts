import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { problems } from '../../../solver/problems/index.ts';
import { built, refusalOf, samples } from './cases.ts';

const data = samples(20, 6, false);
const labels = samples(20, 6, true);

describe('options', () => {
  test('λ may be a number or a fraction of its maximum', () => {
    const lambda = (value: number | string): unknown =>
      built({ problem: 'lasso', data, options: { lambda: value } }).parameters['lambda'];
    const max = Number(built({ problem: 'lasso', data }).parameters['lambdaMax']);
    assert.equal(lambda(0.25), 0.25);
    assert.equal(lambda('0.5*max'), 0.5 * max);
    assert.equal(lambda(' 5e-1 * max '), 0.5 * max);
    assert.equal(lambda('.5*max'), 0.5 * max);
  });

  for (const lambda of ['much', 'max', '0.1*min', '-1*max', -1, Number.POSITIVE_INFINITY]) {
    test(`λ = ${lambda} is refused`, () => {
      assert.match(
        refusalOf({ problem: 'lasso', data, options: { lambda } }),
        /^problemOptions\.lambda: ".*" is not a penalty strength; accepted: /,
      );
    });
  }

  test('a fraction of the maximum is refused where the ℓ1 part is missing, a number is not', () => {
    const recipe = { problem: 'elasticNet', data, options: { l1Ratio: 0 } };
    assert.match(refusalOf(recipe), /^problemOptions\.lambda: "0\.1\*max" .*l1Ratio.*; accepted: /);
    assert.ok(built({ ...recipe, options: { l1Ratio: 0, lambda: 0.1 } }).certificate !== null);
  });

  test('two labels become −1 and +1 in their order; any other number of labels is refused', () => {
    const { parameters } = built({ problem: 'logistic', data: labels });
    assert.deepEqual([parameters['negativeLabel'], parameters['positiveLabel']], [2, 5]);
    const many = refusalOf({ problem: 'logistic', data });
    assert.match(many, /^target: "y" holds more than two values; accepted: /);
    const one = { ...labels, y: new Float64Array(20) };
    assert.match(
      refusalOf({ problem: 'logistic', data: one }),
      /^target: "y" holds one value only; accepted: /,
    );
  });

  test('an intercept beside a column of that name is refused', () => {
    const twice = { ...data, columns: ['(intercept)', ...[...data.columns].slice(1)] };
    assert.match(
      refusalOf({ problem: 'lasso', data: twice }),
      /^problemOptions\.intercept: "true" .*; accepted: false$/,
    );
    assert.equal(
      refusalOf({ problem: 'lasso', data: twice, options: { intercept: false } }),
      'built',
    );
  });
});

test('every part documents each option, and its names are lowerCamel and unique', () => {
  const names = problems.map(part => part.name);
  assert.equal(new Set(names).size, names.length);
  for (const part of problems) {
    assert.match(part.name, /^[a-z][A-Za-z]*$/);
    for (const text of [part.title, part.summary, part.source, part.suits])
      assert.ok(text.length > 0);
    for (const spec of Object.values(part.options)) assert.match(spec.description, /\.$/);
  }
});
