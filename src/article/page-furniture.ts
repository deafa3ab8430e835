import type { PlacedBlock } from './article-home.js';
import type { DomElement } from './dom.js';
import { endsSentence, linkShare } from './prose.js';

/**
 * What tells that a block inside the article's element is not the article's text, by name; docs/reading.md has what each brings.
 * Each is about structure (where the block stands, how much of it is links, what its element is called); wording decides only
 * together with it, and never about a paragraph of prose.
 */
export const FURNITURE_RULES: Readonly<Record<string, (block: PlacedBlock) => boolean>> = {
  outside: ({ isHome }) => !isHome,
  figure: ({ boxes }) => boxes.some(({ localName }) => localName === 'figure' || localName === 'figcaption'),
  'named-box': ({ boxes }) => isNamed(boxes, BOX_NAMES),
  'named-social': ({ boxes }) =>
    isNamed(boxes, SOCIAL_NAMES) && !boxes.some(({ localName }) => localName === 'blockquote'),
  'named-line': ({ boxes, isProse, level, text }) =>
    !isProse && level === 0 && !endsSentence(text) && isNamed(boxes, LINE_NAMES),
  'page-title': ({ level, isBefore }) => level === 1 && isBefore,
  'aside-element': ({ boxes, isProse }) => !isProse && boxes.some(({ localName }) => ASIDE_ELEMENTS.has(localName)),
  'link-paragraph': (block) =>
    (block.level === 0 || block.boxes.some(({ localName }) => localName === 'li')) &&
    block.words < LINK_LINE_WORDS &&
    linkShare(block) > LINK_LINE_SHARE,
  'date-line': ({ text, words, isBefore, level }) =>
    isBefore && level === 0 && words < DATE_LINE_WORDS && DATE.test(text) && !endsSentence(text),
  'credit-line': ({ text, words, level }) =>
    level === 0 && words < CREDIT_LINE_WORDS && CREDIT.test(text) && !endsSentence(text),
  'call-line': (block) =>
    CALL.test(block.text) &&
    ((block.words < 12 && !endsSentence(block.text)) ||
      (block.words < 25 && linkShare(block) > 0.2) ||
      (block.words < 50 && block.isAfter)),
};

/** Words in the names of elements (class, id, item property) that tell what stands in them, as whole words. */
const BOX_NAMES = words(
  'caption captions cutline ' +
    'author authors byline bylines bio ' +
    'related recommended recommendations trending popular promo teaser teasers rail readmore recirc outbrain taboola ' +
    'newsletter newsletters subscribe subscription signup cta optin paywall donate donation ' +
    'ad ads advert advertisement adsense sponsor sponsored ' +
    'comment comments disqus respond breadcrumb breadcrumbs sidebar infobox nav navigation login modal popup cookie consent',
);
const SOCIAL_NAMES = words('share sharing social follow twitter facebook instagram whatsapp print email');
/** Names that prose may carry as well (an article's text inside `div.meta` happens), labels and dates not. */
const LINE_NAMES = words(
  'credit credits attribution copyright date dateline timestamp published updated pubdate meta postmeta postinfo kicker eyebrow ' +
    'submitted tag tags topic topics category categories keywords headline gallery slideshow carousel swiper footer legal',
);
const NAMING_ATTRIBUTES = ['class', 'id', 'itemprop', 'data-component', 'data-testid', 'rel'] as const;
/** Longest name looked at, in characters. */
const LONGEST_NAME = 300;
const ASIDE_ELEMENTS = new Set(['aside', 'footer', 'form', 'header']);

/** A paragraph that is one link, up to so many words, leads to another page: "Related: …". */
const LINK_LINE_WORDS = 20;
const LINK_LINE_SHARE = 0.8;
const DATE_LINE_WORDS = 25;
const CREDIT_LINE_WORDS = 40;
const DATE =
  /\b(?:19|20)\d\d\b.{0,20}\b\d{1,2}[:.]\d{2}\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|(?:19|20)\d\d年\d{1,2}月/i;
const CREDIT =
  /(?:^|[\s(|])(?:photo|photograph|image|picture|foto|bild|crédit|credit|source|courtesy|getty images|reuters|afp|ap photo|shutterstock)\b|©|(?:图|圖|攝|摄)[片/:：]|写真[:：]/i;
const CALL =
  /\b(?:advertisement|advert|click here|read more|sign up|newsletter|subscribe|follow (?:us|me|him|her|@|on)|share this|all rights reserved|copyright|terms of|privacy policy|related (?:stor|article|coverage|content)|related:|you may also like|recommended|more from|loading|sign in|log ?in|comments?)\b/i;

/** Whether a block of the article's element is furniture of its page. */
export function isFurniture(block: PlacedBlock): boolean {
  return Object.values(FURNITURE_RULES).some((rule) => rule(block));
}

function isNamed(boxes: readonly DomElement[], names: ReadonlySet<string>): boolean {
  return boxes.some((box) =>
    NAMING_ATTRIBUTES.some((attribute) => {
      const value = box.getAttribute(attribute);
      return value !== null && value !== '' && nameWords(value).some((word) => names.has(word));
    }),
  );
}

/** `wp-caption alignRight` as wp, caption, align, right. */
function nameWords(value: string): string[] {
  return value
    .slice(0, LONGEST_NAME)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
