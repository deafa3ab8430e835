import type { PageBlock } from './page-blocks.js';

/** Words from which a block can be a paragraph of prose rather than a label, a caption's line or a teaser. */
const PROSE_WORDS = 15;
/** Share of a paragraph's text that may be links. */
const PROSE_LINKS = 0.4;
const SENTENCE_IN = /[.!?…。！？]["'”’»)\]」』]*(?:\s|$)|[。！？]/;
const SENTENCE_END = /[.!?…。！？]["'”’»)\]」』]*$/;
/** Scripts that are written without spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu;
/** Characters of a word in such scripts, on average. */
const UNSPACED_WORD = 1.7;
const WORD = /[\p{L}\p{N}]+(?:['’.-][\p{L}\p{N}]+)*/gu;

/** Words of a text; in scripts without spaces, as many as its characters usually make. */
export function countWords(text: string): number {
  const unspaced = text.match(UNSPACED)?.length ?? 0;
  const rest = unspaced > 0 ? text.replace(UNSPACED, ' ') : text;
  return Math.round(unspaced / UNSPACED_WORD) + (rest.match(WORD)?.length ?? 0);
}

/** Whether a block reads like a paragraph of an article: long enough, a sentence in it, not a list of links. */
export function isProse({ text, level, linkChars }: PageBlock): boolean {
  return (
    level === 0 &&
    linkShare({ text, linkChars }) < PROSE_LINKS &&
    SENTENCE_IN.test(text) &&
    countWords(text) >= PROSE_WORDS
  );
}

/** Whether a text ends as a sentence does. */
export function endsSentence(text: string): boolean {
  return SENTENCE_END.test(text);
}

/** Share of a block's characters that are links, 0 to 1. */
export function linkShare({ text, linkChars }: Pick<PageBlock, 'text' | 'linkChars'>): number {
  return text.length === 0 ? 0 : linkChars / text.length;
}
