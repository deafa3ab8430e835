import { createHash } from 'node:crypto';
import { termsOf } from '../answer/terms.js';
import type { ArticleMeta, Block, Passage } from '../article/article.js';
import { CUTTING_VERSION, cutPassages, PASSAGE_SIZES, UNSPACED_PASSAGE_SIZES } from '../article/chunk.js';
import type { Embedder, EmbedOptions, PassageInput } from '../embed/embedder.js';
import { groupOfLanguage } from '../embed/means.js';
import type { PassageToStore, Store } from '../store/store.js';

/** An article's text, ready to be cut. */
export interface Cuttable extends Pick<ArticleMeta, 'title' | 'language'> {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Passages with their vectors stored, ready to be stored themselves. */
export interface CutArticle {
  readonly passages: readonly PassageToStore[];
  /** How many of them went through the model, and how many had their vectors. */
  readonly embedded: number;
  readonly reused: number;
}

export interface CutOptions extends EmbedOptions {
  /** Embed every passage again. @default false */
  readonly force?: boolean | undefined;
}

/** Raised when passages get other terms or another context, so that a reindex makes them anew. */
const DESCRIBING_VERSION = 1;

/** The rules that passages are made by: an article cut by others is cut anew by a reindex. */
export const CUTTING_RULES = `${CUTTING_VERSION}.${DESCRIBING_VERSION}`;

/** Passages embedded between two writes: a second's work, which is what a kill can lose. */
const BATCH = 32;

/**
 * From an article to passages whose vectors are in the store: cut, described, embedded where the store has no vector for
 * the same words yet. Vectors are written batch by batch, so that what was computed is not lost when this is cut off.
 *
 * @throws cancelled, embedder-down, model-failed, and what the store throws
 */
export async function cutAndEmbed(
  article: Cuttable,
  embedder: Embedder,
  store: Store,
  { force = false, signal, onProgress }: CutOptions = {},
): Promise<CutArticle> {
  const sentences = article.blocks.flatMap((block) => block.sentences);
  const tokens = await embedder.countTokens(
    sentences.map(({ start, end }) => article.text.slice(start, end)),
    { signal },
  );
  const sizes = groupOfLanguage(article.language) === 'zh' ? UNSPACED_PASSAGE_SIZES : PASSAGE_SIZES;
  const passages = cutPassages(article.text, article.blocks, tokens, sizes).map((passage) => {
    const input = toInput(article, passage);
    return { ...passage, input, hash: hashOf(input, embedder.fingerprint), terms: toTerms(article, passage) };
  });

  const hashes = passages.map(({ hash }) => hash);
  const wanted = new Set(force ? hashes : store.embeddings.missing(hashes));
  const inputs = new Map(passages.filter(({ hash }) => wanted.has(hash)).map(({ hash, input }) => [hash, input]));
  const todo = [...inputs];
  const ready = hashes.length - todo.length;
  onProgress?.(ready, hashes.length);
  for (let at = 0; at < todo.length; at += BATCH) {
    const batch = todo.slice(at, at + BATCH);
    const embeddings = await embedder.embedPassages(
      batch.map(([, input]) => input),
      { signal, onProgress: (done) => onProgress?.(ready + at + done, hashes.length) },
    );
    store.embeddings.put(
      embedder.fingerprint,
      embeddings.map((embedding, index) => ({ hash: batch[index]![0], ...embedding })),
    );
  }
  return {
    passages: passages.map(({ start, end, heading, sentences: spans, hash, terms }) => ({
      start,
      end,
      heading,
      sentences: spans,
      hash,
      terms,
    })),
    embedded: todo.length,
    reused: ready,
  };
}

/**
 * What the model gets: the headings, then the sentences. The article's title is left to the keywords: in front of every
 * passage it makes them more alike (docs/quality.md).
 */
function toInput({ text, language }: Cuttable, { heading, sentences, start, end }: Passage): PassageInput {
  const isShouted = isMostlyCapitals(text.slice(start, end));
  const spelled = (part: string) => (isShouted ? part.toLowerCase() : part);
  return {
    context: heading === '' ? '' : spelled(`${heading}\n`),
    sentences: sentences.map((span) => spelled(text.slice(span.start, span.end))),
    language,
  };
}

/** Models read capitals letter by letter: a passage of a telex or an old newspaper is embedded in small letters. */
const MOSTLY = 0.6;

function isMostlyCapitals(text: string): boolean {
  const capitals = text.match(/\p{Lu}/gu)?.length ?? 0;
  const small = text.match(/\p{Ll}/gu)?.length ?? 0;
  return capitals > MOSTLY * (capitals + small);
}

function hashOf({ context, sentences, language }: PassageInput, fingerprint: string): string {
  return createHash('sha256')
    .update(JSON.stringify([fingerprint, context, sentences, groupOfLanguage(language)]))
    .digest('hex');
}

function toTerms({ title, text, language }: Cuttable, { heading, start, end }: Passage) {
  const joined = (part: string) => termsOf(part, language).join(' ');
  return { title: joined(title), heading: joined(heading), body: joined(text.slice(start, end)) };
}
