/** The nouns of the articles: what reading gives, and what cutting makes of it. All offsets are UTF-16 positions. */

/** A run of a text: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is known of an article beside its text. */
export interface ArticleMeta {
  readonly title: string;
  /** Who wrote it, as the page says. */
  readonly byline: string | null;
  /** The publication, e.g. `South China Morning Post`. */
  readonly siteName: string | null;
  /** ISO 8601 date (`2024-11-14`) or date and time with offset, as precise as the source is. */
  readonly publishedAt: string | null;
  /** BCP 47 primary language, e.g. `en`, `zh`; declared or detected. */
  readonly language: string | null;
  /** Canonical http(s) address, where there is one. */
  readonly url: string | null;
}

/**
 * One paragraph or heading of a text.
 * Blocks are in order, do not overlap, and have a blank line between them; a block has no blank line in itself.
 */
export interface Block extends Span {
  /** 1 to 6 for a heading, 0 for a paragraph (list items and table rows are paragraphs). */
  readonly level: number;
  /** Sentences of the block in order, without the white space around them; a heading is one sentence. */
  readonly sentences: readonly Span[];
}

/** An article as read from its source. */
export interface Reading extends ArticleMeta {
  /** Plain text, paragraphs apart by a blank line. Title not included. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** A run of an article's text that is embedded and found as one. */
export interface Passage extends Span {
  /** Headings it stands under, outermost first, e.g. `History › Early years`; empty where there are none. */
  readonly heading: string;
  /** Its sentences (headings left out), in order; never empty. */
  readonly sentences: readonly Span[];
}

/** Where an article comes from. */
export type Source =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string }
  /** Bytes already at hand: standard input, a pasted text, a chat attachment. */
  | { readonly kind: 'bytes'; readonly name: string; readonly bytes: Uint8Array; readonly contentType?: string };
