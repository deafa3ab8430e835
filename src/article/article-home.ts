import type { DomElement } from './dom.js';
import type { PageBlock } from './page-blocks.js';
import { countWords, isProse } from './prose.js';

/** A block with what its place in the page tells about it. */
export interface PlacedBlock extends PageBlock {
  readonly isProse: boolean;
  readonly words: number;
  /** Stands in the element that holds the article. */
  readonly isHome: boolean;
  /** Comes before, or after, all prose of the article. */
  readonly isBefore: boolean;
  readonly isAfter: boolean;
  /** Elements from the block's own up to the home, which is left out; those that hold much of the article's prose are left out too. */
  readonly boxes: readonly DomElement[];
}

/**
 * Share of the article's prose that the home must hold. Lower ones settle on a part of an article, higher ones on the whole
 * page as soon as one paragraph stands elsewhere. Between 0.6 and 0.85 the figure moves by 0.003 (docs/reading.md).
 */
const HOME_SHARE = 0.7;
/** Weight of prose that Readability left out: it may be the article's all the same, but it is more often a comment or a teaser. */
const UNPICKED_WEIGHT = 0.2;
/** Share of the prose from which an element is the article's, not a box beside it, whatever its class says. */
const BOX_SHARE = 0.25;
/** Elements that hold paragraphs of an article but never the article: the home is what they stand in. */
const NEVER_HOME = new Set([
  'p',
  'li',
  'ul',
  'ol',
  'dl',
  'dd',
  'blockquote',
  'table',
  'tbody',
  'tr',
  'td',
  'figure',
  'pre',
  'a',
  'span',
  'center',
]);

/**
 * Finds the element that holds the article, and places each block relative to it.
 *
 * @param picked for each block, whether Readability took it for part of the article
 */
export function placeBlocks(blocks: readonly PageBlock[], picked: readonly boolean[]): PlacedBlock[] {
  const words = blocks.map(({ text }) => countWords(text));
  const prose = blocks.map((block) => isProse(block));
  const held = new Map<DomElement, number>();
  let total = 0;
  blocks.forEach(({ element }, index) => {
    if (!prose[index]) return;
    const weight = words[index]! * (picked[index] ? 1 : UNPICKED_WEIGHT);
    total += weight;
    for (let at: DomElement | null = element; at; at = at.parentNode) held.set(at, (held.get(at) ?? 0) + weight);
  });
  const home = findHome(held, total * HOME_SHARE);
  const isHome = blocks.map(({ element }) => home !== null && isWithin(element, home));
  const atHome = blocks.map((_, index) => prose[index]! && isHome[index]!);
  const ofArticle = atHome.map((isThere, index) => isThere && picked[index]!);
  const [first, last] = ofArticle.includes(true)
    ? [ofArticle.indexOf(true), ofArticle.lastIndexOf(true)]
    : [atHome.indexOf(true), atHome.lastIndexOf(true)];
  return blocks.map((block, index) => ({
    ...block,
    isProse: prose[index]!,
    words: words[index]!,
    isHome: isHome[index]!,
    isBefore: index < first,
    isAfter: last >= 0 && index > last,
    boxes: boxesOf(block.element, home, (element) => (held.get(element) ?? 0) > total * BOX_SHARE),
  }));
}

/** The innermost element that holds at least `wanted` words of prose; null where no prose is. */
function findHome(held: ReadonlyMap<DomElement, number>, wanted: number): DomElement | null {
  // As `wanted` is more than half of all, the elements that hold as much lie within one another, and the innermost holds least;
  // of those that hold the same, the outer ones were met later.
  let home: DomElement | null = null;
  for (const [element, words] of held) {
    if (words >= wanted && (home === null || words < held.get(home)!)) home = element;
  }
  while (home && NEVER_HOME.has(home.localName)) home = home.parentNode;
  return home;
}

function boxesOf(
  element: DomElement,
  home: DomElement | null,
  isArticle: (element: DomElement) => boolean,
): DomElement[] {
  const boxes: DomElement[] = [];
  for (let at: DomElement | null = element; at && at !== home; at = at.parentNode) if (!isArticle(at)) boxes.push(at);
  return boxes;
}

function isWithin(element: DomElement, ancestor: DomElement): boolean {
  for (let at: DomElement | null = element; at; at = at.parentNode) if (at === ancestor) return true;
  return false;
}
