import type { Refusal } from '../core/part.ts';
import type { Dataset, Poll } from '../core/problem.ts';
import type { DenseMatrix, Matrix } from '../kernels/columns.ts';
import { readCsv } from './csv.ts';
import { bundledFile, type FileSource, openFile, type Progress } from './file.ts';
import { isNpy, readNpy, toMatrix } from './npy.ts';
import { archiveMatrix, archiveTarget, withArchive } from './npz.ts';
import {
  idxNotBuilt,
  type Named,
  noColumns,
  noMemory,
  noRows,
  Unreadable,
  unknownFormat,
  unknownTarget,
} from './sentences.ts';
import { readLibsvm } from './sparse.ts';
import { namedColumns, numberedColumns } from './tableText.ts';

export interface LoadOptions {
  /** The name of the column that is y; null: the last. */
  readonly target: string | null;
  readonly poll: Poll;
  readonly onProgress?: Progress;
  /** What the sentences of a refusal begin with; default "data". */
  readonly attribute?: string;
}

/**
 * X and y from a file (csv with a header, libsvm text, npy, npz) or a bundled name (diabetes, breastCancer, digits).
 * Whatever is wrong with the file is a refusal; an exception from `poll` comes through.
 */
export function loadDataset(source: string, options: LoadOptions): Promise<Dataset | Refusal> {
  const at = { attribute: options.attribute ?? 'data', file: source };
  return refusing(at, async () => {
    const { target, poll, onProgress = () => {} } = options;
    const file = await openFile(bundledFile(source) ?? source, at, poll, onProgress);
    const table = await tables[formatOf(file)](file, target, poll);
    if (table.X.rows === 0) throw noRows(at);
    if (table.X.columns === 0) throw noColumns(at);
    return { source, ...table };
  });
}

/** A matrix from a file: csv with or without a header, npy (a vector is one column), or npz (X, or a scipy matrix). */
export function loadMatrix(
  path: string,
  options: Omit<LoadOptions, 'target'>,
): Promise<Matrix | Refusal> {
  const at = { attribute: options.attribute ?? 'matrix', file: path };
  return refusing(at, async () => {
    const { poll, onProgress = () => {} } = options;
    const matrix = await matrixOf(await openFile(path, at, poll, onProgress), poll);
    if (matrix.rows === 0 || matrix.columns === 0) throw noRows(at);
    return matrix;
  });
}

type Table = Omit<Dataset, 'source'>;
type Reader = (file: FileSource, target: string | null, poll: Poll) => Promise<Table>;

const tables: Readonly<Record<Format, Reader>> = {
  async csv(file, target, poll) {
    const { names, rows } = await readCsv(file, 'required');
    const columns = names ?? numberedColumns(rows.columns);
    const name = target ?? columns.at(columns.length - 1)!;
    const position = columns.indexOf(name);
    if (position < 0) throw unknownTarget(name, file.at, columns);
    const others = Int32Array.from({ length: columns.length - 1 }, (_, j) =>
      j < position ? j : j + 1,
    );
    return {
      columns: namedColumns([...columns].filter((_, j) => j !== position)),
      X: rows.gather(others, poll),
      y: rows.gather(Int32Array.of(position), poll).values,
      target: name,
    };
  },
  async libsvm(file, target, poll) {
    only(target, 'label', file);
    const { X, y } = await readLibsvm(file, poll);
    return { columns: numberedColumns(X.columns), X, y, target: 'label' };
  },
  async npy(file, target, poll) {
    const all = await arrayOf(file, poll);
    const columns = numberedColumns(all.columns);
    const name = target ?? String(all.columns);
    const position = columns.indexOf(name);
    if (position < 0) throw unknownTarget(name, file.at, columns);
    const n = all.rows;
    const values = new Float64Array(n * (all.columns - 1));
    values.set(all.values.subarray(0, position * n));
    values.set(all.values.subarray((position + 1) * n), position * n);
    return {
      columns: numberedColumns(all.columns, position),
      X: { kind: 'dense', rows: n, columns: all.columns - 1, values },
      y: all.values.slice(position * n, (position + 1) * n),
      target: name,
    };
  },
  npz(file, target, poll) {
    only(target, 'y', file);
    return withArchive(file, poll, async archive => {
      const X = await archiveMatrix(archive);
      const y = await archiveTarget(archive, X.rows);
      return { columns: numberedColumns(X.columns), X, y, target: 'y' };
    });
  },
};

async function matrixOf(file: FileSource, poll: Poll): Promise<Matrix> {
  const format = formatOf(file);
  switch (format) {
    case 'csv': {
      const { rows } = await readCsv(file, 'maybe');
      return rows.gather(
        Int32Array.from({ length: rows.columns }, (_, j) => j),
        poll,
      );
    }
    case 'npy':
      return arrayOf(file, poll);
    case 'npz':
      return withArchive(file, poll, archiveMatrix);
    case 'libsvm':
      return (await readLibsvm(file, poll)).X;
  }
}

async function arrayOf(file: FileSource, poll: Poll): Promise<DenseMatrix> {
  const packed = { bytes: file.open(), size: file.size, whole: false };
  return toMatrix(await readNpy(packed, file.at, 'an array'), file.at, 'an array', poll);
}

async function refusing<T>(at: Named, read: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Unreadable) return error.refusal;
    // V8's messages when memory for an array is lacking or the array is too long.
    if (error instanceof RangeError && /allocation failed|invalid .*length/i.test(error.message)) {
      return noMemory(at).refusal;
    }
    throw error;
  }
}

/** The one target that a format has. */
function only(target: string | null, name: string, file: FileSource): void {
  if (target !== null && target !== name) throw unknownTarget(target, file.at, [name]);
}

type Format = 'csv' | 'libsvm' | 'npy' | 'npz';

/** The format of a file: by what its first bytes say, then by its name's ending, then by how its text looks. */
function formatOf({ at, head, size }: FileSource): Format {
  if (size === 0) throw noRows(at);
  const ending = /\.([A-Za-z0-9-]+)$/.exec(at.file)?.[1]?.toLowerCase() ?? '';
  if (isNpy(head)) return 'npy';
  if (head[0] === 0x50 && head[1] === 0x4b) return 'npz';
  if (head[0] === 0x1f && head[1] === 0x8b) throw unknownFormat(at, 'is compressed by gzip');
  const idx = head.length >= 4 && head[0] === 0 && head[1] === 0 && head[2]! >= 8 && head[2]! <= 14;
  if (idx || ending === 'idx' || /idx\d-ubyte$/.test(at.file)) throw idxNotBuilt(at);
  if (head.includes(0)) throw unknownFormat(at, 'is neither text nor a known binary file');
  if (ending === 'npy' || ending === 'npz')
    throw unknownFormat(at, `is not a ${ending} file inside`);
  if (ending === 'csv' || ending === 'tsv') return 'csv';
  if (ending === 'svm' || ending === 'libsvm' || ending === 'svmlight') return 'libsvm';
  return looksLikeLibsvm(head.toString('utf8')) ? 'libsvm' : 'csv';
}

/** Does the first line that is neither empty nor a comment begin as `label index:value` does? */
function looksLikeLibsvm(text: string): boolean {
  const line = text.split('\n').find(candidate => /^\s*[^\s#]/.test(candidate)) ?? '';
  return /^\s*[-+.\deE]+\s+\d+:\S/.test(line);
}
