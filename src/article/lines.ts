/** Lines from which the width of a text can be told. */
const LEAST_LINES = 3;
/** Columns that a hard-wrapped text may be wide: mail (72), terminals (80), typewriters (60), wide editors (120). */
const WIDTHS = { least: 40, most: 120 };
/** Share of line breaks that come where the next word would not have fitted, from which a text is wrapped. */
const WRAPPED_SHARE = 0.7;
/** How far short of the width a line may stay, as editors count tabs and spaces at the end differently. */
const SLACK = 2;
/** Columns from which a line of a text that is not wrapped is a paragraph: verse is narrower, but for a few poets'. */
const PARAGRAPH_WIDTH = 75;
const SENTENCE_END = /[.!?…。！？:：]["'”’»)\]」』]*$/;
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/gu;
const LIST_ITEM = /^\s*(?:[-*•·–]|\d{1,3}[.)])\s+\S/;

/**
 * Paragraphs of a plain text. Blank lines always part them. A single line break is part of a hard-wrapped paragraph, a
 * paragraph's end where lines are as long as paragraphs are, and stays what it is in verse.
 */
export function paragraphsOf(text: string): string[] {
  const groups = text
    .split(/\n[^\S\n]*\n\s*?(?=\S|$)/)
    .map((group) => group.split('\n').filter((line) => line.trim() !== ''))
    .filter((lines) => lines.length > 0);
  const width = wrapWidth(groups);
  return groups.flatMap((lines) => {
    if (lines.length === 1) return [lines[0]!.trim()];
    if (width !== null) return unwrap(lines, width);
    if (isRunOfParagraphs(lines)) return lines.map((line) => line.trim());
    return [
      lines
        .map((line) => line.trimEnd())
        .join('\n')
        .replace(/^\n+/, ''),
    ];
  });
}

/** The column at which a text was wrapped, or null where its line breaks are its author's. */
function wrapWidth(groups: readonly string[][]): number | null {
  const widths = groups.flat().map((line) => columns(line));
  const width = Math.max(0, ...widths);
  if (width < WIDTHS.least || width > WIDTHS.most) return null;
  let breaks = 0;
  let forced = 0;
  for (const lines of groups) {
    for (const [index, line] of lines.slice(0, -1).entries()) {
      const next = lines[index + 1]!.trim();
      breaks++;
      if (columns(line) + 1 + columns(firstPiece(next)) > width - SLACK) forced++;
    }
  }
  return breaks >= LEAST_LINES - 1 && forced / breaks >= WRAPPED_SHARE ? width : null;
}

/** Lines joined where they were wrapped: not before a list's item, nor after a line that ends early and ends a sentence. */
function unwrap(lines: readonly string[], width: number): string[] {
  const paragraphs: string[] = [];
  let open = '';
  let before = '';
  for (const line of lines) {
    const text = line.trim();
    const isNew =
      open === '' ||
      LIST_ITEM.test(line) ||
      (/^\s{2,}/.test(line) && !/^\s/.test(before)) ||
      (SENTENCE_END.test(before.trimEnd()) && columns(before) + 1 + columns(firstPiece(text)) <= width * 0.75);
    if (isNew && open !== '') paragraphs.push(open);
    if (isNew) open = text;
    else open += (isUnspaced(open.at(-1)) && isUnspaced(text[0]) ? '' : ' ') + text;
    before = line;
  }
  paragraphs.push(open);
  return paragraphs;
}

/** Whether lines that follow one another without a blank one are paragraphs: one is as long as only paragraphs are. */
function isRunOfParagraphs(lines: readonly string[]): boolean {
  if (lines.some((line) => columns(line) >= PARAGRAPH_WIDTH)) return true;
  return lines.every((line) => SENTENCE_END.test(line.trim())) && lines.some((line) => columns(line) > WIDTHS.least);
}

/** Width of a line as a terminal shows it: characters of East Asian scripts take two columns. */
function columns(line: string): number {
  return line.trimEnd().length + (line.match(WIDE)?.length ?? 0);
}

/** What would have to fit at the end of a line: a word, or one character of a script that breaks anywhere. */
function firstPiece(line: string): string {
  const word = /^\S+/.exec(line)?.[0] ?? '';
  return isUnspaced(word[0]) ? word[0]! : word;
}

function isUnspaced(character: string | undefined): boolean {
  return (
    character !== undefined &&
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u.test(character)
  );
}
