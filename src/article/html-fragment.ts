import { parsePage } from './dom.js';
import type { Paragraph } from './draft.js';
import { pageBlocks } from './page-blocks.js';

/** The paragraphs of HTML that stands in a text of another kind. */
export function readFragment(html: string): Paragraph[] {
  return pageBlocks(parsePage(html)).map(({ text, level }) => ({ text, level }));
}
