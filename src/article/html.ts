import { parsePage } from './dom.js';
import { compose, type Draft } from './draft.js';
import { extractArticle } from './extract.js';
import { pageMetadata } from './metadata.js';
export interface PageContext {
  readonly url: string | null;
}
/** A web page as an article. */
export function readHtml(html: string, url: string | null): Draft {
  const document = parsePage(html);
  const meta = pageMetadata(document, url);
  const paragraphs = extractArticle(document);
  return { ...meta, paragraphs };
}
export { compose };
