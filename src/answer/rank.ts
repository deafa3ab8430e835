import type { Span } from '../article/article.js';
import type { Store } from '../store/store.js';
import { lateQuestion } from './late-interaction.js';
import { joinNeighbours } from './neighbours.js';
import type { Found, Retrieved } from './retrieve.js';
import {
  largest,
  PASSAGE_SIGNALS,
  SENTENCE_SIGNALS,
  weighPassage,
  type PassageSignal,
  type SentenceSignal,
  type Weighed,
} from './signals.js';
import { wanted } from './wanted.js';
import { PASSAGE_WEIGHTS, SENTENCE_WEIGHTS } from './weights.js';

/** A passage with its place in the ranking. */
export interface Ranked {
  readonly passage: Found;
  /** What is quoted: the passage, or it and the one beside it. */
  readonly quoted: Span;
  /** Higher is better, among the passages of one question. */
  readonly score: number;
  /** What each signal added to the score. */
  readonly signals: Readonly<Record<string, number>>;
  /** The sentence that answers best, rarely with a neighbour. */
  readonly highlight: Span;
  /** What of the question the passage covers; see confidence.ts. */
  readonly evidence: Evidence;
}

/** Figures that can be compared between questions. */
export interface Evidence {
  /** Cosine of question and passage; null where the library's vectors are of another model. */
  readonly cosine: number | null;
  /** Cosine of question and the passage's best sentence. */
  readonly sentenceCosine: number;
  /** Late interaction with the passage's sentences, the best of each; null for models without states. */
  readonly late: LateEvidence | null;
  /** Share of the question's words, by rarity, that stand in the passage or its title, 0 to 1. */
  readonly coverage: number;
  readonly isAcross: boolean;
}

/** See the signals of a sentence of the same names. */
export interface LateEvidence {
  readonly pieces: number;
  readonly piecesMiddle: number;
  readonly weakest: number;
}

/**
 * Candidates that are looked at piece by piece. Of the questions with known answers 0.997 have the right passage among the
 * first 6 of the cheap signals; in a library of two languages 0.975, and 0.996 among 16.
 */
const SHORTLIST = 6;
const SHORTLIST_ACROSS = 16;

/** A sentence beside the best one is highlighted with it when it is at least half as likely to hold the answer. */
const AS_LIKELY = 0.5;

/**
 * Orders passages, best first, and picks each one's best sentence. Beyond the shortlist only the cheap signals count.
 * @param most passages wanted, at least those of the shortlist
 */
export function rank(retrieved: Retrieved, search: Pick<Store['search'], 'states'>, most = 0): Ranked[] {
  const order = byCheapSignals(retrieved.candidates);
  const size = shortlistFor(order);
  const shortlist = weigh(retrieved, order.slice(0, size), search);
  const rest = weigh(retrieved, order.slice(size, most), null);
  const best = joinNeighbours(scored(shortlist).sort(byScore));
  const floor = Math.min(0, ...best.map(({ score }) => score));
  return [...best, ...rest.map((one, place) => toRanked(one, floor - 1 - place, {}))];
}

/** How many candidates are looked at piece by piece. */
export function shortlistFor(candidates: readonly Found[]): number {
  return candidates.some(({ isAcross }) => isAcross) ? SHORTLIST_ACROSS : SHORTLIST;
}

/** All signals of some candidates. @param search null: without those that need token states */
export function weigh(
  { question, words, embedding }: Retrieved,
  candidates: readonly Found[],
  search: Pick<Store['search'], 'states'> | null,
): Weighed[] {
  const late = search && lateQuestion(embedding, words);
  const states = late && search.states(candidates.map(({ passageId }) => passageId));
  const kind = wanted(question);
  return candidates.map((passage) => {
    const packed = states?.get(passage.passageId);
    const matches = packed ? (late?.match(packed, passage.sentences.length) ?? null) : null;
    return weighPassage(passage, words, kind, question, late, matches);
  });
}

/** By meaning, keywords and best sentence, each scaled to 0..1 and summed. */
export function byCheapSignals(candidates: readonly Found[]): Found[] {
  const columns = [
    candidates.map(({ cosine }) => cosine ?? 0),
    candidates.map(({ bm25 }) => bm25),
    candidates.map(({ sentenceCosines }) => Math.max(0, ...sentenceCosines)),
  ].map(scaled);
  return candidates
    .map((candidate, index) => ({ candidate, score: columns.reduce((sum, column) => sum + column[index]!, 0) }))
    .sort((a, b) => b.score - a.score || a.candidate.passageId - b.candidate.passageId)
    .map(({ candidate }) => candidate);
}

/** To 0..1 from the least to the largest; all 0 where they are equal. */
export function scaled(values: readonly number[]): number[] {
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  return values.map((value) => (range === 0 ? 0 : (value - least) / range));
}

function scored(shortlist: readonly Weighed[]): Ranked[] {
  const columns = new Map(PASSAGE_SIGNALS.map((name) => [name, scaled(shortlist.map(({ signals }) => signals[name]))]));
  return shortlist.map((one, index) => {
    const weights = PASSAGE_WEIGHTS[one.isLate ? 'withStates' : 'withoutStates'];
    const parts = Object.fromEntries(
      PASSAGE_SIGNALS.map((name) => [name, weights[name] * columns.get(name)![index]!]),
    ) as Record<PassageSignal, number>;
    return toRanked(
      one,
      Object.values(parts).reduce((sum, part) => sum + part, 0),
      parts,
    );
  });
}

function toRanked(one: Weighed, score: number, signals: Readonly<Record<string, number>>): Ranked {
  const { passage, sentences, coverage, isLate } = one;
  const best = (signal: SentenceSignal): number => largest(sentences, signal);
  return {
    passage,
    quoted: { start: passage.start, end: passage.end },
    score,
    signals,
    highlight: highlightOf(one),
    evidence: {
      cosine: passage.cosine,
      sentenceCosine: one.signals.sentence,
      late: isLate
        ? {
            pieces: best('pieces'),
            piecesMiddle: best('piecesMiddle'),
            weakest: best('weakest'),
          }
        : null,
      coverage,
      isAcross: passage.isAcross,
    },
  };
}

/** The best sentence, with a neighbour in its paragraph that is nearly as good. */
function highlightOf({ passage, sentences, isLate }: Weighed): Span {
  const weights = SENTENCE_WEIGHTS[isLate ? 'withStates' : 'withoutStates'];
  const scores = sentences.map((signals) =>
    SENTENCE_SIGNALS.reduce((sum, name) => sum + weights[name] * signals[name], 0),
  );
  const at = scores.indexOf(Math.max(...scores));
  const best = passage.sentences[at]!;
  // The weights are those of a logistic model, so that a difference of scores is a ratio of likelihoods.
  const least = scores[at]! + Math.log(AS_LIKELY);
  const neighbour = [at - 1, at + 1]
    .filter((index) => scores[index] !== undefined && scores[index] >= least)
    .sort((a, b) => scores[b]! - scores[a]!)[0];
  if (neighbour === undefined) return best;
  const other = passage.sentences[neighbour]!;
  const both = { start: Math.min(best.start, other.start), end: Math.max(best.end, other.end) };
  return passage.text.slice(both.start - passage.start, both.end - passage.start).includes('\n\n') ? best : both;
}

function byScore(a: Ranked, b: Ranked): number {
  return b.score - a.score || a.passage.passageId - b.passage.passageId;
}
