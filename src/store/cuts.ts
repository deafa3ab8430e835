import type { Passage } from '../article/article.js';
import { FootnoteError } from '../errors.js';
import { checksum } from './checksum.js';
import type { Database } from './database.js';
import { otherKind, type VectorKind } from './library-row.js';

/**
 * The terms a passage is found by: lower-case words, apart by spaces. What is no ASCII letter or digit but another ASCII
 * sign parts words too; everything beyond ASCII is kept as it is.
 */
export interface PassageTerms {
  readonly title: string;
  readonly heading: string;
  readonly body: string;
}

export interface PassageToStore extends Passage {
  /** Of its {@link Embedding}, which must be there already. */
  readonly hash: string;
  readonly terms: PassageTerms;
}

/** An article as cut in one edition: its passages, their keywords, and which vectors they have. */
export interface Cuts {
  /** Writes the passages of an article that has none in `edition`. Returns their vectors' labels. Inside a transaction. */
  write(
    articleId: number,
    edition: number,
    kind: VectorKind,
    cutting: string,
    passages: readonly PassageToStore[],
  ): number[];
  /** Takes an article's passages over into the edition after `edition`, unread. Inside a transaction. */
  copy(articleId: number, edition: number, cutting: string): void;
  /** Removes an article's passages from `edition`. Returns their vectors' labels. Inside a transaction. */
  remove(articleId: number, edition: number): number[];
  /** Hashes of what the passages of an article were made of. */
  hashes(articleId: number, edition: number): string[];
  /** Those of `labels` that no passage of `edition` has. */
  unused(labels: Iterable<number>, edition: number): number[];
}

/** Which of the two keyword tables belongs to an edition. */
export function keywordTable(edition: number): 0 | 1 {
  return edition % 2 === 0 ? 0 : 1;
}

export function cuts(database: Database): Cuts {
  const insertCut = database.statement('INSERT INTO cuts (article_id, edition, cutting, passages) VALUES (?, ?, ?, ?)');
  const findVector = database.statement<{ id: number; fingerprint: string }>(
    'SELECT id, fingerprint FROM vectors WHERE hash = ?',
  );
  const insertPassage = database.statement(
    `INSERT INTO passages (article_id, edition, ordinal, start, "end", heading, sentences, checksum, vector_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertTerms = ([0, 1] as const).map((table) =>
    database.statement(`INSERT INTO keywords_${table} (rowid, title, heading, body) VALUES (?, ?, ?, ?)`),
  );
  const deleteTerms = ([0, 1] as const).map((table) =>
    database.statement(
      `DELETE FROM keywords_${table} WHERE rowid IN (SELECT id FROM passages WHERE article_id = ? AND edition = ?)`,
    ),
  );
  const deleteCut = database.statement('DELETE FROM cuts WHERE article_id = ? AND edition = ?');
  const copyCut = database.statement(
    `INSERT INTO cuts (article_id, edition, cutting, passages)
     SELECT article_id, edition + 1, ?, passages FROM cuts WHERE article_id = ? AND edition = ?`,
  );
  const copyPassages = database.statement(
    `INSERT INTO passages (article_id, edition, ordinal, start, "end", heading, sentences, checksum, vector_id)
     SELECT article_id, edition + 1, ordinal, start, "end", heading, sentences, checksum, vector_id
     FROM passages WHERE article_id = ? AND edition = ?`,
  );
  const copyTerms = ([0, 1] as const).map((from) =>
    database.statement(
      `INSERT INTO keywords_${1 - from} (rowid, title, heading, body)
       SELECT copy.id, title, keywords_${from}.heading, body
       FROM passages AS original JOIN keywords_${from} ON keywords_${from}.rowid = original.id
       JOIN passages AS copy ON (copy.article_id, copy.edition, copy.ordinal) = (original.article_id, original.edition + 1, original.ordinal)
       WHERE original.article_id = ? AND original.edition = ?`,
    ),
  );
  const labelsOf = database.statement<{ label: number }>(
    'SELECT DISTINCT vector_id AS label FROM passages WHERE article_id = ? AND edition = ?',
  );
  const hashesOf = database.statement<{ hash: string }>(
    'SELECT hash FROM passages JOIN vectors ON vectors.id = vector_id WHERE article_id = ? AND edition = ? ORDER BY ordinal',
  );
  const isUsed = database.statement('SELECT 1 FROM passages WHERE vector_id = ? AND edition = ? LIMIT 1');

  return {
    write(articleId, edition, kind, cutting, passages) {
      insertCut.run(articleId, edition, cutting, passages.length);
      const labels = new Set<number>();
      for (const [ordinal, passage] of passages.entries()) {
        const vector = findVector.get(passage.hash);
        if (!vector) throw new FootnoteError('internal', 'A passage was stored before its vector.');
        if (vector.fingerprint !== kind.fingerprint) throw otherKind(kind, vector.fingerprint);
        const spans = JSON.stringify(passage.sentences.flatMap(({ start, end }) => [start, end]));
        const { start, end, heading } = passage;
        const sum = passageChecksum(start, end, heading, spans);
        const { id } = insertPassage.run(articleId, edition, ordinal, start, end, heading, spans, sum, vector.id);
        const { terms } = passage;
        insertTerms[keywordTable(edition)]!.run(id, terms.title, terms.heading, terms.body);
        labels.add(vector.id);
      }
      return [...labels];
    },
    copy(articleId, edition, cutting) {
      copyCut.run(cutting, articleId, edition);
      copyPassages.run(articleId, edition);
      copyTerms[keywordTable(edition)]!.run(articleId, edition);
    },
    remove(articleId, edition) {
      const labels = labelsOf.all(articleId, edition).map(({ label }) => label);
      deleteTerms[keywordTable(edition)]!.run(articleId, edition);
      deleteCut.run(articleId, edition);
      return labels;
    },
    hashes: (articleId, edition) => hashesOf.all(articleId, edition).map(({ hash }) => hash),
    unused: (labels, edition) => [...labels].filter((label) => !isUsed.get(label, edition)),
  };
}

export function passageChecksum(start: number, end: number, heading: string, sentences: string): number {
  return checksum(JSON.stringify([start, end, heading]), sentences);
}
