import type { Evidence } from './rank.js';

/** Weights of a logistic regression: log odds that the passage answers the question. */
interface ConfidenceWeights {
  readonly bias: number;
  readonly cosine: number;
  readonly sentenceCosine: number;
  readonly coverage: number;
}

/**
 * Fitted on questions whose article is in the library and questions whose article is not (docs/quality.md); one row a
 * model, because cosines of different models mean different things.
 */
const WEIGHTS: Readonly<Record<string, ConfidenceWeights>> = {
  'e5-small-zh-en': { bias: -46, cosine: 26, sentenceCosine: 26, coverage: 4.5 },
};

/** For models that spread their cosines over the whole range, as most do. */
const DEFAULT_WEIGHTS: ConfidenceWeights = { bias: -6, cosine: 5, sentenceCosine: 5, coverage: 3 };

/** Without vectors to compare, a passage counts as an answer when it has nearly all of the question's rare words. */
const BY_WORDS_ALONE = { bias: -9, coverage: 10 } as const;

/** How likely the best passage holds the answer, 0 to 1. */
export function confidence({ cosine, sentenceCosine, coverage }: Evidence, model: string): number {
  const weights = WEIGHTS[model] ?? DEFAULT_WEIGHTS;
  const odds =
    cosine === null
      ? BY_WORDS_ALONE.bias + BY_WORDS_ALONE.coverage * coverage
      : weights.bias + weights.cosine * cosine + weights.sentenceCosine * sentenceCosine + weights.coverage * coverage;
  return 1 / (1 + Math.exp(-odds));
}
