import { collapse, spacedText, type DomDocument, type DomElement } from './dom.js';

/** Words before a name, in the languages whose pages use them. */
const BEFORE =
  /^(?:(?:written|posted|story|text|words|report|reported|published|photos?)\s+)?(?:by|von|par|por|di|door|av|af|från|автор|author|authors|autor|文|作者|記者|记者|撰文)(?:\s*[:：/]\s*|\s+)/iu;
/** What comes after names: dates, handles, roles, desks. */
const AFTER =
  /\s*(?:[|•·/]|[-–—]\s|\s@|\(|\bvia\b|\bfor\s+(?=\p{Lu})|\bin\s+(?=\p{Lu})|\bon\s+(?=\p{Lu}|\d)|\bat\s+\d|\b(?:published|updated|posted|follow|staff writer|contributor|correspondent|reporter|editor|biography|email)\b|\d|,?\s*\p{Lu}{2,}\s+\p{L}+\s+writer\b).*$/iu;
const ROLE =
  /\b(?:writer|reporter|editor|correspondent|contributor|columnist|producer|journalist|fellow|professor|staff|author|news|press service|special to|contributing|com|www|redaktion)\b/i;
/** Accounts and desks that stand where a name should. */
const ORGANISATION =
  /\b(?:business|insider|times|post|press|media|magazine|daily|today|university|institute|agency|group|inc|ltd)\b/i;
const NOBODY =
  /^(?:admin\w*|\w*admin|administrator|editor|editors|staff|webmaster|user|guest|unknown|none|null|redaktion|newsroom|the editors|staff reports?|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december)$/i;
/** Where pages put the author; the more exact first. */
const PLACES = [
  '[itemprop="author"] [itemprop="name"]',
  '[rel="author"]',
  '[itemprop="author"]',
  '.author-name, .byline-name, .byline__name, .byline__authorLink, .article-author, .post-author, .entry-author',
  'a[href*="/author/"], a[href*="/authors/"]',
  '[class*="byline"]',
  '[class*="author"]',
  '[class*="meta"]',
];
/** Places of which only a text that begins like a byline is one. */
const VAGUE = PLACES.at(-1);
const AGENCY = /(?<=\p{L}\s+\p{L}+)\s+(?:Associated Press|Reuters|Bloomberg(?: News)?|AFP|Press Association)$/u;
const SEPARATOR = /\s*(?:[;，、,\n]|(?<=\p{Ll}{3})\.\s(?=\p{Lu})|\s(?:&|and|und|et|y|e)\s)\s*/u;
const ELSEWHERE = /\b(?:comments?|related|sidebar|recommended|disqus|widget)\b/i;
const MAX_NAME = 60;
const MAX_NAMES = 8;
/** Characters looked at of what a page gives as its authors. */
const MAX_GIVEN = 1000;
/** Elements of one kind looked at. */
const MAX_PLACES = 10;

/** Names out of what a page gives as its authors, apart by commas; null where there is no name in it. */
export function names(given: readonly string[], siteNames: readonly string[]): string | null {
  const found: string[] = [];
  for (const text of given) {
    for (const raw of split(text)) {
      const name = withoutOrganisation(raw, siteNames);
      if (name !== '' && !found.some((other) => other.toLowerCase() === name.toLowerCase())) found.push(name);
    }
  }
  return found.length === 0 ? null : found.slice(0, MAX_NAMES).join(', ');
}

/** The author as the page shows it. */
export function shownByline(document: DomDocument, siteNames: readonly string[]): string | null {
  for (const place of PLACES) {
    let looked = 0;
    for (const element of document.querySelectorAll(place)) {
      if (looked++ >= MAX_PLACES) break;
      if (isElsewhere(element)) continue;
      const text = collapse(element.getAttribute('content') ?? spacedText(element));
      if (text === '' || text.length > MAX_NAME * 3 || (place === VAGUE && !BEFORE.test(text))) continue;
      const found = names([text], siteNames);
      if (found !== null) return found;
    }
  }
  return null;
}

function split(text: string): string[] {
  const bare = collapse(text.slice(0, MAX_GIVEN))
    .replace(/<[^>]*>/g, '')
    .replace(BEFORE, '');
  if (/^https?:|^www\.|^\S+@\S+$/.test(bare)) return [];
  const names: string[] = [];
  for (const piece of bare.split(SEPARATOR)) {
    const name = piece
      .replace(BEFORE, '')
      .replace(AFTER, '')
      .replace(AGENCY, '')
      .replace(/[,.:]+$/, '')
      .trim();
    if (isName(name) && (names.length === 0 || isFullName(name))) names.push(name);
    // After a comma comes the next name, or the role of the last: the rest is about the last then.
    else if (names.length > 0) break;
  }
  return names;
}

function isName(text: string): boolean {
  if (text.length < 2 || text.length > MAX_NAME || NOBODY.test(text) || /[@/\\<>{}]|https?:/.test(text)) return false;
  if (ROLE.test(text)) return false;
  const words = text.split(/\s+/);
  if (words.length > 6) return false;
  // Names begin with a capital, particles aside; scripts without case have none.
  return words.some((word) => /^\P{Ll}/u.test(word)) && /\p{L}{2}/u.test(text);
}

/** First and last name at least, none of them an abbreviation such as a degree or an agency. */
function isFullName(text: string): boolean {
  const words = text.split(/\s+/);
  return (
    /^\P{ASCII}+$/u.test(text) || (words.length >= 2 && !/^\p{Lu}{2,3}$/u.test(words[0]!) && !ORGANISATION.test(text))
  );
}

/** A name without the organisation its page writes behind it; empty where nothing else is left. */
function withoutOrganisation(name: string, siteNames: readonly string[]): string {
  const words = name.split(' ');
  for (let from = 0; from < words.length; from++) {
    const rest = plain(words.slice(from).join(' '));
    if (
      rest.length > 2 &&
      siteNames.some((site) => plain(site) === rest || (from > 0 && rest.length > 5 && plain(site).startsWith(rest)))
    ) {
      return words.slice(0, from).join(' ');
    }
  }
  return name;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Authors of comments and of other articles. */
function isElsewhere(element: DomElement): boolean {
  for (let at: DomElement | null = element; at?.nodeType === 1 && at.localName !== 'body'; at = at.parentNode) {
    const name = `${at.getAttribute('class') ?? ''} ${at.getAttribute('id') ?? ''}`;
    if (at.localName === 'aside' || ELSEWHERE.test(name)) return true;
  }
  return false;
}
