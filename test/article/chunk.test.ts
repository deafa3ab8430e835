import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutPassages, PASSAGE_SIZES } from '../../src/article/chunk.js';
import { outline } from '../../src/article/outline.js';

/** Words stand in for tokens. */
function cut(text: string, headings: readonly { start: number; end: number; level: number }[] = []) {
  const blocks = outline(text, headings, 'en');
  const tokens = blocks.flatMap(({ sentences }) =>
    sentences.map(({ start, end }) => text.slice(start, end).split(/\s+/).length),
  );
  return { blocks, passages: cutPassages(text, blocks, tokens) };
}

function paragraph(words: number, seed = 'word'): string {
  return Array.from({ length: words }, (_, index) =>
    index % 10 === 9 ? `${seed}.` : index % 10 === 0 ? 'The' : seed,
  ).join(' ');
}

describe('outline', () => {
  it('makes a block of each paragraph, with its sentences', () => {
    const text = 'First one. And two.\n\n  \nSecond.\n';
    expect(
      outline(text, [], 'en').map(({ start, end, sentences }) => [text.slice(start, end), sentences.length]),
    ).toEqual([
      ['First one. And two.', 2],
      ['Second.', 1],
    ]);
  });

  it('marks headings by where they begin', () => {
    const text = 'Early years\n\nHe was born.';
    expect(outline(text, [{ start: 0, end: 11, level: 2 }], 'en').map(({ level }) => level)).toEqual([2, 0]);
  });
});

describe('cutPassages', () => {
  it('joins short paragraphs and leaves a long one whole', () => {
    const { passages } = cut([paragraph(50), paragraph(60), paragraph(250)].join('\n\n'));
    expect(passages).toHaveLength(2);
  });

  it('cuts an overlong paragraph into parts of about equal length', () => {
    const { passages } = cut(paragraph(700));
    expect(passages).toHaveLength(3);
    const lengths = passages.map(({ start, end }) => end - start);
    expect(Math.max(...lengths) / Math.min(...lengths)).toBeLessThan(1.3);
  });

  it('begins a passage with the headings right above it and names all it stands under', () => {
    const text = `Life\n\nYouth\n\n${paragraph(20)}\n\nWork\n\n${paragraph(20)}`;
    const youth = text.indexOf('Youth');
    const work = text.indexOf('Work');
    const { passages } = cut(text, [
      { start: 0, end: 4, level: 2 },
      { start: youth, end: youth + 5, level: 3 },
      { start: work, end: work + 4, level: 3 },
    ]);
    expect(passages.map(({ start, heading }) => [start, heading])).toEqual([
      [0, 'Life › Youth'],
      [work, 'Life › Work'],
    ]);
    expect(text.slice(passages[0]!.sentences[0]!.start).startsWith('The')).toBe(true);
  });

  it('puts every sentence into exactly one passage, in order, each passage within its bounds', () => {
    const texts = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.boolean()), { minLength: 1, maxLength: 6 })
      .map((parts) => {
        let text = '';
        const headings: { start: number; end: number; level: number }[] = [];
        for (const [words, heading] of parts) {
          if (heading) {
            headings.push({ start: text.length, end: text.length + 7, level: 1 + (words % 3) });
            text += 'Heading\n\n';
          }
          text += `${paragraph(words)}\n\n`;
        }
        return { text, headings };
      });
    fc.assert(
      fc.property(texts, ({ text, headings }) => {
        const { blocks, passages } = cut(text, headings);
        const wanted = blocks.filter(({ level }) => level === 0).flatMap(({ sentences }) => sentences);
        expect(passages.flatMap(({ sentences }) => sentences)).toEqual(wanted);
        let at = 0;
        for (const { start, end, sentences } of passages) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(sentences[0]!.start).toBeGreaterThanOrEqual(start);
          expect(sentences.at(-1)!.end).toBe(end);
          at = end;
          const words = sentences.reduce((sum, span) => sum + text.slice(span.start, span.end).split(/\s+/).length, 0);
          expect(words).toBeLessThanOrEqual(PASSAGE_SIZES.longest * 1.2);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
