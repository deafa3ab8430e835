import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createReader } from './article/reader.js';
import { createEmbedder, type DownloadProgress, type Embedder } from './embed/embedder.js';
import { FootnoteError, toFailure } from './errors.js';
import { openLibrary, type Library, type LibraryParts, type QuestionWatch } from './library.js';

export type { DownloadProgress } from './embed/embedder.js';

/** Hears how the libraries do. Nothing it hears is a question, or names a person or a server. */
export interface Watch extends QuestionWatch {
  /** An embedding thread died; another takes over. */
  threadLost(): void;
}

/** How the libraries do at a moment. */
export interface LibrariesState {
  /** Libraries that are open. */
  readonly open: number;
  /** Libraries that could not be opened when that was last tried, or cannot be read any more. */
  readonly failed: number;
  /** Over all that are open. */
  readonly articles: number;
  readonly passages: number;
  /** Libraries that are being reindexed. */
  readonly reindexing: number;
  readonly model: 'idle' | 'loading' | 'loaded' | 'failed' | 'closed';
}

/** All libraries of this program, each in a folder of its own below one; they share the model and the reading thread. */
export interface Libraries {
  /** Opened on first use, and again where it was closed because others were wanted more; do not keep it for long. @throws bad-library-id, and what opening throws */
  of(id: string): Promise<Library>;
  /** Of libraries that exist, sorted. */
  ids(): Promise<string[]>;
  /** Closes a library and deletes all it holds, backups too. */
  delete(id: string): Promise<void>;
  /** Loads the model, so that the first question need not wait for it. */
  warmUp(): Promise<void>;
  state(): LibrariesState;
  close(): Promise<void>;
}

export interface LibrariesOptions {
  readonly dataDir: string;
  readonly modelsDir: string;
  readonly embedding: { readonly model: string; readonly threads: number };
  /** What each library may hold. */
  readonly quota: LibraryParts['quota'];
  readonly answerThreshold: number;
  readonly fetch: {
    readonly allowPrivateHosts: readonly string[];
    readonly maxBytes: number;
    readonly timeoutMs: number;
    readonly maxRedirects: number;
  };
  /** Of the program, for the User-Agent. */
  readonly version: string;
  readonly now: LibraryParts['now'];
  readonly clock: LibraryParts['clock'];
  readonly log: LibraryParts['log'];
  readonly watch?: Watch | undefined;
  readonly onDownload?: ((progress: DownloadProgress) => void) | undefined;
}

/** Letters, digits, `-` and `_`: a folder's name on every system, and never a path. */
const LIBRARY_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Libraries that may be open without any being closed. Each takes some megabytes, and its index about 2 kB a passage. */
const MOST_OPEN = 50;

/** Beyond them, one that nobody asked for is closed after this: longer than Discord lets an interaction be answered. */
const IDLE_MS = 20 * 60 * 1000;

/** Below `dataDir`: downloaded models. Not a library, for the dot. */
const DOWNLOADS = '.models';

/** Nothing is opened or loaded before it is needed. */
export function openLibraries(options: LibrariesOptions): Libraries {
  const { dataDir, modelsDir, embedding, version, now, clock, log, quota, answerThreshold, watch, onDownload } =
    options;
  const reader = createReader({
    ...options.fetch,
    userAgent: `Footnote/${version} (reads an article that a person asked for)`,
  });
  const open = new Map<string, Promise<Library>>();
  const opened = new Map<string, Library>();
  const failed = new Set<string>();
  /** When each was asked for, in `now`'s milliseconds; the one that was not for longest comes first. */
  const used = new Map<string, number>();
  const leaving = new Map<string, Promise<void>>();
  let embedder: Promise<Embedder> | undefined;
  let model: Exclude<LibrariesState['model'], 'closed'> = 'idle';
  let isClosed = false;

  /** Loaded once; a failure is not kept, so that a model put in its place is found. */
  const loadEmbedder = (): Promise<Embedder> => {
    embedder ??= startEmbedder();
    return embedder;
  };

  const startEmbedder = async (): Promise<Embedder> => {
    model = 'loading';
    try {
      const loaded = await createEmbedder({
        model: embedding.model,
        modelsDir,
        downloadDir: join(dataDir, DOWNLOADS),
        threads: embedding.threads,
        onDownload,
        onThreadLost: () => watch?.threadLost(),
      });
      model = 'loaded';
      return loaded;
    } catch (error) {
      embedder = undefined;
      model = 'failed';
      throw error;
    }
  };

  const parts: LibraryParts = {
    reader,
    embedder: loadEmbedder,
    model: embedding.model,
    quota,
    answerThreshold,
    now,
    clock,
    log,
    watch,
  };

  const of = (id: string): Promise<Library> => {
    if (isClosed) return Promise.reject(new FootnoteError('closed', 'Footnote is shutting down.'));
    if (!LIBRARY_ID.test(id)) {
      return Promise.reject(
        new FootnoteError(
          'bad-library-id',
          `${JSON.stringify(id)} cannot name a library: use letters, digits, - and _.`,
        ),
      );
    }
    used.delete(id);
    used.set(id, now());
    let library = open.get(id);
    if (!library) {
      closeIdle();
      library = (leaving.get(id) ?? Promise.resolve()).then(() => openLibrary(id, join(dataDir, id), parts));
      open.set(id, library);
      library.then(
        (one) => {
          opened.set(id, one);
          failed.delete(id);
        },
        () => {
          // Not kept either: a library that was locked may be free the next time.
          open.delete(id);
          used.delete(id);
          failed.add(id);
        },
      );
    }
    return library;
  };

  function closeIdle(): void {
    for (const [id, at] of used) {
      if (open.size < MOST_OPEN || now() - at < IDLE_MS) return;
      const library = opened.get(id);
      if (!library?.isIdle) continue;
      forget(id);
      const left = library
        .close()
        .catch((error: unknown) => log.warn(`Closing library ${id} failed: ${toFailure(error).message}`))
        .finally(() => leaving.delete(id));
      leaving.set(id, left);
    }
  }

  function forget(id: string): void {
    open.delete(id);
    opened.delete(id);
    used.delete(id);
  }

  return {
    of,
    async ids() {
      const entries = await readdir(dataDir, { withFileTypes: true }).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
        throw error;
      });
      return entries
        .filter((entry) => entry.isDirectory() && LIBRARY_ID.test(entry.name))
        .map(({ name }) => name)
        .sort();
    },
    async delete(id) {
      const library = await of(id);
      forget(id);
      await library.close();
      await rm(join(dataDir, id), { recursive: true, force: true });
    },
    async warmUp() {
      await loadEmbedder();
    },
    state() {
      const now = { open: 0, articles: 0, passages: 0, reindexing: 0 };
      let broken = failed.size;
      for (const library of isClosed ? [] : opened.values()) {
        try {
          const { articles, passages, reindex } = library.status();
          now.open += 1;
          now.articles += articles;
          now.passages += passages;
          now.reindexing += Number(reindex === 'running');
        } catch (error) {
          // Such as a database that is damaged by now: the others are well.
          if (!(error instanceof FootnoteError)) throw error;
          broken += 1;
        }
      }
      return { ...now, failed: broken, model: isClosed ? 'closed' : model };
    },
    async close() {
      isClosed = true;
      const closing = [...open.values()].map((library) =>
        // One that never opened has nothing to close.
        library.then(
          (opened) => opened.close(),
          () => undefined,
        ),
      );
      await Promise.all([...closing, ...leaving.values()]);
      await Promise.all([
        reader.close(),
        embedder?.then(
          (loaded) => loaded.close(),
          () => undefined,
        ),
      ]);
    },
  };
}
