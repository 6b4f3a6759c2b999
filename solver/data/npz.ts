import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { Poll } from '../core/problem.ts';
import { listed, printable } from '../core/words.ts';
import type { Matrix } from '../kernels/columns.ts';
import type { FileSource } from './file.ts';
import { type NumpyArray, type Packed, readNpy, readNpyText, toMatrix } from './npy.ts';
import { badArray } from './sentences.ts';
import { compressed } from './sparse.ts';

/** The arrays of a numpy archive; each is unpacked when it is asked for, and no other is. */
export interface Archive {
  readonly source: FileSource;
  readonly poll: Poll;
  readonly names: readonly string[];
  /** The bytes of an array; null where the archive has none of that name. */
  packed(name: string): Packed | null;
}

/** More arrays than this are no table; each costs a directory entry of memory. */
const mostArrays = 10_000;

/** Deflate's densest code: a byte of it stands for at most this many. Source: RFC 1951, a length of 258 in two bits. */
const densest = 1032;

/**
 * Opens a zip archive of npy files by its directory and hands it to `read`. Each array's bytes are compared with the size
 * and the CRC-32 that the directory declares.
 */
export async function withArchive<T>(
  source: FileSource,
  poll: Poll,
  read: (archive: Archive) => Promise<T>,
): Promise<T> {
  const zip = await damageTold(source, openPromise(source.path, { autoClose: false }));
  try {
    const entries = await directory(zip, source, poll);
    return await read({
      source,
      poll,
      names: [...entries.keys()],
      packed(name) {
        const entry = entries.get(name);
        if (entry === undefined) return null;
        const { uncompressedSize: size } = entry;
        return { bytes: unpacked(zip, entry, name, source, poll), size, whole: true };
      },
    });
  } finally {
    zip.close();
  }
}

async function directory(
  zip: ZipFile,
  source: FileSource,
  poll: Poll,
): Promise<ReadonlyMap<string, Entry>> {
  const { at } = source;
  const entries = new Map<string, Entry>();
  const wrong = (name: string, what: string): Error =>
    badArray(at, `holds ${printable(name)}, which ${what}`, whole);
  if (zip.entryCount > mostArrays) {
    throw badArray(at, `holds ${zip.entryCount} files`, `an archive of at most ${mostArrays}`);
  }
  await damageTold(
    source,
    eachEntry(zip, entry => {
      poll();
      const name = entry.fileName.replace(/\.npy$/, '');
      if (entries.has(name)) throw wrong(name, 'appears twice');
      if (entry.isEncrypted()) throw wrong(name, 'is encrypted');
      if (entry.uncompressedSize > densest * entry.compressedSize) {
        throw wrong(name, 'declares more bytes than could be packed in it');
      }
      entries.set(name, entry);
    }),
  );
  return entries;
}

const whole = 'an archive as numpy.savez writes it';

function eachEntry(zip: ZipFile, take: (entry: Entry) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.on('entry', (entry: Entry) => {
      try {
        take(entry);
      } catch (error) {
        return reject(error);
      }
      zip.readEntry();
    });
    zip.readEntry();
  });
}

/** An array's bytes; after the last of them their CRC-32 has been compared. yauzl sees to their number. */
async function* unpacked(
  zip: ZipFile,
  entry: Entry,
  name: string,
  source: FileSource,
  poll: Poll,
): AsyncGenerator<Buffer> {
  const stream = await damageTold(source, zip.openReadStreamPromise(entry));
  let sum = 0;
  try {
    for (const chunks = stream[Symbol.asyncIterator](); ; ) {
      const { done, value } = await damageTold(source, chunks.next());
      if (done) break;
      poll();
      sum = crc32(value as Buffer, sum);
      yield value as Buffer;
    }
  } finally {
    stream.destroy();
  }
  if (sum !== entry.crc32) {
    throw badArray(
      source.at,
      `holds ${printable(name)}, whose CRC-32 is wrong`,
      'an undamaged file',
    );
  }
}

const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  }
  return remainder;
});

/** The CRC-32 of what came before, whose CRC-32 is `before`, and these bytes; Node's own came after the oldest Node we run on. */
function crc32(bytes: Buffer, before: number): number {
  let sum = ~before;
  for (let i = 0; i < bytes.length; i++) sum = remainders[(sum ^ bytes[i]!) & 255]! ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** What yauzl and zlib say of an archive becomes a refusal. */
async function damageTold<T>(source: FileSource, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && (error.constructor === Error || 'code' in error)) {
      throw badArray(source.at, `is a damaged zip archive (${printable(error.message)})`, whole);
    }
    throw error;
  }
}

/** X of an archive: the array `X`, or the parts of a scipy matrix in csr or csc form. */
export async function archiveMatrix(archive: Archive): Promise<Matrix> {
  const { source, poll } = archive;
  const { at } = source;
  const dense = archive.packed('X');
  if (dense !== null) return toMatrix(await readNpy(dense, at, 'the array X'), at, 'X', poll);
  const format = archive.packed('format');
  if (format === null) {
    const names = listed(archive.names);
    throw badArray(at, `holds ${names || 'nothing'}`, 'an array X, or a scipy csr or csc matrix');
  }
  const kind = await readNpyText(format, at, 'the array format');
  if (kind !== 'csr' && kind !== 'csc') {
    const what = `holds a scipy matrix in ${printable(kind)} form`;
    throw badArray(at, what, 'csr or csc (scipy: .tocsr())');
  }
  const read = async (name: string): Promise<NumpyArray> => {
    const packed = archive.packed(name);
    if (packed === null) throw badArray(at, `holds no array ${name}`, `a complete ${kind} matrix`);
    return readNpy(packed, at, `the array ${name}`);
  };
  const shape = (await read('shape')).values;
  const pointers = (await read('indptr')).values;
  const indices = (await read('indices')).values;
  const data = (await read('data')).values;
  return compressed({ kind, shape, pointers, indices, data }, at, poll);
}

/** y of an archive: one number a row. */
export async function archiveTarget(archive: Archive, rows: number): Promise<Float64Array> {
  const { source, poll } = archive;
  const { at } = source;
  const packed = archive.packed('y');
  if (packed === null) throw badArray(at, 'holds no array y', 'arrays X and y');
  const y = toMatrix(await readNpy(packed, at, 'the array y'), at, 'y', poll);
  if (y.columns !== 1 || y.rows !== rows) {
    throw badArray(
      at,
      `holds y of ${y.rows} × ${y.columns} beside X of ${rows} rows`,
      'one y per row',
    );
  }
  return y.values;
}
