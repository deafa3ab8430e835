import { Readability } from '@mozilla/readability';
import type { DomDocument, DomElement } from './dom.js';

/**
 * What Mozilla's Readability takes for the article of a page: its markup, cleaned, as an element to walk.
 *
 * @param document is changed: pass a copy
 * @returns null where Readability finds no article or cannot cope with the page
 */
export function readability(document: DomDocument): DomElement | null {
  try {
    const found = new Readability<DomElement>(document, {
      serializer: (node: unknown) => node as DomElement,
    }).parse();
    return found?.content ?? null;
  } catch {
    // Pages nested deeper than its recursion, and markup that linkedom and Readability disagree on: what the page shows remains.
    return null;
  }
}
