import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';
import { FootnoteError } from '../errors.js';

const MEGABYTE = 1024 * 1024;

/** What a response's body may be packed with; sent as Accept-Encoding. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

const unpackers: Readonly<Record<string, (packed: Uint8Array, options: ZlibOptions) => Promise<Uint8Array>>> = {
  gzip: promisify<Uint8Array, ZlibOptions, Buffer>(gunzip),
  'x-gzip': promisify<Uint8Array, ZlibOptions, Buffer>(gunzip),
  br: promisify<Uint8Array, ZlibOptions, Buffer>(brotliDecompress),
  // Some servers send deflate without the zlib header, whose first byte names method 8.
  deflate: (packed, options) =>
    promisify<Uint8Array, ZlibOptions, Buffer>(((packed[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw)(packed, options),
};

/**
 * All bytes of a response's body, as they were sent.
 *
 * @throws too-large as soon as there are more than `maxBytes`
 */
export async function readAll(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * A body unpacked.
 *
 * @param encoding the Content-Encoding header; empty for none
 * @throws too-large when it unpacks to more than `maxBytes` (no more than that is ever held); connection-failed for a coding
 *   that was not asked for, or data that cannot be unpacked
 */
export async function unpack(packed: Uint8Array, encoding: string, maxBytes: number): Promise<Uint8Array> {
  const coding = encoding.trim().toLowerCase();
  if (coding === '' || coding === 'identity' || packed.length === 0) return packed;
  const unpacker = unpackers[coding];
  if (!unpacker) throw unreadable(coding);
  try {
    return await unpacker(packed, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw unreadable(coding, error);
  }
}

export function tooLarge(maxBytes: number): FootnoteError {
  const limit = maxBytes < MEGABYTE ? `${maxBytes} bytes` : `${Math.floor(maxBytes / MEGABYTE)} MB`;
  return new FootnoteError(
    'too-large',
    `It is larger than the limit of ${limit}. Save the article's text and add that.`,
  );
}

function unreadable(coding: string, cause?: unknown): FootnoteError {
  return new FootnoteError(
    'connection-failed',
    `The server sent data packed in a way that cannot be unpacked (${coding.slice(0, 40)}). ` +
      'Try again later, or save the page and add the file.',
    { cause },
  );
}
