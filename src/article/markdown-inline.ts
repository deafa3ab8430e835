import type { fromMarkdown } from 'mdast-util-from-markdown';
import type { Span } from './article.js';

type Block = ReturnType<typeof fromMarkdown>['children'][number];
type Inline = Extract<Block, { type: 'paragraph' }>['children'][number];

/** A piece of the source that reads otherwise than it is written. */
interface Edit extends Span {
  readonly text: string;
}

/**
 * A tag of HTML as Markdown texts have it inside a line. `<word>` that HTML does not know, and `<b and c>`, whose attributes have
 * no values, are the author's own.
 */
const TAG =
  /^(?:<!--[^]*-->|<\/?(?:a|abbr|b|bdi|bdo|big|br|center|cite|code|del|dfn|div|em|font|i|img|ins|kbd|mark|p|q|s|samp|small|span|strike|strong|sub|sup|tt|u|var|wbr)(?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))*\s*\/?>)$/i;
const LINE_BREAK_TAG = /^<br\b/i;

/**
 * The text of a run of inline nodes: the source between `span`, with its markup taken out and nothing else changed.
 * What only looks like markup stays: a star between two digits, a backquote that opens a name, a tag that HTML does not know.
 *
 * @param isPlain the source's lines are the paragraph's lines (at the top level); otherwise they begin with markers of a list
 *   or quote, which are left out
 */
export function inlineText(nodes: readonly Inline[], source: string, span: Span, isPlain = true): string {
  const edits: Edit[] = [];
  const stack = [...nodes].reverse();
  for (let node = stack.pop(); node; node = stack.pop()) {
    const start = node.position?.start.offset ?? span.start;
    const end = node.position?.end.offset ?? start;
    const within = node;
    switch (within.type) {
      case 'text':
        if (!isPlain || /[\\&]/.test(source.slice(start, end))) edits.push({ start, end, text: within.value });
        break;
      case 'inlineCode':
        if (!isQuoteMark(source, start, end)) edits.push({ start, end, text: within.value });
        break;
      case 'break':
        edits.push({ start, end, text: '\n' });
        break;
      case 'html':
        if (LINE_BREAK_TAG.test(within.value)) edits.push({ start, end, text: '\n' });
        else if (TAG.test(within.value)) edits.push({ start, end, text: '' });
        break;
      case 'image':
      case 'imageReference':
      case 'footnoteReference':
        edits.push({ start, end, text: '' });
        break;
      case 'emphasis':
      case 'strong':
      case 'delete':
      case 'link':
      case 'linkReference': {
        const first = within.children[0]?.position?.start.offset ?? end;
        const last = within.children.at(-1)?.position?.end.offset ?? end;
        if (!isInsideWord(source, start, end)) {
          edits.push({ start, end: first, text: '' }, { start: last, end, text: '' });
        }
        stack.push(...[...within.children].reverse());
        break;
      }
    }
  }
  return applied(source, span, edits, isPlain);
}

function applied(source: string, span: Span, edits: readonly Edit[], isPlain: boolean): string {
  const inOrder = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let text = '';
  let at = span.start;
  const keep = (to: number) => {
    const piece = source.slice(at, to);
    return isPlain ? piece : piece.replace(/\n[^\S\n]*(?:>[^\S\n]*)*/g, '\n');
  };
  for (const edit of inOrder) {
    if (edit.start < at) continue;
    text += keep(edit.start) + edit.text;
    at = edit.end;
  }
  return text + keep(Math.max(at, span.end));
}

/** `2*3*4`: letters or digits of ASCII on both outer sides make stars part of the text; elsewhere they are emphasis. */
function isInsideWord(source: string, start: number, end: number): boolean {
  return isWord(source[start - 1]) && isWord(source[end]) && source[start] !== '[';
}

/** A backquote that stands for a quotation mark or a letter (`Abd, `Umar): code is not followed by a letter at once. */
function isQuoteMark(source: string, start: number, end: number): boolean {
  return isWord(source[start - 1]) || isWord(source[end]);
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[A-Za-z0-9]/.test(character);
}
