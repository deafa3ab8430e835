import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Reading, Source } from './article.js';

/** Parameters that say where a reader came from, not what is read. */
const TRACKING = /^(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|yclid|_hsenc|_hsmi|cmpid)$/i;

/** Letters and digits that are hard to take for one another (Crockford's base 32). */
const ID_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** 50 bits: among 10,000 articles two share an id once in 20 million libraries. */
const ID_LENGTH = 10;

/**
 * What makes an article the same one when it is read again: its address or path; for bytes without either, its words.
 *
 * A page's own canonical address counts only within its host, so that no page can take another site's place.
 */
export function articleKey(source: Source, reading: Reading): string {
  switch (source.kind) {
    case 'url': {
      const asked = plainUrl(source.url);
      const canonical = reading.url === null ? asked : plainUrl(reading.url);
      return `url:${hostOf(canonical) === hostOf(asked) ? canonical : asked}`;
    }
    case 'file':
      return `file:${resolve(source.path)}`;
    case 'bytes':
      return `text:${contentHash(reading)}`;
  }
}

/** Ten letters and digits; the same key gives the same id in every library. */
export function articleId(key: string): string {
  const digest = createHash('sha256').update(key).digest();
  return Array.from(digest.subarray(0, ID_LENGTH), (byte) => ID_ALPHABET[byte % ID_ALPHABET.length]).join('');
}

/** Title and text as one fingerprint: articles with the same are the same. */
export function contentHash({ title, text }: Pick<Reading, 'title' | 'text'>): string {
  return createHash('sha256')
    .update(JSON.stringify([title, text]))
    .digest('hex');
}

/** An address without fragment and tracking parameters. @param url an absolute http(s) URL */
function plainUrl(url: string): string {
  const plain = new URL(url);
  plain.hash = '';
  for (const name of [...plain.searchParams.keys()]) if (TRACKING.test(name)) plain.searchParams.delete(name);
  return plain.href;
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^www\./, '');
}
