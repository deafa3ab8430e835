import type { Paragraph } from './draft.js';

/** A line of a PDF's page; lengths in points, `y` counted from the bottom. */
export interface PdfLine {
  readonly text: string;
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly right: number;
  /** Height of the letters. */
  readonly size: number;
}

/** Lines at the top and at the bottom of a page that may be its header and footer. */
const EDGE_LINES = 2;
/** Pages on which a line stands to be a header; on shorter documents, all pages but one. */
const HEADER_PAGES = 3;
const PAGE_NUMBER = /^(?:page|seite|página|p\.)?\s*[-–—|]?\s*\d{1,4}\s*(?:[-–—|]|(?:of|von|de|\/)\s*\d{1,4})?$/i;
/** Distance between lines, in the usual one, from which they are apart by a blank line. */
const PARAGRAPH_GAP = 1.35;
/** Indent of a paragraph's first line, in letter heights. */
const INDENT = 0.8;
/** A last line ends before this share of the column's width. */
const SHORT_LINE = 0.85;
/** A heading's letters are higher than the text's by this factor, a title's by more. */
const HEADING_SIZE = 1.12;
const TITLE_SIZE = 1.25;
const MAX_HEADING_WORDS = 25;
const SENTENCE_END = /[.!?…。！？:：]["'”’»)\]」』\d]*$/;

/** Lines as paragraphs, without what repeats at the edges of pages; the largest lines of the first page are its heading. */
export function layOut(all: readonly PdfLine[]): { heading: string | null; paragraphs: Paragraph[] } {
  const lines = withoutHeaders(all);
  const size = usualSize(lines);
  const gap = usualGap(lines);
  const right = usualRight(lines);
  const hyphenated = new Set(lines.flatMap(({ text }) => text.toLowerCase().match(/\p{L}+-\p{L}+/gu) ?? []));
  const groups: PdfLine[][] = [];
  lines.forEach((line, index) => {
    const previous = index > 0 ? lines[index - 1]! : null;
    if (previous && continues(previous, line, gap, right)) groups.at(-1)!.push(line);
    else groups.push([line]);
  });
  const first = groups.findIndex(
    (group) =>
      group[0]!.page === lines[0]?.page && group[0]!.size >= size * TITLE_SIZE && words(group) <= MAX_HEADING_WORDS,
  );
  const heading = first >= 0 && first < 5 ? join(groups[first]!, hyphenated) : null;
  const paragraphs = groups
    .filter((_, index) => heading === null || index !== first)
    .map((group) => ({
      text: join(group, hyphenated),
      level: group[0]!.size >= size * HEADING_SIZE && words(group) <= MAX_HEADING_WORDS ? 2 : 0,
    }));
  return { heading, paragraphs };
}

/** Whether `line` goes on with the paragraph of `previous`. */
function continues(previous: PdfLine, line: PdfLine, gap: number, right: number): boolean {
  if (Math.abs(line.size - previous.size) > previous.size * (HEADING_SIZE - 1)) return false;
  const isNextColumn = line.page !== previous.page || line.y > previous.y + previous.size;
  // Across columns and pages only an unfinished sentence goes on.
  if (isNextColumn) return !SENTENCE_END.test(previous.text);
  if (previous.y - line.y > gap * PARAGRAPH_GAP) return false;
  if (line.x - previous.x > line.size * INDENT && SENTENCE_END.test(previous.text)) return false;
  return !(SENTENCE_END.test(previous.text) && previous.right < right * SHORT_LINE);
}

/** Lines as one, with words that were cut at their ends made whole. */
function join(lines: readonly PdfLine[], hyphenated: ReadonlySet<string>): string {
  let text = '';
  for (const { text: next } of lines) {
    const head = /(\p{L}+)-$/u.exec(text)?.[1];
    const tail = /^\p{Ll}+/u.exec(next)?.[0];
    if (head !== undefined && tail !== undefined) {
      // A word that has its hyphen elsewhere too keeps it.
      text = (hyphenated.has(`${head}-${tail}`.toLowerCase()) ? text : text.slice(0, -1)) + next;
    } else {
      text += (text === '' || isUnspaced(text.at(-1)!) ? '' : ' ') + next;
    }
  }
  // The soft hyphen is where a word could have been cut.
  return text.replace(/\u00ad\s?/g, '');
}

/** Without page numbers, and without what stands at the same edge of many pages but for its numbers. */
function withoutHeaders(lines: readonly PdfLine[]): PdfLine[] {
  const pages = new Map<number, PdfLine[]>();
  for (const line of lines) pages.set(line.page, [...(pages.get(line.page) ?? []), line]);
  const edges = new Map<PdfLine, string>();
  const counts = new Map<string, number>();
  for (const page of pages.values()) {
    const byHeight = [...page].sort((a, b) => b.y - a.y);
    const edge = new Set([...byHeight.slice(0, EDGE_LINES), ...byHeight.slice(-EDGE_LINES)]);
    for (const line of edge) {
      const key = line.text.replace(/\d+/g, '#').toLowerCase();
      edges.set(line, key);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const least = Math.max(2, Math.min(HEADER_PAGES, pages.size - 1));
  return lines.filter((line) => {
    const key = edges.get(line);
    return key === undefined || (!PAGE_NUMBER.test(line.text) && counts.get(key)! < least);
  });
}

/** Height of most letters. */
function usualSize(lines: readonly PdfLine[]): number {
  const letters = new Map<number, number>();
  for (const { size, text } of lines) {
    const rounded = Math.round(size * 2) / 2;
    letters.set(rounded, (letters.get(rounded) ?? 0) + text.length);
  }
  return [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

/** Distance of most neighbouring lines. */
function usualGap(lines: readonly PdfLine[]): number {
  const gaps = lines
    .slice(1)
    .map((line, index) => (line.page === lines[index]!.page ? lines[index]!.y - line.y : 0))
    .filter((gap) => gap > 1)
    .sort((a, b) => a - b);
  // Gaps inside paragraphs are the smaller ones, and in nearly every text the more frequent.
  return gaps[Math.floor(gaps.length * 0.4)] ?? 0;
}

/** Where full lines end. */
function usualRight(lines: readonly PdfLine[]): number {
  const ends = lines.map(({ right }) => right).sort((a, b) => a - b);
  return ends[Math.floor(ends.length * 0.75)] ?? 0;
}

function words(lines: readonly PdfLine[]): number {
  return lines.reduce((sum, { text }) => sum + text.split(/\s+/).length, 0);
}

function isUnspaced(character: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u.test(character);
}
