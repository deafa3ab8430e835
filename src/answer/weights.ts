import { groupOfLanguage, type LanguageGroup } from '../embed/means.js';
import type { PassageSignal, SentenceSignal } from './signals.js';

type PassageWeights = Readonly<Record<PassageSignal, number>>;
type SentenceWeights = Readonly<Record<SentenceSignal, number>>;

/** Of each signal of a passage, scaled to 0..1 over the shortlist. `bench/fit.mjs` fits them; docs/quality.md has figures. */
const WITHIN_LANGUAGE: PassageWeights = {
  meaning: 1.4,
  keywords: 0.6,
  sentence: 2.1,
  pieces: 0.7,
  piecesMiddle: 3.3,
  piecesSentence: 0.7,
  piecesSentenceMiddle: 2.9,
};

/** The same where question and passage are in different languages and share figures and names at most. */
const ACROSS_LANGUAGES: PassageWeights = {
  meaning: 0,
  keywords: 4,
  sentence: 4.5,
  pieces: 2.5,
  piecesMiddle: 2.4,
  piecesSentence: 0.6,
  piecesSentenceMiddle: 2.8,
};

/** For models without token states; fitted with all-MiniLM-L6-v2, as those of sentences. */
const WITHOUT_STATES: PassageWeights = {
  meaning: 1.4,
  keywords: 5,
  sentence: 4.2,
  pieces: 0,
  piecesMiddle: 0,
  piecesSentence: 0,
  piecesSentenceMiddle: 0,
};

/** @param isLate the passage's token states were compared */
export function passageWeights(isAcross: boolean, isLate: boolean): PassageWeights {
  if (isAcross) return ACROSS_LANGUAGES;
  return isLate ? WITHIN_LANGUAGE : WITHOUT_STATES;
}

/** Of each signal of a sentence, among those of its passage; by the language of the article. */
const SENTENCE_WEIGHTS: Readonly<Record<LanguageGroup, SentenceWeights>> = {
  en: {
    meaning: 7.5,
    pieces: 0,
    piecesMiddle: 0,
    everyPiece: 6.2,
    everyPieceMiddle: 13.4,
    weakest: 8,
    weakestMiddle: 4.2,
    asking: 5.9,
    askingMiddle: 1.5,
    withBefore: 5.4,
    withBeforeMiddle: 5.5,
    wins: 1.7,
    coverage: -0.9,
    length: -1.2,
    wanted: 0.5,
    unwanted: -0.7,
  },
  zh: {
    meaning: 2,
    pieces: 0,
    piecesMiddle: 0,
    everyPiece: 3.9,
    everyPieceMiddle: 3.2,
    weakest: 20.7,
    weakestMiddle: -4.2,
    asking: -1.6,
    askingMiddle: 2.5,
    withBefore: 3,
    withBeforeMiddle: 8.2,
    wins: 1.4,
    coverage: 1.2,
    length: -0.8,
    wanted: 0.4,
    unwanted: -0.7,
  },
};

const SENTENCE_WITHOUT_STATES: SentenceWeights = {
  meaning: 10,
  pieces: 0,
  piecesMiddle: 0,
  everyPiece: 0,
  everyPieceMiddle: 0,
  weakest: 0,
  weakestMiddle: 0,
  asking: 0,
  askingMiddle: 0,
  withBefore: 0,
  withBeforeMiddle: 0,
  wins: 0,
  coverage: 5.3,
  length: -0.2,
  wanted: 0.7,
  unwanted: -1.4,
};

/**
 * Weights of a logistic model: the difference of two sentences' sums is the logarithm of how many times likelier one is.
 * @param language BCP 47 tag of the article
 * @param isLate the passage's token states were compared
 */
export function sentenceWeights(language: string | null, isLate: boolean): SentenceWeights {
  return isLate ? SENTENCE_WEIGHTS[groupOfLanguage(language)] : SENTENCE_WITHOUT_STATES;
}
