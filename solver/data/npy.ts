import type { Poll } from '../core/problem.ts';
import type { DenseMatrix } from '../kernels/matrix.ts';
import { badArray, badEntry, type Named } from './sentences.ts';

/** A numpy array of numbers; the last index runs fastest, in Fortran order the first. */
export interface NumpyArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
  readonly fortran: boolean;
}

/** What a npy file says before its numbers. */
interface Header {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  readonly offset: number;
}

const accepted = 'an array of numbers (bool, int, uint, float) as numpy.save writes it';

/** Reads an array of numbers as float64. 64-bit integers beyond 2^53 are refused. Source: NEP 1. */
export function parseNpy(bytes: Buffer, at: Named, what: string, poll: Poll): NumpyArray {
  const { descr, fortran, shape, offset } = header(bytes, at, what);
  const count = shape.reduce((product, length) => product * length, 1);
  const read = reader(descr);
  if (read === null) throw badArray(at, `holds ${what} with entries of type ${descr}`, accepted);
  const width = Number(descr.slice(2));
  if (bytes.length - offset < count * width) {
    throw badArray(at, `ends before all of ${what} was read`, 'a complete file');
  }
  const values = new Float64Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, count * width);
  const little = descr[0] !== '>';
  for (let k = 0; k < count; k++) {
    if (k % 1048576 === 1048575) poll();
    const value = read(view, k * width, little);
    if (Number.isNaN(value) && (descr[1] === 'i' || descr[1] === 'u')) {
      throw badArray(at, `holds ${what} with an integer beyond 2^53`, accepted);
    }
    values[k] = value;
  }
  return { shape, values, fortran };
}

/** The characters of a zero-dimensional bytes or unicode array, such as scipy's `format`. */
export function parseNpyText(bytes: Buffer, at: Named, what: string): string {
  const { descr, offset } = header(bytes, at, what);
  const body = bytes.subarray(offset);
  const text =
    descr[1] === 'U' ? body.toString('utf16le').replaceAll('\0', '') : body.toString('latin1');
  return text.replaceAll('\0', '').trim();
}

export function isNpy(head: Buffer): boolean {
  return head.length >= 10 && head.subarray(0, 6).toString('latin1') === '\x93NUMPY';
}

function header(bytes: Buffer, at: Named, what: string): Header {
  if (!isNpy(bytes)) throw badArray(at, `holds ${what}, which is no npy array`, accepted);
  const wide = bytes[6]! > 1;
  const start = wide ? 12 : 10;
  if (bytes.length < start)
    throw badArray(at, `ends within the header of ${what}`, 'a complete file');
  const length = wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8);
  const text = bytes.subarray(start, start + length).toString('latin1');
  const descr = /'descr'\s*:\s*'([^']+)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const lengths = /'shape'\s*:\s*\(([^)]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || lengths === undefined) {
    throw badArray(at, `holds ${what} of a kind that is not plain numbers`, accepted);
  }
  const shape = lengths
    .split(',')
    .map(part => part.trim().replace(/L$/, ''))
    .filter(part => part !== '')
    .map(Number);
  if (!shape.every(size => Number.isSafeInteger(size) && size >= 0)) {
    throw badArray(at, `holds ${what} with an unreadable shape`, accepted);
  }
  return { descr, fortran: order === 'True', shape, offset: start + length };
}

type Read = (view: DataView, at: number, little: boolean) => number;

function reader(descr: string): Read | null {
  switch (descr.slice(1)) {
    case 'f8':
      return (view, at, little) => view.getFloat64(at, little);
    case 'f4':
      return (view, at, little) => view.getFloat32(at, little);
    case 'i8':
      return (view, at, little) => exact(view.getBigInt64(at, little));
    case 'u8':
      return (view, at, little) => exact(view.getBigUint64(at, little));
    case 'i4':
      return (view, at, little) => view.getInt32(at, little);
    case 'u4':
      return (view, at, little) => view.getUint32(at, little);
    case 'i2':
      return (view, at, little) => view.getInt16(at, little);
    case 'u2':
      return (view, at, little) => view.getUint16(at, little);
    case 'i1':
      return (view, at) => view.getInt8(at);
    case 'u1':
    case 'b1':
      return (view, at) => view.getUint8(at);
    default:
      return null;
  }
}

/** NaN for an integer that is no double. */
function exact(value: bigint): number {
  const double = Number(value);
  return Number.isSafeInteger(double) ? double : Number.NaN;
}

/** The array as a matrix; a vector is one column. Refuses other dimensions, and entries that are not finite. */
export function toMatrix(array: NumpyArray, at: Named, what: string, poll: Poll): DenseMatrix {
  const { shape, fortran } = array;
  if (shape.length < 1 || shape.length > 2) {
    throw badArray(at, `holds ${what} of ${shape.length} dimensions`, 'one or two dimensions');
  }
  const [rows = 0, columns = 1] = shape;
  const values =
    fortran || columns === 1 ? array.values : transpose(array.values, rows, columns, poll);
  for (let k = 0; k < values.length; k++) {
    if (Number.isFinite(values[k])) continue;
    throw badEntry(at, (k % rows) + 1, String(Math.floor(k / rows) + 1), values[k]!);
  }
  return { kind: 'dense', rows, columns, values };
}

/** Row-major to column-major. */
function transpose(values: Float64Array, rows: number, columns: number, poll: Poll): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[i + j * rows] = values[i * columns + j]!;
    if (i % 4096 === 4095) poll();
  }
  return out;
}
