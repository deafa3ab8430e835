import { parsePage, type DomDocument } from './dom.js';
import type { Draft, Paragraph } from './draft.js';
import { extractArticle } from './extract.js';
import { linkedArticle } from './json-ld.js';
import { paragraphsOf } from './lines.js';
import { pageMetadata } from './metadata.js';
import { pageBlocks } from './page-blocks.js';
import { countWords } from './prose.js';

/** Words below which what a page shows is so little that its description may know more of the article. */
const TOO_SHORT = 25;
/** Words below which a page has no article: a login form, a front page's remains, "Please enable JavaScript". */
const NO_ARTICLE = 8;

/**
 * A web page as an article; without paragraphs where there is none on it.
 *
 * @param url where it was fetched from; null for a file
 */
export function readHtml(html: string, url: string | null): Draft {
  const document = parsePage(html);
  const meta = pageMetadata(document, url);
  const shown = extractArticle(document);
  const paragraphs = wordsOf(shown) < TOO_SHORT ? longer(shown, describedText(document)) : shown;
  return { ...meta, paragraphs: wordsOf(paragraphs) < NO_ARTICLE ? [] : paragraphs };
}

/** The text in the page's description of itself: pages that scripts build have it there and nowhere else. */
function describedText(document: DomDocument): Paragraph[] {
  const body = linkedArticle(document, () => true)?.body ?? '';
  if (/<(?:p|br|div)\b/i.test(body)) return pageBlocks(parsePage(body)).map(({ text, level }) => ({ text, level }));
  return paragraphsOf(body).map((text) => ({ text, level: 0 }));
}

function longer(a: Paragraph[], b: Paragraph[]): Paragraph[] {
  return wordsOf(b) > wordsOf(a) ? b : a;
}

function wordsOf(paragraphs: readonly Paragraph[]): number {
  return paragraphs.reduce((sum, { text }) => sum + countWords(text), 0);
}
