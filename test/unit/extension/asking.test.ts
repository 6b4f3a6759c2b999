// How the extension asks: a series of questions, and what the answers mean.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  askAll,
  fileNameFor,
  headerOf,
  namesIn,
  parseStep,
  parseStepSize,
  type Step,
} from '../../../extension/commands/ask-answers.ts';

type Answers = readonly string[];
type Said = string | 'back' | 'closed';

/** A question that gives the next of the prepared answers and notes its place. */
function asking(said: Said[], places: string[], applies: Step<Answers>['applies'] = () => true) {
  return {
    applies,
    ask: async (state: Answers, [place, of]: readonly [number, number]) => {
      places.push(`${place}/${of}`);
      const answer = said.shift() ?? 'closed';
      return answer === 'back' || answer === 'closed' ? answer : [...state, answer];
    },
  };
}

async function check(said: Said[], expected: Answers | null, places: readonly string[], steps = 3) {
  const seen: string[] = [];
  const result = await askAll<Answers>(
    [],
    Array.from({ length: steps }, () => asking(said, seen)),
  );
  assert.deepEqual(result, expected);
  assert.deepEqual(seen, places);
}

describe('a series of questions', () => {
  test('answers are collected in order', () =>
    check(['a', 'b', 'c'], ['a', 'b', 'c'], ['1/3', '2/3', '3/3']));
  test('closing one of them cancels the whole', () => check(['a', 'closed'], null, ['1/3', '2/3']));
  test('going back forgets the answer that is asked for again', () =>
    check(['a', 'b', 'back', 'B', 'c'], ['a', 'B', 'c'], ['1/3', '2/3', '3/3', '2/3', '3/3']));
  test('going back twice forgets two', () =>
    check(
      ['a', 'b', 'back', 'back', 'A', 'B', 'C'],
      ['A', 'B', 'C'],
      ['1/3', '2/3', '3/3', '2/3', '1/3', '2/3', '3/3'],
    ));
  test('going back from the first cancels the whole', () => check(['back'], null, ['1/3']));

  test('a question that does not apply is neither asked nor counted, on the way back either', async () => {
    const places: string[] = [];
    const said: Said[] = ['plain', 'back', 'csv', 'target', 'back', 'other', 'method'];
    const result = await askAll<Answers>(
      [],
      [
        asking(said, places),
        asking(said, places, state => state[0] === 'csv'),
        asking(said, places),
      ],
    );
    assert.deepEqual(result, ['csv', 'other', 'method']);
    assert.deepEqual(places, ['1/2', '2/2', '1/2', '2/3', '3/3', '2/3', '3/3']);
  });
});

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
