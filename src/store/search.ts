import { FootnoteError } from '../errors.js';
import { keywordTable } from './cuts.js';
import type { Database } from './database.js';
import { areStatesWhole, isWhole, unpack, vectorOf, type EmbeddingRow, type StatesRow } from './embeddings.js';
import { textDamaged } from './failures.js';
import { otherKind, type LibraryRow } from './library-row.js';
import type { LiveIndex } from './live-index.js';
import { isPassageWhole, PASSAGE_COLUMNS, toPassage, type PassageRow, type StoredPassage } from './passage-row.js';
import { quotables, type CitedArticle } from './quotable.js';
import type { Texts } from './texts.js';

/** A passage found by its vector. */
export interface VectorHit {
  readonly passageId: number;
  /** Cosine, -1 to 1. */
  readonly similarity: number;
}

/** A passage found by its words. */
export interface KeywordHit {
  readonly passageId: number;
  /** BM25 over the three columns; higher is better. */
  readonly score: number;
}

/** How much a term counts by where it stands. */
export interface KeywordWeights {
  readonly title: number;
  readonly heading: number;
  readonly body: number;
}

/** A passage with all that ranking and quoting need. Do not change the vectors: they may be shared. */
export interface Candidate extends StoredPassage {
  readonly article: CitedArticle;
  /** The whole article's text, which all offsets count in. */
  readonly articleText: string;
  /** `articleText.slice(start, end)`. */
  readonly text: string;
  /** Unit length. */
  readonly vector: Float32Array;
  /** One unit-length vector per sentence, one after the other. */
  readonly sentenceVectors: Float32Array;
}

export interface CandidateSet {
  /** In the order asked for; passages that are gone are left out. */
  readonly candidates: readonly Candidate[];
  /** `text-damaged` of passages whose text, place or vectors are not what was stored: nothing may be quoted from them. */
  readonly damaged: readonly { readonly passageId: number; readonly error: FootnoteError }[];
}

/** Finding live passages. What another process has written is seen at once. */
export interface Search {
  /**
   * Up to `k` passages whose vectors are nearest to `vector`, best first.
   * @param fingerprint of the model that made `vector`
   * @throws bad-config when the library holds another model's vectors
   */
  byVector(vector: Float32Array, fingerprint: string, k: number): VectorHit[];
  /** Up to `k` passages with any of `terms` (analysed as the passages' were), best first. Query syntax is plain text. */
  byTerms(terms: readonly string[], k: number, weights: KeywordWeights): KeywordHit[];
  /** Of each term, in order: how many passages have it. */
  documentCounts(terms: readonly string[]): number[];
  passageCount(): number;
  /** Another with every change of the live passages. */
  generation(): number;
  /** The articles' languages, each once; null where one is unknown. */
  languages(): readonly (string | null)[];
  candidates(passageIds: readonly number[]): CandidateSet;
  /** Packed token states of passages; those that have none, or damaged ones, are left out. */
  states(passageIds: readonly number[]): ReadonlyMap<number, Uint8Array>;
}

/** Libraries of up to this many passages are searched for every term: it takes two milliseconds. */
const LOOK_AT_ALL = 1_000;

/** Terms whose counts are remembered while nothing changes. */
const COUNTS_KEPT = 20_000;

/**
 * Passages looked at for a question's words, at most, unless its rarest word alone has more: about ten milliseconds, no more
 * than its embedding takes. The frequent words left out would add least to a passage's score.
 */
const LOOK_AT_MOST = 8_000;

interface Counts {
  readonly generation: number;
  readonly edition: number;
  readonly passages: number;
  readonly languages: readonly (string | null)[];
  /** Passages with a term. */
  readonly terms: Map<string, number>;
}

type CandidateRow = PassageRow &
  EmbeddingRow & { readonly article_id: number; readonly version: number; readonly sentence_vectors: Uint8Array };

export function search(database: Database, library: LibraryRow, texts: Texts, index: LiveIndex): Search {
  const passagesByLabel = database.statement<{ passage_id: number; label: number }>(
    'SELECT passages.id AS passage_id, vector_id AS label FROM json_each(?) AS hits JOIN passages ON vector_id = hits.value AND edition = ?',
  );
  const byTerms = ([0, 1] as const).map((table) =>
    database.statement<KeywordHit>(
      `SELECT rowid AS passageId, -bm25(keywords_${table}, ?, ?, ?) AS score FROM keywords_${table}
       WHERE keywords_${table} MATCH ? ORDER BY score DESC, rowid LIMIT ?`,
    ),
  );
  const countTerms = ([0, 1] as const).map((table) =>
    database.statement<{ term: string; doc: number }>(
      `SELECT term, doc FROM json_each(?) AS wanted JOIN terms_${table} ON term = wanted.value`,
    ),
  );
  const countPassages = database.statement<{ count: number | null }>(
    'SELECT sum(passages) AS count FROM cuts WHERE edition = ?',
  );
  const selectLanguages = database.statement<{ language: string | null }>('SELECT DISTINCT language FROM articles');
  const selectStates = database.statement<StatesRow & { passage_id: number }>(
    `SELECT passages.id AS passage_id, states, states_checksum FROM json_each(?) AS wanted
     JOIN passages ON passages.id = wanted.value AND edition = ? JOIN vectors ON vectors.id = vector_id`,
  );
  const selectCandidates = database.statement<CandidateRow>(
    `SELECT ${PASSAGE_COLUMNS}, vector, vectors.sentences AS sentence_vectors, vectors.checksum AS checksum, article_id, version
     FROM json_each(?) AS wanted JOIN passages ON passages.id = wanted.value AND edition = ?
     JOIN vectors ON vectors.id = vector_id JOIN articles ON articles.id = article_id`,
  );
  const quotable = quotables(database, texts);

  const toCandidate = (row: CandidateRow): Candidate | FootnoteError => {
    const source = quotable(row.article_id, row.version);
    if (source instanceof FootnoteError) return source;
    const { article, text } = source;
    const isVectorWhole = isWhole({ vector: row.vector, sentences: row.sentence_vectors, checksum: row.checksum });
    if (!isPassageWhole(row) || !isVectorWhole)
      return textDamaged(database, `A passage of "${article.title}"`, article.id);
    const vector = vectorOf(row.vector);
    return {
      ...toPassage(row),
      article,
      articleText: text,
      text: text.slice(row.start, row.end),
      vector,
      sentenceVectors: unpack(row.sentence_vectors, vector.length),
    };
  };

  let counted: Counts | undefined;

  /** What is counted over the whole library, anew after each change of it. A frequent term takes milliseconds. */
  const count = (terms: readonly string[]): Counts => {
    const { generation, edition } = library.get();
    if (counted?.generation !== generation || counted.terms.size > COUNTS_KEPT) {
      counted = {
        generation,
        edition,
        passages: countPassages.get(edition)?.count ?? 0,
        languages: selectLanguages.all().map(({ language }) => language),
        terms: new Map(),
      };
    }
    const counts = counted.terms;
    const unknown = terms.filter((term) => !counts.has(term));
    for (const term of unknown) counts.set(term, 0);
    if (unknown.length > 0) {
      for (const { term, doc } of countTerms[keywordTable(edition)]!.all(JSON.stringify(unknown)))
        counts.set(term, doc);
    }
    return counted;
  };

  return {
    byVector(vector, fingerprint, k) {
      const { kind } = library.get();
      if (!kind) return [];
      if (kind.fingerprint !== fingerprint || kind.dimensions !== vector.length) throw otherKind(kind, fingerprint);
      return database.read(() => {
        const hits = index.search(vector, k);
        const similarities = new Map(hits.map(({ label, similarity }) => [label, similarity]));
        return passagesByLabel
          .all(JSON.stringify(hits.map(({ label }) => label)), library.get().edition)
          .map(({ passage_id, label }) => ({ passageId: passage_id, similarity: similarities.get(label)! }))
          .sort((a, b) => b.similarity - a.similarity || a.passageId - b.passageId)
          .slice(0, k);
      });
    },

    byTerms: (terms, k, weights) =>
      database.read(() => {
        const words = [...new Set(terms)].filter((term) => /[^\s\0]/.test(term));
        const { terms: counts, passages, edition } = count(words);
        // FTS5 gives a term that half of all passages have, or more, no weight (1e-6); it would only have them all looked at.
        const telling = words.filter((term) => counts.get(term)! > 0 && counts.get(term)! < passages / 2);
        const wanted = passages > LOOK_AT_ALL && telling.length > 0 ? rarest(telling, counts) : words;
        const query = wanted.map(quoted).join(' OR ');
        if (query === '') return [];
        return byTerms[keywordTable(edition)]!.all(weights.title, weights.heading, weights.body, query, k);
      }),

    documentCounts: (terms) =>
      database.read(() => {
        const { terms: counts } = count(terms);
        return terms.map((term) => counts.get(term)!);
      }),

    passageCount: () => database.read(() => count([]).passages),
    generation: () => library.get().generation,
    languages: () => database.read(() => count([]).languages),

    candidates: (passageIds) =>
      database.read(() => {
        const rows = selectCandidates.all(JSON.stringify(passageIds), library.get().edition);
        const byId = new Map(rows.map((row) => [row.passage_id, row]));
        const candidates: Candidate[] = [];
        const damaged: { passageId: number; error: FootnoteError }[] = [];
        for (const passageId of new Set(passageIds)) {
          const row = byId.get(passageId);
          const candidate = row && toCandidate(row);
          if (candidate instanceof FootnoteError) damaged.push({ passageId, error: candidate });
          else if (candidate) candidates.push(candidate);
        }
        return { candidates, damaged };
      }),

    states: (passageIds) =>
      database.read(() => {
        const rows = selectStates.all(JSON.stringify(passageIds), library.get().edition);
        const whole = rows.filter((row) => row.states.length > 0 && areStatesWhole(row));
        return new Map(whole.map((row) => [row.passage_id, row.states]));
      }),
  };
}

/** Of some terms the rarest, as many as have few enough passages together. */
function rarest(terms: readonly string[], counts: ReadonlyMap<string, number>): string[] {
  let passages = 0;
  return [...terms]
    .sort((a, b) => counts.get(a)! - counts.get(b)!)
    .filter((term, index) => (passages += counts.get(term)!) <= LOOK_AT_MOST || index === 0);
}

/** A term as FTS5 takes it literally. */
function quoted(term: string): string {
  return `"${term.replaceAll('\0', ' ').replaceAll('"', '""')}"`;
}
