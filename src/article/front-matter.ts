import type { ArticleMeta } from './article.js';
import { isoDate } from './dates.js';
import { primaryTag } from './language.js';

/** What a text says of itself before it begins. */
export interface FrontMatter {
  readonly fields: Omit<ArticleMeta, 'title'> & { readonly title: string | null };
  /** The text after it. */
  readonly body: string;
}

/** Between two lines of three hyphens, at the very beginning; longer ones are no front matter. */
const FRONT_MATTER = /^\s*---[^\S\n]*\n([\s\S]{0,8000}?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|$)/;
const FIELD = /^([A-Za-z][\w-]*)\s*:\s*(.*)$/;
const LIST_ITEM = /^\s*-\s+(.*)$/;

/** Reads the simple fields (`name: value`, lists of values) that site generators write; anything else in it is passed over. */
export function frontMatter(source: string): FrontMatter {
  const match = FRONT_MATTER.exec(source);
  const values = match ? fieldsOf(match[1]!) : new Map<string, string>();
  // Two rules with prose between them are no front matter.
  const isReal = match !== null && values.size > 0;
  const get = (...names: string[]) =>
    names.map((name) => values.get(name)).find((value) => value !== undefined && value !== '') ?? null;
  const url = get('url', 'canonical', 'canonical_url', 'source', 'link');
  return {
    body: isReal ? source.slice(match[0].length) : source,
    fields: {
      title: isReal ? get('title') : null,
      byline: isReal ? get('author', 'authors', 'byline') : null,
      siteName: isReal ? get('site', 'sitename', 'site_name', 'publication', 'publisher') : null,
      publishedAt: isReal ? isoDate(get('date', 'published', 'publishedat', 'published_at', 'pubdate')) : null,
      language: isReal ? primaryTag(get('lang', 'language')) : null,
      url: isReal && url !== null && /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url).href : null,
    },
  };
}

function fieldsOf(block: string): Map<string, string> {
  const values = new Map<string, string>();
  let last: string | null = null;
  for (const line of block.split('\n')) {
    const field = FIELD.exec(line);
    const item = LIST_ITEM.exec(line);
    if (field) {
      last = field[1]!.toLowerCase();
      values.set(last, scalar(field[2]!));
    } else if (item && last !== null) {
      const before = values.get(last);
      values.set(last, before ? `${before}, ${scalar(item[1]!)}` : scalar(item[1]!));
    } else if (/^\S/.test(line) && !line.startsWith('#')) return new Map();
  }
  return values;
}

/** A value without its quotes; `[a, b]` as `a, b`. */
function scalar(value: string): string {
  const text = value.trim();
  const list = /^\[(.*)\]$/.exec(text);
  if (list) return list[1]!.split(',').map(scalar).join(', ');
  return /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;
}
