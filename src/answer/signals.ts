import { dot } from '../embed/vectors.js';
import type { LateMatches, LateQuestion } from './late-interaction.js';
import type { Found, WeightedWord } from './retrieve.js';
import type { PieceWeights } from './pieces.js';
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
  'otherLanguage', // question and passage share no words: an allowance, since all other signals are lower then
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
  'weakest', // late interaction, the quarter of the pieces that match least
  'weakestMiddle',
  'asking', // late interaction, "who" or "how many" alone
  'askingMiddle',
  'beyondTopic', // late interaction, words of the title or of many of the passage's sentences count less
  'beyondTopicMiddle',
  'withBefore', // late interaction with the sentence and the one before it together
  'withBeforeMiddle',
  'wins', // share of the question, by weight, that no other sentence of the passage matches better
  'coverage', // share of the question's words, by rarity, that stand in the sentence
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
  /** Its token states were compared; otherwise the late-interaction signals are 0. */
  readonly isLate: boolean;
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
  const titleTerms = new Set(termsOf(article.title, article.language));
  const allTerms = new Set([...titleTerms, ...sentenceTerms.flatMap((terms) => [...terms])]);
  const topicless = late?.weights.by(valuesBeyondTopic(words, titleTerms, sentenceTerms));
  const wins = winsOf(matches, late);
  const [whole, wholeMiddle] = weighted(matches?.passage, late?.weights.rarity);
  const rows = sentences.map((_, index): SentenceSignals => {
    const fits = kind === 'other' ? null : holds(kind, texts[index]!, question);
    const [last, middle] = agreement(matches?.sentences[index], late);
    const [beyondTopic, beyondTopicMiddle] = weighted(matches?.sentences[index], topicless);
    const [withBefore, withBeforeMiddle] = weighted(together(matches, index), late?.weights.rarity);
    return {
      meaning: passage.sentenceCosines[index] ?? 0,
      pieces: last.byRarity,
      piecesMiddle: middle.byRarity,
      everyPiece: last.alike,
      everyPieceMiddle: middle.alike,
      weakest: last.weakest,
      weakestMiddle: middle.weakest,
      asking: last.asking,
      askingMiddle: middle.asking,
      beyondTopic,
      beyondTopicMiddle,
      withBefore,
      withBeforeMiddle,
      wins: wins[index] ?? 0,
      coverage: coverage(words, sentenceTerms[index]!),
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
      pieces: whole,
      piecesMiddle: wholeMiddle,
      piecesSentence: largest(rows, 'pieces'),
      piecesSentenceMiddle: largest(rows, 'piecesMiddle'),
      otherLanguage: passage.isAcross ? 1 : 0,
    },
    sentences: rows,
    coverage: coverage(words, allTerms),
    isLate: matches !== null,
  };
}

/** What each word of the question tells about a sentence of this passage: nothing where every one has it, or the title. */
function valuesBeyondTopic(
  words: readonly WeightedWord[],
  title: ReadonlySet<string>,
  sentences: readonly ReadonlySet<string>[],
): Map<string, number> {
  return new Map(
    words.map(({ text, forms, rarity }) => {
      const isIn = (terms: ReadonlySet<string>): boolean => forms.some((form) => terms.has(form));
      const share = isIn(title) ? 1 : sentences.filter(isIn).length / sentences.length;
      return [text, rarity * (1 - share)];
    }),
  );
}

/** How well a text's tokens match the pieces of a question: means of the best cosine of each. */
interface Agreement {
  readonly byRarity: number;
  readonly alike: number;
  /** Of the worse-matched quarter of the pieces, at least one. */
  readonly weakest: number;
  /** Of the interrogatives. */
  readonly asking: number;
}

const NO_AGREEMENT: Agreement = { byRarity: 0, alike: 0, weakest: 0, asking: 0 };

/** Of the last layer and of the middle one. */
function agreement(layers: readonly Float32Array[] | undefined, late: LateQuestion | null): [Agreement, Agreement] {
  const of = (row: Float32Array | undefined): Agreement =>
    row && late ? agreementOf(row, late.weights) : NO_AGREEMENT;
  return [of(layers?.at(-1)), of(layers?.at(-2))];
}

/** The same by other weights, one for each piece. */
function weighted(layers: readonly Float32Array[] | undefined, weights: Float32Array | undefined): [number, number] {
  const of = (row: Float32Array | undefined): number => (row && weights ? dot(row, weights) : 0);
  return [of(layers?.at(-1)), of(layers?.at(-2))];
}

function agreementOf(row: Float32Array, { rarity, asking }: PieceWeights): Agreement {
  const least = row
    .slice()
    .sort()
    .subarray(0, Math.max(1, Math.floor(row.length / 4)));
  return { byRarity: dot(row, rarity), alike: mean(row), weakest: mean(least), asking: dot(row, asking) };
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
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
    layers
      .at(-1)!
      .reduce((sum, cosine, piece) => (cosine === best[piece] ? sum + late.weights.rarity[piece]! : sum), 0),
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

/** Of a passage's sentences. */
export function largest(rows: readonly SentenceSignals[], signal: SentenceSignal): number {
  return Math.max(...rows.map((row) => row[signal]));
}
