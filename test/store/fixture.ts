import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { FootnoteError } from '../../src/errors.js';
import { openStore, type Store, type StoreOptions } from '../../src/store/store.js';
import { KIND, toStore } from './writing.mjs';

export { KIND, toStore, vectorOf } from './writing.mjs';

export const WEIGHTS = { title: 4, heading: 2, body: 1 };

/** A folder of its own that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'footnote-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store that is closed with the test, and what it logged. */
export async function openTestStore(
  options: Partial<StoreOptions> = {},
): Promise<Store & { readonly logged: string[] }> {
  const logged: string[] = [];
  const log = {
    info: (message: string) => void logged.push(message),
    warn: (message: string) => void logged.push(message),
  };
  const store = await openStore({
    folder: options.folder ?? temporaryFolder(),
    now: () => 1_700_000_000_000,
    log,
    ...options,
  });
  onTestFinished(() => store.close());
  return Object.assign(store, { logged });
}

/** Stores an article whose passages are `passages`; its key and id come from `name`. */
export function put(store: Store, name: string, passages: readonly string[]) {
  const { article, embeddings, passages: cut } = toStore(name, passages);
  store.embeddings.put(KIND.fingerprint, embeddings);
  return store.articles.put(article, KIND, cut);
}

/** The texts of the passages nearest to `text`, best first. */
export function nearestTexts(store: Store, vector: Float32Array, k: number): string[] {
  const hits = store.search.byVector(vector, KIND.fingerprint, k);
  return store.search.candidates(hits.map(({ passageId }) => passageId)).candidates.map(({ text }) => text);
}

/** The texts of the passages that have any of `terms`. */
export function textsWith(store: Store, terms: readonly string[], k = 50): string[] {
  const hits = store.search.byTerms(terms, k, WEIGHTS);
  return store.search.candidates(hits.map(({ passageId }) => passageId)).candidates.map(({ text }) => text);
}

/** What `run` throws: its code and message; undefined when it does not. */
export function failureOf(run: () => unknown): { readonly code: string; readonly message: string } | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof FootnoteError)) throw error;
    return { code: error.code, message: error.message };
  }
}
