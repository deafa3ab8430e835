import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentencesOf } from '../../src/article/sentences.js';

function cut(text: string, language: string | null = 'en'): string[] {
  return sentencesOf(text, 0, text.length, language).map(({ start, end }) => text.slice(start, end));
}

describe('sentencesOf', () => {
  it('cuts after full stops, question and exclamation marks', () => {
    expect(cut('It rained. Did it stop? No! It went on.')).toEqual([
      'It rained.',
      'Did it stop?',
      'No!',
      'It went on.',
    ]);
  });

  it.each([
    'Dr. Mary Smith met Mr. Jones at St. Paul’s.',
    'The composer J. S. Bach wrote it.',
    'He moved to the U.S. Senate in 1950.',
    'It cost 3.5 million dollars, i.e. more than planned.',
    'See Fig. 4 and pp. 3–7, cf. Miller et al. 2004.',
    'Symphony No. 5 was played on Jan. 3, 1809.',
  ])('keeps %j whole', (sentence) => {
    expect(cut(sentence)).toEqual([sentence]);
  });

  it('ends a sentence after an abbreviation of places where another begins', () => {
    expect(cut('He lived in the U.S. The house still stands.')).toEqual([
      'He lived in the U.S.',
      'The house still stands.',
    ]);
  });

  it('cuts Chinese at its own marks', () => {
    expect(cut('茶从中国传到日本。谁把它带去的？是僧人！', 'zh')).toEqual([
      '茶从中国传到日本。',
      '谁把它带去的？',
      '是僧人！',
    ]);
  });

  it.each([
    [['他死了。', '《梦溪笔谈》记了一笔。']],
    [['他笑了。', '“好。”', '她说。']],
    [['價格不變。', '（運費另計。）', '下週起生效。']],
    [['Er sagte: „Komm.“', 'Dann ging er.']],
  ])('leaves an opening mark with what it opens: %j', (sentences) => {
    const isSpaced = /\p{Script=Latin}/u.test(sentences[0]!);
    expect(cut(sentences.join(isSpaced ? ' ' : ''), isSpaced ? 'de' : 'zh')).toEqual(sentences);
  });

  it('takes a line break for white space', () => {
    expect(cut('A sentence that was\nwrapped by hand. Another\none.')).toEqual([
      'A sentence that was\nwrapped by hand.',
      'Another\none.',
    ]);
  });

  it('keeps the closing quotation mark and a reference with the sentence', () => {
    expect(cut('“It works.” She left.[3] He stayed.')).toEqual(['“It works.”', 'She left.[3]', 'He stayed.']);
  });

  it('falls back to the root rules on a language tag that is none', () => {
    expect(cut('One. Two.', 'x-!!')).toEqual(['One.', 'Two.']);
  });

  it('loses nothing but white space, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
        const spans = sentencesOf(text, 0, text.length, null);
        let at = 0;
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          expect(
            text
              .slice(at, start)
              .trim()
              .replaceAll(/[\u200b\u0085]/g, ''),
          ).toBe('');
          expect(end - start).toBeLessThanOrEqual(600);
          at = end;
        }
        expect(
          text
            .slice(at)
            .trim()
            .replaceAll(/[\u200b\u0085]/g, ''),
        ).toBe('');
      }),
      { numRuns: 1000 },
    );
  });

  it('cuts a text without any stop into pieces a model can read', () => {
    const pieces = cut('x'.repeat(100_000));
    expect(pieces.join('')).toBe('x'.repeat(100_000));
    expect(Math.max(...pieces.map((piece) => piece.length))).toBe(600);
  });
});
