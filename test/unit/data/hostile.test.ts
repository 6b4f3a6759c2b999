import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { load, loaded, npyOf, rowsOf, sentenceOf, written, zipOf } from './files.ts';

/** A refusal comes without reading more of the file than needed: far below this time, on any machine. */
const soon = 2_000;

async function quickly(path: string, sentence: RegExp): Promise<void> {
  const from = Date.now();
  assert.match(await sentenceOf(path), sentence);
  assert.ok(Date.now() - from < soon, `${Date.now() - from} ms`);
}

describe('only a regular file is read', () => {
  const pipe = written('pipe', '').replace(/pipe$/, 'fifo.csv');
  execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
  const cases: Readonly<Record<string, readonly [string, RegExp]>> = {
    'a named pipe': [pipe, /cannot be read \(it is a named pipe\); accepted: /],
    'an endless device': ['/dev/zero', /cannot be read \(it is a device\); accepted: /],
    'a terminal': ['/dev/tty', /cannot be read \(it is a device\); accepted: /],
    'a folder': ['/', /cannot be read \(it is a folder\); accepted: /],
    'a path with a null character': ['a\0b.csv', /^data: "a\\u0000b\.csv" does not exist; /],
  };
  for (const [what, [path, sentence]] of Object.entries(cases)) {
    test(`${what} is refused`, () => quickly(path, sentence));
  }
});

describe('an archive whose parts contradict its directory is refused', () => {
  const X = { name: 'X.npy', bytes: npyOf([1, 2, 3, 4], '(2, 2)') };
  const y = { name: 'y.npy', bytes: npyOf([1, 0]) };
  const archive = (...members: Parameters<typeof zipOf>[0]): string =>
    written('f.npz', zipOf(members));

  test('while the same archive undamaged is read, stored or compressed, and other arrays are not read', async () => {
    for (const packed of [false, true]) {
      const other = { name: 'z.npy', bytes: Buffer.from('junk'), crc: 1 };
      const data = await loaded(archive({ ...X, packed }, { ...y, packed }, other));
      assert.deepEqual(rowsOf(data.X), [
        [1, 2],
        [3, 4],
      ]);
      assert.deepEqual([...data.y], [1, 0]);
    }
  });

  test('by one flipped bit in a number, which its CRC-32 detects', async () => {
    const bytes = zipOf([X, y]);
    const at = bytes.indexOf(Buffer.from(Float64Array.of(2).buffer)) + 3;
    bytes[at] = bytes[at]! ^ 1;
    assert.match(
      await sentenceOf(written('f.npz', bytes)),
      /^data: "f\.npz" holds X, whose CRC-32 is wrong; accepted: an undamaged file$/,
    );
  });

  test('by a declared size that is larger or smaller than the uncompressed one', async () => {
    for (const size of [X.bytes.length - 8, X.bytes.length + 8]) {
      const path = archive({ ...X, packed: true, size }, y);
      assert.match(await sentenceOf(path), /^data: "f\.npz" .*; accepted: /);
    }
  });

  test('by a header that declares more, or less, than the archive holds', async () => {
    const more = archive({ name: 'X.npy', bytes: npyOf([1, 2, 3], '(200000, 200000)') }, y);
    await quickly(more, /ends before all of the array X was read; accepted: /);
    const less = archive({ name: 'X.npy', bytes: npyOf([1, 2, 3], '(2, 1)') }, y);
    await quickly(less, /holds more bytes than the header of the array X declares; accepted: /);
  });

  test('by a size that no compression can reach, before anything is decompressed', () =>
    quickly(
      archive({ ...X, packed: true, size: 4e9 }, y),
      /holds X, which declares more bytes than could be packed in it; accepted: /,
    ));

  test('by a name that appears twice', async () => {
    assert.match(await sentenceOf(archive(X, X, y)), /holds X, which appears twice; /);
  });

  test('by an array of zeros that decompresses to a thousand times what its header declares', () =>
    quickly(
      archive(
        {
          name: 'X.npy',
          bytes: Buffer.concat([npyOf([1], '(1, 1)'), Buffer.alloc(2e8)]),
          packed: true,
        },
        y,
      ),
      /holds more bytes than the header of the array X declares; /,
    ));

  test('by scipy index pointers that are fractional, decreasing, or out of range', async () => {
    for (const pointers of [
      [0, 0.5, 1],
      [0, 2, 1],
      [0, 1, 9],
      [-1, 0, 1],
    ]) {
      const path = archive(
        { name: 'format.npy', bytes: formatOf('csr') },
        { name: 'shape.npy', bytes: npyOf([2, 2]) },
        { name: 'indptr.npy', bytes: npyOf(pointers) },
        { name: 'indices.npy', bytes: npyOf([0]) },
        { name: 'data.npy', bytes: npyOf([1]) },
        y,
      );
      assert.match(await sentenceOf(path), /an inconsistent csr matrix; /, `${pointers}`);
    }
  });
});

function formatOf(text: string): Buffer {
  const header = `{'descr': '|S${text.length}', 'fortran_order': False, 'shape': (), }`.padEnd(117);
  return Buffer.from(`\x93NUMPY\x01\x00v\x00${header}\n${text}`, 'latin1');
}

test('a truncated array is refused before memory for its declared size is allocated', () =>
  quickly(
    written('f.npy', npyOf([1, 2], '(1000000, 1000000)')),
    /^data: "f\.npy" ends before all of an array was read; /,
  ));

test('a table larger than memory is refused, not a crash', () => {
  // A sparse file: it takes no space on the disk.
  const path = written('hole.npy', npyOf([], '(1000000000000, 1)'));
  const file = openSync(path, 'r+');
  ftruncateSync(file, readFileSync(path).length + 8e12);
  closeSync(file);
  return quickly(path, /^data: "hole\.npy" does not fit into memory; accepted: /);
});

describe('a file of one line', () => {
  const megabytes = (text: string): string => text.repeat(60_000_000 / text.length);
  const cases: Readonly<Record<string, readonly [string, string, RegExp]>> = {
    'of one cell': [
      'f.csv',
      megabytes('a'),
      /line 1: the line is longer than 16777216 characters; /,
    ],
    'of header cells': ['f.csv', megabytes('abcd,'), /line 1: the line is longer than /],
    'of numbers': ['f.csv', megabytes('1.5,'), /line 1: the line is longer than /],
    'of quoted cells': ['f.csv', megabytes('"a",'), /line 1: the line is longer than /],
    'in one open quote': ['f.csv', `"${megabytes('abcd')}`, /line 1: the line is longer than /],
    'without a break, in libsvm': [
      'f.svm',
      megabytes('1'),
      /line 1, column label: "1{10,}…1+" is /,
    ],
    'of one pair over and over': [
      'f.svm',
      megabytes(' 1:1'),
      /line 1, column label: "1:1" is not a number/,
    ],
    'of a comment': ['f.svm', `#${megabytes('abc ')}`, /holds no rows; /],
  };
  for (const [what, [name, text, sentence]] of Object.entries(cases)) {
    test(`${what}, 60 MB, is refused at once`, () => quickly(written(name, text), sentence));
  }

  test('of 5 million pairs is read like any other row', async () => {
    const pairs: string[] = [];
    for (let j = 1; j <= 5e6; j++) pairs.push(`${j}:1`);
    const data = await loaded(written('f.svm', `1 ${pairs.join(' ')}\n`));
    assert.deepEqual(
      [data.X.rows, data.X.columns, data.columns.at(4_999_999)],
      [1, 5e6, '5000000'],
    );
  });
});

describe('the cost of a table is linear in its size', () => {
  const header = (count: number): string =>
    Array.from({ length: count }, (_, j) => `c${j}`).join(',');

  test('for a header of a million names', async () => {
    const from = Date.now();
    const data = await loaded(written('f.csv', `${header(1e6)}\n${'0,'.repeat(999_999)}1\n`));
    assert.deepEqual([data.columns.length, data.columns.indexOf('c999998')], [999_999, 999_998]);
    assert.ok(Date.now() - from < 5 * soon, `${Date.now() - from} ms`);
  });

  test('for a name that appears twice among a million, and a target that is missing', async () => {
    const twice = written('f.csv', `${header(1e6)},c7\n`);
    await quickly(twice, /line 1, column 1000001: the name "c7" appears twice; /);
    const path = written('f.csv', `${header(1e5)}\n${'0,'.repeat(99_999)}1\n`);
    const from = Date.now();
    const refused = await sentenceOf(path, `no${'o'.repeat(100_000)}`);
    assert.ok(refused.length < 1000 && /^target: "nooo.*… \(100000\)$/.test(refused), refused);
    assert.ok(Date.now() - from < soon, `${Date.now() - from} ms`);
  });
});

describe('names with line breaks or control characters are shown on one line', () => {
  for (const [what, name, shown] of [
    ['line breaks', 'a\nb\tc', 'a\\nb\\tc'],
    ['control characters and direction marks', 'a\u0007\u202e\u2028b', 'a\\u0007\\u202e\\u2028b'],
    ['100,000 letters', 'x'.repeat(100_000), `${'x'.repeat(53)}…${'x'.repeat(26)}`],
  ] as const) {
    test(what, async () => {
      const path = written('f.csv', `"${name}",b\noops,1\n`);
      const accepted = '"oops" is not a number; accepted: finite numbers';
      assert.equal(
        await sentenceOf(path),
        `data: "f.csv" line ${name.split('\n').length + 1}, column ${shown}: ${accepted}`,
      );
      const data = await load(written('g.csv', `"${name}",b\n1,1\n`));
      assert.ok('columns' in data && data.columns.at(0) === name, 'the identity is the true name');
    });
  }
});
