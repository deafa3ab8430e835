import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_BUTTON_LABEL,
  MAX_COMPONENTS,
  MAX_CUSTOM_ID,
  MAX_TEXT,
  button,
  measure,
  row,
  message,
  text,
  type Message,
} from '../../src/discord/components.js';
import { harmless } from '../../src/discord/markdown.js';
import { answerMessage, contextMessage, passagesMessage, quoteWithin } from '../../src/discord/reply.js';
import { ENGLISH, wordsFor } from '../../src/discord/words.js';
import type { Answer, Excerpt } from '../../src/library.js';
import type { Component } from './double/discord-double.mjs';
import { validateMessage } from './double/validate.mjs';
import { hostileAnswer, hostileExcerpt, hostileText } from './hostile.js';

const RUNS = { numRuns: 1000 };
const locale = fc.constantFrom('en', 'zh-CN', 'zh-TW');
const look = fc.record({
  locale,
  key: fc.constant('k'.repeat(16)),
  quotations: fc.integer({ min: 1, max: 3 }),
  showQuestion: fc.boolean(),
});

/** What Discord takes, by the double's own count. */
function expectValid(shown: Message): void {
  validateMessage({ components: shown.components, flags: shown.flags, allowed_mentions: shown.allowedMentions });
  const size = measure(shown.components);
  expect(size.components).toBeLessThanOrEqual(MAX_COMPONENTS);
  expect(size.text).toBeLessThanOrEqual(MAX_TEXT);
}

function displays(components: readonly unknown[]): string[] {
  return (components as readonly Component[]).flatMap((one) => [
    ...(one.content === undefined ? [] : [one.content]),
    ...displays(one.components ?? []),
  ]);
}

/** The text of a quotation as a reader sees it. */
function readQuote(quote: string): string {
  return quote
    .split('\n')
    .map((line) => line.replace(/^> /, '').replace(/^\u2068(.*)\u2069$/s, '$1'))
    .join('\n')
    .replace(/(?<!\\)((?:\\\\)*)\*\*/g, '$1')
    .replace(/\\([^0-9A-Za-z\s])/g, '$1');
}

const excerpt = (changes: Partial<Excerpt> = {}): Excerpt => ({
  rank: 1,
  articleId: 'abcdefghij',
  title: 'The lighthouse',
  url: 'https://example.org/lighthouse',
  siteName: 'Coast',
  publishedAt: '2024-11-14',
  language: 'en',
  start: 0,
  end: 35,
  text: 'It was lit in 1904. It still stands.',
  highlight: { start: 0, end: 19, text: 'It was lit in 1904.' },
  score: 1,
  signals: {},
  ...changes,
});
const answer = (excerpts: Excerpt[], changes: Partial<Answer> = {}): Answer => ({
  question: 'When was it lit?',
  understoodAs: null,
  answered: true,
  confidence: 0.9,
  tookMs: 5,
  excerpts,
  ...changes,
});
const LOOK = { words: ENGLISH, key: 'k'.repeat(16), quotations: 3, showQuestion: true };

describe('an answer', () => {
  it('quotes, stresses, and links to the very words', () => {
    const [heading, quote, source] = displays(answerMessage(answer([excerpt()]), LOOK).components);
    expect(heading).toBe('### When was it lit?');
    expect(quote).toBe('> **It was lit in 1904.** It still stands.');
    expect(source).toBe(
      '**1.** [The lighthouse](https://example.org/lighthouse#:~:text=It%20was%20lit%20in%201904.)\n-# Coast · Nov 14, 2024',
    );
  });

  it('shows what a follow-up was understood as', () => {
    const shown = answerMessage(answer([excerpt()], { understoodAs: 'When was the lighthouse lit?' }), {
      ...LOOK,
      showQuestion: false,
    });
    expect(displays(shown.components)[0]).toBe('-# Understood as: When was the lighthouse lit?');
  });

  it('of an article without an address names its title', () => {
    const [, , source] = displays(
      answerMessage(answer([excerpt({ url: null, siteName: null, publishedAt: null })]), LOOK).components,
    );
    expect(source).toBe('**1.** **The lighthouse**');
  });

  it('that the library does not hold offers the nearest passages and quotes nothing', () => {
    const shown = answerMessage(answer([excerpt()], { answered: false }), LOOK);
    expect(displays(shown.components).join()).not.toContain('1904');
    expect(JSON.stringify(shown.components)).toContain(ENGLISH.ask.nearest);
  });

  it('keeps to every limit of Discord, pings nobody, and says only what is in the article, whatever that is', () => {
    fc.assert(
      fc.property(hostileAnswer, look, (given, how) => {
        const shown = answerMessage(given, { ...how, words: wordsFor(how.locale) });
        expectValid(shown);
        expect(shown.allowedMentions).toEqual({ parse: [], repliedUser: false });
        const quoted = given.answered ? given.excerpts.slice(0, how.quotations) : [];
        const quotes = displays(shown.components).filter((content) => content.startsWith('> '));
        expect(quotes).toHaveLength(quoted.length);
        quotes.forEach((quote, index) => expectQuotation(quote, quoted[index]!));
      }),
      RUNS,
    );
  });
});

/** Each line of a quotation stands in the excerpt, in order. */
function expectQuotation(quote: string, { text: whole }: Excerpt): void {
  const seen = readQuote(quote).replace(/^…|…$/g, '');
  // A cut through a character shows the mark of a broken one; everything else is the text itself.
  const loose = (one: string): string => harmless(one).replaceAll('\ufffd', '').replace(/\p{M}/gu, '');
  expect(loose(whole)).toContain(loose(seen).replace(/^…|…$/g, ''));
}

describe('further passages and contexts', () => {
  it('keep to every limit', () => {
    fc.assert(
      fc.property(
        hostileAnswer,
        fc.array(hostileExcerpt, { maxLength: 3 }),
        locale,
        fc.boolean(),
        (given, passages, said, hasMore) => {
          expectValid(
            passagesMessage(given, passages, { words: wordsFor(said), key: 'k'.repeat(16), first: 8, hasMore }),
          );
        },
      ),
      RUNS,
    );
    fc.assert(
      fc.property(hostileExcerpt, hostileText(60), hostileText(60), locale, (passage, before, after, said) => {
        const article = {
          id: 'abcdefghij',
          title: passage.title,
          byline: null,
          siteName: passage.siteName,
          publishedAt: passage.publishedAt,
          language: passage.language,
          url: passage.url,
          source: 'x',
          passages: 1,
          characters: 1,
          addedAt: '2024-01-01',
          updatedAt: '2024-01-01',
        };
        expectValid(
          contextMessage({ article, before, passage: passage.text, after }, passage, passage.highlight, wordsFor(said)),
        );
      }),
      RUNS,
    );
  });
});

describe('a quotation', () => {
  it('that does not fit keeps the highlight and shows where it was cut', () => {
    const whole = `${'before '.repeat(300)}THE POINT.${' after'.repeat(300)}`;
    const start = whole.indexOf('THE');
    const quote = quoteWithin(whole, { start, end: start + 10 }, 500);
    expect(quote.length).toBeLessThanOrEqual(500);
    expect(quote.length).toBeGreaterThan(450);
    expect(quote).toMatch(/^> …\s*before .*\*\*THE POINT\.\*\* after.* after…$/);
  });

  it('uses the room there is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 3000 }), (room) => {
        const quote = quoteWithin('_'.repeat(5000), { start: 100, end: 120 }, room);
        expect(quote.length).toBeLessThanOrEqual(room);
        // Short of it by less than a long word, escaped, and its ends.
        expect(quote.length).toBeGreaterThan(room - 100);
      }),
      RUNS,
    );
  });
});

describe('a button', () => {
  it('of an id of 100 letters and a label of 80 is the longest', () => {
    expectValid(message(row(button('i'.repeat(MAX_CUSTOM_ID), 'l'.repeat(MAX_BUTTON_LABEL)))));
    expect(() => button('i'.repeat(MAX_CUSTOM_ID + 1), 'l')).toThrow(/too long/);
    expect(() => button('i', 'l'.repeat(MAX_BUTTON_LABEL + 1))).toThrow(/too long/);
  });
});

describe('a message', () => {
  it('of 40 components and 4,000 letters is the largest', () => {
    const parts = (count: number, length: number) =>
      Array.from({ length: count }, (_, index) => text('x'.repeat(index === 0 ? length : 1)));
    expectValid(message(...parts(40, 4000 - 39)));
    expect(() => message(...parts(41, 1))).toThrow(/too large/);
    expect(() => message(...parts(40, 4000 - 38))).toThrow(/too large/);
  });
});
