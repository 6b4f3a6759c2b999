import type { Refusal } from '../core/part.ts';
import type { Dataset, Poll } from '../core/problem.ts';
import type { Matrix } from '../kernels/matrix.ts';
import { bundledFile } from './bundled.ts';
import { readCsv } from './csv.ts';
import { type FileSource, openFile, type Progress, readWhole } from './file.ts';
import { formatOf } from './format.ts';
import { readLibsvm } from './libsvm.ts';
import { parseNpy, toMatrix } from './npy.ts';
import { archiveMatrix, archiveTarget, unpack } from './npz.ts';
import { noColumns, noRows, Unreadable, unknownTarget } from './sentences.ts';

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
  return refusing(async () => {
    const { target, poll } = options;
    const file = await open(source, bundledFile(source) ?? source, options, 'data');
    const format = formatOf(file);
    const table = await tables[format](file, target, poll);
    if (table.X.rows === 0) throw noRows(file.at);
    if (table.X.columns === 0) throw noColumns(file.at);
    return { source, ...table };
  });
}

/** A matrix from a file: csv with or without a header, npy (a vector is one column), or npz (X, or a scipy matrix). */
export function loadMatrix(
  path: string,
  options: Omit<LoadOptions, 'target'>,
): Promise<Matrix | Refusal> {
  return refusing(async () => {
    const { poll } = options;
    const file = await open(path, path, options, 'matrix');
    const matrix = await matrixOf(file, poll);
    if (matrix.rows === 0 || matrix.columns === 0) throw noRows(file.at);
    return matrix;
  });
}

type Table = Omit<Dataset, 'source'>;
type Reader = (file: FileSource, target: string | null, poll: Poll) => Promise<Table>;

const tables: Readonly<Record<ReturnType<typeof formatOf>, Reader>> = {
  async csv(file, target, poll) {
    const { names, rows } = await readCsv(file, 'required');
    const columns = names ?? [];
    const last = columns[columns.length - 1]!;
    const name = target ?? last;
    const position = columns.indexOf(name);
    if (position < 0) throw unknownTarget(name, file.at.file, columns);
    const others = columns.map((_, j) => j).filter(j => j !== position);
    return {
      columns: others.map(j => columns[j]!),
      X: rows.gather(others, poll),
      y: rows.gather([position], poll).values,
      target: name,
    };
  },
  async libsvm(file, target, poll) {
    const { X, y } = await readLibsvm(file, poll);
    return { columns: numbered(X.columns), X, y, target: only(target, 'label', file) };
  },
  async npy(file, target, poll) {
    const array = parseNpy(await readWhole(file), file.at, 'an array', poll);
    const all = toMatrix(array, file.at, 'an array', poll);
    const columns = numbered(all.columns);
    const name = target ?? String(all.columns);
    const position = columns.indexOf(name);
    if (position < 0) throw unknownTarget(name, file.at.file, columns);
    const n = all.rows;
    const values = new Float64Array(n * (all.columns - 1));
    values.set(all.values.subarray(0, position * n));
    values.set(all.values.subarray((position + 1) * n), position * n);
    return {
      columns: columns.filter(column => column !== name),
      X: { kind: 'dense', rows: n, columns: all.columns - 1, values },
      y: all.values.slice(position * n, (position + 1) * n),
      target: name,
    };
  },
  async npz(file, target, poll) {
    const archive = unpack(await readWhole(file), file.at, poll);
    const X = archiveMatrix(archive, file.at, poll);
    const y = archiveTarget(archive, X.rows, file.at, poll);
    return { columns: numbered(X.columns), X, y, target: only(target, 'y', file) };
  },
};

async function matrixOf(file: FileSource, poll: Poll): Promise<Matrix> {
  const format = formatOf(file);
  switch (format) {
    case 'csv': {
      const { rows } = await readCsv(file, 'maybe');
      return rows.gather(
        Array.from({ length: rows.columns }, (_, j) => j),
        poll,
      );
    }
    case 'npy': {
      const array = parseNpy(await readWhole(file), file.at, 'an array', poll);
      return toMatrix(array, file.at, 'an array', poll);
    }
    case 'npz':
      return archiveMatrix(unpack(await readWhole(file), file.at, poll), file.at, poll);
    case 'libsvm':
      return (await readLibsvm(file, poll)).X;
  }
}

async function open(
  name: string,
  path: string,
  { poll, onProgress = () => {}, attribute }: Omit<LoadOptions, 'target'>,
  usual: string,
): Promise<FileSource> {
  return openFile(path, { attribute: attribute ?? usual, file: name }, poll, onProgress);
}

async function refusing<T>(read: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Unreadable) return error.refusal;
    throw error;
  }
}

/** Column names "1" … "p", for files that name none. */
function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, j) => String(j + 1));
}

/** The one target that a format has. */
function only(target: string | null, name: string, file: FileSource): string {
  if (target !== null && target !== name) throw unknownTarget(target, file.at.file, [name]);
  return name;
}
