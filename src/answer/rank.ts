import type { Span } from '../article/article.js';
import { dot, type Found, type Retrieved, type WeightedWord } from './retrieve.js';
import { termsOf } from './terms.js';

/** A passage with its place in the ranking. */
export interface Ranked {
  readonly passage: Found;
  /** Higher is better, among the passages of one question. */
  readonly score: number;
  /** What each signal added to the score. */
  readonly signals: Readonly<Record<PassageSignal, number>>;
  /** The sentence that answers best. */
  readonly highlight: Span;
  /** What of the question the passage covers; between questions comparable, see confidence.ts. */
  readonly evidence: Evidence;
}

/** Figures that can be compared between questions. */
export interface Evidence {
  /** Cosine of question and passage; null where the library's vectors are of another model. */
  readonly cosine: number | null;
  /** Cosine of question and the passage's best sentence; 0 where `cosine` is null. */
  readonly sentenceCosine: number;
  /** Share of the question's words, by rarity, that stand in the passage or its title, 0 to 1. */
  readonly coverage: number;
}

type PassageSignal = 'meaning' | 'keywords' | 'sentence';

/** Each signal is scaled to 0..1 over the candidates, then weighed. docs/quality.md has what each adds. */
const PASSAGE_WEIGHTS: Readonly<Record<PassageSignal, number>> = { meaning: 1, keywords: 1, sentence: 1 };

/** Of a sentence's score, within its passage. */
const SENTENCE_WEIGHTS = { meaning: 1, coverage: 0.5 } as const;

/** Orders passages by meaning, keywords and their best sentence, best first; picks each passage's best sentence. */
export function rank({ words, vector, candidates }: Retrieved): Ranked[] {
  const raw = candidates.map((passage) => {
    const sentences = sentenceCosines(vector, passage);
    return { passage, sentences, sentence: Math.max(...sentences) };
  });
  const meaning = scaled(raw.map(({ passage }) => passage.cosine ?? 0));
  const keywords = scaled(raw.map(({ passage }) => passage.bm25));
  const sentence = scaled(raw.map((one) => one.sentence));
  return raw
    .map(({ passage, sentences, sentence: sentenceCosine }, index) => {
      const signals = {
        meaning: PASSAGE_WEIGHTS.meaning * meaning[index]!,
        keywords: PASSAGE_WEIGHTS.keywords * keywords[index]!,
        sentence: PASSAGE_WEIGHTS.sentence * sentence[index]!,
      };
      return {
        passage,
        score: signals.meaning + signals.keywords + signals.sentence,
        signals,
        highlight: bestSentence(words, passage, sentences),
        evidence: {
          cosine: passage.cosine,
          sentenceCosine,
          coverage: coverage(words, passage, `${passage.article.title}\n${passage.text}`),
        },
      };
    })
    .sort((a, b) => b.score - a.score || a.passage.passageId - b.passage.passageId);
}

function bestSentence(words: readonly WeightedWord[], passage: Found, cosines: readonly number[]): Span {
  const meaning = scaled(cosines);
  const scores = passage.sentences.map(({ start, end }, index) => {
    const text = passage.text.slice(start - passage.start, end - passage.start);
    return SENTENCE_WEIGHTS.meaning * meaning[index]! + SENTENCE_WEIGHTS.coverage * coverage(words, passage, text);
  });
  return passage.sentences[scores.indexOf(Math.max(...scores))]!;
}

function sentenceCosines(vector: Float32Array, passage: Found): number[] {
  if (passage.cosine === null) return passage.sentences.map(() => 0);
  return passage.sentences.map((_, index) => dot(vector, passage.sentenceVectors, index * vector.length));
}

/** Share of the question's words, by rarity, that stand in `text`; 0 for a question without words. */
function coverage(words: readonly WeightedWord[], { article }: Found, text: string): number {
  const terms = new Set(termsOf(text, article.language));
  let found = 0;
  let all = 0;
  for (const { forms, rarity } of words) {
    all += rarity;
    if (forms.some((form) => terms.has(form))) found += rarity;
  }
  return all === 0 ? 0 : found / all;
}

/** To 0..1 from the least to the largest; all 0 where they are equal. */
function scaled(values: readonly number[]): number[] {
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  return values.map((value) => (range === 0 ? 0 : (value - least) / range));
}
