import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Poll } from '../core/problem.ts';
import { missing, type Named, unreadableFile } from './sentences.ts';

/** Bytes read so far, of how many. */
export type Progress = (read: number, total: number) => void;

/** A file to read from: its beginning is known, its whole comes as chunks, polled and counted. */
export interface FileSource {
  readonly at: Named;
  readonly size: number;
  /** The first bytes, at most 64 KiB. */
  readonly head: Buffer;
  open(): AsyncIterable<Buffer>;
}

const headSize = 65536;

/** Text of this size is read in about 5 ms: the time between two polls. */
const chunkSize = 65536;

export async function openFile(
  path: string,
  at: Named,
  poll: Poll,
  onProgress: Progress,
): Promise<FileSource> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) throw unreadableFile(at, 'it is a folder');
    const file = await open(path);
    try {
      const head = Buffer.alloc(Math.min(headSize, info.size));
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      return {
        at,
        size: info.size,
        head: head.subarray(0, bytesRead),
        open: () => chunks(path, at, info.size, poll, onProgress),
      };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileTrouble(error, at);
  }
}

async function* chunks(
  path: string,
  at: Named,
  size: number,
  poll: Poll,
  onProgress: Progress,
): AsyncGenerator<Buffer> {
  let read = 0;
  const stream = createReadStream(path, { highWaterMark: chunkSize });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      poll();
      yield chunk;
      read += chunk.length;
      onProgress(read, Math.max(size, read));
    }
  } catch (error) {
    throw fileTrouble(error, at);
  } finally {
    stream.destroy();
  }
}

/** The whole file in one buffer. */
export async function readWhole(source: FileSource): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of source.open()) parts.push(part);
  return Buffer.concat(parts);
}

/** A system error as a refusal; anything else as it is. */
function fileTrouble(error: unknown, at: Named): unknown {
  const code = (error as { code?: unknown }).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return missing(at);
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return unreadableFile(at, code);
  return error;
}
