// What a reader refuses, word for word, and how much it takes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRefusal } from '../../../solver/core/part.ts';
import type { BlocksSpec } from '../../../solver/core/problem.ts';
import { jsKernels } from '../../../solver/kernels/index.ts';
import { lasso } from '../../../solver/problems/squares.ts';
import { MOST_BLOCKS } from '../../../solver/run/fitting.ts';
import { load } from '../../../solver/run/load.ts';
import { fixture, loaded, sentenceOf, written } from './files.ts';

/** What is wrong → the file's text and the whole sentence that says it. */
const csv: Readonly<Record<string, readonly [string, string]>> = {
  'a word': [
    'a,b\n1,2\n3,abc\n',
    'data: "f.csv" line 3, column b: "abc" is not a number; accepted: finite numbers',
  ],
  'an empty cell': [
    'a,b\n1,2\n,4\n',
    'data: "f.csv" line 3, column a: the cell is empty; accepted: finite numbers',
  ],
  'a blank cell': [
    'a,b\n1,2\n  ,4\n',
    'data: "f.csv" line 3, column a: the cell is empty; accepted: finite numbers',
  ],
  NaN: [
    'a,b\r\nnan,2\r\n',
    'data: "f.csv" line 2, column a: "nan" is not a number (NaN); accepted: finite numbers',
  ],
  'an infinity': [
    'a,b\n1,-Infinity\n',
    'data: "f.csv" line 2, column b: "-Infinity" is infinite; accepted: finite numbers',
  ],
  'a number beyond doubles': [
    'a,b\n1,1e999\n',
    'data: "f.csv" line 2, column b: "1e999" is infinite; accepted: finite numbers',
  ],
  'a hexadecimal number': [
    'a,b\n1,0x10\n',
    'data: "f.csv" line 2, column b: "0x10" is not a number; accepted: finite numbers',
  ],
  'a short row': [
    'a,b,c\n1,2,3\n1,2\n',
    'data: "f.csv" line 3, column c: the row has 2 cells; accepted: 3 cells, as in line 1',
  ],
  'a long row': [
    'a,b\n1,2\n1,2,3\n',
    'data: "f.csv" line 3, column 3: the row has 3 cells; accepted: 2 cells, as in line 1',
  ],
  'an empty line inside': [
    'a,b\n1,2\n\n3,4\n',
    'data: "f.csv" line 3, column a: the line is empty; accepted: a row in every line',
  ],
  'an open quote': [
    'a,b\n1,"2\n',
    'data: "f.csv" line 2: a quoted cell is not closed correctly; accepted: quotes around whole cells',
  ],
  'no header': [
    '1,2\n3,4\n',
    'data: "f.csv" line 1, column 1: the line holds numbers only; accepted: a header of distinct column names',
  ],
  'a name twice': [
    'a,b,a\n1,2,3\n',
    'data: "f.csv" line 1, column 3: the name "a" appears twice; accepted: a header of distinct column names',
  ],
  'an empty name': [
    'a,,c\n1,2,3\n',
    'data: "f.csv" line 1, column 2: the name is empty; accepted: a header of distinct column names',
  ],
  'no rows': ['a,b\n', 'data: "f.csv" holds no rows; accepted: at least one row of numbers'],
  'nothing at all': ['', 'data: "f.csv" holds no rows; accepted: at least one row of numbers'],
  'one column': [
    'a\n1\n',
    'data: "f.csv" has no column beside the target; accepted: a target and at least one more column',
  ],
};

describe('csv', () => {
  for (const [what, [text, sentence]] of Object.entries(csv)) {
    test(`${what} is refused by line and column`, async () => {
      assert.equal(await sentenceOf(written('f.csv', text)), sentence);
    });
  }

  test('lines are counted past quoted line breaks', async () => {
    const path = written('f.csv', '"a\nb",c\n1,2\n3,x\n');
    assert.match(await sentenceOf(path), /^data: "f\.csv" line 4, column c: "x" is not a number; /);
  });

  test('the line number of a mistake far into a large file is right', async () => {
    const rows = Array.from({ length: 40000 }, (_, i) => `${i},${i / 7},${-i}`);
    rows[31415] = '1,oops,3';
    const path = written('f.csv', `a,b,c\n${rows.join('\n')}\n`);
    assert.match(await sentenceOf(path), /line 31417, column b: "oops"/);
  });

  test('an unknown target is refused with the nearest column', async () => {
    assert.equal(
      await sentenceOf(written('f.csv', 'age,bmi,progression\n1,2,3\n'), 'progresion'),
      'target: "progresion" is not a column of f.csv, the nearest is progression; accepted: age, bmi, progression',
    );
  });
});

describe('libsvm', () => {
  const cases: Readonly<Record<string, readonly [string, RegExp]>> = {
    'a label that is not a number': [
      '1 1:2\nyes 1:2\n',
      /^data: "f\.svm" line 2, column label: "yes" is not a number; /,
    ],
    'a value that is not a number': [
      '1 1:2\n1 3:x\n',
      /^data: "f\.svm" line 2, column 3: "x" is not a number; /,
    ],
    'an infinite value': ['1 1:inf\n', /^data: "f\.svm" line 1, column 1: "inf" is infinite; /],
    'an index of 0': [
      '1 0:2\n',
      /^data: "f\.svm" line 1: "0:2" is not a pair index:value; accepted: indices from 1 to 10000000$/,
    ],
    'falling indices': [
      '1 2:2 1:2\n',
      /^data: "f\.svm" line 1: column 1: the index comes after 2; /,
    ],
    'an index beyond all tables': [
      '1 99999999:2\n',
      /^data: "f\.svm" line 1: "99999999:2" is not a pair /,
    ],
    'a word for a pair': ['1 qid\n', /^data: "f\.svm" line 1: "qid" is not a pair index:value; /],
    'only comments': ['# nothing\n\n', /^data: "f\.svm" holds no rows; /],
  };
  for (const [what, [text, sentence]] of Object.entries(cases)) {
    test(`${what} is refused by line`, async () => {
      assert.match(await sentenceOf(written('f.svm', text)), sentence);
    });
  }

  test('its target is the label and cannot be another column', async () => {
    assert.match(
      await sentenceOf(written('f.svm', '1 1:2\n'), 'y'),
      /^target: "y" is not a column of f\.svm, .*; accepted: label$/,
    );
  });
});

describe('files', () => {
  const cases: Readonly<Record<string, readonly [string, RegExp]>> = {
    'a NaN in an array': [
      fixture('nan.npy'),
      /row 2, column 3: "NaN" is not a number \(NaN\); accepted: finite numbers$/,
    ],
    'an integer beyond 2^53': [fixture('too-large.npy'), /an integer beyond 2\^53; accepted: /],
    'complex numbers': [fixture('complex.npy'), /entries of type <c16; accepted: /],
    'three dimensions': [fixture('cube.npy'), /of 3 dimensions; accepted: one or two dimensions$/],
    'a scipy matrix by coordinates': [fixture('coo.npz'), /in coo form; accepted: csr or csc/],
    'an archive without y': [
      fixture('no-target.npz'),
      /holds no array y; accepted: arrays X and y$/,
    ],
    'a missing file': [
      '/no/such/file.csv',
      /^data: "\/no\/such\/file\.csv" does not exist; accepted: .*diabetes/,
    ],
    'a bundled name misspelt': [
      'diabets',
      /^data: "diabets" does not exist, the nearest bundled data is diabetes; accepted: /,
    ],
    'a folder': [fixture('.'), /cannot be read \(it is a folder\); accepted: /],
    'an idx file': [
      written('t.idx', Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0)),
      /is an idx file, which cannot be read yet; accepted: /,
    ],
    'MNIST as it is named': [
      written('train-images-idx3-ubyte', Uint8Array.of(0, 0, 8, 3)),
      /is an idx file/,
    ],
    'a gzipped file': [
      written('f.csv.gz', Uint8Array.of(0x1f, 0x8b, 8, 0)),
      /is compressed by gzip; accepted: /,
    ],
    'a binary file': [
      written('f.bin', Uint8Array.of(7, 0, 1, 2)),
      /is neither text nor a known binary file; accepted: /,
    ],
    'text named npy': [written('f.npy', 'a,b\n1,2\n'), /is not a npy file inside; accepted: /],
    'a cut archive': [written('f.npz', Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0)), /accepted: /],
  };
  for (const [what, [path, sentence]] of Object.entries(cases)) {
    test(`${what} is refused in one sentence`, async () => {
      assert.match(await sentenceOf(path), sentence);
    });
  }
});

test('ten million columns, nearly all of them empty, become a problem within seconds, in blocks of one column and of many', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => {
    const columns = Array.from(
      { length: 20 },
      (_, k) => 1 + ((i * 7919 + k * 500_009) % 9_999_999),
    );
    const pairs = columns.sort((a, b) => a - b).map(j => `${j}:${1 + (j % 17) / 7}`);
    return `${i % 2} ${pairs.join(' ')}`;
  });
  const path = written('wide.svm', `${rows.join('\n')}\n1 10000000:1\n`);
  const from = Date.now();
  const data = await loaded(path);
  assert.deepEqual([data.X.columns, data.columns.at(9_999_999)], [10_000_000, '10000000']);
  const build = (blocks: BlocksSpec, standardize: boolean) => {
    const options = { lambda: '0.1*max', intercept: true, standardize };
    const problem = lasso.build({
      data,
      options,
      blocks,
      files: {},
      seed: 1,
      kernels: jsKernels,
      poll() {},
    });
    assert.ok(!isRefusal(problem));
    return problem;
  };
  const runs = build({ size: 100_000 }, true);
  assert.deepEqual([runs.blocks.length, runs.blocks[1]?.name], [101, '1..100000']);
  const columns = build('natural', false);
  assert.equal(columns.blocks.length, 10_000_001);
  const last = columns.blocks[10_000_000];
  assert.deepEqual(
    [last?.name, last?.coordinates, last?.start],
    ['10000000', ['10000000'], 10_000_000],
  );
  assert.ok(columns.notes.length === 0 && runs.notes.length === 1);
  assert.ok(Date.now() - from < 30_000, `${Date.now() - from} ms`);
});

test('more blocks than a run can hold are refused in one sentence, and the block size that it proposes is accepted', async () => {
  const data = written('many.svm', `1 1:1 2:3\n-1 ${MOST_BLOCKS + 5}:1\n`);
  const asked = (more: object) =>
    load({ problem: 'lasso', data, ...more }, { poll() {}, progress() {}, output() {} });
  const refused = await asked({});
  assert.ok(isRefusal(refused));
  assert.equal(
    refused.refusal,
    'blocks: "natural" makes 1048582 blocks of 1048582 coordinates, and a run has 1048576 at most; accepted: {"size": 2} or larger blocks',
  );
  const taken = await asked({ blocks: { size: 2 } });
  assert.ok(!isRefusal(taken));
});
