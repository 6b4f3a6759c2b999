import { createReadStream, existsSync, readFileSync, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Poll } from '../core/problem.ts';
import { bundledNames, missing, type Named, unreadableFile } from './sentences.ts';

/** Bytes read so far, of how many. */
export type Progress = (read: number, total: number) => void;

/** A regular file with its first bytes, read in chunks that poll and report progress. */
export interface FileSource {
  readonly at: Named;
  readonly path: string;
  readonly size: number;
  /** The first bytes, at most 64 KiB. */
  readonly head: Buffer;
  readonly onProgress: Progress;
  open(): AsyncIterable<Buffer>;
}

const headSize = 65536;

/** Text of this size is read in about 5 ms: the time between two polls. */
const chunkSize = 65536;

/** Opens a regular file; a folder, a pipe, a socket or a device, which may never end, is refused. */
export async function openFile(
  path: string,
  at: Named,
  poll: Poll,
  onProgress: Progress,
): Promise<FileSource> {
  try {
    const info = await stat(path);
    const other = otherKind(info);
    if (other !== null) throw unreadableFile(at, other);
    const file = await open(path);
    try {
      const head = Buffer.alloc(Math.min(headSize, info.size));
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      return {
        at,
        path,
        size: info.size,
        head: head.subarray(0, bytesRead),
        onProgress,
        open: () => chunks(path, at, info.size, poll, onProgress),
      };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileTrouble(error, at);
  }
}

/** Why a path cannot be read as a file, such as "it is a folder"; null for a regular file. */
export function otherKind(info: Stats): string | null {
  if (info.isFile()) return null;
  if (info.isDirectory()) return 'it is a folder';
  if (info.isFIFO()) return 'it is a named pipe';
  return info.isSocket() ? 'it is a socket' : 'it is a device';
}

async function* chunks(
  path: string,
  at: Named,
  size: number,
  poll: Poll,
  onProgress: Progress,
): AsyncGenerator<Buffer> {
  if (size === 0) return;
  let read = 0;
  // A file that grows meanwhile is read as long as it was.
  const stream = createReadStream(path, { highWaterMark: chunkSize, end: size - 1 });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      poll();
      yield chunk;
      read += chunk.length;
      onProgress(read, size);
    }
  } catch (error) {
    throw fileTrouble(error, at);
  } finally {
    stream.destroy();
  }
}

/** A system error as a refusal; anything else as it is. */
export function fileTrouble(error: unknown, at: Named): unknown {
  const code = (error as { code?: unknown }).code;
  // A path with a null character leads to no file.
  const noPath = ['ENOENT', 'ENOTDIR', 'ERR_INVALID_ARG_VALUE'];
  if (noPath.some(known => known === code)) return missing(at);
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return unreadableFile(at, code);
  return error;
}

const bundledFiles: Readonly<Record<(typeof bundledNames)[number], string>> = {
  diabetes: 'diabetes.csv',
  breastCancer: 'breast_cancer.csv',
  digits: 'digits.csv',
};

/** The file of a bundled data set, or null where the name is none. */
export function bundledFile(name: string): string | null {
  const known = bundledNames.find(candidate => candidate === name);
  if (known === undefined) return null;
  return join(packageRoot(), 'examples/workspace/data', bundledFiles[known]);
}

/** The nearest folder above this file with Blockstep's package.json: above dist/ when installed, the checkout in tests. */
function packageRoot(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown };
      if (name === 'blockstep') return folder;
    }
    if (dirname(folder) === folder) throw new Error('the package of this file was not found');
  }
}
