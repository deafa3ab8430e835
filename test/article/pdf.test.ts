import { describe, expect, it } from 'vitest';
import { readPdf } from '../../src/article/pdf.js';
import { failureOf } from './failure.js';
import { makePdf } from './make-pdf.js';

const header = { text: 'The Sandvik Courier  Vol. 12', down: 10, size: 8 };
const footer = (page: number) => ({ text: `Page ${page} of 3`, down: 300, size: 8 });

describe('readPdf', () => {
  it('makes lines paragraphs again, without headers, footers and cut words', async () => {
    const pdf = makePdf([
      [
        header,
        { text: 'The Last Ferry', down: 40, size: 20 },
        { text: 'The town of Sandvik voted on Tuesday to keep its last ferry, which has car-', down: 40 },
        { text: 'ried people and post across the bay for ninety years, and which many there' },
        { text: 'call by its first name.' },
        { text: 'Repairs', down: 40, size: 14 },
        { text: 'Repairs will take until spring. The well-known builder who made the ferry is', down: 28 },
        { text: 'long gone, and nobody has the plans that he drew, or so the town was told by', down: 14 },
        footer(1),
      ],
      [
        header,
        { text: 'the museum. It is a well-', down: 40 },
        { text: 'known story in the bay.' },
        { text: 'The crossing will cost two crowns more.', down: 30 },
        footer(2),
      ],
      [header, { text: 'Nobody minds, the mayor said.', down: 40 }, footer(3)],
    ]);
    const { title, paragraphs } = await readPdf(pdf, 'ferry');
    expect(title).toBe('The Last Ferry');
    expect(paragraphs).toEqual([
      {
        text: 'The town of Sandvik voted on Tuesday to keep its last ferry, which has carried people and post across the bay for ninety years, and which many there call by its first name.',
        level: 0,
      },
      { text: 'Repairs', level: 2 },
      {
        text: 'Repairs will take until spring. The well-known builder who made the ferry is long gone, and nobody has the plans that he drew, or so the town was told by the museum. It is a well-known story in the bay.',
        level: 0,
      },
      { text: 'The crossing will cost two crowns more.', level: 0 },
      { text: 'Nobody minds, the mayor said.', level: 0 },
    ]);
  });

  it('believes a title and an author that a person gave', async () => {
    const page = [{ text: 'One line of text.' }];
    expect(await readPdf(makePdf([page], '/Title (A Good Title) /Author (Ann Lee)'), 'n')).toMatchObject({
      title: 'A Good Title',
      byline: 'Ann Lee',
    });
    expect(await readPdf(makePdf([page], '/Title (Microsoft Word - draft7.doc)'), 'n')).toMatchObject({ title: 'n' });
  });

  it('says so when the pages are pictures', async () => {
    expect(await failureOf(readPdf(makePdf([[]]), 'scan'))).toMatchObject({
      code: 'no-article',
      message: expect.stringContaining('OCR') as string,
    });
  });

  it.each([
    ['cut off', (pdf: Uint8Array) => pdf.subarray(0, 80)],
    ['garbage', () => Buffer.from('%PDF-1.7 and then nothing that a PDF has')],
  ])('refuses a file that is %s', async (_, damage) => {
    const pdf = damage(makePdf([[{ text: 'Hello.' }]]));
    expect(await failureOf(readPdf(pdf, 'n'))).toMatchObject({ code: 'broken-pdf' });
  });

  it('refuses a file that is encrypted', async () => {
    const pdf = Buffer.from(makePdf([[{ text: 'Hello.' }]])).toString('latin1');
    const key = '0'.repeat(64);
    const locked = pdf.replace(
      '/Info 4 0 R',
      `/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <${key}> /U <${key}> >> /ID [<00> <00>]`,
    );
    expect(await failureOf(readPdf(Buffer.from(locked, 'latin1'), 'n'))).toMatchObject({
      code: 'broken-pdf',
      message: expect.stringContaining('password') as string,
    });
  });
});
