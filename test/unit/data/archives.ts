import { crc32, deflateRawSync } from 'node:zlib';

/** A file of an archive, and what its directory says of it where that is not the truth. */
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

/** A npy array of doubles. `declared`: the shape its header says, where that is not the truth. */
export function npyOf(values: readonly number[], declared = `(${values.length},)`): Buffer {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': ${declared}, }`;
  const header = text.padEnd(118 - 1, ' ');
  const head = Buffer.from(`\x93NUMPY\x01\x00v\x00${header}\n`, 'latin1');
  return Buffer.concat([head, Buffer.from(Float64Array.from(values).buffer)]);
}
