import { crc32 } from 'node:zlib';
import { FootnoteError } from '../errors.js';

/**
 * Checksum of stored parts, in order. CRC-32 finds every change of up to four neighbouring bytes and misses one in four
 * thousand million others: enough against failing disks; who may write to the database could write the checksum too.
 */
export function checksum(...parts: readonly (string | Uint8Array)[]): number {
  return parts.reduce<number>((sum, part) => crc32(part, sum), parts.length);
}

/** Something of an article is not what was stored. */
export class ArticleDamaged extends FootnoteError {
  constructor(
    readonly articleId: string,
    message: string,
  ) {
    super('text-damaged', message);
  }
}

/** A text, or a passage's place in it: nothing is quoted from it. */
export function textDamaged(what: string, articleId: string): ArticleDamaged {
  return new ArticleDamaged(
    articleId,
    `${what} was changed in the database since it was stored, so nothing is quoted from it. ` +
      `Run "footnote refresh ${articleId}" to read it again, or import an export, or restore a backup.`,
  );
}

/** A vector, which can be made anew from the text. */
export function vectorDamaged(title: string, articleId: string): ArticleDamaged {
  return new ArticleDamaged(
    articleId,
    `A vector of "${title}" was changed in the database since it was stored; the passage is not found by its meaning. ` +
      `Run "footnote refresh ${articleId}" or "footnote reindex".`,
  );
}
