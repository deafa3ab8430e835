import type { Span } from '../article/article.js';
import { checksum } from './checksum.js';
import type { Database } from './database.js';

export interface Heading extends Span {
  /** 1 to 6. */
  readonly level: number;
}

export interface StoredText {
  readonly text: string;
  readonly headings: readonly Heading[];
}

/** The texts of the articles, by row. Inside transactions. */
export interface Texts {
  put(articleId: number, text: string, headings: readonly Heading[]): void;
  /** Undefined when it is not what was stored. */
  get(articleId: number): StoredText | undefined;
  /** The same, without its headings, out of memory where a version of an article was read lately. */
  cached(articleId: number, version: number): string | undefined;
}

/** Texts kept in memory, in UTF-16 units over all: some 700 articles. */
const CACHED_UNITS = 4_000_000;

export function texts(database: Database): Texts {
  const insert = database.statement(
    'INSERT OR REPLACE INTO texts (article_id, text, headings, checksum) VALUES (?, ?, ?, ?)',
  );
  const select = database.statement<{ text: string; headings: string; checksum: number }>(
    'SELECT text, headings, checksum FROM texts WHERE article_id = ?',
  );
  const cache = new Map<string, string>();
  let units = 0;

  const get = (articleId: number): StoredText | undefined => {
    const row = select.get(articleId);
    if (row?.checksum !== checksum(row?.text ?? '', row?.headings ?? '')) return undefined;
    return { text: row.text, headings: JSON.parse(row.headings) as Heading[] };
  };

  return {
    put(articleId, text, headings) {
      const clean = wellFormed(text);
      const spans = JSON.stringify(headings.map(({ start, end, level }) => ({ start, end, level })));
      insert.run(articleId, clean, spans, checksum(clean, spans));
    },
    get,
    cached(articleId, version) {
      const key = `${articleId}:${version}`;
      const text = cache.get(key) ?? get(articleId)?.text;
      if (text === undefined) return undefined;
      // The Map's order is the order of use: what was used last goes to the end, what goes first was used longest ago.
      if (!cache.delete(key)) units += text.length;
      cache.set(key, text);
      for (const [oldest, { length }] of cache) {
        if (units <= CACHED_UNITS || oldest === key) break;
        cache.delete(oldest);
        units -= length;
      }
      return text;
    },
  };
}

/** As it comes back: SQLite stores UTF-8, which has no lone surrogates, so each becomes U+FFFD. Offsets stay. */
export function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
