import type { Embedder } from '../embed/embedder.js';
import type { Candidate, KeywordWeights, Store } from '../store/store.js';
import type { FootnoteError } from '../errors.js';
import { questionWords, type QuestionWord } from './terms.js';

/** A word of a question with what it is worth. */
export interface WeightedWord extends QuestionWord {
  /** Inverse document frequency among the library's passages, in nats: rare words tell more. */
  readonly rarity: number;
}

/** A passage that may hold the answer, with how it was found. */
export interface Found extends Candidate {
  /** Cosine of question and passage; null where the library's vectors are of another model. */
  readonly cosine: number | null;
  /** BM25 by the keyword index; 0 where no word matched. */
  readonly bm25: number;
}

/** What a question brought to light. */
export interface Retrieved {
  readonly words: readonly WeightedWord[];
  /** Unit length. */
  readonly vector: Float32Array;
  readonly candidates: readonly Found[];
  /** Passages that matched and cannot be quoted, because what is stored is not what was. */
  readonly damaged: readonly FootnoteError[];
}

/**
 * Candidates taken from the vectors and from the keywords, each. The right passage is among the first 50 of either for
 * 0.999 of the questions with known answers; more only cost time.
 */
const CANDIDATES = 50;

/** A title says what its passages are about, in few words. */
const KEYWORD_WEIGHTS: KeywordWeights = { title: 1, heading: 1, body: 1 };

/**
 * From a question to the passages that may answer it: the nearest by meaning and the best by keywords.
 *
 * @param languages of the library's articles, see {@link questionWords}
 */
export async function retrieve(
  question: string,
  languages: Iterable<string | null>,
  store: Pick<Store, 'search' | 'kind'>,
  embedder: Embedder,
  {
    candidates: wanted = CANDIDATES,
    signal,
  }: { candidates?: number | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Retrieved> {
  const { vector } = await embedder.embedQuestion(question, { signal });
  const { search } = store;
  const words = weigh(questionWords(question, languages), search);
  const comparable = store.kind()?.fingerprint === embedder.fingerprint;
  const byVector = comparable ? search.byVector(vector, embedder.fingerprint, wanted) : [];
  const byTerms = search.byTerms(
    words.flatMap(({ forms }) => forms),
    wanted,
    KEYWORD_WEIGHTS,
  );
  const bm25 = new Map(byTerms.map(({ passageId, score }) => [passageId, score]));
  const ids = new Set([...byVector, ...byTerms].map(({ passageId }) => passageId));
  const { candidates, damaged } = search.candidates([...ids]);
  return {
    words,
    vector,
    candidates: candidates.map((candidate) => ({
      ...candidate,
      cosine: comparable ? dot(vector, candidate.vector) : null,
      bm25: bm25.get(candidate.passageId) ?? 0,
    })),
    damaged: damaged.map(({ error }) => error),
  };
}

/** Cosine of two unit vectors. @param at where `b` begins in a row of vectors */
export function dot(a: Float32Array, b: Float32Array, at = 0): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[at + i]!;
  return sum;
}

/** Rarity as BM25 counts it (Robertson and Zaragoza 2009), by the most common form of each word. */
function weigh(words: readonly QuestionWord[], search: Store['search']): WeightedWord[] {
  const counts = search.documentCounts(words.flatMap(({ forms }) => forms));
  const passages = search.passageCount();
  let next = 0;
  return words.map((word) => {
    const count = Math.max(...word.forms.map(() => counts[next++] ?? 0));
    return { ...word, rarity: Math.log(1 + (passages - count + 0.5) / (count + 0.5)) };
  });
}
