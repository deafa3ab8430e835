import { FootnoteError } from '../errors.js';
import type { Database } from './database.js';

/** What a library may hold. */
export interface Quota {
  readonly maxArticles: number;
  /** Of article text, as UTF-8. */
  readonly maxBytes: number;
}

export interface Room {
  /**
   * Whether `text` may be stored, in place of the article `earlier` where that is given. One that is there may always be
   * replaced by one that is no longer, whatever the limits are by then.
   * @throws quota-exceeded
   */
  check(earlier: number | undefined, text: string): void;
}

export function quota(database: Database, { maxArticles, maxBytes }: Quota): Room {
  // Counted anew with every write: 20 ms in a library of 10,000 articles, where embedding one takes seconds.
  const countAll = database.statement<{ articles: number; bytes: number | null }>(
    'SELECT count(*) AS articles, sum(octet_length(text)) AS bytes FROM texts',
  );
  const countOne = database.statement<{ bytes: number }>(
    'SELECT octet_length(text) AS bytes FROM texts WHERE article_id = ?',
  );

  return {
    check(earlier, text) {
      const isNew = earlier === undefined;
      const growth = Buffer.byteLength(text) - (isNew ? 0 : (countOne.get(earlier)?.bytes ?? 0));
      if (!isNew && growth <= 0) return;
      const { articles, bytes } = countAll.get()!;
      if (isNew && articles >= maxArticles) {
        throw full(`It holds ${articles} articles, and LIBRARY_MAX_ARTICLES allows ${maxArticles}.`);
      }
      const total = (bytes ?? 0) + growth;
      if (total > maxBytes) {
        throw full(`With this article it would hold ${total} bytes of text, and LIBRARY_MAX_BYTES allows ${maxBytes}.`);
      }
    },
  };
}

function full(reason: string): FootnoteError {
  const remedy = 'Remove articles that are no longer needed, or raise the limit. Nothing was changed.';
  return new FootnoteError('quota-exceeded', `The library is full. ${reason} ${remedy}`);
}
