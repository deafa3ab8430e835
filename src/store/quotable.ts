import { FootnoteError } from '../errors.js';
import { metaChecksum } from './article-row.js';
import type { Database } from './database.js';
import { textDamaged } from './failures.js';
import type { Texts } from './texts.js';

/** An article as an answer names it. */
export interface CitedArticle {
  readonly id: string;
  readonly title: string;
  readonly byline: string | null;
  readonly siteName: string | null;
  readonly publishedAt: string | null;
  readonly language: string | null;
  readonly url: string | null;
}

/** An article that may be quoted: what is shown of it is what was stored. */
export interface Quotable {
  readonly article: CitedArticle;
  readonly text: string;
}

/** Texts kept in memory, in UTF-16 units over all: some 700 articles. */
const CACHED_UNITS = 4_000_000;

/**
 * Reads the version of an article and checks it, the first time; the versions used last stay in memory.
 * Gives the `text-damaged` error of an article that is not what was stored.
 */
export function quotables(
  database: Database,
  texts: Texts,
): (articleId: number, version: number) => Quotable | FootnoteError {
  const select = database.statement<CitedArticle & { readonly checksum: number }>(
    `SELECT public_id AS id, title, byline, site_name AS siteName, published_at AS publishedAt, language, url, checksum
     FROM articles WHERE id = ?`,
  );
  const cache = new Map<string, Quotable>();
  let units = 0;

  const read = (articleId: number): Quotable | FootnoteError => {
    const { checksum, ...article } = select.get(articleId)!;
    const { title, byline, siteName, publishedAt, language, url } = article;
    const text = texts.get(articleId)?.text;
    if (text === undefined || metaChecksum([title, byline, siteName, publishedAt, language, url]) !== checksum) {
      return textDamaged(database, `The text of "${title}"`, article.id);
    }
    return { article, text };
  };

  return (articleId, version) => {
    const key = `${articleId}:${version}`;
    const known = cache.get(key);
    const quotable = known ?? read(articleId);
    if (quotable instanceof FootnoteError) return quotable;
    // The Map's order is the order of use: what was used longest ago comes first.
    if (known) cache.delete(key);
    else units += quotable.text.length;
    cache.set(key, quotable);
    while (units > CACHED_UNITS && cache.size > 1) {
      const [oldest, { text }] = cache.entries().next().value!;
      cache.delete(oldest);
      units -= text.length;
    }
    return quotable;
  };
}
