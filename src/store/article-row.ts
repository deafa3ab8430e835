import type { ArticleMeta } from '../article/article.js';
import { checksum } from './checksum.js';
import { wellFormed } from './texts.js';

/** Where an article came from, as far as it can be read again. */
export type Origin =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'bytes'; readonly name: string };

export interface ArticleFields extends ArticleMeta {
  /** What people call it by: ten letters and digits. */
  readonly id: string;
  /** What makes it the same article when it is read again. */
  readonly key: string;
  readonly origin: Origin;
  /** Of text and fields: equal when nothing changed. */
  readonly contentHash: string;
  /** Version of the rules it was cut by. */
  readonly cutting: string;
  /** What the server said for asking again (`etag`, `lastModified`). */
  readonly validators: Readonly<Record<string, string>>;
}

/** A stored article without its text. */
export interface StoredArticle extends ArticleFields {
  readonly passages: number;
  /** Length of the text in UTF-16 units. */
  readonly characters: number;
  /** ISO 8601, UTC. */
  readonly addedAt: string;
  readonly updatedAt: string;
}

/** A row of articles with what its cut says: version of the rules, and number of passages. */
export interface ArticleRow {
  readonly rowid: number;
  readonly public_id: string;
  readonly key: string;
  readonly origin: string;
  readonly title: string;
  readonly byline: string | null;
  readonly site_name: string | null;
  readonly published_at: string | null;
  readonly language: string | null;
  readonly url: string | null;
  readonly checksum: number;
  readonly characters: number;
  readonly content_hash: string;
  readonly validators: string;
  readonly added_at: number;
  readonly updated_at: number;
  readonly cutting: string | null;
  readonly passages: number | null;
}

type Meta = readonly [
  title: string,
  byline: string | null,
  siteName: string | null,
  publishedAt: string | null,
  language: string | null,
  url: string | null,
];

/** The fields that answers show, in the order of their columns. */
export function toMeta(from: ArticleMeta | ArticleRow): Meta {
  if ('site_name' in from) return [from.title, from.byline, from.site_name, from.published_at, from.language, from.url];
  const { title, byline, siteName, publishedAt, language, url } = from;
  const clean = (value: string | null) => (value === null ? null : wellFormed(value));
  return [wellFormed(title), clean(byline), clean(siteName), clean(publishedAt), clean(language), clean(url)];
}

export function metaChecksum(meta: Meta): number {
  return checksum(JSON.stringify(meta));
}

/** Where it came from; undefined where that is not what was stored. */
export function originOf(row: ArticleRow): Origin | undefined {
  return parsed(row.origin) as Origin | undefined;
}

/** One whose origin is damaged is listed as a text without a source, so that the others are too. */
export function toArticle(row: ArticleRow): StoredArticle {
  const [title, byline, siteName, publishedAt, language, url] = toMeta(row);
  return {
    id: row.public_id,
    key: row.key,
    origin: originOf(row) ?? { kind: 'bytes', name: title },
    title,
    byline,
    siteName,
    publishedAt,
    language,
    url,
    contentHash: row.content_hash,
    cutting: row.cutting ?? '',
    validators: (parsed(row.validators) as Record<string, string> | undefined) ?? {},
    passages: row.passages ?? 0,
    characters: row.characters,
    addedAt: new Date(row.added_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}

export function toArticleOrNone(row: ArticleRow | undefined): StoredArticle | undefined {
  return row && toArticle(row);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
