import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted, type Failure } from '../errors.js';
import { ArticleDamaged, type Store, type StoreLog } from '../store/store.js';

/** An article whose text is damaged, and what to do about it. */
export interface DamagedArticle {
  readonly id: string;
  readonly error: Failure;
}

/** Damage that was met in a library: said in the log when it is met, and in the library's health until it is mended. */
export interface Damage {
  /** Takes note of damage to an article; other errors are none of its business. */
  readonly note: (error: unknown) => void;
  /** What of it is still damaged, a sentence for each article. */
  problems(store: Store): string[];
  /** Reads every article, passage and vector, between other work. @throws cancelled, database-damaged */
  check(store: Store, signal?: AbortSignal): Promise<void>;
}

export function damage(log: StoreLog): Damage {
  /** By the article's id, what was said of it. */
  const met = new Map<string, string>();

  const note = (error: unknown) => {
    if (!(error instanceof ArticleDamaged) || met.get(error.articleId) === error.message) return;
    met.set(error.articleId, error.message);
    log.warn(error.message);
  };

  return {
    note,
    problems(store) {
      for (const id of [...met.keys()]) if (!store.articles.damage(id)) met.delete(id);
      return [...met.values()];
    },
    async check(store, signal) {
      for (const id of store.articles.ids()) {
        throwIfAborted(signal);
        note(store.articles.damage(id));
        await nextTurn();
      }
    },
  };
}

/** An article's text, or what is wrong with it; undefined for one that is gone. */
export function readText(store: Store, id: string): ReturnType<Store['articles']['text']> | ArticleDamaged {
  try {
    return store.articles.text(id);
  } catch (error) {
    if (error instanceof ArticleDamaged) return error;
    throw error;
  }
}
