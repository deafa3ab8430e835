import type { ArticleMeta } from './article.js';
import type { Heading } from './outline.js';

/** A paragraph or heading before it has its place in the text. */
export interface Paragraph {
  readonly text: string;
  /** 1 to 6 for a heading, 0 for a paragraph. */
  readonly level: number;
}

/** What a format's reader gives: what it knows of the article, and its paragraphs in order. */
export interface Draft extends ArticleMeta {
  readonly paragraphs: readonly Paragraph[];
}

/** Nothing known. */
export const NO_META: ArticleMeta = {
  title: '',
  byline: null,
  siteName: null,
  publishedAt: null,
  language: null,
  url: null,
};

/**
 * The paragraphs as one text, apart by blank lines, with the places of its headings. Spaces at the ends of a paragraph stay, as
 * a quotation across two paragraphs must be what the article says; empty paragraphs go.
 */
export function compose(paragraphs: readonly Paragraph[]): { text: string; headings: Heading[] } {
  const headings: Heading[] = [];
  let text = '';
  for (const { text: own, level } of paragraphs) {
    const piece = level > 0 || text === '' ? own.trim() : own.replace(/^\s*\n|\n\s*$/g, '');
    if (piece.trim() === '') continue;
    if (text !== '') text += '\n\n';
    if (level > 0) headings.push({ start: text.length, end: text.length + piece.length, level });
    text += piece;
  }
  return { text: text.trimEnd(), headings };
}
