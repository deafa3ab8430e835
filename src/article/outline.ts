import type { Block, Span } from './article.js';
import { sentencesOf } from './sentences.js';

/** A heading of a text, level 1 to 6. */
export interface Heading extends Span {
  readonly level: number;
}

/** A blank line: two line breaks with nothing but spaces between them. */
const BLANK_LINE = /\n[^\S\n]*\n\s*/g;

/**
 * A plain text as blocks, each with its sentences.
 *
 * @param text paragraphs apart by a blank line
 * @param headings spans of blocks that are headings; a block that begins where a heading does is that heading
 * @param language BCP 47 tag, for the sentence rules
 */
export function outline(text: string, headings: readonly Heading[], language: string | null): Block[] {
  const levels = new Map(headings.map(({ start, level }) => [start, level]));
  const blocks: Block[] = [];
  let from = 0;
  const close = (to: number) => {
    const start = from + (text.slice(from, to).length - text.slice(from, to).trimStart().length);
    const end = start + text.slice(start, to).trimEnd().length;
    if (end <= start) return;
    const level = levels.get(start) ?? 0;
    const sentences = level > 0 ? [{ start, end }] : sentencesOf(text, start, end, language);
    if (sentences.length > 0) blocks.push({ start, end, level, sentences });
  };
  for (const blank of text.matchAll(BLANK_LINE)) {
    close(blank.index);
    from = blank.index + blank[0].length;
  }
  close(text.length);
  return blocks;
}
