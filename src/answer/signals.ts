import type { LateMatches, LateQuestion } from './late-interaction.js';
import type { Found, WeightedWord } from './retrieve.js';
import { termsOf } from './terms.js';
import { holds, type Wanted } from './wanted.js';

/**
 * What speaks for a passage. Late-interaction signals compare question and passage piece by piece, in the model's last
 * layer and in a middle one; the others are one figure a passage.
 */
export const PASSAGE_SIGNALS = [
  'meaning', // cosine of question and passage
  'keywords', // BM25
  'sentence', // cosine of question and best sentence
  'pieces', // late interaction with the whole passage, last layer
  'piecesMiddle',
  'piecesSentence', // late interaction with the best sentence, last layer
  'piecesSentenceMiddle',
] as const;
export type PassageSignal = (typeof PASSAGE_SIGNALS)[number];
export type PassageSignals = Readonly<Record<PassageSignal, number>>;

/** What speaks for a sentence of a passage. */
export const SENTENCE_SIGNALS = [
  'meaning', // cosine of question and sentence
  'pieces', // late interaction, rare words count more
  'piecesMiddle',
  'everyPiece', // late interaction, all pieces alike
  'everyPieceMiddle',
  'withBefore', // late interaction with the sentence and the one before it together
  'withBeforeMiddle',
  'wins', // share of the question, by weight, that no other sentence of the passage matches better
  'coverage', // share of the question's words, by rarity, that stand in the sentence
  'before', // the same of the sentence before, which a "he" or "it" may point to
  'first', // the passage's first sentence
  'length', // logarithm of its characters
  'wanted', // it holds something of the kind the question asks for
  'unwanted', // it holds nothing of that kind
] as const;
export type SentenceSignal = (typeof SENTENCE_SIGNALS)[number];
export type SentenceSignals = Readonly<Record<SentenceSignal, number>>;

/** A candidate with all that speaks for it and its sentences. */
export interface Weighed {
  readonly passage: Found;
  readonly signals: PassageSignals;
  /** One for each sentence, in order. */
  readonly sentences: readonly SentenceSignals[];
  /** Share of the question's words, by rarity, that stand in the passage or its title, 0 to 1. */
  readonly coverage: number;
}

/** @param matches null where the passage has no states to compare */
export function weighPassage(
  passage: Found,
  words: readonly WeightedWord[],
  kind: Wanted,
  question: string,
  late: LateQuestion | null,
  matches: LateMatches | null,
): Weighed {
  const { sentences, text, start, article } = passage;
  const texts = sentences.map((span) => text.slice(span.start - start, span.end - start));
  const sentenceTerms = texts.map((one) => new Set(termsOf(one, article.language)));
  const allTerms = new Set([
    ...termsOf(article.title, article.language),
    ...sentenceTerms.flatMap((terms) => [...terms]),
  ]);
  const coverages = sentenceTerms.map((terms) => coverage(words, terms));
  const pieces = sentences.map((_, index) => agreement(matches?.sentences[index], late));
  const withBefore = sentences.map((_, index) => agreement(together(matches, index), late));
  const wins = winsOf(matches, late);
  const whole = agreement(matches?.passage, late);
  const rows = sentences.map((_, index): SentenceSignals => {
    const fits = kind === 'other' ? null : holds(kind, texts[index]!, question);
    return {
      meaning: passage.sentenceCosines[index] ?? 0,
      pieces: pieces[index]!.weighted.at(-1) ?? 0,
      piecesMiddle: pieces[index]!.weighted.at(-2) ?? 0,
      everyPiece: pieces[index]!.plain.at(-1) ?? 0,
      everyPieceMiddle: pieces[index]!.plain.at(-2) ?? 0,
      withBefore: withBefore[index]!.weighted.at(-1) ?? 0,
      withBeforeMiddle: withBefore[index]!.weighted.at(-2) ?? 0,
      wins: wins[index] ?? 0,
      coverage: coverages[index]!,
      before: coverages[index - 1] ?? 0,
      first: index === 0 ? 1 : 0,
      length: Math.log(texts[index]!.length),
      wanted: fits === true ? 1 : 0,
      unwanted: fits === false ? 1 : 0,
    };
  });
  return {
    passage,
    signals: {
      meaning: passage.cosine ?? 0,
      keywords: passage.bm25,
      sentence: largest(rows, 'meaning'),
      pieces: whole.weighted.at(-1) ?? 0,
      piecesMiddle: whole.weighted.at(-2) ?? 0,
      piecesSentence: largest(rows, 'pieces'),
      piecesSentenceMiddle: largest(rows, 'piecesMiddle'),
    },
    sentences: rows,
    coverage: coverage(words, allTerms),
  };
}

/** Mean of the pieces' best matches, a layer: by the pieces' weights, and all alike. */
function agreement(
  layers: readonly Float32Array[] | undefined,
  late: LateQuestion | null,
): { weighted: number[]; plain: number[] } {
  if (!layers || !late) return { weighted: [], plain: [] };
  return {
    weighted: layers.map((row) => row.reduce((sum, cosine, piece) => sum + cosine * late.weights[piece]!, 0)),
    plain: layers.map((row) => row.reduce((sum, cosine) => sum + cosine, 0) / row.length),
  };
}

/** Best matches of a sentence and the one before it, a layer: "he" and "it" have their meaning from there. */
function together(matches: LateMatches | null, index: number): Float32Array[] | undefined {
  const own = matches?.sentences[index];
  const before = matches?.sentences[index - 1] ?? own;
  return own?.map((row, layer) => row.map((cosine, piece) => Math.max(cosine, before![layer]![piece]!)));
}

/** For each sentence, the weight of the pieces that it matches best of all sentences, in the last layer. */
function winsOf(matches: LateMatches | null, late: LateQuestion | null): number[] {
  if (!matches || !late) return [];
  const best = matches.passage.at(-1)!;
  return matches.sentences.map((layers) =>
    layers.at(-1)!.reduce((sum, cosine, piece) => (cosine === best[piece] ? sum + late.weights[piece]! : sum), 0),
  );
}

/** Share of the question's words, by rarity, that are among `terms`; 0 for a question without words. */
function coverage(words: readonly WeightedWord[], terms: ReadonlySet<string>): number {
  let found = 0;
  let all = 0;
  for (const { forms, rarity } of words) {
    all += rarity;
    if (forms.some((form) => terms.has(form))) found += rarity;
  }
  return all === 0 ? 0 : found / all;
}

function largest(rows: readonly SentenceSignals[], signal: SentenceSignal): number {
  return Math.max(...rows.map((row) => row[signal]));
}
