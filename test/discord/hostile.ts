/** Texts that are out to break a message, for property-based tests. */
import fc from 'fast-check';
import type { Answer, Excerpt } from '../../src/library.js';

const SNIPPETS = [
  '@everyone',
  '@here',
  '<@123456789012345678>',
  '<@&123456789012345678>',
  '<#123456789012345678>',
  '</ask:123456789012345678>',
  '<t:1700000000:R>',
  '<:smile:123456789012345678>',
  ':smile:',
  '**',
  '__',
  '~~',
  '||',
  '`',
  '```js\n',
  '> ',
  '>>> ',
  '# ',
  '-# ',
  '- ',
  '* ',
  '1. ',
  '\\',
  '[label](https://evil.example/)',
  '](',
  'https://example.org/?a=1&b=(2)',
  '\u202e',
  '\u2066',
  '\u2069',
  '\ufeff',
  'שלום עולם',
  'مرحبا',
  '中文标题，很长。',
  '😀',
  '👩‍👩‍👧',
  '\ud83d',
  '\n',
  '\n\n',
  '\r\n',
  '\t',
  ' ',
  'word',
  'a'.repeat(300),
  'e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308',
];

/** Any text at all, most of it hostile. */
export const hostileText = (maxPieces = 40): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...SNIPPETS) },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
      ),
      {
        minLength: 1,
        maxLength: maxPieces,
      },
    )
    .map((pieces) => pieces.join(''));

export const hostileExcerpt: fc.Arbitrary<Excerpt> = fc
  .record({
    article: hostileText(60),
    cuts: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
    title: hostileText(12),
    url: fc.option(
      fc.oneof(
        fc.webUrl({ withFragments: true, withQueryParameters: true }),
        fc.constantFrom(
          'javascript:alert(1)',
          'https://example.org/a_(b)?c=[d]#e',
          'nonsense',
          `https://example.org/${'x'.repeat(3000)}`,
        ),
      ),
      { nil: null },
    ),
    siteName: fc.option(hostileText(4), { nil: null }),
    publishedAt: fc.option(fc.constantFrom('2024-11-14', '2024-11-14T10:00:00+08:00', '2024', '**not a date**', ''), {
      nil: null,
    }),
    language: fc.option(fc.constantFrom('en', 'zh', 'ar', 'not a language!'), { nil: null }),
  })
  .map(({ article, cuts, ...known }) => {
    const [start, from, to, end] = cuts
      .map((cut) => whole(article, cut % (article.length + 1)))
      .sort((a, b) => a - b) as [number, number, number, number];
    const text = article.slice(start, end);
    return {
      rank: 1,
      articleId: 'abcdefghij',
      ...known,
      start,
      end,
      text,
      highlight: { start: from, end: to, text: article.slice(from, to) },
      score: 1,
      signals: {},
    };
  });

export const hostileAnswer: fc.Arbitrary<Answer> = fc.record({
  question: hostileText(12).map((text) => text.slice(0, 500)),
  understoodAs: fc.option(
    hostileText(12).map((text) => text.slice(0, 500)),
    { nil: null },
  ),
  answered: fc.boolean(),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  tookMs: fc.nat(),
  excerpts: fc.array(hostileExcerpt, { maxLength: 5 }),
});

/** Articles are cut between characters. */
function whole(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text.charAt(at)) && /[\ud800-\udbff]/.test(text.charAt(at - 1)) ? at - 1 : at;
}
