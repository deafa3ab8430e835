import {
  metaChecksum,
  originOf,
  toArticle,
  toArticleOrNone,
  toMeta,
  type ArticleFields,
  type ArticleRow,
  type StoredArticle,
} from './article-row.js';
import type { Cuts, PassageToStore } from './cuts.js';
import type { Database } from './database.js';
import { areStatesWhole, isWhole, type EmbeddingRow, type StatesRow } from './embeddings.js';
import { ArticleDamaged, sourceDamaged, textDamaged, vectorDamaged } from './failures.js';
import { sameKind, type LibraryRow, type VectorKind } from './library-row.js';
import { isPassageWhole, PASSAGE_COLUMNS, toPassage, type PassageRow, type StoredPassage } from './passage-row.js';
import { quota, type Quota } from './quota.js';
import type { Heading, StoredText, Texts } from './texts.js';

export interface ArticleToStore extends ArticleFields {
  /** Lone surrogates are stored as U+FFFD; offsets stay. */
  readonly text: string;
  readonly headings: readonly Heading[];
  /** ISO 8601; for an import. @default now, or when it was first added */
  readonly addedAt?: string | undefined;
}

export interface PutResult {
  readonly status: 'added' | 'updated';
  /** Passages that were not in the earlier version, and those of it that are gone. */
  readonly added: number;
  readonly removed: number;
}

/** The articles. Reading a text that is not what was stored throws `text-damaged`. */
export interface Articles {
  /**
   * Stores an article with its passages, in place of an earlier version with the same key, all at once.
   * The vectors of `passages` are there already and of `kind`; the first article decides the library's kind.
   * @throws bad-config when the library's vectors are of another kind; quota-exceeded
   */
  put(article: ArticleToStore, kind: VectorKind, passages: readonly PassageToStore[]): PutResult;
  /**
   * Whether there is room for an article, so that no work is done in vain; `put` asks again. An article that is there may
   * be replaced by one that is no longer, whatever the limits are by then.
   * @throws quota-exceeded
   */
  checkRoom(article: Pick<ArticleToStore, 'key' | 'text'>): void;
  /** What was removed; undefined for an unknown id. */
  remove(id: string): StoredArticle | undefined;
  find(id: string): StoredArticle | undefined;
  findByKey(key: string): StoredArticle | undefined;
  /** The oldest with this content hash. */
  findByContent(contentHash: string): StoredArticle | undefined;
  /** @throws text-damaged */
  text(id: string): StoredText | undefined;
  /** In the order of the text; empty for an unknown id. @throws text-damaged */
  passages(id: string): StoredPassage[];
  /** Newest first. */
  list(): StoredArticle[];
  /** Ids, oldest first: for going through all articles without holding them. */
  ids(): string[];
  /** What of text, passages and vectors is not what was stored; undefined when all is, and for an unknown id. */
  damage(id: string): ArticleDamaged | undefined;
  /** False for an unknown id too. */
  isIntact(id: string): boolean;
  setValidators(id: string, validators: Readonly<Record<string, string>>): void;
}

/** What a change means for the vector index. */
export interface Change {
  /** Generations before and after. */
  readonly from: number;
  readonly to: number;
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

export function articles(
  database: Database,
  library: LibraryRow,
  texts: Texts,
  cuts: Cuts,
  limits: Quota,
  now: () => number,
  onChange: (change: Change) => void,
): Articles {
  const select = (where: string) =>
    database.statement<ArticleRow>(
      `SELECT articles.id AS rowid, articles.*, cutting, passages FROM articles
       LEFT JOIN cuts ON article_id = articles.id AND edition = (SELECT edition FROM library) ${where}`,
    );
  const byId = select('WHERE public_id = ?');
  const byKey = select('WHERE key = ?');
  const byContent = select('WHERE content_hash = ? ORDER BY articles.id LIMIT 1');
  const newestFirst = select('ORDER BY added_at DESC, articles.id DESC');
  const allIds = database.statement<{ public_id: string }>('SELECT public_id FROM articles ORDER BY id');
  const insert = database.statement(
    `INSERT INTO articles (public_id, version, origin, title, byline, site_name, published_at, language, url, checksum,
       characters, content_hash, validators, updated_at, key, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.statement(
    `UPDATE articles SET public_id = ?, version = ?, origin = ?, title = ?, byline = ?, site_name = ?, published_at = ?,
       language = ?, url = ?, checksum = ?, characters = ?, content_hash = ?, validators = ?, updated_at = ? WHERE id = ?`,
  );
  const getPassages = database.statement<PassageRow>(
    `SELECT ${PASSAGE_COLUMNS} FROM passages WHERE article_id = ? AND edition = ? ORDER BY ordinal`,
  );
  const getEmbeddings = database.statement<EmbeddingRow & StatesRow>(
    `SELECT vector, vectors.sentences AS sentences, vectors.checksum AS checksum, states, states_checksum FROM passages
     JOIN vectors ON vectors.id = vector_id WHERE article_id = ? AND edition = ?`,
  );
  const setValidators = database.statement('UPDATE articles SET validators = ? WHERE public_id = ?');
  const deleteArticle = database.statement('DELETE FROM articles WHERE id = ?');
  const room = quota(database, limits);

  /** Removes an article's passages from the live edition and from one that is being filled. Returns the live ones' labels. */
  const uncut = (rowid: number): number[] => {
    const { edition, next } = library.get();
    if (next) cuts.remove(rowid, next.edition);
    return cuts.remove(rowid, edition);
  };

  const textOf = (row: ArticleRow): StoredText => {
    const stored = texts.get(row.rowid);
    if (!stored || metaChecksum(toMeta(row)) !== row.checksum)
      throw textDamaged(database, `The text of "${row.title}"`, row.public_id);
    return stored;
  };

  const passagesOf = (row: ArticleRow): StoredPassage[] =>
    getPassages.all(row.rowid, library.get().edition).map((passage) => {
      if (!isPassageWhole(passage)) throw textDamaged(database, `A passage of "${row.title}"`, row.public_id);
      return toPassage(passage);
    });

  const damageOf = (row: ArticleRow): ArticleDamaged | undefined => {
    try {
      if (!originOf(row)) return sourceDamaged(row.title, row.public_id);
      textOf(row);
      passagesOf(row);
      const vectors = getEmbeddings.all(row.rowid, library.get().edition);
      const areWhole = vectors.every((one) => isWhole(one) && areStatesWhole(one));
      return areWhole ? undefined : vectorDamaged(database, row.title, row.public_id);
    } catch (error) {
      if (error instanceof ArticleDamaged) return error;
      throw error;
    }
  };

  return {
    put(article, kind, passages) {
      const { result, change } = database.write(() => {
        const before = library.get();
        const earlier = byKey.get(article.key);
        room.check(earlier?.rowid, article.text);
        if (!sameKind(before.kind, kind)) library.adopt(kind);
        const meta = toMeta(article);
        const to = library.advance();
        const values = [
          article.id,
          to,
          JSON.stringify(article.origin),
          ...meta,
          metaChecksum(meta),
          article.text.length,
          article.contentHash,
          JSON.stringify(article.validators),
          now(),
        ];
        const hashesBefore = earlier ? cuts.hashes(earlier.rowid, before.edition) : [];
        const labelsBefore = earlier ? uncut(earlier.rowid) : [];
        const addedAt = article.addedAt === undefined ? now() : Date.parse(article.addedAt);
        const rowid = earlier ? earlier.rowid : insert.run(...values, article.key, addedAt).id;
        if (earlier) update.run(...values, rowid);
        texts.put(rowid, article.text, article.headings);
        const labels = cuts.write(rowid, before.edition, kind, article.cutting, passages);
        const hashes = passages.map(({ hash }) => hash);
        return {
          result: {
            status: earlier ? ('updated' as const) : ('added' as const),
            added: surplus(hashes, hashesBefore),
            removed: surplus(hashesBefore, hashes),
          },
          change: { from: before.generation, to, added: labels, removed: cuts.unused(labelsBefore, before.edition) },
        };
      });
      onChange(change);
      return result;
    },

    checkRoom: ({ key, text }) => database.read(() => room.check(byKey.get(key)?.rowid, text)),

    remove(id) {
      const removed = database.write(() => {
        const row = byId.get(id);
        if (!row) return undefined;
        const { generation, edition } = library.get();
        const labels = uncut(row.rowid);
        deleteArticle.run(row.rowid);
        const change = { from: generation, to: library.advance(), added: [], removed: cuts.unused(labels, edition) };
        return { article: toArticle(row), change };
      });
      if (!removed) return undefined;
      onChange(removed.change);
      return removed.article;
    },

    find: (id) => toArticleOrNone(byId.get(id)),
    findByKey: (key) => toArticleOrNone(byKey.get(key)),
    findByContent: (contentHash) => toArticleOrNone(byContent.get(contentHash)),
    text: (id) =>
      database.read(() => {
        const row = byId.get(id);
        return row && textOf(row);
      }),
    passages: (id) =>
      database.read(() => {
        const row = byId.get(id);
        return row ? passagesOf(row) : [];
      }),
    list: () => newestFirst.all().map(toArticle),
    ids: () => allIds.all().map(({ public_id }) => public_id),

    damage: (id) =>
      database.read(() => {
        const row = byId.get(id);
        return row && damageOf(row);
      }),
    isIntact: (id) =>
      database.read(() => {
        const row = byId.get(id);
        return row !== undefined && damageOf(row) === undefined;
      }),

    setValidators: (id, validators) => void setValidators.run(JSON.stringify(validators), id),
  };
}

/** How many of `these` are not among `those`, each counted as often as it stands there. */
function surplus(these: readonly string[], those: readonly string[]): number {
  const left = new Map<string, number>();
  for (const one of those) left.set(one, (left.get(one) ?? 0) + 1);
  let count = 0;
  for (const one of these) {
    const there = left.get(one) ?? 0;
    if (there > 0) left.set(one, there - 1);
    else count++;
  }
  return count;
}
