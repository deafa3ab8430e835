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
  bias: -26,
  cosine: 0,
  sentenceCosine: 13,
  pieces: 14.1,
  piecesMiddle: 8.7,
  weakest: 18.4,
  coverage: 5.9,
};

/** Where question and passage are in different languages few words can be found again, and little is certain. */
const ACROSS_LANGUAGES: ConfidenceWeights = {
  bias: -13.2,
  cosine: 0,
  sentenceCosine: 3.4,
  pieces: 9.2,
  piecesMiddle: 18.6,
  weakest: 20.1,
  coverage: 8.9,
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
