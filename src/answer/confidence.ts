import type { Evidence, LateEvidence } from './rank.js';

/** Weights of a logistic regression: log odds that the passage answers the question. */
interface ConfidenceWeights extends LateEvidence {
  readonly bias: number;
  readonly cosine: number;
  readonly sentenceCosine: number;
  readonly coverage: number;
}

const NOTHING: LateEvidence = { pieces: 0, piecesMiddle: 0, weakest: 0 };

/** Fitted by `bench/fit.mjs` on questions whose article is in the library and on the same questions when it is not. */
const WITHIN_LANGUAGE: ConfidenceWeights = {
  bias: -15.8,
  cosine: 0,
  sentenceCosine: 10.9,
  pieces: 11.7,
  piecesMiddle: 9.8,
  weakest: 10.8,
  coverage: 5,
};

/** Where question and passage are in different languages few words can be found again, and little is certain. */
const ACROSS_LANGUAGES: ConfidenceWeights = {
  bias: -13.8,
  cosine: 0,
  sentenceCosine: 17,
  pieces: 2.2,
  piecesMiddle: 24.9,
  weakest: 6.5,
  coverage: 6.1,
};

/** For models without token states; fitted with all-MiniLM-L6-v2. */
const COSINES_ALONE: ConfidenceWeights = { ...NOTHING, bias: -9.6, cosine: 3.6, sentenceCosine: 12.3, coverage: 7.6 };

/** Without vectors to compare, a passage counts as an answer when it has nearly all of the question's rare words. Estimated. */
const WORDS_ALONE: ConfidenceWeights = { ...NOTHING, bias: -9, cosine: 0, sentenceCosine: 0, coverage: 10 };

/** How likely the best passage holds the answer, 0 to 1. */
export function confidence(evidence: Evidence): number {
  const { cosine, sentenceCosine, coverage } = evidence;
  const late = evidence.late ?? NOTHING;
  const weights = weightsFor(evidence);
  const odds =
    weights.bias +
    weights.cosine * (cosine ?? 0) +
    weights.sentenceCosine * sentenceCosine +
    weights.pieces * late.pieces +
    weights.piecesMiddle * late.piecesMiddle +
    weights.weakest * late.weakest +
    weights.coverage * coverage;
  return 1 / (1 + Math.exp(-odds));
}

function weightsFor({ cosine, late, isAcross }: Evidence): ConfidenceWeights {
  if (cosine === null) return WORDS_ALONE;
  if (late === null) return COSINES_ALONE;
  return isAcross ? ACROSS_LANGUAGES : WITHIN_LANGUAGE;
}
