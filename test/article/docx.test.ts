import { describe, expect, it } from 'vitest';
import { readDocx } from '../../src/article/docx.js';
import { failureOf } from './failure.js';
import { makeDocx, makeZip } from './make-zip.js';

describe('readDocx', () => {
  it('reads title, headings and paragraphs', async () => {
    const docx = makeDocx([
      { text: 'The Last Ferry', style: 'Title' },
      { text: 'The town voted to keep its ferry.' },
      { text: 'Repairs', style: 'Heading1' },
      { text: 'Repairs &amp; more will take until spring.' },
    ]);
    expect(await readDocx(docx, 'ferry')).toMatchObject({
      title: 'The Last Ferry',
      paragraphs: [
        { text: 'The town voted to keep its ferry.', level: 0 },
        { text: 'Repairs', level: 1 },
        { text: 'Repairs & more will take until spring.', level: 0 },
      ],
    });
  });

  it('takes a first heading for the title, and the name where there is none', async () => {
    const text = { text: 'Some text of the article.' };
    expect(await readDocx(makeDocx([{ text: 'Head', style: 'Heading1' }, text]), 'n')).toMatchObject({ title: 'Head' });
    expect(await readDocx(makeDocx([text]), 'n')).toMatchObject({ title: 'n', paragraphs: [{ ...text, level: 0 }] });
  });

  it.each([
    ['is cut off', makeDocx([{ text: 'Hello' }]).subarray(0, 200)],
    ['holds no document', makeZip({ 'word/other.xml': '<x/>' })],
    ['holds broken markup', makeZip({ 'word/document.xml': '<w:document' })],
  ])('refuses a file that %s', async (_, docx) => {
    expect(await failureOf(readDocx(docx, 'n'))).toMatchObject({ code: 'broken-docx' });
  });

  it('refuses a file that unpacks to far more than it is', async () => {
    const bomb = makeZip({ 'word/document.xml': Buffer.alloc(210 * 1024 * 1024) });
    expect(bomb.length).toBeLessThan(1_000_000);
    expect(await failureOf(readDocx(bomb, 'n'))).toMatchObject({ code: 'too-large' });
  });
});
