import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reader } from '../article/reader.js';
import type { Embedder } from '../embed/embedder.js';
import { FootnoteError, throwIfAborted, toFailure } from '../errors.js';
import { ArticleDamaged, type Store } from '../store/store.js';
import type { Adding } from './adding.js';
import { CUTTING_RULES, cutAndEmbed } from './cutting.js';
import { readText, type Damage, type DamagedArticle } from './damage.js';

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
 * Makes a new edition of the whole library beside the live one, then switches; where nothing is to be cut or embedded anew
 * there is none. Files that changed on disk are read again first (addresses are not: that is what a refresh is for); what
 * cannot be read stays as it was. A kill leaves the old edition; the next run goes on where this one stopped. An article
 * whose text is damaged is kept as it is, and named.
 *
 * @throws cancelled, and what reading, embedding and storing throw; the live edition is untouched then
 */
export async function reindex(parts: ReindexParts, options: ReindexOptions = {}): Promise<ReindexReport> {
  const { store, embedder, adding, clock } = parts;
  const { force = false, signal } = options;
  const started = clock();
  const model = await embedder();
  // What is read again is stored in the live edition, which takes vectors of its own kind only.
  const isSameKind = store.kind()?.fingerprint === model.fingerprint;
  const reread = isSameKind ? await rereadFiles(store, adding, signal) : 0;
  const current = isSameKind && !force ? await currentArticles(store, signal) : new Set<string>();
  const isAllCurrent = store.reindex.state() === null && store.articles.ids().every((id) => current.has(id));
  const { embedded, damaged } = isAllCurrent ? NOTHING_MADE : await makeEdition(parts, model, current, options);
  await store.embeddings.collectGarbage();
  const { articles, passages } = store.status();
  const seconds = (clock() - started) / 1000;
  const made = force ? embedded : embedded + reread;
  return { articles, passages, embedded: made, reused: Math.max(0, passages - made), seconds, damaged };
}

interface Made {
  /** Passages that went through the model. */
  readonly embedded: number;
  readonly damaged: ReindexReport['damaged'];
}

const NOTHING_MADE: Made = { embedded: 0, damaged: [] };

/** Articles cut at a time, so that the embedding threads have work while one is read or stored. */
const CUT_AT_ONCE = 3;

/** @param current articles that are taken over as they are */
async function makeEdition(
  { store, reader, damage }: ReindexParts,
  model: Embedder,
  current: ReadonlySet<string>,
  { force = false, signal, onProgress }: ReindexOptions,
): Promise<Made> {
  let embedded = 0;
  let ready = 0;
  const damaged: DamagedArticle[] = [];

  const isReady = (passages: number): void => {
    ready += passages;
    onProgress?.(ready, Math.max(store.status().passages, ready));
  };

  const cutAnew = async (id: string): Promise<void> => {
    throwIfAborted(signal);
    const article = store.articles.find(id);
    if (current.has(id)) {
      store.reindex.keep(id, CUTTING_RULES);
      isReady(article?.passages ?? 0);
      return nextTurn();
    }
    const stored = readText(store, id);
    if (stored instanceof ArticleDamaged) {
      damage.note(stored);
      damaged.push({ id, error: toFailure(stored) });
      store.reindex.keep(id, CUTTING_RULES);
      return;
    }
    if (!article || !stored) return;
    const blocks = await reader.outline(stored.text, stored.headings, article.language, signal);
    let done = 0;
    const cut = await cutAndEmbed({ ...article, text: stored.text, blocks }, model, store, {
      force,
      signal,
      onProgress: (now) => {
        isReady(now - done);
        done = now;
      },
    });
    if (store.reindex.stage(id, article.contentHash, CUTTING_RULES, cut.passages)) embedded += cut.embedded;
  };

  await store.reindex.begin(model);
  try {
    do await forEach(store.reindex.pending(CUTTING_RULES), CUT_AT_ONCE, cutAnew);
    while (!(await store.reindex.finish(CUTTING_RULES)));
  } catch (error) {
    // A person's "stop" drops what was made; anything else may go on later.
    if (error instanceof FootnoteError && error.code === 'cancelled') await store.reindex.cancel();
    throw error;
  }
  return { embedded, damaged };
}

/** Works on some items at a time; after a failure none is taken up, and it is thrown when the others are done. */
async function forEach<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  let hasFailed = false;
  const workers = Array.from({ length: atOnce }, async () => {
    for (const item of left) {
      if (hasFailed) return;
      try {
        await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  });
  const failed = (await Promise.allSettled(workers)).find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Articles that were cut by today's rules, with all that is stored of them whole. Read between other work. */
async function currentArticles(store: Store, signal: AbortSignal | undefined): Promise<Set<string>> {
  const current = new Set<string>();
  for (const id of store.articles.ids()) {
    throwIfAborted(signal);
    if (store.articles.find(id)?.cutting === CUTTING_RULES && store.articles.isIntact(id)) current.add(id);
    await nextTurn();
  }
  return current;
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
