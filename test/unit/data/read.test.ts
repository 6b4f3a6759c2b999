import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isRefusal } from '../../../solver/core/part.ts';
import { loadDataset, loadMatrix } from '../../../solver/data/index.ts';
import { fixture, load, loaded, rowsOf, written } from './files.ts';

const X = [
  [1.5, 0, -2],
  [0, 0, 3e-5],
  [0, 4, 5],
  [-1e10, 0, 0],
];
const y = [1, 0, 1, 0];

describe('every format gives the same table', () => {
  const csv = `a,b,c,y\n${X.map((row, i) => [...row, y[i]].join(',')).join('\n')}\n`;
  const svm = X.map((row, i) => {
    const pairs = row.flatMap((value, j) => (value === 0 ? [] : [`${j + 1}:${value}`]));
    return [y[i], ...pairs].join(' ');
  }).join('\n');
  const files: Readonly<Record<string, string>> = {
    csv: written('t.csv', csv),
    'csv with a byte order mark, CRLF and empty lines at the end': written(
      'u.csv',
      `\ufeff${csv.replaceAll('\n', '\r\n')}\r\n\r\n`,
    ),
    'quoted cells between semicolons': written(
      'v.csv',
      csv.replaceAll(/[^,\n]+/g, '"$&"').replaceAll(',', ';'),
    ),
    'tab-separated text': written('w.txt', csv.replaceAll(',', '\t')),
    libsvm: written('t.svm', `${svm}\n`),
    'libsvm told by its content, with a comment': written(
      't.txt',
      `# a comment\n\n${svm} # the end`,
    ),
    npy: fixture('table.npy'),
    'npy in Fortran order': fixture('table-fortran.npy'),
    'npy with the high byte first': fixture('table-big-endian.npy'),
    npz: fixture('dense.npz'),
    'npz, packed': fixture('dense-packed.npz'),
    'npz of scipy, csr': fixture('csr.npz'),
    'npz of scipy, csc': fixture('csc.npz'),
    'npz of scipy, unsorted, one entry in two parts': fixture('unsorted.npz'),
  };
  for (const [name, path] of Object.entries(files)) {
    test(name, async () => {
      const data = await loaded(path);
      assert.deepEqual(rowsOf(data.X), X);
      assert.deepEqual([...data.y], y);
      assert.equal(data.columns.length, 3);
      assert.equal(data.X.kind, /libsvm|scipy/.test(name) ? 'sparse' : 'dense');
    });
  }
});

test('the target may be any column; the others keep their order', async () => {
  for (const [path, target, columns] of [
    [written('t.csv', 'a,b,c\n1,2,3\n4,5,6\n'), 'a', ['b', 'c']],
    [fixture('integers.npy'), '1', ['2', '3']],
    [fixture('integers.npy'), '2', ['1', '3']],
  ] as const) {
    const data = await loaded(path, target);
    assert.deepEqual([data.target, [...data.columns]], [target, columns]);
    const first = rowsOf(data.X)[0]!;
    assert.deepEqual(
      [data.y[0], first],
      path.endsWith('.csv') ? [1, [2, 3]] : target === '1' ? [-5, [-4, -3]] : [-4, [-5, -3]],
    );
  }
});

test('the bundled data is found by name, and matches its README', async () => {
  const shapes = await Promise.all(
    ['diabetes', 'breastCancer', 'digits'].map(async name => {
      const data = await loaded(name);
      return [data.source, data.X.rows, data.X.columns, data.target];
    }),
  );
  assert.deepEqual(shapes, [
    ['diabetes', 442, 10, 'progression'],
    ['breastCancer', 569, 30, 'benign'],
    ['digits', 1797, 64, 'digit'],
  ]);
});

describe('matrices', () => {
  const read = async (path: string): Promise<number[][]> => {
    const matrix = await loadMatrix(path, { poll: () => {} });
    if (isRefusal(matrix)) throw new Error(matrix.refusal);
    return rowsOf(matrix);
  };

  test('csv may have a header or none', async () => {
    assert.deepEqual(await read(written('m.csv', '1,2\n3,4\n')), [
      [1, 2],
      [3, 4],
    ]);
    assert.deepEqual(await read(written('m.csv', 'a,b\n1,2\n3,4')), [
      [1, 2],
      [3, 4],
    ]);
  });

  test('an npy vector is one column, a scipy matrix needs no y', async () => {
    assert.deepEqual(await read(fixture('vector.npy')), [[1], [0], [1], [0]]);
    assert.deepEqual(await read(fixture('no-target.npz')), X);
  });

  test('the attribute that named the file begins the sentence', async () => {
    const refused = await loadMatrix('/no/such.csv', {
      poll: () => {},
      attribute: 'problemOptions.matrix',
    });
    assert.ok(
      isRefusal(refused) && refused.refusal.startsWith('problemOptions.matrix: "/no/such.csv" '),
    );
  });
});

test('reading reports its progress and can be abandoned', async () => {
  const rows = Array.from({ length: 60000 }, (_, i) => `${i},${i}`).join('\n');
  const path = written('long.csv', `a,b\n${rows}\n`);
  const seen: (readonly [number, number])[] = [];
  await loadDataset(path, {
    target: null,
    poll: () => {},
    onProgress: (read, total) => seen.push([read, total]),
  });
  const size = seen[0]![1];
  assert.ok(seen.length > 1 && seen.every(([, total]) => total === size));
  assert.ok(seen.every(([read], k) => k === 0 || read > seen[k - 1]![0]));
  assert.equal(seen[seen.length - 1]![0], size);

  class Stop extends Error {}
  let polls = 0;
  const poll = (): void => {
    if (++polls > 1) throw new Stop();
  };
  for (const file of [path, fixture('dense.npz')]) {
    polls = 0;
    await assert.rejects(loadDataset(file, { target: null, poll }), Stop);
  }
});

test('a quote far into a file switches to the quoted reader and changes nothing else', async () => {
  const rows = Array.from({ length: 20000 }, (_, i) => `${i},${i / 3}`);
  const plain = await loaded(written('plain.csv', `a,b\n${rows.join('\n')}\n`));
  rows[15000] = rows[15000]!.replace(/[^,]+/g, '"$&"');
  const quoted = await loaded(written('quoted.csv', `a,b\n${rows.join('\n')}\n`));
  assert.deepEqual([quoted.X, quoted.y], [plain.X, plain.y]);
  rows[17000] = '"1",x';
  const refused = await load(written('wrong.csv', `a,b\n${rows.join('\n')}\n`));
  assert.ok(
    isRefusal(refused) && refused.refusal.includes('line 17002, column b: "x"'),
    String(refused),
  );
});

test('lines may end in a bare carriage return', async () => {
  const data = await loaded(written('mac.csv', 'a,b\r1,2\r3,4\r'));
  assert.deepEqual(
    [rowsOf(data.X), [...data.y]],
    [
      [[1], [3]],
      [2, 4],
    ],
  );
});

describe('fuzz', () => {
  const runs = { numRuns: 60, seed: 4 };

  test('numbers printed by JavaScript are read back bit for bit, in csv and in libsvm', async () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    const tables = fc.array(fc.array(double, { minLength: 3, maxLength: 3 }), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(tables, async rows => {
        const csv = await loaded(
          written('fuzz.csv', `a,b,c\n${rows.map(row => row.join(',')).join('\n')}`),
        );
        const svm = await loaded(
          written('fuzz.svm', rows.map(([a, b, c]) => `${c} 1:${a} 2:${b} 3:1`).join('\n')),
        );
        // A zero loses its sign in print.
        const bits = rows.map(([a, b]) => [a! + 0, b! + 0]);
        assert.deepEqual(
          rowsOf(csv.X).map(row => row.map(v => v + 0)),
          bits,
        );
        assert.deepEqual(
          rowsOf(svm.X).map(([a, b]) => [a! + 0, b! + 0]),
          bits,
        );
        assert.deepEqual(
          [...csv.y, ...svm.y].map(v => v + 0),
          [...rows, ...rows].map(([, , c]) => c! + 0),
        );
      }),
      runs,
    );
  });

  test('whatever the bytes, a reader gives a table of finite numbers or one sentence', async () => {
    const text = fc.string({
      unit: fc.constantFrom(...'0123456789.,-+eE:;"\n\r\t #anx'),
      maxLength: 80,
    });
    const bytes = fc.uint8Array({ maxLength: 120 });
    const magic = fc.constantFrom(
      '',
      '\x93NUMPY\x01\x00v\x00{',
      'PK\x03\x04',
      'a,b\n',
      '1 1:2\n',
      '\x00\x00\x08\x01',
    );
    const name = fc.constantFrom('f.csv', 'f.svm', 'f.txt', 'f.npy', 'f.npz', 'f');
    await fc.assert(
      fc.asyncProperty(name, magic, fc.oneof(text, bytes), async (file, head, body) => {
        const content = Buffer.concat([
          Buffer.from(head, 'latin1'),
          Buffer.from(body as Uint8Array),
        ]);
        const data = await load(written(file, content));
        if (isRefusal(data)) {
          assert.match(data.refusal, /^(data|target): ".*" .*; accepted: .+$/s);
          assert.ok(!data.refusal.includes('\n'), JSON.stringify(data.refusal));
        } else {
          assert.ok(rowsOf(data.X).flat().every(Number.isFinite) && data.y.every(Number.isFinite));
          assert.equal(data.X.columns, data.columns.length);
        }
      }),
      { numRuns: 600, seed: 5 },
    );
  });

  test('a damaged npy or npz file is refused or read, and never crashes the reader', async () => {
    const { readFileSync } = await import('node:fs');
    const names = ['table.npy', 'dense.npz', 'dense-packed.npz', 'csr.npz'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.nat(),
        fc.nat(255),
        fc.boolean(),
        async (name, place, byte, cut) => {
          const content = readFileSync(fixture(name));
          const at = place % content.length;
          content[at] = byte;
          const data = await load(written(name, cut ? content.subarray(0, at) : content));
          if (isRefusal(data)) assert.match(data.refusal, /; accepted: /);
        },
      ),
      { numRuns: 400, seed: 6 },
    );
  });
});
