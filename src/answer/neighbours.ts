import type { Span } from '../article/article.js';

/** A passage in a ranking, and what is quoted of its article. */
interface Quotable {
  readonly passage: {
    readonly article: { readonly id: string };
    /** The headings it stands under. */
    readonly heading: string;
    /** Its place in the article, from 0. */
    readonly ordinal: number;
  };
  readonly quoted: Span;
  /** The logarithm of a likelihood, up to a constant. */
  readonly score: number;
}

/** A passage is quoted with a better one beside it when it is at least a twentieth as likely to hold the answer. */
const AS_LIKELY = 1 / 20;

/** Longest quotation of two passages, in UTF-16 units: rather more than a third of a Discord message. */
const LONGEST = 1_500;

/**
 * Quotes two passages that follow each other under one heading as one, where both may well hold the answer: a long paragraph
 * is cut for the model's sake, and often one half has the question's words and the other what was asked for. docs/quality.md
 * has what that brings.
 *
 * @param ranked best first
 * @returns the better of two that were joined in its place, with both quoted
 */
export function joinNeighbours<T extends Quotable>(ranked: readonly T[]): T[] {
  const left = new Set(ranked);
  return ranked.flatMap((one) => {
    if (!left.delete(one)) return [];
    const other = [...left].find((candidate) => isAsLikely(candidate, one) && adjoins(candidate, one));
    if (!other) return one;
    left.delete(other);
    return { ...one, quoted: both(one, other) };
  });
}

function isAsLikely(candidate: Quotable, better: Quotable): boolean {
  return candidate.score - better.score >= Math.log(AS_LIKELY);
}

function adjoins(a: Quotable, b: Quotable): boolean {
  const { start, end } = both(a, b);
  return (
    a.passage.article.id === b.passage.article.id &&
    a.passage.heading === b.passage.heading &&
    Math.abs(a.passage.ordinal - b.passage.ordinal) === 1 &&
    end - start <= LONGEST
  );
}

function both({ quoted: a }: Quotable, { quoted: b }: Quotable): Span {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}
