import type { ArticleMeta } from './article.js';
import { names, shownByline } from './byline.js';
import { dateInAddress, isoDate, writtenDate } from './dates.js';
import { collapse, inlineText, spacedText, type DomDocument } from './dom.js';
import { linkedArticle } from './json-ld.js';
import { primaryTag } from './language.js';
import { key, pageTitle, siteInTitle } from './title.js';

const TITLE_NAMES = [
  'og:title',
  'twitter:title',
  'dc.title',
  'dcterms.title',
  'sailthru.title',
  'parsely-title',
  'title',
];
const AUTHOR_NAMES = [
  'author',
  'article:author',
  'dc.creator',
  'dcterms.creator',
  'parsely-author',
  'sailthru.author',
  'byl',
  'article_author',
  'cxenseparse:author',
];
const SITE_NAMES = ['og:site_name', 'application-name', 'dc.publisher', 'publisher'];
const DATE_NAMES = [
  'article:published_time',
  'article:published',
  'article.published',
  'datepublished',
  'pubdate',
  'publishdate',
  'publish-date',
  'publish_date',
  'parsely-pub-date',
  'sailthru.date',
  'dc.date.issued',
  'dcterms.issued',
  'dcterms.date',
  'dc.date',
  'dcterms.created',
  'date',
  'pub_date',
  'article_date_original',
  'originalpublicationdate',
  'publication_date',
  'og:published_time',
  'datecreated',
  'cxenseparse:recs:publishtime',
];
const LANGUAGE_NAMES = ['og:locale', 'inlanguage', 'language', 'content-language', 'dc.language'];
/** Where pages show the date, the more exact first. */
const DATE_PLACES = [
  '[itemprop="datePublished"]',
  'time[pubdate]',
  'article time[datetime], main time[datetime], header time[datetime]',
  'time[datetime]',
  'time',
];
const VAGUE_DATE_PLACES = [
  '[class*="publish"], [class*="posted"], [class*="date"], [class*="timestamp"], [class*="time"], [class*="meta"], [class*="info"], [class*="byline"]',
];
const MAX_DATE_PLACES = 12;
/** A line with a date is shorter; longer text has dates of its own. */
const MAX_DATE_LINE = 120;

/**
 * What a page says of itself: JSON-LD before the tags meant for other sites (OpenGraph, meta), before what the page shows.
 *
 * @param url where it was fetched from; null for a file
 */
export function pageMetadata(document: DomDocument, url: string | null): ArticleMeta {
  const meta = metaTags(document);
  const first = (wanted: readonly string[]) =>
    wanted.map((name) => meta.get(name)).find((value) => value !== undefined) ?? null;
  const headings = [...document.querySelectorAll('h1, [itemprop="headline"]')]
    .slice(0, 20)
    .map((heading) => inlineText(heading));
  // A page that is not whole has its title anywhere; drawings have titles of their own.
  const titles = [...document.querySelectorAll('title')].filter(({ parentNode }) => parentNode?.localName !== 'svg');
  const documentTitle = inlineText(titles[0] ?? null);
  const shown = new Set([...headings, documentTitle, first(TITLE_NAMES) ?? ''].map((text) => key(text)));
  const linked = linkedArticle(document, (headline) => shown.has(key(plainText(headline))));

  const address = canonicalAddress(document, meta, url);
  const host = hostName(address ?? url);
  const named = first(SITE_NAMES) ?? linked?.publisher ?? null;
  const siteName = named === null ? (siteInTitle(documentTitle) ?? host) : firstPart(plainText(named));
  const siteNames = [siteName, named, linked?.publisher, host, host?.replace(/\.[a-z]+$/, '')].filter(
    (name) => typeof name === 'string',
  );

  const given = [linked?.headline, ...TITLE_NAMES.map((name) => meta.get(name))].filter(
    (title) => typeof title === 'string',
  );
  const authors = linked?.authors.map((author) => plainText(author)) ?? [];
  return {
    title: pageTitle({ given: given.map((title) => plainText(title)), headings, document: documentTitle, siteNames }),
    byline:
      names(authors, siteNames) ??
      AUTHOR_NAMES.map((name) => names([meta.get(name) ?? ''], siteNames)).find((byline) => byline !== null) ??
      shownByline(document, siteNames),
    siteName,
    publishedAt:
      isoDate(linked?.published ?? null) ??
      DATE_NAMES.map((name) => isoDate(meta.get(name) ?? null)).find((date) => date !== null) ??
      shownDate(document, DATE_PLACES) ??
      dateInAddress(address ?? url) ??
      shownDate(document, VAGUE_DATE_PLACES),
    language:
      primaryTag(document.documentElement.getAttribute('lang')) ??
      primaryTag(linked?.language ?? null) ??
      primaryTag(first(LANGUAGE_NAMES)),
    url: address ?? url,
  };
}

/** `meta` elements by the lower-case name they go by; of several with one name the first. */
function metaTags(document: DomDocument): Map<string, string> {
  const tags = new Map<string, string>();
  for (const element of document.querySelectorAll('meta[content]')) {
    const content = collapse(element.getAttribute('content') ?? '');
    if (content === '') continue;
    for (const attribute of ['property', 'name', 'itemprop', 'http-equiv']) {
      const name = element.getAttribute(attribute)?.trim().toLowerCase();
      if (name && !tags.has(name)) tags.set(name, content);
    }
  }
  return tags;
}

/**
 * The address the page asks to be known by. Of a page that was fetched it must be of the same site: a page cannot pass itself
 * off as another's.
 */
function canonicalAddress(document: DomDocument, meta: ReadonlyMap<string, string>, url: string | null): string | null {
  const given = [document.querySelector('link[rel="canonical"]')?.getAttribute('href'), meta.get('og:url')];
  for (const candidate of given) {
    if (!candidate || !URL.canParse(candidate, url ?? undefined)) continue;
    const address = new URL(candidate, url ?? undefined);
    if (address.protocol !== 'http:' && address.protocol !== 'https:') continue;
    if (url !== null && siteOf(address.hostname) !== siteOf(new URL(url).hostname)) continue;
    // A canonical address that is the front page is a template's mistake.
    if (address.pathname === '/' && url !== null && new URL(url).pathname !== '/') continue;
    address.hash = '';
    return address.href;
  }
  return null;
}

/** The last two labels of a host, or three where the second last is short (`co.uk`). */
function siteOf(host: string): string {
  const labels = host.split('.');
  return labels.slice((labels.at(-2)?.length ?? 0) <= 3 ? -3 : -2).join('.');
}

function hostName(address: string | null): string | null {
  return address === null ? null : new URL(address).hostname.replace(/^(?:www|m|amp)\./, '');
}

function shownDate(document: DomDocument, places: readonly string[]): string | null {
  for (const place of places) {
    let looked = 0;
    for (const element of document.querySelectorAll(place)) {
      if (looked++ >= MAX_DATE_PLACES) break;
      const stamp = element.getAttribute('datetime') ?? element.getAttribute('content');
      const text = collapse(spacedText(element));
      const date = isoDate(stamp) ?? (text.length <= MAX_DATE_LINE ? (isoDate(text) ?? writtenDate(text)) : null);
      if (date !== null) return date;
    }
  }
  return null;
}

/** `Autoracing | F1 | NASCAR` as `Autoracing`. */
function firstPart(name: string): string {
  return name
    .split(/\s+[|–—-]\s+/)[0]!
    .replace(/^@/, '')
    .trim();
}

/** A value as text: some pages escape it twice. */
function plainText(value: string): string {
  return collapse(
    value
      .replace(/&#(\d{1,7});/g, (whole, code: string) =>
        Number(code) <= 0x10ffff ? String.fromCodePoint(Number(code)) : whole,
      )
      .replace(/&#x([\da-f]{1,6});/gi, (whole, code: string) =>
        parseInt(code, 16) <= 0x10ffff ? String.fromCodePoint(parseInt(code, 16)) : whole,
      )
      .replace(
        /&(quot|apos|lt|gt|nbsp|amp|rsquo|lsquo|ldquo|rdquo|ndash|mdash|hellip);/g,
        (_, name: string) => ENTITIES[name]!,
      )
      .replace(/<\/?[a-z][^<>]*>/gi, ''),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  nbsp: ' ',
  amp: '&',
  rsquo: '’',
  lsquo: '‘',
  ldquo: '“',
  rdquo: '”',
  ndash: '–',
  mdash: '—',
  hellip: '…',
};
