import { crc32 } from 'node:zlib';
import { FootnoteError } from '../errors.js';

/**
 * Checksum of stored parts, in order. CRC-32 finds every change of up to four neighbouring bytes and misses one in four
 * thousand million others: enough against failing disks; who may write to the database could write the checksum too.
 */
export function checksum(...parts: readonly (string | Uint8Array)[]): number {
  return parts.reduce<number>((sum, part) => crc32(part, sum), parts.length);
}

/** What is said of a stored text or vector that is not what was written. */
export function textDamaged(what: string, articleId: string): FootnoteError {
  return new FootnoteError(
    'text-damaged',
    `${what} was changed in the database since it was stored, so nothing is quoted from it. ` +
      `Run "footnote refresh ${articleId}" to read it again, or import an export, or restore a backup.`,
  );
}
