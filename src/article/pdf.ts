import { getDocumentProxy } from 'unpdf';
import { FootnoteError } from '../errors.js';
import { names } from './byline.js';
import { NO_META, type Draft } from './draft.js';
import { layOut, type PdfLine } from './pdf-layout.js';

/** A gap between two pieces on a line wider than this share of the letters' height is a space. */
const SPACE_WIDTH = 0.2;
/** A piece further up or down than this share of the letters' height stands on another line. */
const LINE_SHIFT = 0.5;
/** Titles that programs write in when nobody gave one. */
const NO_TITLE =
  /^(?:untitled|microsoft word|powerpoint|slide \d|document\d*|.*\.(?:docx?|pdf|tex|indd|qxd|rtf|txt)$)/i;

/**
 * A PDF as an article: lines in the order they were written, made into paragraphs again.
 *
 * @throws broken-pdf (damaged, or protected by a password); no-article for pages that are pictures
 */
export async function readPdf(bytes: Uint8Array, name: string): Promise<Draft> {
  const { lines, title, author } = await open(bytes);
  if (!lines.some(({ text }) => /\p{L}/u.test(text))) {
    throw new FootnoteError(
      'no-article',
      'The PDF holds pictures of pages and no text. Run it through text recognition (OCR) and add the result.',
    );
  }
  const { heading, paragraphs } = layOut(lines);
  return {
    ...NO_META,
    title: title !== null && !NO_TITLE.test(title) ? title : (heading ?? name),
    byline: author === null ? null : names([author], []),
    paragraphs,
  };
}

async function open(bytes: Uint8Array): Promise<{ lines: PdfLine[]; title: string | null; author: string | null }> {
  try {
    // A copy, as the parser takes the bytes for itself (and no Buffer). No evaluation of fonts as code, no warnings on the console.
    const proxy: unknown = await getDocumentProxy(new Uint8Array(bytes), { isEvalSupported: false, verbosity: 0 });
    const document = proxy as PdfDocument;
    try {
      const lines: PdfLine[] = [];
      for (let number = 1; number <= document.numPages; number++) {
        const page = await document.getPage(number);
        const { items } = await page.getTextContent();
        lines.push(...linesOf(items, number));
        page.cleanup();
      }
      const { info } = await document.getMetadata();
      return { lines, title: textOf(info['Title']), author: textOf(info['Author']) };
    } finally {
      await document.destroy();
    }
  } catch (cause) {
    const isLocked = cause instanceof Error && cause.name === 'PasswordException';
    throw new FootnoteError(
      'broken-pdf',
      isLocked
        ? 'The PDF is protected by a password. Save a copy without one and add that.'
        : 'The PDF is damaged or cut off. Download or save it again and add that.',
      { cause },
    );
  }
}

/** The part of PDF.js's document that is used here; the package's own types need a browser's. */
interface PdfDocument {
  readonly numPages: number;
  getPage(
    number: number,
  ): Promise<{ getTextContent(): Promise<{ items: readonly (Piece | object)[] }>; cleanup(): void }>;
  getMetadata(): Promise<{ info: Readonly<Record<string, unknown>> }>;
  destroy(): Promise<void>;
}

/** A word, or a part of one. */
interface Piece {
  readonly str: string;
  /** Last two: where it begins, from the left and from the bottom. */
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly hasEOL: boolean;
}

/** The pieces of a page as its lines. */
function linesOf(items: readonly (Piece | object)[], page: number): PdfLine[] {
  const lines: { text: string; page: number; x: number; y: number; right: number; size: number }[] = [];
  let isOpen = false;
  for (const item of items) {
    if (!('str' in item)) continue;
    const { str, transform, width, height, hasEOL } = item;
    const [x, y] = [transform[4] ?? 0, transform[5] ?? 0];
    const size = Math.abs(transform[3] ?? 0) || height;
    const line = lines.at(-1);
    if (str === '') {
      // An empty piece only ends a line.
    } else if (isOpen && line && Math.abs(line.y - y) <= Math.max(size, line.size) * LINE_SHIFT) {
      const isApart = x - line.right > line.size * SPACE_WIDTH && !/\s$/.test(line.text) && !/^\s/.test(str);
      line.text += (isApart ? ' ' : '') + str;
      line.right = Math.max(line.right, x + width);
      if (str.trim() !== '') line.size = Math.max(line.size, size);
    } else if (str.trim() !== '') {
      lines.push({ text: str, page, x, y, right: x + width, size });
      isOpen = true;
    }
    if (hasEOL) isOpen = false;
  }
  return lines.map((line) => ({ ...line, text: line.text.replace(/\s+/g, ' ').trim() }));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
