import mammoth from 'mammoth';
import { FootnoteError } from '../errors.js';
import { parsePage } from './dom.js';
import { NO_META, type Draft, type Paragraph } from './draft.js';
import { pageBlocks } from './page-blocks.js';
import { assertSmallWhenUnpacked } from './zip.js';

/** A Word file holds no more than this unpacked, in bytes: its XML is some ten times the text, pictures count too. */
const MAX_UNPACKED = 200 * 1024 * 1024;

/**
 * A Word file as an article: headings keep their levels, the first paragraph of the style "Title" (or a first heading of
 * level 1) is the title.
 *
 * @throws broken-docx, too-large
 */
export async function readDocx(bytes: Uint8Array, name: string): Promise<Draft> {
  assertSmallWhenUnpacked(bytes, MAX_UNPACKED);
  const html = await convert(bytes);
  const blocks = pageBlocks(parsePage(html));
  const title = blocks.findIndex(({ element }) => element.getAttribute('class') === TITLE_CLASS);
  const first = title >= 0 ? title : blocks.findIndex(({ level }) => level === 1);
  // A heading after the text has begun heads a part of it.
  const isTitle = first >= 0 && blocks.slice(0, first).every(({ text }) => text.length < 200);
  const paragraphs: Paragraph[] = blocks
    .filter((_, index) => !isTitle || index !== first)
    .map(({ text, level }) => ({ text, level }));
  return { ...NO_META, title: isTitle ? blocks[first]!.text : name, paragraphs };
}

const TITLE_CLASS = 'footnote-title';

async function convert(bytes: Uint8Array): Promise<string> {
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
      {
        styleMap: [`p[style-name='Title'] => p.${TITLE_CLASS}:fresh`],
        convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })),
        // A document must not make this machine open files it links to.
        externalFileAccess: false,
      },
    );
    return `<html><body>${value}</body></html>`;
  } catch (cause) {
    throw new FootnoteError(
      'broken-docx',
      'The Word file is damaged or protected by a password. Open it in Word, save it again (or as PDF), and add that.',
      { cause },
    );
  }
}
