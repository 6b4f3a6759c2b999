// Files that a test writes, archives of its own making among them, and how they are read.
import { writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { root } from '../../../scripts/lib/root.mjs';
import { isRefusal, type Refusal } from '../../../solver/core/part.ts';
import type { Dataset } from '../../../solver/core/problem.ts';
import { loadDataset } from '../../../solver/data/index.ts';
import type { Matrix } from '../../../solver/kernels/columns.ts';
import { temporaryFolder } from '../../support/machine.ts';

const folder = temporaryFolder();

/** Writes a file into a folder that is removed when the test process ends, and returns its path. */
export function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A file that numpy or scipy wrote; they stand in a folder for each format. */
export const fixture = (name: string): string =>
  join(root, 'test/oracle/fixtures', extname(name).slice(1), name);

export function load(path: string, target: string | null = null): Promise<Dataset | Refusal> {
  return loadDataset(path, { target, poll: () => {} });
}

export async function loaded(path: string, target: string | null = null): Promise<Dataset> {
  const data = await load(path, target);
  if (isRefusal(data)) throw new Error(data.refusal);
  return data;
}

/** The refusal's sentence with the file's folder left out; "read" where there was none. */
export async function sentenceOf(path: string, target: string | null = null): Promise<string> {
  const data = await load(path, target);
  return isRefusal(data) ? data.refusal.replaceAll(`${folder}/`, '') : 'read';
}

/** The matrix row by row. */
export function rowsOf(X: Matrix): number[][] {
  return Array.from({ length: X.rows }, (_, i) =>
    Array.from({ length: X.columns }, (_, j) => {
      if (X.kind === 'dense') return X.values[i + j * X.rows]!;
      for (let p = X.starts[j]!; p < X.starts[j + 1]!; p++)
        if (X.indices[p] === i) return X.values[p]!;
      return 0;
    }),
  );
}

/** A file of an archive; `crc` and `size` replace the true values in its directory. */
export interface Member {
  readonly name: string;
  readonly bytes: Buffer;
  readonly crc?: number;
  readonly size?: number;
  readonly packed?: boolean;
}

/** A zip archive as `numpy.savez` (or `savez_compressed`) writes it. Source: APPNOTE.TXT 6.3, sections 4.3.7 and 4.3.12. */
export function zipOf(members: readonly Member[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, crc = crc32(bytes), size = bytes.length, packed = false } of members) {
    const body = packed ? deflateRawSync(bytes, { level: 9 }) : bytes;
    const title = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(packed ? 8 : 0, 4);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(title.length, 22);
    const file = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, title, body]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, place, title);
    files.push(file);
    offset += file.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, listing, end]);
}

/** An npy array of doubles. `declared`: the shape in its header, where it is not the true one. */
export function npyOf(values: readonly number[], declared = `(${values.length},)`): Buffer {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': ${declared}, }`;
  const header = text.padEnd(118 - 1, ' ');
  const head = Buffer.from(`\x93NUMPY\x01\x00v\x00${header}\n`, 'latin1');
  return Buffer.concat([head, Buffer.from(Float64Array.from(values).buffer)]);
}
