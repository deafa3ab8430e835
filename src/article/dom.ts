import { parseHTML } from 'linkedom';

/**
 * The part of the DOM that reading needs, so that no file of ours depends on the whole of it.
 * Walks are loops, never recursion: a page may nest tens of thousands of elements.
 */
export interface DomNode {
  /** 1 element, 3 text, 4 CDATA, 8 comment. */
  readonly nodeType: number;
  readonly parentNode: DomElement | null;
  readonly firstChild: DomNode | null;
  readonly nextSibling: DomNode | null;
  readonly textContent: string | null;
}

export interface DomElement extends DomNode {
  /** Lower case. */
  readonly localName: string;
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  querySelectorAll(selector: string): Iterable<DomElement>;
  querySelector(selector: string): DomElement | null;
  remove(): void;
}

export interface DomDocument extends DomElement {
  readonly documentElement: DomElement;
  readonly body: DomElement;
  cloneNode(deep: boolean): DomDocument;
}

const DOCTYPE = /<!doctype[^>]{0,1000}>/i;

/** A page as a document with `html` and `body`, whatever the page leaves out. */
export function parsePage(html: string): DomDocument {
  // linkedom's document type has no next sibling: a walk would end with it.
  const document = parse(html.replace(DOCTYPE, ''));
  // linkedom takes the first element as the root: a page without <html>, or with something before it, needs one.
  return rootName(document) === 'html' ? document : parse(`<html><head></head><body>${html}</body></html>`);
}

/** The node after `node` in document order within `root`; with `skipChildren`, the one after its subtree. */
function following(node: DomNode, root: DomNode, skipChildren = false): DomNode | null {
  if (!skipChildren && node.firstChild) return node.firstChild;
  let at: DomNode | null = node;
  while (at && at !== root) {
    if (at.nextSibling) return at.nextSibling;
    at = at.parentNode;
  }
  return null;
}

export function isElement(node: DomNode): node is DomElement {
  return node.nodeType === 1;
}

/** Text of an element with runs of white space as one space. */
export function inlineText(element: DomElement | null): string {
  return collapse(element?.textContent ?? '');
}

/** An element's text with a space between its pieces: a name and a desk in two spans are not one word. */
export function spacedText(element: DomElement): string {
  const pieces: string[] = [];
  for (let node: DomNode | null = element.firstChild; node; node = following(node, element)) {
    if (node.nodeType === 3) pieces.push(node.textContent ?? '');
  }
  return pieces.join(' ');
}

/** Runs of white space (no-break spaces too) as one space, trimmed; soft hyphens, which only browsers need, dropped. */
export function collapse(text: string): string {
  return text
    .replace(/\u00ad/g, '')
    .replace(/[\s\u00a0]+/g, ' ')
    .trim();
}

function parse(html: string): DomDocument {
  return (parseHTML(html) as unknown as { document: DomDocument }).document;
}

function rootName(document: DomDocument): string | undefined {
  return (document.documentElement as DomElement | null)?.localName;
}
