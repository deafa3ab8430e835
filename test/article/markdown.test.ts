import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compose } from '../../src/article/draft.js';
import { readFragment } from '../../src/article/html-fragment.js';
import { readMarkdown } from '../../src/article/markdown.js';

const textOf = (source: string) => compose(readMarkdown(source, 'name', readFragment).paragraphs).text;

describe('readMarkdown', () => {
  it('takes the first heading of level 1 as the title, and out of the text', () => {
    const { title, paragraphs } = readMarkdown('# The *Long* Way\n\nIt began.\n\n## Later\n\nIt ended.', 'name', null);
    expect(title).toBe('The Long Way');
    expect(paragraphs).toEqual([
      { text: 'It began.', level: 0 },
      { text: 'Later', level: 2 },
      { text: 'It ended.', level: 0 },
    ]);
  });

  it('takes the name where there is no title', () => {
    expect(readMarkdown('Only text.', 'notes', null).title).toBe('notes');
  });

  it('reads front matter', () => {
    const source =
      '---\ntitle: "A: B"\nauthor: [Ann Lee, Bo Li]\ndate: 2024-05-06\nurl: https://a.org/x\nlang: en-GB\n---\n# A: B\n\nText.';
    expect(readMarkdown(source, 'name', readFragment)).toEqual({
      title: 'A: B',
      byline: 'Ann Lee, Bo Li',
      siteName: null,
      publishedAt: '2024-05-06',
      language: 'en',
      url: 'https://a.org/x',
      paragraphs: [{ text: 'Text.', level: 0 }],
    });
  });

  it('does not take two rules with prose between them for front matter', () => {
    expect(textOf('---\n\nA thought between rules.\n\n---\n\nMore.')).toBe('A thought between rules.\n\nMore.');
  });

  it.each([
    'Prices are 5* to 4* and 2*3*4 makes 24.',
    'The variable a_b_c and __init__.py differ',
    'He wrote `Umar and `Abd side by side.',
    'If a <y and z> b, or a<b and c>d, say so.',
    'See [1] and [note 2], AT&T & Co; about ~5 to ~10.',
    'Two  spaces  stay, and a line\nbreak does too.',
    '100 % | a pipe | another',
    'A # sign, a > sign, 1) and - dashes + plus.',
    '#hashtag first',
    '"Quoted" — with… dashes.',
  ])('keeps %j to the letter', (paragraph) => {
    const expected = paragraph.replace('__init__', 'init');
    expect(textOf(`# T\n\n${paragraph}\n`)).toBe(expected);
  });

  it.each([
    ['*one* **two** ~~three~~ `four`', 'one two three four'],
    ['这是**重点**内容', '这是重点内容'],
    ['[words](https://a.org "t") and ![picture](x.png)<https://b.org>', 'words and https://b.org'],
    ['AT&amp;T \\*stars\\* &eacute;', 'AT&T *stars* é'],
    ['one  \ntwo<br>three', 'one\ntwo\nthree'],
    ['<b>bold</b> <!-- gone --> text', 'bold  text'],
    ['- one\n- *two*\n  - three', 'one\n\ntwo\n\nthree'],
    ['3. three\n4. four', '3. three\n\n4. four'],
    ['> quoted\n> on', 'quoted\non'],
    ['| a | b |\n| - | - |\n| *1* | 2 |', 'a | b\n\n1 | 2'],
    ['```js\nx = 1;\n```', 'x = 1;'],
    ['<div>\n<p>One</p><p>Two</p>\n</div>', 'One\n\nTwo'],
    ['Text[^1].\n\n[^1]: The note.', 'Text.\n\nThe note.'],
  ])('reads %j', (source, text) => {
    expect(textOf(`# T\n\n${source}`)).toBe(text);
  });

  it('gives back plain paragraphs character for character', () => {
    // Letters, digits and the marks of prose; what is markup at the start of a line is not at the start here.
    const word = fc.stringMatching(/^[\p{L}\p{N}][\p{L}\p{N}'’",;:()%&§€$–—/=+]{0,12}$/u);
    const paragraph = fc
      .array(word, { minLength: 1, maxLength: 30 })
      .map((words) => `${words.join(' ')}.`)
      .filter((text) => /^\p{L}/u.test(text) && !/&#?\w+;|www\.|:\/\//i.test(text));
    fc.assert(
      fc.property(fc.array(paragraph, { minLength: 1, maxLength: 6 }), (paragraphs) => {
        expect(textOf(`# T\n\n${paragraphs.join('\n\n')}\n`)).toBe(paragraphs.join('\n\n'));
      }),
      { numRuns: 1000 },
    );
  });
});
