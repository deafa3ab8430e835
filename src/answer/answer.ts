import type { Span } from '../article/article.js';
import type { Ranked } from './rank.js';

/** The sentence (rarely two neighbours) of an excerpt that answers best; offsets count from the article's start. */
export interface Highlight extends Span {
  readonly text: string;
}

/** A passage quoted in an answer, or two that follow each other: `article.text.slice(start, end) === text`. */
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

/** Passages that share this much of the shorter one's words say the same; a reader wants one of them. */
const SAME_WORDS = 0.8;

/** The best `top` passages as excerpts, leaving out those that say what a better one has said. */
export function toExcerpts(ranked: readonly Ranked[], top: number): Excerpt[] {
  const chosen: { ranked: Ranked; words: ReadonlySet<string> }[] = [];
  for (const one of ranked) {
    if (chosen.length === top) break;
    const words = wordsOf(textOf(one));
    if (!chosen.some((other) => sayTheSame(words, other.words))) chosen.push({ ranked: one, words });
  }
  return chosen.map(({ ranked }, index) => {
    const { passage, quoted, score, signals, highlight } = ranked;
    const { id, title, url, siteName, publishedAt, language } = passage.article;
    return {
      rank: index + 1,
      articleId: id,
      title,
      url,
      siteName,
      publishedAt,
      language,
      text: textOf(ranked),
      ...quoted,
      highlight: { text: passage.articleText.slice(highlight.start, highlight.end), ...highlight },
      score,
      signals,
    };
  });
}

function textOf({ passage, quoted }: Ranked): string {
  return passage.articleText.slice(quoted.start, quoted.end);
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}]+/gu));
}

function sayTheSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [shorter, longer] = a.size < b.size ? [a, b] : [b, a];
  if (shorter.size === 0) return true;
  let shared = 0;
  for (const word of shorter) if (longer.has(word)) shared++;
  return shared / shorter.size >= SAME_WORDS;
}
