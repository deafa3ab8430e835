import { inflateRawSync } from 'node:zlib';
import { FootnoteError } from '../errors.js';
import { tooLarge } from './unpack.js';

/** Records of the ZIP format (APPNOTE 4.3): their signatures, and where in them the fields are. */
const END = { signature: 0x06054b50, length: 22, entries: 10, directory: 16 };
const ENTRY = {
  signature: 0x02014b50,
  length: 46,
  method: 10,
  packed: 20,
  name: 28,
  extra: 30,
  comment: 32,
  local: 42,
};
const LOCAL = { signature: 0x04034b50, length: 30, name: 26, extra: 28 };
/** The comment after the end record is no longer than this. */
const MAX_COMMENT = 0xffff;
const DEFLATED = 8;

/**
 * Makes sure that an archive is what it seems before a library unpacks it. Sizes are measured, as the ones an archive states
 * can be lies.
 *
 * @throws too-large when its files unpack to more than `maxBytes` together; broken-docx when it cannot be read
 */
export function assertSmallWhenUnpacked(bytes: Uint8Array, maxBytes: number): void {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let left = maxBytes;
  try {
    for (const { method, packed } of entriesOf(zip)) {
      left -=
        method === DEFLATED ? inflateRawSync(packed, { maxOutputLength: Math.max(1, left) }).length : packed.length;
      if (left <= 0) throw tooLarge(maxBytes);
    }
  } catch (error) {
    if (error instanceof FootnoteError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new FootnoteError(
      'broken-docx',
      'The Word file is damaged or cut off. Save it again, or save it as PDF, and add that.',
      {
        cause: error,
      },
    );
  }
}

function* entriesOf(zip: Buffer): Generator<{ method: number; packed: Buffer }> {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || end < zip.length - END.length - MAX_COMMENT) throw new RangeError('no end of the directory');
  const count = zip.readUInt16LE(end + END.entries);
  let at = zip.readUInt32LE(end + END.directory);
  for (let index = 0; index < count; index++) {
    if (zip.readUInt32LE(at) !== ENTRY.signature) throw new RangeError('no entry where the directory says');
    const local = zip.readUInt32LE(at + ENTRY.local);
    if (zip.readUInt32LE(local) !== LOCAL.signature) throw new RangeError('no file where its entry says');
    const start = local + LOCAL.length + zip.readUInt16LE(local + LOCAL.name) + zip.readUInt16LE(local + LOCAL.extra);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + ENTRY.packed));
    yield { method: zip.readUInt16LE(at + ENTRY.method), packed };
    at +=
      ENTRY.length +
      zip.readUInt16LE(at + ENTRY.name) +
      zip.readUInt16LE(at + ENTRY.extra) +
      zip.readUInt16LE(at + ENTRY.comment);
  }
}
