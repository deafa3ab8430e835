import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, columns, defuse, defuseLine, reflow, wrap } from '../../src/cli/terminal-text.js';

function lines(text: string, width: number): string[] {
  return wrap(text, width).map(({ start, end }) => text.slice(start, end));
}

/** Words, ideographs, marks, emoji and white space in any order. */
const anyText = fc
  .array(
    fc.constantFrom('word', 'a', '运河', '大', '。', '「', '，', '“', ' ', '  ', '\n', '\n\n', '👩‍🚀', 'é', '🇭🇰', '-'),
  )
  .map((parts) => parts.join(''));

describe('wrap', () => {
  it('cuts between words', () => {
    expect(lines('The light was lit in 1823.', 12)).toEqual(['The light', 'was lit in', '1823.']);
  });

  it('counts an ideograph as two columns and keeps marks off the start of a line', () => {
    expect(lines('京杭大运河，北起北京。', 10)).toEqual(['京杭大运', '河，北起北', '京。']);
  });

  it('keeps blank lines', () => {
    expect(lines('one\n\ntwo', 10)).toEqual(['one', '', 'two']);
  });

  it('takes a word apart that is wider than a line', () => {
    expect(lines('incomprehensible', 6)).toEqual(['incomp', 'rehens', 'ible']);
  });

  it('loses nothing but white space, and keeps to the width', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 40 }), (text, width) => {
        const cut = lines(text, width);
        expect(cut.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        for (const line of cut) expect(columns(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('defuse', () => {
  it('pictures what could steer a terminal', () => {
    expect(defuse('a\u001b[31mred\u001b]0;title\u0007')).toBe('a␛[31mred␛]0;title␇');
    expect(defuse('\u009b31m\u202Eabc\u007f\r')).toBe('\ufffd31m\ufffdabc␡␍');
  });

  it('keeps offsets and lines', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = defuse(text);
        expect(clean).toHaveLength(text.length);
        expect(clean).not.toMatch(/[^\P{Cc}\n]/u);
        expect(defuseLine(text)).not.toContain('\n');
      }),
    );
  });
});

describe('reflow', () => {
  it('joins the lines of running prose and leaves verses and paragraphs', () => {
    const prose = 'This line was broken by an editor when it grew too long';
    expect(reflow(`${prose}\nand goes on.\n\n${prose}`)).toBe(`${prose} and goes on.\n\n${prose}`);
    expect(reflow('Rose is a rose\nis a rose')).toBe('Rose is a rose\nis a rose');
  });
});

describe('clip', () => {
  it('leaves a short text and shortens a long one to the width', () => {
    expect(clip('short', 5)).toBe('short');
    expect(clip('a longer text', 9)).toBe('a longer…');
    expect(clip('大运河的故事', 7)).toBe('大运河…');
  });
});
