import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import type { Span } from './article.js';
import { NO_META, type Draft, type Paragraph } from './draft.js';
import { frontMatter } from './front-matter.js';
import { inlineText } from './markdown-inline.js';

type Root = ReturnType<typeof fromMarkdown>;
type Content = Root['children'][number];

/** Lists and quotes inside one another, deeper than which a text is not followed. */
const MAX_DEPTH = 100;

/** The paragraphs of a piece of HTML. */
export type ReadHtml = (html: string) => readonly Paragraph[];

/** What is being read, and what has come of it. */
interface Reading {
  readonly source: string;
  readonly readHtml: ReadHtml | null;
  readonly paragraphs: Paragraph[];
}

/**
 * A Markdown file as an article: its first heading of level 1 (or front matter's title) is the title, what stands in plain
 * paragraphs comes out character for character, markup comes out as the text it marks.
 *
 * @param readHtml called for the HTML in it; null where there is no `<`, and so none
 */
export function readMarkdown(source: string, name: string, readHtml: ReadHtml | null): Draft {
  const { fields, body } = frontMatter(source);
  const root = fromMarkdown(body, {
    // A single tilde is "about" in most articles.
    extensions: [gfm({ singleTilde: false })],
    mdastExtensions: [gfmFromMarkdown()],
  });
  const paragraphs: Paragraph[] = [];
  for (const node of root.children) addBlock(node, { source: body, readHtml, paragraphs }, 0);
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

function addBlock(node: Content, reading: Reading, depth: number): void {
  const { source, readHtml, paragraphs: into } = reading;
  if (depth > MAX_DEPTH) return;
  switch (node.type) {
    case 'heading':
      into.push({ text: inlineText(node.children, source, within(node.children)), level: node.depth });
      break;
    case 'paragraph':
      into.push({ text: paragraphText(node, source, depth), level: 0 });
      break;
    case 'code':
      into.push({ text: node.value, level: 0 });
      break;
    case 'html':
      into.push(...(readHtml?.(node.value) ?? []));
      break;
    case 'list':
      for (const item of node.children) {
        // A number is part of what is said ("see 2."), a bullet is not.
        const marker = node.ordered ? source.slice(within([item]).start, within(item.children).start) : '';
        addItem(item.children, marker, reading, depth + 1);
      }
      break;
    case 'blockquote':
    case 'footnoteDefinition':
      for (const child of node.children) addBlock(child, reading, depth + 1);
      break;
    case 'table':
      for (const row of node.children) {
        const cells = row.children.map(({ children }) => inlineText(children, source, within(children)));
        into.push({ text: cells.filter((cell) => cell !== '').join(' | '), level: 0 });
      }
      break;
    default:
      // Rules and link definitions hold no text.
      break;
  }
}

function addItem(children: readonly Content[], marker: string, reading: Reading, depth: number): void {
  const { paragraphs: into } = reading;
  const from = into.length;
  for (const child of children) addBlock(child, reading, depth);
  const first = into[from];
  if (marker !== '' && first) into[from] = { ...first, text: marker + first.text };
}

/** A paragraph as it is in the source; at the top level with the spaces around it. */
function paragraphText(node: Extract<Content, { type: 'paragraph' }>, source: string, depth: number): string {
  let { start, end } = within([node]);
  if (depth > 0) return inlineText(node.children, source, { start, end }, false);
  while (source[start - 1] === ' ' || source[start - 1] === '\t') start--;
  while (source[end] === ' ' || source[end] === '\t') end++;
  return inlineText(node.children, source, { start, end });
}

/** From the first node's start to the last one's end, without the markup of what they stand in. */
function within(nodes: readonly { position?: Content['position'] }[]): Span {
  return { start: nodes[0]?.position?.start.offset ?? 0, end: nodes.at(-1)?.position?.end.offset ?? 0 };
}

function sameWords(a: string, b: string): boolean {
  const words = (text: string) => (text.match(/[\p{L}\p{N}]+/gu) ?? []).join(' ').toLowerCase();
  return words(a) === words(b);
}
