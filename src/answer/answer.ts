import type { Span } from '../article/article.js';

/** The sentence (rarely two neighbours) of an excerpt that answers best; offsets count from the article's start. */
export interface Highlight extends Span {
  readonly text: string;
}

/** A passage quoted in an answer: `article.text.slice(start, end) === text`. */
export interface Excerpt extends Span {
  /** 1 for the best. */
  readonly rank: number;
  readonly articleId: string;
  readonly title: string;
  readonly url: string | null;
  readonly siteName: string | null;
  readonly publishedAt: string | null;
  readonly language: string | null;
  readonly text: string;
  readonly highlight: Highlight;
  /** Orders the excerpts of one answer; higher is better, not comparable between questions. */
  readonly score: number;
  /** What each signal added to `score`, for `ask --explain`. */
  readonly signals: Readonly<Record<string, number>>;
}

export interface Answer {
  /** As it was asked. */
  readonly question: string;
  /** For a follow-up, the question it was understood as; otherwise null. */
  readonly understoodAs: string | null;
  /** `confidence` reached the threshold; otherwise the excerpts are only the nearest passages. */
  readonly answered: boolean;
  /** 0 to 1, comparable between questions: how likely the first excerpt holds the answer. */
  readonly confidence: number;
  /** Milliseconds from the question to the finished answer, model loading left out. */
  readonly tookMs: number;
  /** Best first; empty only when the library is. */
  readonly excerpts: readonly Excerpt[];
}
