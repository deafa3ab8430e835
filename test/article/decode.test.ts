/* eslint-disable no-control-regex -- control characters are what is tested */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../src/article/decode.js';
import { harmless } from '../../src/article/harmless.js';

const plain = { charset: null, html: false };
const encoded = (hex: string) => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
/** Bytes of Latin letters, one each. */
const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

describe('decode', () => {
  it.each([
    ['UTF-8', 'efbbbf e4bda0', '你'],
    ['UTF-16, little end first', 'fffe 604f', '你'],
    ['UTF-16, big end first', 'feff 4f60', '你'],
  ])('believes a byte order mark of %s', (_, hex, text) => {
    expect(decode(encoded(hex), plain)).toBe(text);
  });

  it('reads UTF-16 without a mark', () => {
    expect(decode(Uint8Array.from(Buffer.from('Hello, reader', 'utf16le')), plain)).toBe('Hello, reader');
  });

  it.each([
    ['gbk', 'c4e3bac3cac0bde7', '你好世界'],
    ['big5', 'a741a66ea540acc9', '你好世界'],
    ['shift_jis', '82b182f182c982bf82cd', 'こんにちは'],
    ['euc-kr', 'bec8b3e7c7cfbcbcbfe4', '안녕하세요'],
    ['windows-1251', 'cff0e8e2e5f2', 'Привет'],
    ['iso-8859-2', 'a3f3b6e6', 'Łóść'],
  ])('reads %s where it is declared', (charset, hex, text) => {
    expect(decode(encoded(hex), { charset, html: false })).toBe(text);
    const page = Buffer.concat([Buffer.from(`<meta charset="${charset}">`), encoded(hex)]);
    expect(decode(page, { charset: null, html: true })).toContain(text);
  });

  it('reads UTF-8 although something else is declared', () => {
    expect(decode(new TextEncoder().encode('naïve café, 你好'), { charset: 'iso-8859-1', html: false })).toBe(
      'naïve café, 你好',
    );
  });

  it('guesses where nothing is declared', () => {
    const german = 'Der Bürgermeister überraschte die Bürger mit einer großen Ankündigung über die Straßen der Stadt. ';
    expect(decode(latin1(german.repeat(5)), plain)).toContain('Bürgermeister überraschte');
    const chinese = 'c4e3bac3cac0bde7a3acd5e2cac7d2bbc6aad6d0cec4cec4d5c2a3acd2f2cef7b1e3d4dad5e2c0efb6c1';
    expect(decode(encoded(chinese.repeat(8)), plain)).toContain('你好世界');
  });

  it('keeps a text with one damaged letter', () => {
    const bytes = new TextEncoder().encode('Ein guter Text über alles. '.repeat(10));
    bytes[5] = 0xff;
    expect(decode(bytes, { charset: 'utf-8', html: false })).toContain('Text über alles');
  });

  it('refuses what is no text', () => {
    const noise = Uint8Array.from({ length: 4000 }, (_, at) => (at * at * 31 + 7) % 256);
    expect(() => decode(noise, plain)).toThrow(expect.objectContaining({ code: 'not-text' }));
  });

  it('gives back whatever was written in UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!/[\u0000-\u0008\u000e-\u001f]/.test(text) && !text.startsWith('\ufeff'));
        expect(decode(new TextEncoder().encode(text), plain)).toBe(text);
      }),
    );
  });
});

describe('harmless', () => {
  it('gives text that can be stored and shown, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const safe = harmless(text);
        expect(safe.isWellFormed()).toBe(true);
        expect(safe).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(harmless(safe)).toBe(safe);
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves letters, joiners and long words as they are', () => {
    const text = `${'a'.repeat(100_000)} נִקּוּד 👩‍👩‍👧 \u200e\u200f e\u0301 ﬁ`;
    expect(harmless(text)).toBe(text);
  });

  it('drops what would turn a line around, and ends lines alike', () => {
    expect(harmless('a\u202eb\u2066c\r\nd\re\u2028f\u0000g')).toBe('abc\nd\ne\nfg');
    expect(harmless('x\ud800y')).toBe('x\ufffdy');
  });
});
