import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { questionWords, termsOf } from '../../src/answer/terms.js';

describe('termsOf', () => {
  it('stems words and drops stop words, in the language of the text', () => {
    expect(termsOf('The lighthouses were burning oil.', 'en')).toEqual(['lighthous', 'burn', 'oil']);
    expect(termsOf('Die Leuchttürme brannten.', 'de')).toEqual(['leuchtturm', 'brannt']);
  });

  it('takes Chinese in pairs of characters, and Latin words in it as they are', () => {
    expect(termsOf('钉钉App在香港', 'zh')).toEqual(['钉钉', 'app', '在香', '香港']);
  });

  it('finds a figure with and without separators, a word with and without diacritics', () => {
    expect(termsOf('1,500 cafés', 'en')).toEqual(termsOf('1500 cafes', 'en'));
  });

  it('gives terms of letters and digits only, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.constantFrom('en', 'zh', 'fr', null),
        (text, language) => {
          for (const term of termsOf(text, language)) expect(term).toMatch(/^[\p{L}\p{M}\p{N}]+$/u);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('questionWords', () => {
  it('leaves out what asks and keeps what is asked about', () => {
    expect(questionWords('Who invented the Fresnel lens?', ['en']).map(({ text }) => text)).toEqual([
      'invented',
      'fresnel',
      'lens',
    ]);
    expect(questionWords('运河是什么时候开通的？', ['zh']).map(({ text }) => text)).toEqual(['运河', '开通']);
  });

  it('gives a word the forms it has in each language of the library', () => {
    const [word] = questionWords('leads', ['en', 'zh', null]);
    expect(word!.forms).toEqual(['lead', 'leads']);
  });

  it('drops English stop words where the library knows no language with such words', () => {
    expect(questionWords('What is the 大运河?', ['zh']).map(({ text }) => text)).toEqual(['大运', '运河']);
  });
});
