/** Between a title and the name of its site. */
const SEPARATOR = /\s+(?:[|·•»«›‹~]|::|[-–—])\s+|\s*[|｜_]\s*/u;
/** A title is shorter; what is longer is a description in the wrong place. */
const MAX_TITLE = 400;

export interface TitleClues {
  /** What the article is called: JSON-LD's headline, then the titles given to other sites (og, twitter). */
  readonly given: readonly string[];
  /** Level 1 headings of the page, in order. */
  readonly headings: readonly string[];
  /** The document's title. */
  readonly document: string;
  /** Names the site goes by: its name, its publisher, its host. */
  readonly siteNames: readonly string[];
}

/**
 * The article's title as its page shows it, without the site's name; empty where there is none.
 * A heading that agrees with what the page says of itself is best; a heading alone may be the site's logo.
 */
export function pageTitle({ given, headings, document, siteNames }: TitleClues): string {
  const isSite = (text: string) => siteNames.some((name) => key(name) === key(text));
  const usable = headings.filter((heading) => heading !== '' && heading.length <= MAX_TITLE && !isSite(heading));
  const said = [...given, document].filter((text) => text !== '');
  for (const text of said) {
    const same =
      usable.find((heading) => key(heading) === key(text)) ?? usable.find((heading) => isMost(heading, text));
    if (same !== undefined) return same;
  }
  const best = said[0] ?? usable[0] ?? '';
  return withoutSite(best, siteNames).slice(0, MAX_TITLE).trim();
}

/** `Title | Section | Site` as `Title`: the parts that are the site's name go, and parts beside them. */
function withoutSite(title: string, siteNames: readonly string[]): string {
  const keys = siteNames.map((name) => key(name)).filter((name) => name.length > 1);
  const parts = title.split(new RegExp(`(${SEPARATOR.source})`, 'u'));
  const isSite = (part: string | undefined) => {
    const own = key(part ?? '');
    return (
      own !== '' &&
      keys.some(
        (name) =>
          own === name || (own.length > 3 && (name.startsWith(own) || own.startsWith(name) || name.endsWith(own))),
      )
    );
  };
  const last = parts.length - 1;
  if (last >= 2 && isSite(parts[last]))
    return parts
      .slice(0, last - 1)
      .join('')
      .trim();
  if (last >= 2 && isSite(parts[0])) return parts.slice(2).join('').trim();
  return title.trim();
}

/** The last part of a title after a separator: the site's name, if nothing else says it. */
export function siteInTitle(title: string): string | null {
  const parts = title.split(SEPARATOR);
  const last = parts.at(-1)?.trim() ?? '';
  return parts.length > 1 && last.length > 1 && last.length < 40 && last.split(/\s+/).length <= 4 ? last : null;
}

/** Letters and digits only: what two spellings of a title have in common. */
export function key(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Whether a heading is a whole title but for what a site adds to it, or shortens of it. */
function isMost(heading: string, title: string): boolean {
  const a = key(heading);
  const b = key(title);
  return a.length >= 8 && b.length >= 8 && (b.includes(a) ? a.length >= b.length * 0.4 : a.startsWith(b));
}
