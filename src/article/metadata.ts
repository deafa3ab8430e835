import type { ArticleMeta } from './article.js';
import { collapse, type DomDocument } from './dom.js';

/** What a page says of itself. */
export function pageMetadata(document: DomDocument, url: string | null): ArticleMeta {
  return { title: collapse(document.title), byline: null, siteName: null, publishedAt: null, language: null, url };
}
