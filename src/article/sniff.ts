import { fileTypeFromBuffer } from 'file-type';
import { extname } from 'node:path';
import { FootnoteError } from '../errors.js';
import { notText } from './decode.js';

/** What bytes are, to Footnote. `text` is decided further once it is decoded. */
export type ByteFormat = 'pdf' | 'docx' | 'text';
export type TextFormat = 'html' | 'markdown' | 'plain';

/** What is said of bytes: the name of their file, the type a server gave. Believed only where the bytes do not tell. */
export interface Claims {
  /** Lower case, with the dot; empty where there is none. */
  readonly extension: string;
  /** Lower case, without parameters; empty where there is none. */
  readonly mediaType: string;
}

/** A PDF may have other bytes before its header, so many at most (as readers allow). */
const PDF_HEADER_WITHIN = 1024;
/** Formats that file-type names and that are text all the same. */
const TEXT_TYPES = new Set([
  'application/xml',
  'text/html',
  'text/vcard',
  'text/calendar',
  'application/x-subrip',
  'text/vtt',
]);
/** Media types of text that is not for readers. */
const DATA_TYPES =
  /^(?:application\/(?:(?:[\w.-]+\+)?json|(?:x-)?javascript|wasm)|text\/(?:javascript|css|csv|calendar|vcard))$/;
/** How an HTML document begins, after comments and an XML declaration. */
const HTML_START =
  /^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]{0,4000}?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta)\b/i;
const SVG_START = /^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]{0,4000}?-->\s*)*(?:<!doctype\s+svg[^>]*>\s*)?<svg\b/i;
const BLOCK_TAG = /<(?:p|div|h[1-6]|ul|ol|table|article|section|br)\b[^<>]{0,2000}>/gi;
/** Block tags in the first part of a text from which it is taken for HTML that lacks its beginning. */
const BLOCK_TAGS_OF_HTML = 3;
const MARKDOWN_START = /^\s*(?:---\r?\n[\s\S]{1,4000}?\r?\n---[^\S\n]*\r?$|#{1,6} \S)/m;
/** Text looked at to tell its format, in characters. */
const LOOK = 20_000;

export function claims(name: string, contentType: string | undefined): Claims {
  return {
    extension: extname(name).toLowerCase(),
    mediaType: (contentType ?? '').split(';')[0]!.trim().toLowerCase(),
  };
}

/** The `charset` parameter of a content type. */
export function charsetOf(contentType: string | undefined): string | null {
  return /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType ?? '')?.[1] ?? null;
}

/**
 * What the bytes are, by what they hold rather than by what they are called.
 *
 * @throws empty-file; not-text for images, archives, programs and the like; broken-pdf, broken-docx for what only claims to be one
 */
export async function sniffBytes(bytes: Uint8Array, { extension, mediaType }: Claims): Promise<ByteFormat> {
  if (bytes.length === 0) throw emptyFile();
  if (Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, PDF_HEADER_WITHIN)).includes('%PDF-'))
    return 'pdf';
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
  const bytesHave = (name: string) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(name);
  if (isZip && (extension === '.docx' || bytesHave('word/document.xml'))) return 'docx';
  const known = await fileTypeFromBuffer(bytes);
  if (known && !TEXT_TYPES.has(known.mime)) throw notText(described(known.mime, known.ext));
  if (DATA_TYPES.test(mediaType)) throw notText(`data (${mediaType})`);
  if (bytes.subarray(0, PDF_HEADER_WITHIN).includes(0)) {
    if (extension === '.pdf')
      throw new FootnoteError('broken-pdf', 'This file is called .pdf and is none, or it is damaged.');
    if (extension === '.docx')
      throw new FootnoteError('broken-docx', 'This file is called .docx and is none, or it is damaged.');
  }
  return 'text';
}

/** @throws not-text for an SVG image */
export function sniffText(text: string, { extension, mediaType }: Claims): TextFormat {
  const start = text.slice(0, LOOK);
  if (SVG_START.test(start)) throw notText('an image (svg)');
  if (HTML_START.test(start)) return 'html';
  if (extension === '.md' || extension === '.markdown' || mediaType === 'text/markdown') return 'markdown';
  if (extension === '.txt') return 'plain';
  if ((start.match(BLOCK_TAG)?.length ?? 0) >= BLOCK_TAGS_OF_HTML) return 'html';
  const isPage = extension === '.html' || extension === '.htm' || mediaType.includes('html');
  if (isPage) return /<[a-z][^<>]*>/i.test(start) ? 'html' : 'plain';
  return MARKDOWN_START.test(start.slice(0, start.indexOf('\n\n') + 1 || LOOK)) ? 'markdown' : 'plain';
}

export function emptyFile(): FootnoteError {
  return new FootnoteError('empty-file', 'There is nothing in it. Check that the file was saved, and add it again.');
}

function described(mime: string, extension: string): string {
  const [kind] = mime.split('/');
  if (kind === 'image') return `an image (${extension})`;
  if (kind === 'audio' || kind === 'video') return `${kind} (${extension})`;
  return `a .${extension} file`;
}
