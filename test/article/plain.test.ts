import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCreditedCaption, isLabel, withoutClutter } from '../../src/article/clutter.js';
import { paragraphsOf } from '../../src/article/lines.js';
import { readPlain } from '../../src/article/plain.js';

const COPIED = `Advertisement

Harbour town votes to keep its last ferry

Residents say the crossing is worth the price of repairs

Reading Time:3 minutes
Why you can trust the Courier
The ferry has crossed the bay since 1931. Photo: Mia Berg
Anna Lindin Oslo
The town of Sandvik voted on Tuesday to keep its last ferry, which has carried people and post across the bay for ninety years.
Advertisement
“We could not imagine the bay without it,” said the mayor, who had crossed with it to school.
The ferry at its berth in winter. Photo: Norwegian News Agency
The ferry at its berth in winter. Photo: Norwegian News Agency

Repairs will take until spring, and the crossing will cost two crowns more from then on.
Advertisement`;

describe('a text copied off a page', () => {
  it('is its title and its paragraphs, without what the page had between them', () => {
    const { title, byline, paragraphs } = readPlain(COPIED, 'copied');
    expect(title).toBe('Harbour town votes to keep its last ferry');
    expect(byline).toBe('Anna Lind');
    expect(paragraphs.map(({ text }) => text)).toEqual([
      'Residents say the crossing is worth the price of repairs',
      'The town of Sandvik voted on Tuesday to keep its last ferry, which has carried people and post across the bay for ninety years.',
      '“We could not imagine the bay without it,” said the mayor, who had crossed with it to school.',
      'Repairs will take until spring, and the crossing will cost two crowns more from then on.',
    ]);
  });

  it('gives byline and date where the page says them', () => {
    const prose =
      'The council met for the third time this month and could not agree on the colour of the new bridge over the river.';
    const read = readPlain(
      `A bridge in search of a colour\n\nBy Jane Doe and John Smith\n\nPublished: 9:00am, 14 Nov 2024\n\n${prose}`,
      'n',
    );
    expect(read).toMatchObject({ byline: 'Jane Doe and John Smith', publishedAt: '2024-11-14' });
    expect(read.paragraphs).toEqual([{ text: prose, level: 0 }]);
  });

  it('is cleaned in Chinese too', () => {
    const lines = [
      '港口小镇投票保留最后一艘渡轮',
      '广告',
      '记者：林小雨',
      '阅读时间：3分钟',
      '桑维克镇周二投票决定保留最后一艘渡轮，九十年来它一直载着人们和邮件横渡海湾，居民们说这条航线值得花钱维修。',
      '冬天停在码头的渡轮。图：北欧新闻社',
      '维修工作将持续到春天。',
    ];
    const { title, byline, paragraphs } = readPlain(lines.join('\n\n'), 'n');
    expect(title).toBe(lines[0]);
    expect(byline).toBe('林小雨');
    expect(paragraphs.map(({ text }) => text)).toEqual([lines[4], lines[6]]);
  });
});

describe('cleaning', () => {
  it.each([
    'Advertisement',
    'ADVERTISEMENT',
    'Read more',
    '5 min read',
    'Reading time: 2 minutes',
    'Lesezeit: 4 Minuten',
    'Why you can trust The Evening Post',
    'Share this article',
    '12 comments',
    'Leer más',
    '阅读更多',
  ])('knows %j as a label', (line) => {
    expect(isLabel(line)).toBe(true);
  });

  it.each([
    'Advertisement is a craft, he said.',
    'Share prices fell on Monday.',
    'Read more books, the minister told pupils.',
    'The photo shows nothing.',
    'Home is where the heart is',
    'Next year in Jerusalem',
  ])('leaves %j', (line) => {
    expect(isLabel(line) || isCreditedCaption(line)).toBe(false);
  });

  it('keeps a sentence that is said twice, and drops a line that is repeated', () => {
    const said = [
      'Never again.',
      'Something else happened.',
      'Never again.',
      'Sign the letter here today',
      'End.',
      'Sign the letter here today',
    ];
    expect(withoutClutter(said)).toEqual(['Never again.', 'Something else happened.', 'Never again.', 'End.']);
    expect(withoutClutter(['A caption, twice.', 'A caption, twice.'])).toEqual(['A caption, twice.']);
  });

  it('never eats an ordinary sentence', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'advertisement',
        'photo',
        'share',
        'read',
        'more',
        'subscribe',
        'by',
        'image:',
        'Photo:',
        'comments',
        '广告',
        'time',
      ),
      fc.stringMatching(/^\p{L}{1,12}$/u),
      fc.nat(3000).map(String),
    );
    const sentence = fc
      .tuple(fc.array(word, { minLength: 1, maxLength: 40 }), fc.constantFrom('.', '!', '?', '。', '.”', '…'))
      .map(([words, end]) => words.join(' ') + end);
    fc.assert(
      fc.property(fc.uniqueArray(sentence, { minLength: 1, maxLength: 20 }), (sentences) => {
        expect(withoutClutter(sentences)).toEqual(sentences);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('paragraphsOf', () => {
  const WORDS =
    'the old harbour lay quiet under a low grey sky while the boats came in one after another with little to show'.split(
      ' ',
    );
  const prose = (count: number) => `${Array.from({ length: count }, (_, at) => WORDS[at % WORDS.length]).join(' ')}.`;
  const wrap = (text: string, width: number) => {
    const lines = [''];
    for (const word of text.split(' ')) {
      if (`${lines.at(-1)!} ${word}`.trim().length > width) lines.push(word);
      else lines[lines.length - 1] = `${lines.at(-1)!} ${word}`.trim();
    }
    return lines.join('\n');
  };

  it('joins what was wrapped, at any usual width', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 40, max: 150 }), { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 50, max: 100 }),
        (counts, width) => {
          const paragraphs = counts.map(prose);
          const text = paragraphs.map((paragraph) => wrap(paragraph, width)).join('\n\n');
          expect(paragraphsOf(text)).toEqual(paragraphs);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('takes long lines for paragraphs', () => {
    const paragraphs = [prose(40), prose(60), 'A short one.', prose(30)];
    expect(paragraphsOf(paragraphs.join('\n'))).toEqual(paragraphs);
  });

  it('leaves verse as it is', () => {
    const verse = 'The tide went out,\nThe tide came in,\nAnd where we stood\nNo one has been.';
    expect(paragraphsOf(`${verse}\n\n${verse}`)).toEqual([verse, verse]);
  });

  it('joins Chinese lines without a space', () => {
    const line = '港'.repeat(40);
    expect(paragraphsOf(`${line}\n${line}\n${line}\n${line}\n口。`)).toEqual([`${line.repeat(4)}口。`]);
  });

  it('keeps old news in capitals', () => {
    const text = wrap(
      'THE ALLIES MET AT NASSAU IN THE LAST WEEK OF THE YEAR TO TALK ABOUT WHAT THE TREATY HAD LEFT OPEN, AND PARTED WITHOUT A WORD ABOUT IT.',
      60,
    );
    expect(paragraphsOf(text)).toEqual([text.replaceAll('\n', ' ')]);
  });

  it('loses no letter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.array(fc.nat(400)), (text, breaks) => {
        const broken = Array.from(text, (letter) => letter)
          .map((letter, at) => (breaks.includes(at) ? `${letter}\n` : letter))
          .join('');
        const letters = (value: string) => value.replace(/\s/g, '');
        expect(letters(paragraphsOf(broken).join(''))).toBe(letters(broken));
      }),
      { numRuns: 1000 },
    );
  });
});
