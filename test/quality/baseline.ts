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
    passageHit1: 0.765,
    passageHit5: 0.971,
    passageMrr5: 0.858,
    highlightHit1: 0.5,
    answered: 0.794,
    rightlyAnswered: 0.618,
  },
  zh: {
    passageHit1: 0.815,
    passageHit5: 1,
    passageMrr5: 0.885,
    highlightHit1: 0.556,
    answered: 0.963,
    rightlyAnswered: 0.815,
  },
  across: {
    passageHit1: 0.909,
    passageHit5: 1,
    passageMrr5: 0.955,
    highlightHit1: 0.909,
    answered: 0.818,
    rightlyAnswered: 0.727,
  },
  // Articles in the question's own language are put before those that answer it in another.
  mixed: { passageHit1: 0, passageHit5: 0, passageMrr5: 0, highlightHit1: 0, answered: 0, rightlyAnswered: 0 },
  all: {
    passageHit1: 0.806,
    passageHit5: 0.986,
    passageMrr5: 0.883,
    highlightHit1: 0.583,
    answered: 0.861,
    rightlyAnswered: 0.708,
  },
};

/** Characters of the first excerpt, median. */
export const MEDIAN_LENGTH = { en: 438, zh: 149 } as const;

/** Share of the unanswerable questions that are declined. */
export const DECLINED = 0.5;
