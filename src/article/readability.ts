import { Readability } from '@mozilla/readability';
import type { DomDocument, DomElement } from './dom.js';

/** What Mozilla's Readability takes for the article of a page. */
export interface ReadabilityResult {
  /** The article's markup, cleaned, as an element to walk. */
  readonly root: DomElement;
  readonly byline: string | null;
  readonly title: string | null;
}

/** @param document is changed: pass a copy. @returns null where Readability finds no article or cannot cope with the page */
export function readability(document: DomDocument): ReadabilityResult | null {
  try {
    const found = new Readability<DomElement>(document, {
      serializer: (node) => node,
    }).parse();
    if (!found?.content) return null;
    return { root: found.content, byline: found.byline ?? null, title: found.title ?? null };
  } catch {
    // Pages nested deeper than its recursion, and markup that linkedom and Readability disagree on: the other methods remain.
    return null;
  }
}
