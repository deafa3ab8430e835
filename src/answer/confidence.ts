import type { Evidence } from './rank.js';

/** Weights of a logistic regression: log odds that the passage answers the question. */
interface ConfidenceWeights {
  readonly bias: number;
  readonly cosine: number;
  readonly sentenceCosine: number;
  readonly pieces: number;
  readonly coverage: number;
}

/**
 * Fitted by `bench/fit.mjs` on questions whose article is in the library and on the same questions when it is not, and
 * moved so that 0.5 is where 95 % of the former are answered (docs/quality.md).
 */
const WITHIN_LANGUAGE: ConfidenceWeights = { bias: -22.5, cosine: 0, sentenceCosine: 9.3, pieces: 31.2, coverage: 5.5 };

/** Where question and passage are in different languages few words can be found again, and little is certain. */
const ACROSS_LANGUAGES: ConfidenceWeights = { bias: -9.7, cosine: 0, sentenceCosine: 6.7, pieces: 26, coverage: 9 };

/** For models without token states, which as a rule spread their cosines over the whole range. Estimated, not fitted. */
const COSINES_ALONE: ConfidenceWeights = { bias: -6, cosine: 5, sentenceCosine: 5, pieces: 0, coverage: 3 };

/** Without vectors to compare, a passage counts as an answer when it has nearly all of the question's rare words. Estimated. */
const WORDS_ALONE: ConfidenceWeights = { bias: -9, cosine: 0, sentenceCosine: 0, pieces: 0, coverage: 10 };

/** How likely the best passage holds the answer, 0 to 1. */
export function confidence(evidence: Evidence): number {
  const { cosine, sentenceCosine, pieces, coverage } = evidence;
  const weights = weightsFor(evidence);
  const odds =
    weights.bias +
    weights.cosine * (cosine ?? 0) +
    weights.sentenceCosine * sentenceCosine +
    weights.pieces * (pieces ?? 0) +
    weights.coverage * coverage;
  return 1 / (1 + Math.exp(-odds));
}

function weightsFor({ cosine, pieces, isAcross }: Evidence): ConfidenceWeights {
  if (cosine === null) return WORDS_ALONE;
  if (pieces === null) return COSINES_ALONE;
  return isAcross ? ACROSS_LANGUAGES : WITHIN_LANGUAGE;
}
