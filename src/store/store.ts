import { statSync } from 'node:fs';
import { join } from 'node:path';
import { articles, type Articles } from './articles.js';
import { backups, type Backups } from './backup.js';
import { cuts } from './cuts.js';
import { openDatabase, type DatabaseOptions } from './database.js';
import { embeddings, type Embeddings } from './embeddings.js';
import type { ArticleDamaged } from './failures.js';
import { libraryRow, type VectorKind } from './library-row.js';
import { openLiveIndex, type StoreLog } from './live-index.js';
import {
  notes,
  questions,
  ratings,
  settings,
  type Notes,
  type Questions,
  type Ratings,
  type Settings,
} from './notes.js';
import type { Quota } from './quota.js';
import { reindex, type Reindex, type ReindexState } from './reindex.js';
import { search, type Search } from './search.js';
import { texts } from './texts.js';

export type { Origin, StoredArticle } from './article-row.js';
export type { ArticleToStore } from './articles.js';
export type { PassageToStore } from './cuts.js';
export { ArticleDamaged } from './failures.js';
export type { VectorKind } from './library-row.js';
export type { StoreLog } from './live-index.js';
export type { Quota } from './quota.js';
export type { Notes } from './notes.js';
export type { Candidate, KeywordHit, KeywordWeights } from './search.js';

/**
 * One library on disk: `library.db` holds everything, `index.hnsw` is a cache. Each call that writes is one transaction, and
 * done when it returns: also after a kill or a power cut. Calls are synchronous and short, unless they return a promise.
 *
 * Any call may throw `database-damaged`, `database-locked` (another process writes for seconds), `disk-full` or `closed`;
 * whatever was stored stays.
 */
export interface Store {
  readonly articles: Articles;
  /** Vectors of passages, put before the articles that have them. */
  readonly embeddings: Embeddings;
  readonly search: Search;
  readonly reindex: Reindex;
  readonly questions: Questions;
  readonly ratings: Ratings;
  readonly notes: Notes;
  readonly settings: Settings;
  readonly backups: Backups;
  /** The kind of the live vectors; null before the first article. */
  kind(): VectorKind | null;
  status(): StoreStatus;
  /** Resolves when the vector index is complete. Searches are right before, only slower. */
  settled(): Promise<void>;
  /** Completes the index as far as `patienceMs` allows, saves it, and closes the database. @default 3000 */
  close(patienceMs?: number): Promise<void>;
}

export interface StoreOptions extends DatabaseOptions {
  /** Made when it is not there. */
  readonly folder: string;
  /** @default no limit */
  readonly quota?: Quota | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Hears of an index that is built anew, and the like. @default silence */
  readonly log?: StoreLog | undefined;
  /** Hears of damage that the index meets; all else that meets damage throws or returns it. @default a warning in the log */
  readonly onDamage?: ((error: ArticleDamaged) => void) | undefined;
}

export interface StoreStatus {
  readonly articles: number;
  readonly passages: number;
  /** Bytes on disk: database, its log, and the index. */
  readonly bytes: number;
  /** ISO 8601, UTC; null before the first change. */
  readonly changedAt: string | null;
  readonly latestBackupAt: string | null;
  readonly reindex: ReindexState | null;
  /** Vectors that still wait for their place in the index. */
  readonly indexing: number;
}

/** How long closing waits for an index under construction: a process that is told to end has ten seconds. */
const CLOSE_PATIENCE_MS = 3_000;

const NO_LIMIT: Quota = { maxArticles: Infinity, maxBytes: Infinity };

const SILENCE: StoreLog = { info: () => undefined, warn: () => undefined };

/**
 * Opens a library, or makes one where there is none.
 * @throws database-damaged (also: an empty database beside an index or backups), database-locked, disk-full, bad-config
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { folder, quota = NO_LIMIT, now, log = SILENCE } = options;
  const onDamage = options.onDamage ?? ((error: ArticleDamaged) => log.warn(error.message));
  const database = openDatabase(join(folder, 'library.db'), options);
  try {
    const library = libraryRow(database, now);
    const index = await openLiveIndex(database, library, log, onDamage, now);
    let closing: Promise<void> | undefined;

    const reading = texts(database);
    const cutting = cuts(database);
    const reindexing = reindex(database, library, cutting, index, now, () => closing !== undefined);
    const countArticles = database.statement<{ count: number }>('SELECT count(*) AS count FROM articles');
    const searching = search(database, library, reading, index);
    const backup = backups(database, now);
    reindexing
      .sweep()
      .catch((error: unknown) => log.warn(`Remains of a reindex could not be removed: ${String(error)}`));

    const close = async (patienceMs: number) => {
      await index.close(patienceMs);
      database.close();
    };

    return {
      articles: articles(database, library, reading, cutting, quota, now, (change) => index.changed(change)),
      embeddings: embeddings(database, library, now, () => closing !== undefined),
      search: searching,
      reindex: reindexing,
      questions: questions(database, now),
      ratings: ratings(database),
      notes: notes(database, now),
      settings: settings(database),
      backups: backup,
      kind: () => library.get().kind,
      status() {
        const { changedAt } = library.get();
        return {
          articles: countArticles.get()!.count,
          passages: searching.passageCount(),
          bytes: ['library.db', 'library.db-wal', 'index.hnsw'].reduce(
            (sum, name) => sum + sizeOf(join(folder, name)),
            0,
          ),
          changedAt: changedAt === null ? null : new Date(changedAt).toISOString(),
          latestBackupAt: backup.latestAt(),
          reindex: reindexing.state(),
          indexing: index.waiting(),
        };
      },
      settled: () => index.settled(),
      close: (patienceMs = CLOSE_PATIENCE_MS) => (closing ??= close(patienceMs)),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
