/**
 * Links that lead to the very words: `https://site/page#:~:text=start,end`, after the Text Fragments draft of the
 * Web Incubator Community Group. A browser scrolls to the words; one that knows no text fragments opens the page.
 */
import { linkTarget, percentEncoded } from './markdown.js';

/** Up to this length a text is named in full; a longer one by how it starts and ends, which also survives small changes. */
const FULL_LENGTH = 80;
/** Words named at each end of a longer text: enough to be found once on a page. */
const END_WORDS = 5;
/** Letters that the words named at one end may take: Chinese words are short, so more of them are needed. */
const MIN_END_LENGTH = 12;
const MAX_END_LENGTH = 60;
/** Longest address that is linked: longer ones eat the room of the quotations. */
const MAX_ADDRESS = 800;

/** Unreserved in an address, but with a meaning in a text fragment (`-`) or in Discord's Markdown. */
const LEFT_BY_ENCODE_URI = /[-_.!~*'()]/g;

/**
 * The address of `words` (a sentence, or a few) on the page `url`.
 * @param language BCP 47, to find the limits of words
 * @returns null where `url` is not a web address or is too long to link; without the words where only they are too long
 */
export function linkToWords(url: string, words: string, language: string | null): string | null {
  const page = linkTarget(url);
  if (page === null || page.length > MAX_ADDRESS) return null;
  const directive = textDirective(words, language);
  const [address, fragment = ''] = split(page, '#');
  const [anchor] = split(fragment, ':~:');
  const link = `${address}#${anchor}:~:${directive}`;
  return directive === '' || link.length > MAX_ADDRESS ? page : link;
}

/** `text=…` for words on a page; empty where there are none. */
export function textDirective(words: string, language: string | null): string {
  // A directive matches within one paragraph, a range from one paragraph to another.
  const paragraphs = words.split(/\n+/).map((paragraph) => paragraph.replace(/\s+/g, ' ').trim());
  const named = paragraphs.filter((paragraph) => /[\p{L}\p{N}]/u.test(paragraph));
  const first = named[0];
  const last = named.at(-1);
  if (first === undefined || last === undefined) return '';
  if (named.length === 1 && first.length <= FULL_LENGTH) return `text=${encoded(first)}`;
  const start = opening(first, language);
  const end = closing(last, language);
  if (named.length === 1 && start.length + end.length >= first.length) return `text=${encoded(first)}`;
  return `text=${encoded(start)},${encoded(end)}`;
}

function opening(text: string, language: string | null): string {
  let taken = '';
  let words = 0;
  for (const { segment, isWordLike } of wordsOf(text, language)) {
    if (words >= END_WORDS && taken.length >= MIN_END_LENGTH) break;
    if (words > 0 && taken.length + segment.length > MAX_END_LENGTH) break;
    taken += segment;
    if (isWordLike) words += 1;
  }
  return taken.trim();
}

function closing(text: string, language: string | null): string {
  let taken = '';
  let words = 0;
  for (const { segment, isWordLike } of wordsOf(text, language).toReversed()) {
    if (words >= END_WORDS && taken.length >= MIN_END_LENGTH) break;
    if (words > 0 && taken.length + segment.length > MAX_END_LENGTH) break;
    taken = segment + taken;
    if (isWordLike) words += 1;
  }
  return taken.trim();
}

function wordsOf(text: string, language: string | null): Intl.SegmentData[] {
  const known = language !== null && isLocale(language) ? language : 'und';
  return [...new Intl.Segmenter(known, { granularity: 'word' }).segment(text)];
}

function isLocale(language: string): boolean {
  try {
    return Intl.Segmenter.supportedLocalesOf(language).length > 0;
  } catch {
    return false; // not a language tag at all
  }
}

/** Percent-encoded for a text directive, and so that no character of it means anything to Discord. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(LEFT_BY_ENCODE_URI, (character) =>
    character === '.' ? '.' : percentEncoded(character),
  );
}

function split(text: string, separator: string): [before: string, after?: string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
