import { FootnoteError } from '../errors.js';
import type { Reading } from './article.js';
import { decode } from './decode.js';
import { compose, type Draft } from './draft.js';
import { harmless } from './harmless.js';
import { languageOf } from './language.js';
import type { ReadHtml } from './markdown.js';
import { outline } from './outline.js';
import { readPlain } from './plain.js';
import { charsetOf, claims, emptyFile, sniffBytes, sniffText } from './sniff.js';

/** Bytes to read as an article. */
export interface ParseInput {
  readonly bytes: Uint8Array;
  /** Name of the file or last part of the address; its extension counts where the bytes do not tell, its stem is a last title. */
  readonly name: string;
  /** As the server or the chat gave it. */
  readonly contentType?: string | undefined;
  /** The address it was fetched from, after redirects; null for a file. */
  readonly url: string | null;
}

/** Longest text of an article, in UTF-16 units: a long novel. Longer ones are refused rather than cut. */
const MAX_TEXT = 2_000_000;

/**
 * Bytes as an article. Runs in the reading thread: it takes as long as the bytes make it take.
 *
 * @throws empty-file, not-text, unknown-encoding, too-large, no-article, broken-pdf, broken-docx
 */
export async function parse(input: ParseInput): Promise<Reading> {
  const draft = await draftOf(input);
  const { text, headings } = compose(draft.paragraphs.map(({ text, level }) => ({ text: harmless(text), level })));
  if (!/[\p{L}\p{N}]/u.test(text)) {
    throw new FootnoteError(
      'no-article',
      'There is no article text in it. Try the page of one article, or paste the text itself.',
    );
  }
  if (text.length > MAX_TEXT) {
    throw new FootnoteError(
      'too-large',
      `Its text is longer than ${MAX_TEXT.toLocaleString('en')} characters. Split it and add the parts.`,
    );
  }
  const language = languageOf(text, draft.language);
  return {
    title: oneLine(draft.title) ?? stem(input.name),
    byline: oneLine(draft.byline),
    siteName: oneLine(draft.siteName),
    publishedAt: draft.publishedAt,
    language,
    url: draft.url ?? input.url,
    text,
    blocks: outline(text, headings, language),
  };
}

async function draftOf({ bytes, name, contentType, url }: ParseInput): Promise<Draft> {
  const said = claims(name, contentType);
  const format = await sniffBytes(bytes, said);
  // Each format's parser is loaded when it is first met: together they take a third of a second.
  if (format === 'pdf') return (await import('./pdf.js')).readPdf(bytes, stem(name));
  if (format === 'docx') return (await import('./docx.js')).readDocx(bytes, stem(name));
  const isPage = said.mediaType.includes('html') || said.extension.startsWith('.htm');
  const text = decode(bytes, { charset: charsetOf(contentType), html: isPage || looksMarkedUp(bytes) });
  if (text.trim() === '') throw emptyFile();
  switch (sniffText(text, said)) {
    case 'html':
      return (await import('./html.js')).readHtml(text, url);
    case 'markdown':
      return (await import('./markdown.js')).readMarkdown(harmless(text), stem(name), await htmlReaderFor(text));
    case 'plain':
      return readPlain(harmless(text), stem(name));
  }
}

async function htmlReaderFor(text: string): Promise<ReadHtml | null> {
  return text.includes('<') ? (await import('./html-fragment.js')).readFragment : null;
}

function looksMarkedUp(bytes: Uint8Array): boolean {
  return /<(?:html|head|meta|!doctype)\b/i.test(Buffer.from(bytes.subarray(0, 1024)).toString('latin1'));
}

/** `report.final.md` is `report.final`. */
function stem(name: string): string {
  return name.replace(/\.[a-z0-9]{1,8}$/i, '') || name;
}

function oneLine(text: string | null): string | null {
  const line = harmless(text ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  return line === '' ? null : line;
}
