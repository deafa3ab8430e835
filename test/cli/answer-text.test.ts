import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { answerRecord, answerText } from '../../src/cli/answer-text.js';
import { summaryText } from '../../src/cli/article-text.js';
import { jsonLine } from '../../src/cli/json-line.js';
import type { Look } from '../../src/cli/printer.js';
import type { Answer, ArticleSummary, Excerpt } from '../../src/library.js';

const PLAIN: Look = { colours: pc.createColors(false), styled: false, width: 60, invocation: 'footnote ' };
const STYLED: Look = { ...PLAIN, colours: pc.createColors(true), styled: true };

const TEXT = 'The bridge was opened in 1878. It fell in 1879, in a storm. Nobody on the train lived.';
const SENTENCE = 'It fell in 1879, in a storm.';

/** The passage stands somewhere in its article, not at its start. */
const START = 100;

const EXCERPT: Excerpt = {
  rank: 1,
  articleId: 'abcdefghij',
  title: 'The Tay Bridge',
  url: 'https://example.org/tay',
  siteName: 'Example',
  publishedAt: '2024-11-14T08:00:00+08:00',
  language: 'en',
  text: TEXT,
  start: START,
  end: START + TEXT.length,
  highlight: {
    text: SENTENCE,
    start: START + TEXT.indexOf(SENTENCE),
    end: START + TEXT.indexOf(SENTENCE) + SENTENCE.length,
  },
  score: 1.5,
  signals: { meaning: 1, keywords: 0.5 },
};

function answer(changes: Partial<Answer> = {}, excerpt: Partial<Excerpt> = {}): Answer {
  return {
    question: 'When did it fall?',
    understoodAs: null,
    answered: true,
    confidence: 0.95,
    tookMs: 4.2,
    excerpts: [{ ...EXCERPT, ...excerpt }],
    ...changes,
  };
}

describe('answerText', () => {
  it('numbers the quotation, marks its highlight and names its source', () => {
    expect(answerText(answer(), false, PLAIN)).toBe(
      [
        'Found, very likely the answer (confidence 0.95)',
        '',
        ' 1  The bridge was opened in 1878. «It fell in 1879, in a',
        '    storm.» Nobody on the train lived.',
        '    — The Tay Bridge · Example · 2024-11-14',
        '      https://example.org/tay',
        '',
      ].join('\n'),
    );
  });

  it('shows the highlight by weight where the terminal has colours, also over the end of a line', () => {
    const text = answerText(answer(), false, { ...STYLED, width: 46 });
    expect(text).toContain(
      '\u001b[1m\u001b[4mIt fell in\u001b[24m\u001b[22m\n    \u001b[1m\u001b[4m1879, in a storm.\u001b[24m\u001b[22m',
    );
    expect(text).not.toContain('«');
  });

  it('says in words that the library does not hold the answer, and how sure it is', () => {
    expect(answerText(answer({ answered: false, confidence: 0.1 }), false, PLAIN)).toContain(
      'Not in the library. The nearest passages: (confidence 0.10)',
    );
    expect(answerText(answer({ confidence: 0.75 }), false, PLAIN)).toContain('Found, likely the answer');
    expect(answerText(answer({ confidence: 0.55 }), false, PLAIN)).toContain('Found, possibly the answer');
    expect(answerText(answer({ answered: false, excerpts: [] }), false, PLAIN)).toContain('footnote add');
  });

  it('says how a follow-up was understood, and with --explain what made the score', () => {
    const text = answerText(answer({ understoodAs: 'The Tay Bridge → When did it fall?' }), true, PLAIN);
    expect(text).toMatch(/^Understood as: The Tay Bridge → When did it fall\?\n/);
    expect(text).toContain('score 1.500 = meaning 1.000 + keywords 0.500');
  });

  it('names the command that shows an article without an address', () => {
    expect(answerText(answer({}, { url: null }), false, PLAIN)).toContain('footnote show abcdefghij');
  });

  it('lets nothing of an article steer the terminal', () => {
    const evil = 'a\u001b]0;owned\u0007\u009b2J\u202eb';
    const padded = evil.padEnd(TEXT.length, '.');
    const hostile = answer(
      { understoodAs: evil },
      { text: padded, title: evil, siteName: evil, publishedAt: evil, url: evil },
    );
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    expect(answerText(hostile, true, PLAIN)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    const summary = {
      ...EXCERPT,
      id: 'abcdefghij',
      source: evil,
      title: evil,
      passages: 1,
    } as unknown as ArticleSummary;
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    expect(summaryText(summary, PLAIN)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('jsonLine', () => {
  it('escapes what could steer a terminal or end a line, and keeps the value', () => {
    const record = { text: 'a\u001b[31m\u009b2J\u2028\u202e\u007f' };
    const line = jsonLine(record);
    expect(line).toMatch(/^[ -~]+$/);
    expect(JSON.parse(line)).toEqual(record);
  });

  it('holds the signals only when they were asked for', () => {
    expect(jsonLine(answerRecord(answer(), false))).not.toContain('signals');
    expect(jsonLine(answerRecord(answer(), true))).toContain('"signals":{"meaning":1,"keywords":0.5}');
  });
});
