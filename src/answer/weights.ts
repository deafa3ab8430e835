import type { PassageSignal, SentenceSignal } from './signals.js';

type PassageWeights = Readonly<Record<PassageSignal, number>>;
type SentenceWeights = Readonly<Record<SentenceSignal, number>>;

/** Weights for models with token states, and for those without, which were fitted with all-MiniLM-L6-v2. */
interface Weights<Table> {
  readonly withStates: Table;
  readonly withoutStates: Table;
}

/** Of each signal of a passage, scaled to 0..1 over the shortlist. `bench/fit.mjs` fits them; docs/quality.md has figures. */
export const PASSAGE_WEIGHTS: Weights<PassageWeights> = {
  withStates: {
    meaning: 0,
    keywords: 1.5,
    sentence: 3,
    pieces: 1.9,
    piecesMiddle: 2.6,
    piecesSentence: 1.2,
    piecesSentenceMiddle: 2.8,
    otherLanguage: 4.3,
  },
  withoutStates: {
    meaning: 1.4,
    keywords: 5,
    sentence: 4.2,
    pieces: 0,
    piecesMiddle: 0,
    piecesSentence: 0,
    piecesSentenceMiddle: 0,
    otherLanguage: 0,
  },
};

/**
 * Of each signal of a sentence, among those of its passage. A logistic model: the difference of two sentences' sums is the
 * logarithm of how many times likelier one is. The signals overlap, so that one weight alone says little.
 */
export const SENTENCE_WEIGHTS: Weights<SentenceWeights> = {
  withStates: {
    meaning: 16.2,
    pieces: -8.4,
    piecesMiddle: -4.7,
    everyPiece: 5.8,
    everyPieceMiddle: 5.8,
    weakest: 8,
    weakestMiddle: -1.2,
    asking: 2.5,
    askingMiddle: 1.9,
    beyondTopic: 3.4,
    beyondTopicMiddle: 11.8,
    withBefore: 4.9,
    withBeforeMiddle: 4.6,
    wins: 1.5,
    coverage: -0.3,
    length: -0.7,
    wanted: 0.4,
    unwanted: -0.6,
  },
  withoutStates: {
    meaning: 10,
    pieces: 0,
    piecesMiddle: 0,
    everyPiece: 0,
    everyPieceMiddle: 0,
    weakest: 0,
    weakestMiddle: 0,
    asking: 0,
    askingMiddle: 0,
    beyondTopic: 0,
    beyondTopicMiddle: 0,
    withBefore: 0,
    withBeforeMiddle: 0,
    wins: 0,
    coverage: 5.3,
    length: -0.2,
    wanted: 0.7,
    unwanted: -1.4,
  },
};
