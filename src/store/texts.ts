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
}

export function texts(database: Database): Texts {
  const insert = database.statement(
    'INSERT OR REPLACE INTO texts (article_id, text, headings, checksum) VALUES (?, ?, ?, ?)',
  );
  const select = database.statement<{ text: string; headings: string; checksum: number }>(
    'SELECT text, headings, checksum FROM texts WHERE article_id = ?',
  );

  return {
    put(articleId, text, headings) {
      const clean = wellFormed(text);
      const spans = JSON.stringify(headings.map(({ start, end, level }) => ({ start, end, level })));
      insert.run(articleId, clean, spans, checksum(clean, spans));
    },
    get(articleId) {
      const row = select.get(articleId);
      if (row?.checksum !== checksum(row?.text ?? '', row?.headings ?? '')) return undefined;
      return { text: row.text, headings: JSON.parse(row.headings) as Heading[] };
    },
  };
}

/** As it comes back: SQLite stores UTF-8, which has no lone surrogates, so each becomes U+FFFD. Offsets stay. */
export function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
