import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { NO_META, type Draft, type Paragraph } from './draft.js';
import { frontMatter } from './front-matter.js';
import { inlineText, type Inline } from './markdown-inline.js';

type Root = ReturnType<typeof fromMarkdown>;
type Content = Root['children'][number];

/** Lists and quotes inside one another, deeper than which a text is not followed. */
const MAX_DEPTH = 100;

/**
 * A Markdown file as an article: its first heading of level 1 (or front matter's title) is the title, what stands in plain
 * paragraphs comes out character for character, markup comes out as the text it marks.
 */
export function readMarkdown(source: string, name: string): Draft {
  const { fields, body } = frontMatter(source);
  const root = fromMarkdown(body, {
    // A single tilde is "about" in most articles.
    extensions: [gfm({ singleTilde: false })],
    mdastExtensions: [gfmFromMarkdown()],
  });
  const paragraphs: Paragraph[] = [];
  for (const node of root.children) addBlock(node, body, paragraphs, 0);
  const first = paragraphs.findIndex(({ level }) => level === 1);
  const heading = first < 0 ? undefined : paragraphs[first];
  const isTitle = heading !== undefined && (fields.title === null || sameWords(heading.text, fields.title));
  if (isTitle) paragraphs.splice(first, 1);
  return {
    ...NO_META,
    ...fields,
    title: fields.title ?? heading?.text ?? name,
    paragraphs,
  };
}

function addBlock(node: Content, source: string, into: Paragraph[], depth: number): void {
  if (depth > MAX_DEPTH) return;
  switch (node.type) {
    case 'heading':
      into.push({ text: inlineText(node.children, source, offsets(node)), level: node.depth });
      break;
    case 'paragraph':
      into.push({ text: paragraphText(node, source, depth), level: 0 });
      break;
    case 'code':
      into.push({ text: node.value, level: 0 });
      break;
    case 'html':
      into.push({ text: node.value.replace(/<!--[\s\S]*?(?:-->|$)|<\/?[a-z][^<>]*>/gi, ''), level: 0 });
      break;
    case 'list':
      for (const [index, item] of node.children.entries()) {
        const marker = node.ordered ? `${(node.start ?? 1) + index}. ` : '';
        addItem(item.children, marker, source, into, depth + 1);
      }
      break;
    case 'blockquote':
    case 'footnoteDefinition':
      for (const child of node.children) addBlock(child, source, into, depth + 1);
      break;
    case 'table':
      for (const row of node.children) {
        const cells = row.children.map((cell) => inlineText(cell.children, source, offsets(cell)));
        into.push({ text: cells.filter((cell) => cell !== '').join(' | '), level: 0 });
      }
      break;
    default:
      // Rules and link definitions hold no text.
      break;
  }
}

function addItem(children: readonly Content[], marker: string, source: string, into: Paragraph[], depth: number): void {
  const from = into.length;
  for (const child of children) addBlock(child, source, into, depth);
  const first = into[from];
  if (marker !== '' && first) into[from] = { ...first, text: marker + first.text };
}

/** A paragraph as it is in the source; at the top level with the spaces around it, which a quotation across paragraphs needs. */
function paragraphText(node: Extract<Content, { type: 'paragraph' }>, source: string, depth: number): string {
  const { start, end } = offsets(node);
  if (depth > 0) return inlineText(node.children, source, { start, end }, false);
  let after = end;
  while (source[after] === ' ' || source[after] === '\t') after++;
  return inlineText(node.children, source, { start, end: after });
}

function offsets(node: { position?: Content['position'] }): { start: number; end: number } {
  return { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 };
}

function sameWords(a: string, b: string): boolean {
  const words = (text: string) => (text.match(/[\p{L}\p{N}]+/gu) ?? []).join(' ').toLowerCase();
  return words(a) === words(b);
}

export type { Inline };
