import type { Replies } from './measure.mjs';

/** Questions that are measured together; `all` are those of `en`, `zh` and `across`. */
export type Group = keyof Replies['groups'] | 'all';

export const GUARDED = [
  'passageHit1',
  'passageHit5',
  'passageMrr5',
  'highlightHit1',
  'answered',
  'rightlyAnswered',
] as const;

export type Baseline = Readonly<Record<(typeof GUARDED)[number], number>>;

/**
 * As measured on 23 November 2026 with e5-small-zh-en: shares of the answerable questions, 0 to 1. After a change for the
 * better put the new figures here, which `npm run bench:quality` prints.
 */
export const BASELINE: Readonly<Record<Group, Baseline>> = {
  en: {
    passageHit1: 0.735,
    passageHit5: 0.971,
    passageMrr5: 0.828,
    highlightHit1: 0.618,
    answered: 0.882,
    rightlyAnswered: 0.676,
  },
  zh: {
    passageHit1: 0.889,
    passageHit5: 1,
    passageMrr5: 0.924,
    highlightHit1: 0.741,
    answered: 1,
    rightlyAnswered: 0.889,
  },
  across: {
    passageHit1: 0.909,
    passageHit5: 1,
    passageMrr5: 0.955,
    highlightHit1: 0.909,
    answered: 0.818,
    rightlyAnswered: 0.727,
  },
  mixed: {
    passageHit1: 0.818,
    passageHit5: 1,
    passageMrr5: 0.909,
    highlightHit1: 0.818,
    answered: 0.818,
    rightlyAnswered: 0.727,
  },
  all: {
    passageHit1: 0.819,
    passageHit5: 0.986,
    passageMrr5: 0.883,
    highlightHit1: 0.709,
    answered: 0.916,
    rightlyAnswered: 0.764,
  },
};

/** Characters of the first excerpt, median. */
export const MEDIAN_LENGTH = { en: 397, zh: 149 } as const;

/** Share of the unanswerable questions that are declined. */
export const DECLINED = 0.375;
