import type { Poll } from '../core/problem.ts';
import { printable } from '../core/words.ts';
import type { DenseMatrix } from '../kernels/columns.ts';
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

/** The bytes of an array in a file, as a stream, and their number. */
export interface Packed {
  readonly bytes: AsyncIterable<Buffer>;
  readonly size: number;
  /** Is the array all there is? Then more bytes than it needs are refused too. */
  readonly whole: boolean;
}

/**
 * Reads an array of numbers as float64; the size its header declares is compared with the bytes there are before room is
 * made. 64-bit integers beyond 2^53 are refused. Source: NEP 1.
 */
export async function readNpy(packed: Packed, at: Named, what: string): Promise<NumpyArray> {
  const head = new Head();
  let header: Header | null = null;
  let body: Body | null = null;
  for await (const chunk of packed.bytes) {
    if (body !== null) body.push(chunk);
    else {
      header = head.push(chunk, at, what);
      if (header === null) continue;
      body = new Body(header, packed, at, what);
      body.push(head.rest(header));
    }
  }
  if (header === null || body === null) {
    throw isNpy(head.bytes)
      ? badArray(at, `ends within the header of ${what}`, 'a complete file')
      : badArray(at, `holds ${what}, which is not a npy array`, accepted);
  }
  return { shape: header.shape, fortran: header.fortran, values: body.end() };
}

/** The characters of a zero-dimensional bytes or unicode array, such as scipy's `format`; at most 64 KiB are read. */
export async function readNpyText(packed: Packed, at: Named, what: string): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of packed.bytes) {
    parts.push(chunk);
    size += chunk.length;
    if (size > longestHeader) break;
  }
  const head = new Head();
  const header = head.push(Buffer.concat(parts), at, what);
  if (header === null) throw badArray(at, `ends within the header of ${what}`, 'a complete file');
  const body = head.rest(header).subarray(0, 256);
  const text =
    header.descr[1] === 'U'
      ? body.subarray(0, body.length & ~1).toString('utf16le')
      : body.toString('latin1');
  return text.replaceAll('\0', '').trim();
}

/** A header says a type, an order and a shape; numpy's are about a hundred bytes long. */
const longestHeader = 65536;

/** Gathers a header from the first bytes of an array. */
class Head {
  bytes: Buffer = Buffer.alloc(0);

  /** The header, or null while bytes of it are missing. */
  push(chunk: Buffer, at: Named, what: string): Header | null {
    this.bytes = Buffer.concat([this.bytes, chunk]);
    if (this.bytes.length < 12) return null;
    if (!isNpy(this.bytes)) throw badArray(at, `holds ${what}, which is not a npy array`, accepted);
    const wide = this.bytes[6]! > 1;
    const start = wide ? 12 : 10;
    const length = wide ? this.bytes.readUInt32LE(8) : this.bytes.readUInt16LE(8);
    if (length > longestHeader) {
      throw badArray(at, `holds ${what} with a header of ${length} bytes`, accepted);
    }
    if (this.bytes.length < start + length) return null;
    return header(
      this.bytes.subarray(start, start + length).toString('latin1'),
      start + length,
      at,
      what,
    );
  }

  rest({ offset }: Header): Buffer {
    return this.bytes.subarray(offset);
  }
}

/** The numbers behind a header, read as they come. */
class Body {
  readonly #values: Float64Array;
  readonly #read: Read;
  readonly #width: number;
  readonly #little: boolean;
  readonly #integers: boolean;
  readonly #fail: (wrong: string, accepted: string) => Error;
  #count = 0;
  /** The beginning of a number whose other bytes are still to come. */
  #part: Buffer = Buffer.alloc(0);

  constructor({ descr, shape, offset }: Header, packed: Packed, at: Named, what: string) {
    const count = shape.reduce((product, length) => product * length, 1);
    const read = reader(descr);
    if (read === null) {
      throw badArray(at, `holds ${what} with entries of type ${printable(descr)}`, accepted);
    }
    this.#width = Number(descr.slice(2));
    const needed = offset + count * this.#width;
    if (packed.size < needed) {
      throw badArray(at, `ends before all of ${what} was read`, 'a complete file');
    }
    if (packed.whole && packed.size > needed) {
      throw badArray(at, `holds more bytes than the header of ${what} declares`, accepted);
    }
    this.#values = new Float64Array(count);
    this.#read = read;
    this.#little = descr[0] !== '>';
    this.#integers = descr[1] === 'i' || descr[1] === 'u';
    this.#fail = (wrong, or) => badArray(at, wrong.replace('%', what), or);
  }

  push(chunk: Buffer): void {
    const bytes = this.#part.length === 0 ? chunk : Buffer.concat([this.#part, chunk]);
    const left = this.#values.length - this.#count;
    const count = Math.min(Math.floor(bytes.length / this.#width), left);
    const view = new DataView(bytes.buffer, bytes.byteOffset, count * this.#width);
    for (let k = 0; k < count; k++) {
      const value = this.#read(view, k * this.#width, this.#little);
      if (this.#integers && Number.isNaN(value)) {
        throw this.#fail('holds % with an integer beyond 2^53', accepted);
      }
      this.#values[this.#count + k] = value;
    }
    this.#count += count;
    this.#part = count === left ? bytes.subarray(0, 0) : bytes.subarray(count * this.#width);
  }

  end(): Float64Array {
    if (this.#count < this.#values.length) {
      throw this.#fail('ends before all of % was read', 'a complete file');
    }
    return this.#values;
  }
}

export function isNpy(head: Buffer): boolean {
  return head.length >= 10 && head.subarray(0, 6).toString('latin1') === '\x93NUMPY';
}

function header(text: string, offset: number, at: Named, what: string): Header {
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
  return { descr, fortran: order === 'True', shape, offset };
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

/** The integer as a double; NaN if it is not exactly representable. */
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
