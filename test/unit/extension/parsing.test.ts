import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  fileNameFor,
  headerOf,
  namesIn,
  parseStep,
  parseStepSize,
} from '../../../extension/commands/ask/answers.ts';

function table<T>(
  title: string,
  parse: (text: string) => T,
  rows: readonly (readonly [string, T])[],
) {
  describe(title, () => {
    for (const [text, value] of rows) {
      test(`${JSON.stringify(text)} is ${JSON.stringify(value)}`, () =>
        assert.deepEqual(parse(text), value));
    }
  });
}

table('a step to go to, from step 50', text => parseStep(text, 50), [
  ['120', 120],
  [' 0 ', 0],
  ['+10', 60],
  ['-10', 40],
  ['−10', 40],
  ['-51', null],
  ['1.5', null],
  ['', null],
  ['step', null],
]);

table('a step size', parseStepSize, [
  ['0.05', 0.05],
  ['1e-3', 0.001],
  ['', null],
  ['  ', null],
  ['0', undefined],
  ['-1', undefined],
  ['NaN', undefined],
  ['Infinity', undefined],
  ['fast', undefined],
]);

table('a list of block names', namesIn, [
  ['age, sex', ['age', 'sex']],
  ['age,age , mean radius', ['age', 'age', 'mean radius']],
  [' , ', []],
]);

table('the file of a new problem', fileNameFor, [
  ['my ridge', 'my-ridge.ts'],
  ['Größe 2', 'Größe-2.ts'],
  ['../../x', 'x.ts'],
  ['  ', null],
  ['!!', null],
]);

table('the header of a csv', headerOf, [
  ['age,bmi,"y, scaled"\n1,2,3\n', ['age', 'bmi', 'y, scaled']],
  ['\ufeffa,b\r\n1,2', ['a', 'b']],
  ['a,b', ['a', 'b']],
  ['alone\n1\n', null],
  ['', null],
]);
