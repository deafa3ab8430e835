import type { Block, Passage, Span } from './article.js';

/** Sizes of passages, in the model's tokens. */
export interface PassageSizes {
  /** A passage under this is joined with its neighbour where the two fit `longest`. */
  readonly shortest: number;
  /** Neighbouring paragraphs are joined up to this. */
  readonly join: number;
  /** A paragraph up to this stays whole; a longer one is cut at sentence ends into parts of about equal length. */
  readonly longest: number;
}

/**
 * Chosen on questions with known answers: long enough for a reader to see what is meant (350 to 700 characters, a
 * paragraph), short enough that the passage's vector means one thing. docs/quality.md has the figures.
 */
export const PASSAGE_SIZES: PassageSizes = { shortest: 40, join: 130, longest: 270 };

/** For Chinese and Japanese, which take more tokens to say the same. */
export const UNSPACED_PASSAGE_SIZES: PassageSizes = { shortest: 50, join: 170, longest: 370 };

/** Raised when the same text would be cut differently, so that a reindex knows what to cut again. */
export const CUTTING_VERSION = 1;

/** Between the headings a passage stands under. */
const HEADING_SEPARATOR = ' › ';

/** A sentence with its length in tokens. */
interface Measured extends Span {
  readonly tokens: number;
}

/** Paragraphs under the same headings. */
interface Section {
  readonly heading: string;
  /** Where the headings right above the first paragraph begin, or that paragraph. */
  readonly start: number;
  readonly paragraphs: Measured[][];
}

/**
 * Cuts an article into passages at paragraph and sentence ends. Every sentence is in exactly one passage, in order; a
 * passage never crosses a heading, and begins with the heading right above it.
 *
 * @param text the article's text
 * @param blocks its outline
 * @param tokens length of each sentence in the model's tokens, in the order of `blocks.flatMap((b) => b.sentences)`
 */
export function cutPassages(
  text: string,
  blocks: readonly Block[],
  tokens: readonly number[],
  sizes: PassageSizes = PASSAGE_SIZES,
): Passage[] {
  return sectionsOf(text, blocks, tokens).flatMap(({ heading, start, paragraphs }) =>
    group(paragraphs, sizes).map((sentences, index) => ({
      start: index === 0 ? start : sentences[0]!.start,
      end: sentences.at(-1)!.end,
      heading,
      sentences: sentences.map(({ start: from, end: to }) => ({ start: from, end: to })),
    })),
  );
}

/** The paragraphs of a text by the headings they stand under; a heading with nothing under it makes no section. */
function sectionsOf(text: string, blocks: readonly Block[], tokens: readonly number[]): Section[] {
  const sections: Section[] = [];
  const above: { level: number; name: string }[] = [];
  let start: number | null = null;
  let open: Section | null = null;
  let next = 0;
  for (const block of blocks) {
    const measured = block.sentences.map((span, index) => ({ ...span, tokens: tokens[next + index] ?? 0 }));
    next += block.sentences.length;
    if (block.level > 0) {
      while (above.length > 0 && above.at(-1)!.level >= block.level) above.pop();
      above.push({ level: block.level, name: text.slice(block.start, block.end) });
      // Headings one under the other begin the passage together.
      start = open === null && start !== null ? start : block.start;
      open = null;
    } else if (open) {
      open.paragraphs.push(measured);
    } else {
      open = {
        heading: above.map(({ name }) => name).join(HEADING_SEPARATOR),
        start: start ?? block.start,
        paragraphs: [measured],
      };
      sections.push(open);
      start = null;
    }
  }
  return sections;
}

/** Sentences of a section in groups that become passages. */
function group(paragraphs: readonly Measured[][], sizes: PassageSizes): Measured[][] {
  const groups: Measured[][] = [];
  for (const part of paragraphs.flatMap((paragraph) => splitEvenly(paragraph, sizes.longest))) {
    const last = groups.at(-1);
    if (last && fit(length(last), length(part), sizes)) last.push(...part);
    else groups.push([...part]);
  }
  return groups;
}

/** Whether two neighbours are better as one passage. */
function fit(left: number, right: number, { shortest, join, longest }: PassageSizes): boolean {
  const together = left + right;
  return together <= join || (Math.min(left, right) < shortest && together <= longest);
}

/** Cuts a paragraph over `longest` at sentence ends into as few parts as can be, of about equal length. */
function splitEvenly(sentences: readonly Measured[], longest: number): Measured[][] {
  const total = length(sentences);
  const parts = Math.ceil(total / longest);
  if (parts <= 1) return [[...sentences]];
  const target = total / parts;
  const cut: Measured[][] = [[]];
  let filled = 0;
  for (const sentence of sentences) {
    // A sentence goes to the part that holds its middle.
    const part = Math.min(parts - 1, Math.floor((filled + sentence.tokens / 2) / target));
    if (part > cut.length - 1 && cut.at(-1)!.length > 0) cut.push([]);
    cut.at(-1)!.push(sentence);
    filled += sentence.tokens;
  }
  return cut;
}

function length(sentences: readonly Measured[]): number {
  return sentences.reduce((sum, { tokens }) => sum + tokens, 0);
}
