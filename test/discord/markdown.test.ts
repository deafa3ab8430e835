import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockQuote,
  cut,
  escapeMarkdown,
  harmless,
  linkLabel,
  linkTarget,
  oneLine,
} from '../../src/discord/markdown.js';
import { hostileText } from './hostile.js';

const RUNS = { numRuns: 1000 };
/** Undoes Discord's escapes, as its client does when it shows a text. */
const unescape = (text: string): string => text.replace(/\\([^0-9A-Za-z\s])/g, '$1');
const withoutEscapes = (text: string): string => text.replace(/\\[^0-9A-Za-z\s]/g, '');

describe('escaping', () => {
  it('is undone by Discord to the very text', () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        expect(unescape(escapeMarkdown(text))).toBe(harmless(text));
      }),
      RUNS,
    );
  });

  it('leaves nothing that Discord would act on', () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const left = withoutEscapes(escapeMarkdown(text));
        expect(left).not.toMatch(/[*_~`|<>#[\]()@:\\]/);
        for (const line of escapeMarkdown(text).split('\n')) expect(line).not.toMatch(/^\s*([-+]|\d+\.)/);
      }),
      RUNS,
    );
  });

  it.each([
    ['# Heading', '\\# Heading'],
    ['- item', '\\- item'],
    ['  2. item', '  2\\. item'],
    ['well-known 3.5', 'well-known 3.5'],
    ['@everyone', '\\@everyone'],
    ['<@123>', '\\<\\@123\\>'],
    ['https://a.example', 'https\\://a.example'],
    ['snake_case', 'snake\\_case'],
  ])('%j becomes %j', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });
});

describe('harmless', () => {
  it('takes out what turns text round, and nothing else of a right-to-left text', () => {
    expect(harmless('a\u202eb\u2066c\u0000d\u200fe')).toBe('abcde');
    expect(harmless('שלום')).toBe('שלום');
  });

  it('thins out piles of accents and mends halves of characters', () => {
    expect(harmless(`x${'\u0301'.repeat(50)}`)).toBe(`x${'\u0301'.repeat(6)}`);
    expect(harmless('a\ud83d')).toBe('a\ufffd');
  });
});

describe('block quotations', () => {
  it('hold the text and one highlight, line by line', () => {
    fc.assert(
      fc.property(hostileText(), fc.nat(), fc.nat(), (text, a, b) => {
        const [start, end] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y) as [number, number];
        const shown = blockQuote(text, { start, end });
        const lines = shown.split('\n').map((line) => {
          expect(line.startsWith('> ')).toBe(true);
          return line.slice(2).replace(/^\u2068(.*)\u2069$/s, '$1');
        });
        for (const line of lines) {
          const left = withoutEscapes(line);
          expect(left.replace(/\*\*.*\*\*/, '')).not.toMatch(/[*_~`|<>#[\]()@:\\]/);
        }
        // Pieces are made harmless one by one, so a character that the highlight cuts in two is mended twice.
        const pieces = [text.slice(0, start), text.slice(start, end), text.slice(end)];
        const isWhole = harmless(text) === pieces.map(harmless).join('');
        if (isWhole) expect(unescape(lines.join('\n').replace(/(?<!\\)((?:\\\\)*)\*\*/g, '$1'))).toBe(harmless(text));
      }),
      RUNS,
    );
  });

  it('isolates right-to-left lines', () => {
    expect(blockQuote('abc\nשלום')).toBe('> abc\n> \u2068שלום\u2069');
  });
});

describe('titles', () => {
  it('are cut between characters as readers see them', () => {
    expect(cut('👩‍👩‍👧👩‍👩‍👧', 10)).toBe('👩‍👩‍👧…');
    expect(cut('short', 10)).toBe('short');
  });

  it('stand on one line and fit', () => {
    fc.assert(
      fc.property(hostileText(), fc.integer({ min: 2, max: 200 }), (text, max) => {
        const shown = oneLine(text, max);
        expect(shown).not.toContain('\n');
        expect(shown.length).toBeLessThanOrEqual(2 * max + 2);
      }),
      RUNS,
    );
  });

  it('as labels hold neither brackets nor addresses, which Discord takes in no label', () => {
    expect(linkLabel('[Video] see https://evil.example/x', 100)).toBe('\\(Video\\) see evil.example/x');
  });
});

describe('addresses', () => {
  it.each([
    ['https://example.org/a_(b)', 'https://example.org/a_%28b%29'],
    ['https://example.org/?q="x"&r=\'y\'', 'https://example.org/?q=%22x%22&r=%27y%27'],
    ['javascript:alert(1)', null],
    ['nonsense', null],
  ])('%s is linked as %s', (url, target) => {
    expect(linkTarget(url)).toBe(target);
  });
});
