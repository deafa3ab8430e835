import type { Reader } from '../article/reader.js';
import type { Embedder } from '../embed/embedder.js';
import { FootnoteError, throwIfAborted, toFailure } from '../errors.js';
import { ArticleDamaged, type Store } from '../store/store.js';
import type { Adding } from './adding.js';
import { CUTTING_RULES, cutAndEmbed } from './cutting.js';
import type { Damage, DamagedArticle } from './damage.js';

export interface ReindexOptions {
  /** Embed every passage again, changed or not. @default false */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Passages that are ready for the new index, of all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface ReindexReport {
  readonly articles: number;
  readonly passages: number;
  readonly embedded: number;
  readonly reused: number;
  readonly seconds: number;
  /** Articles whose text is damaged, and why: they could not be cut anew and were kept as they were. */
  readonly damaged: readonly DamagedArticle[];
}

export interface ReindexParts {
  readonly store: Store;
  readonly reader: Reader;
  readonly embedder: () => Promise<Embedder>;
  readonly adding: Adding;
  readonly damage: Damage;
  /** Milliseconds, from any start. */
  readonly clock: () => number;
}

/**
 * Makes a new edition of the whole library beside the live one, then switches. Files that changed on disk are read again
 * first (addresses are not: that is what a refresh is for); what cannot be read stays as it was. A kill leaves the old
 * edition; the next run goes on where this one stopped. An article whose text is damaged is kept as it is, and named.
 *
 * @throws cancelled, and what reading, embedding and storing throw; the live edition is untouched then
 */
export async function reindex(
  { store, reader, embedder, adding, damage, clock }: ReindexParts,
  { force = false, signal, onProgress }: ReindexOptions = {},
): Promise<ReindexReport> {
  const started = clock();
  const model = await embedder();
  // What is read again is stored in the live edition, which takes vectors of its own kind only.
  const isSameKind = store.kind()?.fingerprint === model.fingerprint;
  const reread = isSameKind ? await rereadFiles(store, adding, signal) : 0;
  await store.reindex.begin(model);
  let embedded = 0;
  let reused = 0;
  const damaged: DamagedArticle[] = [];
  try {
    do {
      for (const id of store.reindex.pending(CUTTING_RULES)) {
        throwIfAborted(signal);
        const article = store.articles.find(id);
        const stored = readText(store, id);
        if (stored instanceof ArticleDamaged) {
          damage.note(stored);
          damaged.push({ id, error: toFailure(stored) });
          store.reindex.keep(id, CUTTING_RULES);
          continue;
        }
        if (!article || !stored) continue;
        const blocks = await reader.outline(stored.text, stored.headings, article.language, signal);
        const before = embedded + reused;
        const cut = await cutAndEmbed({ ...article, text: stored.text, blocks }, model, store, {
          force,
          signal,
          onProgress: (done) => onProgress?.(before + done, Math.max(store.status().passages, before + done)),
        });
        if (!store.reindex.stage(id, article.contentHash, CUTTING_RULES, cut.passages)) continue;
        embedded += cut.embedded;
        reused += cut.reused;
      }
    } while (!(await store.reindex.finish(CUTTING_RULES)));
  } catch (error) {
    // A person's "stop" drops what was made; anything else may go on later.
    if (error instanceof FootnoteError && error.code === 'cancelled') await store.reindex.cancel();
    throw error;
  }
  await store.embeddings.collectGarbage();
  const { articles, passages } = store.status();
  const seconds = (clock() - started) / 1000;
  return force
    ? { articles, passages, embedded, reused, seconds, damaged }
    : { articles, passages, embedded: embedded + reread, reused: reused - reread, seconds, damaged };
}

function readText(store: Store, id: string): ReturnType<Store['articles']['text']> | ArticleDamaged {
  try {
    return store.articles.text(id);
  } catch (error) {
    if (error instanceof ArticleDamaged) return error;
    throw error;
  }
}

/** Reads files that changed on disk again. Returns how many passages that embedded. */
async function rereadFiles(store: Store, adding: Adding, signal: AbortSignal | undefined): Promise<number> {
  let embedded = 0;
  for (const id of store.articles.ids()) {
    throwIfAborted(signal);
    const article = store.articles.find(id);
    if (article?.origin.kind !== 'file') continue;
    embedded += (await adding.refresh(article, { signal })).changed?.added ?? 0;
  }
  return embedded;
}
