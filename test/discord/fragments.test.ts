import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkToWords, textDirective } from '../../src/discord/fragments.js';
import { hostileText } from './hostile.js';

/** Reads a text directive as the draft says a browser does. */
function readDirective(directive: string): string[] {
  return directive
    .replace(/^text=/, '')
    .split(',')
    .map(decodeURIComponent);
}

describe('links to the very words', () => {
  it('name a short sentence in full, with what has a meaning in a directive encoded', () => {
    expect(linkToWords('https://example.org/a', 'Sinner, the world no. 1, won 6-4 & 6-4.', 'en')).toBe(
      'https://example.org/a#:~:text=Sinner%2C%20the%20world%20no.%201%2C%20won%206%2D4%20%26%206%2D4.',
    );
  });

  it('keep the anchor of the page and replace an older directive', () => {
    expect(linkToWords('https://example.org/a#history', 'Founded in 1904.', 'en')).toBe(
      'https://example.org/a#history:~:text=Founded%20in%201904.',
    );
    expect(linkToWords('https://example.org/a#x:~:text=old', 'New.', 'en')).toBe('https://example.org/a#x:~:text=New.');
  });

  it('name a long sentence by its beginning and its end', () => {
    const words =
      'The first session of the reading club was held in the old lighthouse, which had been empty for eleven years.';
    expect(readDirective(textDirective(words, 'en'))).toEqual([
      'The first session of the',
      'been empty for eleven years.',
    ]);
  });

  it('cut Chinese between words', () => {
    const words =
      '京杭大运河始建于春秋时期，是世界上里程最长、工程最大的古代运河，也是最古老的运河之一，与长城并称为中国古代的两项伟大工程，至今仍在使用。一直以来都为南北交通发挥着重要作用，沿线的城市也因它而兴盛。';
    const [start = '', end = ''] = readDirective(textDirective(words, 'zh'));
    expect(words.startsWith(start)).toBe(true);
    expect(words.endsWith(end)).toBe(true);
    expect(start.length).toBeGreaterThanOrEqual(8);
  });

  it('span paragraphs by a range, for a directive matches within one', () => {
    expect(readDirective(textDirective('A heading\n\nAnd its text.', 'en'))).toEqual(['A heading', 'And its text.']);
  });

  it('are left out where there is no address, or one too long', () => {
    expect(linkToWords('file:///etc/passwd', 'x', null)).toBeNull();
    expect(linkToWords(`https://example.org/${'x'.repeat(900)}`, 'x', null)).toBeNull();
  });

  it('hold for any words: both ends are found in them, and nothing breaks a masked link', () => {
    fc.assert(
      fc.property(hostileText(), fc.constantFrom('en', 'zh', 'ar', null, 'x!'), (words, language) => {
        const directive = textDirective(words, language);
        expect(directive).toMatch(/^(text=[A-Za-z\d.%]+(,[A-Za-z\d.%]+)?)?$/);
        if (directive === '' || /\p{Surrogate}/u.test(words)) return;
        const plain = words.replace(/\s+/g, ' ').trim();
        for (const part of readDirective(directive)) expect(plain).toContain(part);
      }),
      { numRuns: 1000 },
    );
  });
});
