import { placeBlocks } from './article-home.js';
import type { DomDocument } from './dom.js';
import type { Paragraph } from './draft.js';
import { pageBlocks, type PageBlock } from './page-blocks.js';
import { isFurniture } from './page-furniture.js';
import { countWords } from './prose.js';
import { readability } from './readability.js';

/** Words below which an extraction is so short that what the page hides is looked at too. */
const TOO_SHORT = 25;

/**
 * The paragraphs of the page's article, or none.
 *
 * Readability says which paragraphs it takes for the article; the innermost element that holds most of them is the article's
 * home. What stands there is the article, but for what {@link isFurniture} tells from it. Readability alone keeps what the
 * page has around and between; its choice serves only to find the place.
 *
 * @param document is changed
 */
export function extractArticle(document: DomDocument): Paragraph[] {
  const visible = pageBlocks(document);
  const picks = pickedTexts(document);
  const paragraphs = choose(visible, picks);
  if (wordsOf(paragraphs) >= TOO_SHORT) return paragraphs;
  const all = choose(pageBlocks(document, { hidden: true }), picks);
  return wordsOf(all) > wordsOf(paragraphs) ? all : paragraphs;
}

function choose(blocks: readonly PageBlock[], picks: ReadonlyMap<string, number>): Paragraph[] {
  const left = new Map(picks);
  const picked = blocks.map(({ text }) => {
    const key = wordsOnly(text);
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count > 0;
  });
  const placed = placeBlocks(blocks, picked);
  const kept = placed.filter((block) => !isFurniture(block));
  // A page without one paragraph of prose has no home: a poem, a table, a notice. Then Readability's choice stands.
  const chosen = kept.length > 0 ? kept : blocks.filter((_, index) => picked[index]);
  return withoutLooseHeadings(chosen);
}

/** How often each text occurs in what Readability picks. */
function pickedTexts(document: DomDocument): Map<string, number> {
  const found = readability(document.cloneNode(true));
  const counts = new Map<string, number>();
  for (const { text } of found ? pageBlocks(found) : []) {
    const key = wordsOnly(text);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Headings at the end head nothing: "Related stories", "Comments". */
function withoutLooseHeadings(blocks: readonly Paragraph[]): Paragraph[] {
  const last = blocks.findLastIndex(({ level }) => level === 0);
  return blocks.slice(0, last + 1).map(({ text, level }) => ({ text, level }));
}

function wordsOf(paragraphs: readonly Paragraph[]): number {
  return paragraphs.reduce((sum, { text }) => sum + countWords(text), 0);
}

/** Readability moves white space about; letters and digits it leaves alone. */
function wordsOnly(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}
