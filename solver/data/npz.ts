import { Unzip, UnzipInflate } from 'fflate';
import type { Poll } from '../core/problem.ts';
import type { Matrix, SparseMatrix } from '../kernels/matrix.ts';
import { type NumpyArray, parseNpy, parseNpyText, toMatrix } from './npy.ts';
import { badArray, badEntry, mostColumns, mostRows, type Named, tooLarge } from './sentences.ts';
import { Triplets } from './triplets.ts';

/** Arrays of a numpy archive by name, still packed as npy. */
export type Archive = ReadonlyMap<string, Buffer>;

/** Unpacks the npy files of a zip archive, a quarter megabyte at a time with a poll after each. */
export function unpack(bytes: Buffer, at: Named, poll: Poll): Archive {
  const parts = new Map<string, Uint8Array[]>();
  let failed = false;
  const unzip = new Unzip(file => {
    // Neither stored nor deflated: fflate would throw.
    if (file.compression !== 0 && file.compression !== 8) {
      failed = true;
      return;
    }
    const name = file.name.replace(/\.npy$/, '');
    const chunks: Uint8Array[] = [];
    parts.set(name, chunks);
    file.ondata = (error, data) => {
      if (error) failed = true;
      else chunks.push(data);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  const step = 262144;
  try {
    for (let from = 0; from < bytes.length && !failed; from += step) {
      poll();
      unzip.push(bytes.subarray(from, from + step), from + step >= bytes.length);
    }
  } catch (error) {
    // fflate numbers its errors; anything else, such as an interrupt from the poll, is not about the archive.
    if (typeof (error as { code?: unknown }).code !== 'number') throw error;
    failed = true;
  }
  if (failed) throw badArray(at, 'is a damaged zip archive', 'an archive as numpy.savez writes it');
  return new Map([...parts].map(([name, chunks]) => [name, Buffer.concat(chunks)]));
}

/** X of an archive: the array `X`, or the parts of a scipy matrix in csr or csc form. */
export function archiveMatrix(archive: Archive, at: Named, poll: Poll): Matrix {
  const dense = archive.get('X');
  if (dense !== undefined) return toMatrix(parseNpy(dense, at, 'the array X', poll), at, 'X', poll);
  const format = archive.get('format');
  if (format === undefined) {
    const names = [...archive.keys()].join(', ');
    throw badArray(at, `holds ${names || 'nothing'}`, 'an array X, or a scipy csr or csc matrix');
  }
  const kind = parseNpyText(format, at, 'the array format');
  if (kind !== 'csr' && kind !== 'csc') {
    throw badArray(at, `holds a scipy matrix in ${kind} form`, 'csr or csc (scipy: .tocsr())');
  }
  const read = (name: string): NumpyArray => {
    const bytes = archive.get(name);
    if (bytes === undefined) throw badArray(at, `holds no array ${name}`, `a whole ${kind} matrix`);
    return parseNpy(bytes, at, `the array ${name}`, poll);
  };
  return compressed(
    kind,
    read('shape').values,
    read('indptr').values,
    read('indices').values,
    read('data').values,
    at,
    poll,
  );
}

/** y of an archive: one number a row. */
export function archiveTarget(archive: Archive, rows: number, at: Named, poll: Poll): Float64Array {
  const bytes = archive.get('y');
  if (bytes === undefined) throw badArray(at, 'holds no array y', 'arrays X and y');
  const y = toMatrix(parseNpy(bytes, at, 'the array y', poll), at, 'y', poll);
  if (y.columns !== 1 || y.rows !== rows) {
    throw badArray(
      at,
      `holds y of ${y.rows} × ${y.columns} beside X of ${rows} rows`,
      'one y a row',
    );
  }
  return y.values;
}

function compressed(
  kind: 'csr' | 'csc',
  shape: Float64Array,
  pointers: Float64Array,
  indices: Float64Array,
  data: Float64Array,
  at: Named,
  poll: Poll,
): SparseMatrix {
  const [rows = 0, columns = 0] = shape;
  const lines = kind === 'csr' ? rows : columns;
  const across = kind === 'csr' ? columns : rows;
  const broken = (): Error =>
    badArray(at, `holds a ${kind} matrix that contradicts itself`, 'a whole one');
  if (!(rows >= 0 && columns >= 0)) throw broken();
  if (pointers.length !== lines + 1 || data.length !== indices.length) throw broken();
  if (rows > mostRows || columns > mostColumns) throw tooLarge(at, rows, columns);
  const entries = new Triplets();
  for (let line = 0; line < lines; line++) {
    const end = pointers[line + 1]!;
    if (!(pointers[line]! <= end && end <= data.length)) throw broken();
    for (let k = pointers[line]!; k < end; k++) {
      const other = indices[k]!;
      const value = data[k]!;
      if (!(other >= 0 && other < across)) throw broken();
      const row = kind === 'csr' ? line : other;
      const column = kind === 'csr' ? other : line;
      if (!Number.isFinite(value)) throw badEntry(at, row + 1, String(column + 1), value);
      entries.add(row, column, value);
    }
    if (line % 4096 === 4095) poll();
  }
  return entries.toColumns(rows, columns, poll);
}
