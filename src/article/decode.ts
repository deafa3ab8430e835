import { analyse } from 'chardet';
import sniffHtmlEncoding from 'html-encoding-sniffer';
import { FootnoteError } from '../errors.js';

/** What is known about bytes before they are read. */
export interface DecodeHints {
  /** The `charset` of the HTTP header, if it gave one. */
  readonly charset: string | null;
  /** Look for a charset declared in the markup. */
  readonly html: boolean;
}

/** Bytes looked at to guess an encoding: enough for the statistics, and quick on a large file. */
const GUESS_BYTES = 64 * 1024;
/** chardet's confidence, in percent, under which its guess is no better than none (noise scores up to ten). */
const LEAST_CONFIDENCE = 15;
/** Share of characters a decoder could not read with which a text is still worth reading: a damaged line, not a wrong encoding. */
const MAX_UNREADABLE = 0.02;
/** Share of control characters above which bytes are no text in any encoding. */
const MAX_CONTROLS = 0.02;
/** Share of zero bytes on one side of the byte pairs that tells UTF-16 without a byte order mark. */
const UTF16_ZEROS = 0.3;

const UNREADABLE = /\ufffd/g;
// eslint-disable-next-line no-control-regex -- control characters are what this counts
const CONTROLS = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/g;

/**
 * Bytes as text: by byte order mark, as declared, as UTF-8 where the bytes are valid UTF-8, or in the encoding they look like.
 * A declared encoding is believed unless the bytes contradict it.
 *
 * @throws not-text for bytes that are no text in any encoding, unknown-encoding where none fits
 */
export function decode(bytes: Uint8Array, hints: DecodeHints): string {
  const text = decodeMarked(bytes) ?? decodeDeclared(bytes, hints) ?? decodeGuessed(bytes);
  if (text === null) {
    if (controlBytes(bytes) > MAX_CONTROLS) throw notText();
    throw new FootnoteError(
      'unknown-encoding',
      'The text is in an encoding that Footnote does not know. Save it as UTF-8 and add it again.',
    );
  }
  if (share(text, CONTROLS) > MAX_CONTROLS) throw notText();
  return text;
}

export function notText(what = 'binary data'): FootnoteError {
  return new FootnoteError(
    'not-text',
    `This is ${what}, not an article. Footnote reads web pages, Markdown, plain text, PDF and Word (.docx) files.`,
  );
}

/** With a byte order mark, or as UTF-16 that shows in the zero bytes of its ASCII letters. */
function decodeMarked(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return decodeAs('utf-8', bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeAs('utf-16le', bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeAs('utf-16be', bytes);
  const sample = bytes.subarray(0, GUESS_BYTES);
  let even = 0;
  let odd = 0;
  for (let at = 0; at < sample.length; at++) {
    if (sample[at] !== 0) continue;
    if (at % 2 === 0) even++;
    else odd++;
  }
  if (even + odd === 0) return null;
  const pairs = sample.length / 2;
  if (odd / pairs > UTF16_ZEROS && even / pairs < 0.01) return decodeAs('utf-16le', bytes);
  if (even / pairs > UTF16_ZEROS && odd / pairs < 0.01) return decodeAs('utf-16be', bytes);
  throw notText();
}

function decodeDeclared(bytes: Uint8Array, { charset, html }: DecodeHints): string | null {
  const label = charset ?? (html ? declaredInMarkup(bytes) : null);
  if (label !== null && !isUtf8(label)) {
    // Bytes that are valid UTF-8 beyond ASCII are UTF-8, whatever an old template says: chance hardly makes such bytes.
    const text = decodeStrictly(bytes) ?? decodeAs(label, bytes);
    if (text !== null && share(text, UNREADABLE) <= MAX_UNREADABLE) return text;
  }
  const strict = decodeStrictly(bytes);
  if (strict !== null || label === null) return strict;
  const lossy = decodeAs('utf-8', bytes);
  return lossy !== null && share(lossy, UNREADABLE) <= MAX_UNREADABLE ? lossy : null;
}

function decodeGuessed(bytes: Uint8Array): string | null {
  for (const { name, confidence } of analyse(bytes.subarray(0, GUESS_BYTES))) {
    if (confidence < LEAST_CONFIDENCE) break;
    const text = decodeAs(name, bytes);
    if (text !== null && share(text, UNREADABLE) <= MAX_UNREADABLE) return text;
  }
  return null;
}

/** The encoding that the markup names, or null. */
function declaredInMarkup(bytes: Uint8Array): string | null {
  // The default stands for "nothing declared": no page declares this one and means it.
  const name = sniffHtmlEncoding(bytes, { defaultEncoding: 'x-user-defined' });
  return name === 'x-user-defined' ? null : name;
}

function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Null for an encoding that the platform does not know. */
function decodeAs(label: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return null;
  }
}

function isUtf8(label: string): boolean {
  return /^utf-?8$/i.test(label);
}

/** Share of bytes that are control characters in every encoding that extends ASCII. */
function controlBytes(bytes: Uint8Array): number {
  const sample = bytes.subarray(0, GUESS_BYTES);
  return sample.filter((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27)).length / sample.length;
}

function share(text: string, what: RegExp): number {
  return text.length === 0 ? 0 : (text.match(what)?.length ?? 0) / text.length;
}
