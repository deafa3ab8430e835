import type { DomDocument } from './dom.js';
import type { Paragraph } from './draft.js';
import { pageBlocks } from './page-blocks.js';
import { readability } from './readability.js';

/** The paragraphs of the page's article. */
export function extractArticle(document: DomDocument): Paragraph[] {
  const found = readability(document.cloneNode(true));
  const blocks = pageBlocks(found?.root ?? document);
  return blocks
    .filter(({ text, linkChars }) => !(text.length < 80 && linkChars / text.length > 0.5))
    .map(({ text, level }) => ({ text, level }));
}
