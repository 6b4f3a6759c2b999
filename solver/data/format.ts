import type { FileSource } from './file.ts';
import { isNpy } from './npy.ts';
import { idxNotBuilt, noRows, unknownFormat } from './sentences.ts';

export type Format = 'csv' | 'libsvm' | 'npy' | 'npz';

/** The format of a file: by what its first bytes say, then by its name's ending, then by how its text looks. */
export function formatOf({ at, head, size }: FileSource): Format {
  if (size === 0) throw noRows(at);
  const ending = /\.([A-Za-z0-9-]+)$/.exec(at.file)?.[1]?.toLowerCase() ?? '';
  if (isNpy(head)) return 'npy';
  if (head[0] === 0x50 && head[1] === 0x4b) return 'npz';
  if (head[0] === 0x1f && head[1] === 0x8b) throw unknownFormat(at, 'is compressed by gzip');
  const idx = head.length >= 4 && head[0] === 0 && head[1] === 0 && head[2]! >= 8 && head[2]! <= 14;
  if (idx || ending === 'idx' || /idx\d-ubyte$/.test(at.file)) throw idxNotBuilt(at);
  if (head.includes(0)) throw unknownFormat(at, 'is neither text nor a known binary file');
  if (ending === 'npy' || ending === 'npz') throw unknownFormat(at, `is no ${ending} file inside`);
  if (ending === 'csv' || ending === 'tsv') return 'csv';
  if (ending === 'svm' || ending === 'libsvm' || ending === 'svmlight') return 'libsvm';
  return looksLikeLibsvm(head.toString('utf8')) ? 'libsvm' : 'csv';
}

/** Is the first line that is neither empty nor a comment `label index:value …`? */
function looksLikeLibsvm(text: string): boolean {
  const line = text.split('\n').find(candidate => /^\s*[^\s#]/.test(candidate)) ?? '';
  return /^\s*[-+.\deE]+(\s+\d+:\S+)+\s*(#.*)?$/.test(line);
}
