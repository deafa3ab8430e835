/**
 * Text of strangers made safe to stand in a Discord message: nothing in it is formatted, linked, pinged or turned
 * round, and what a reader sees is the text itself. Every function is pure.
 */

/** A run of a text, in UTF-16 positions. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/** Marks left out of, and put in front of, a quotation that was cut. */
export const ELLIPSIS = '…';

/** First-strong isolate and its end: text between them cannot reorder what stands around it. */
const ISOLATE = '\u2068';
const END_OF_ISOLATE = '\u2069';

/** Accents one letter may carry; more climb over the lines around (Vietnamese and Hebrew need three or four). */
const MAX_ACCENTS = 6;

// eslint-disable-next-line no-control-regex -- vertical tab and form feed end lines
const LINE_ENDS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g;
/** The same, and the line feed. */
const ANY_LINE_END = new RegExp(`${LINE_ENDS.source}|\\n`, 'g');
/** Control characters but for the line feed; bidirectional marks, embeddings, overrides and isolates; annotations, BOM. */
const CONTROLS =
  // eslint-disable-next-line no-control-regex -- control characters are what it is for
  /[\u0000-\u0009\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\u{e0001}]/gu;
const ACCENT_PILE = new RegExp(`(\\p{M}{${MAX_ACCENTS}})\\p{M}+`, 'gu');
const LONE_SURROGATE = /\p{Surrogate}/gu;
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Samaritan}\p{Script=Mandaic}]/u;

/** What means something to Discord wherever it stands. */
const ANYWHERE = /[\\*_~`|<>#[\]()@:]/g;
/** What makes a list at the start of a line: `- x`, `+ x`, `1. x`. */
const LIST_MARKER = /^([^\S\n]*)(?:([-+])|(\d+)\.)/gm;

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** `text` without what could change how the text around it is shown: control characters, overrides, halves of characters. */
export function harmless(text: string): string {
  return text
    .replace(LINE_ENDS, '\n')
    .replaceAll('\t', ' ')
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(CONTROLS, '')
    .replace(ACCENT_PILE, '$1');
}

/**
 * `text` so that Discord shows it letter by letter: no emphasis, heading, list, quotation, code, spoiler, link, embed,
 * mention, timestamp or custom emoji. Its start counts as the start of a line. {@link harmless} is applied first.
 */
export function escapeMarkdown(text: string): string {
  return harmless(text)
    .replace(ANYWHERE, '\\$&')
    .replace(LIST_MARKER, (_, indent: string, bullet: string | undefined, number: string | undefined) =>
      bullet === undefined ? `${indent}${number ?? ''}\\.` : `${indent}\\${bullet}`,
    );
}

/** {@link escapeMarkdown} of a text on one line, such as a title or a question, cut after `max` UTF-16 units. */
export function oneLine(text: string, max: number): string {
  return isolated(escapeMarkdown(cut(collapsed(text), max)));
}

/**
 * The label of a masked link, escaped. Square brackets become round ones and an address loses its scheme, because
 * Discord does not take either inside a label, whether escaped or not.
 */
export function linkLabel(text: string, max: number): string {
  const plain = collapsed(text)
    .replaceAll('[', '(')
    .replaceAll(']', ')')
    .replace(/\b[a-z][a-z\d+.-]*:\/\//gi, '');
  return isolated(escapeMarkdown(cut(plain, max)));
}

/** `[label](url)`; `label` is escaped already, `url` is an address that {@link linkTarget} made. */
export function maskedLink(label: string, url: string): string {
  return `[${label}](${url})`;
}

/** `url` as it can stand in a masked link, or null where it is not a web address. */
export function linkTarget(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return null;
  return parsed.href.replace(/[()\\'"<>|*`\s]/g, percentEncoded);
}

/**
 * `text` as a block quotation, each line of it quoted by itself, with `highlight` (counted in `text`) in bold.
 * Right-to-left lines are isolated.
 */
export function blockQuote(text: string, highlight: Run = { start: 0, end: 0 }): string {
  return lines(text)
    .map((line) => {
      const strong = trimmedRun(text, overlap(line, highlight));
      if (strong.start >= strong.end) return `> ${isolated(escapeMarkdown(text.slice(line.start, line.end)))}`;
      const before = escapeMarkdown(text.slice(line.start, strong.start));
      const bold = escapeMarkdown(text.slice(strong.start, strong.end));
      const after = escapeMarkdown(text.slice(strong.end, line.end));
      return `> ${isolated(bold === '' ? before + after : `${before}**${bold}**${after}`)}`;
    })
    .join('\n');
}

/** At most `max` UTF-16 units of `text`, cut between two characters as readers see them, with an ellipsis where it was cut. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text.slice(0, max + 1))) {
    if (kept.length + segment.length > max - ELLIPSIS.length) break;
    kept += segment;
  }
  return kept.trimEnd() + ELLIPSIS;
}

export function percentEncoded(character: string): string {
  const encoded = encodeURIComponent(character);
  return encoded === character ? `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : encoded;
}

function collapsed(text: string): string {
  return harmless(text).replace(/\s+/g, ' ').trim();
}

function isolated(line: string): string {
  return RIGHT_TO_LEFT.test(line) ? ISOLATE + line + END_OF_ISOLATE : line;
}

function lines(text: string): Run[] {
  const found: Run[] = [];
  let start = 0;
  for (const { index, 0: end } of text.matchAll(ANY_LINE_END)) {
    found.push({ start, end: index });
    start = index + end.length;
  }
  return [...found, { start, end: text.length }];
}

function overlap(a: Run, b: Run): Run {
  return { start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) };
}

function trimmedRun(text: string, { start, end }: Run): Run {
  if (start >= end) return { start, end: start };
  const slice = text.slice(start, end);
  return { start: start + slice.length - slice.trimStart().length, end: end - (slice.length - slice.trimEnd().length) };
}
