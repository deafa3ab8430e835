import stringWidth from 'string-width';
import type { Span } from '../library.js';

/** Control characters, and the marks that re-order what stands after them on a line. Tabs and line feeds are kept apart. */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const HARMFUL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;
/** First of the signs that picture a control character: ␀ for U+0000, ␛ for U+001B. */
const CONTROL_PICTURES = 0x2400;
const DELETE_PICTURE = '\u2421';
const REPLACEMENT = '\ufffd';

/** The end of a line within a paragraph, where the line is as long as authors of verses and lists do not make them. */
const EDITORS_BREAK = /([^\n]{50,})\n(?=[^\n])/g;

/**
 * What a line is cut between: white space, one ideograph or kana with the marks that may not begin or end a line
 * on its side, and anything else up to the next of those.
 */
const PIECES =
  /[^\S\n]+|[“‘「『（《〈【〔]*[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Bopo}][”’」』）》〉】〕、。，．：；！？…—]*|[^\s\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Bopo}]+/gu;

/**
 * A text that cannot steer a terminal: control characters become pictures of themselves.
 * Every character stays one UTF-16 unit, so that offsets into the text hold.
 */
export function defuse(text: string): string {
  return text.toWellFormed().replace(HARMFUL, (character) => {
    const code = character.charCodeAt(0);
    if (character === '\t') return ' ';
    if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
    return code === 0x7f ? DELETE_PICTURE : REPLACEMENT;
  });
}

/** As {@link defuse}, on one line. */
export function defuseLine(text: string): string {
  return defuse(text.replace(/\s+/g, ' ').trim());
}

/** A text whose lines an editor has broken in running prose, as running prose again. Every character keeps its place. */
export function reflow(text: string): string {
  return text.replace(EDITORS_BREAK, '$1 ');
}

/** Columns that a text takes on a terminal; ideographs take two. */
export function columns(text: string): number {
  return stringWidth(text);
}

/** The beginning of a text that fits into `width` columns, with `…` where something was left out. */
export function clip(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let kept = '';
  let taken = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    taken += columns(segment);
    if (taken > width) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** Where to cut a text into lines of at most `width` columns; white space at the cuts belongs to no line. */
export function wrap(text: string, width: number): Span[] {
  const lines: Span[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    wrapLine(line, start, Math.max(width, 2), lines);
    start += line.length + 1;
  }
  return lines;
}

/** Wraps one line that begins at `offset` of the whole text; an empty line stays one. */
function wrapLine(text: string, offset: number, width: number, lines: Span[]): void {
  let start = 0;
  let end = 0;
  for (const piece of pieces(text, width)) {
    if (text.slice(piece.start, piece.end).trim() === '') {
      if (end === start) start = end = piece.end;
      continue;
    }
    if (end > start && columns(text.slice(start, piece.end)) > width) {
      lines.push({ start: offset + start, end: offset + end });
      start = piece.start;
    }
    end = piece.end;
  }
  lines.push({ start: offset + start, end: offset + end });
}

/** What a line may be cut between; a piece that is wider than a line is taken apart. */
function* pieces(text: string, width: number): Iterable<Span> {
  for (const { 0: piece, index } of text.matchAll(PIECES)) {
    if (columns(piece) <= width) {
      yield { start: index, end: index + piece.length };
      continue;
    }
    let start = index;
    let end = index;
    let taken = 0;
    for (const { segment } of new Intl.Segmenter().segment(piece)) {
      const more = columns(segment);
      if (taken > 0 && taken + more > width) {
        yield { start, end };
        start = end;
        taken = 0;
      }
      end += segment.length;
      taken += more;
    }
    yield { start, end };
  }
}
