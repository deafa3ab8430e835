import type { PassageSignal, SentenceSignal } from './signals.js';

/** Of each signal of a passage, scaled to 0..1 over the shortlist. `bench/fit.mjs` fits them; docs/quality.md has figures. */
export const PASSAGE_WEIGHTS: Readonly<Record<PassageSignal, number>> = {
  meaning: 1.15,
  keywords: 0.35,
  sentence: 2.25,
  pieces: 1.83,
  piecesMiddle: 2.98,
  piecesSentence: 0.56,
  piecesSentenceMiddle: 2.9,
};

/** The same where question and passage are in different languages and share figures and names at most. */
export const ACROSS_WEIGHTS: Readonly<Record<PassageSignal, number>> = {
  meaning: 0,
  keywords: 3,
  sentence: 4,
  pieces: 1.4,
  piecesMiddle: 3.36,
  piecesSentence: 1.18,
  piecesSentenceMiddle: 2.39,
};

/** Of each signal of a sentence, among those of its passage. */
export const SENTENCE_WEIGHTS: Readonly<Record<SentenceSignal, number>> = {
  meaning: 7.8,
  pieces: 0,
  piecesMiddle: 3.9,
  everyPiece: 12.2,
  everyPieceMiddle: 13.5,
  withBefore: 0,
  withBeforeMiddle: 0,
  wins: 1.7,
  coverage: -0.4,
  before: 1,
  first: -0.2,
  length: -0.9,
  wanted: 0.5,
  unwanted: -0.8,
};
