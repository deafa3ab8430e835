import { articleId, articleKey, contentHash } from '../article/identity.js';
import type { Source } from '../article/article.js';
import type { ReadArticle, Reader } from '../article/reader.js';
import type { Embedder } from '../embed/embedder.js';
import { FootnoteError, throwIfAborted, toFailure, type Failure } from '../errors.js';
import type { ArticleToStore, Origin, Store, StoredArticle } from '../store/store.js';
import { CUTTING_RULES, cutAndEmbed } from './cutting.js';

/** What became of one source given to `add` or `refresh`. */
export interface AddResult {
  readonly source: string;
  readonly status: 'added' | 'updated' | 'unchanged' | 'failed';
  readonly id?: string;
  readonly title?: string;
  /** Passages the article has now. */
  readonly passages?: number;
  /** Of an update: passages that are new, and passages that are gone. */
  readonly changed?: { readonly added: number; readonly removed: number };
  /** Milliseconds. */
  readonly tookMs: number;
  readonly error?: Failure;
}

/** Where adding one source stands. */
export type AddProgress =
  | { readonly step: 'fetching' | 'reading' | 'saving' }
  /** Passages of this article. */
  | { readonly step: 'embedding'; readonly done: number; readonly total: number };

export interface AddOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: AddProgress) => void) | undefined;
}

/** What adding needs. */
export interface AddingParts {
  readonly store: Store;
  readonly reader: Reader;
  readonly embedder: () => Promise<Embedder>;
  /** Milliseconds, from any start. */
  readonly clock: () => number;
}

/** Reading articles into the store; failures are results. */
export interface Adding {
  add(source: Source, options?: AddOptions): Promise<AddResult>;
  /** Reads an article again from where it came. Bytes that were handed in stay as they are. */
  refresh(article: StoredArticle, options?: AddOptions): Promise<AddResult>;
  /** Those of the ids, in order; of one that no article has, `unknown-id`. @throws cancelled */
  refreshAll(ids: readonly string[], options?: AddOptions): AsyncIterable<AddResult>;
  /** Stores an article that was read elsewhere, unless it is there already. */
  restore(article: Omit<ArticleToStore, 'cutting' | 'contentHash'>, options?: AddOptions): Promise<AddResult>;
}

type Outcome = Omit<AddResult, 'source' | 'tookMs'>;

export function adding({ store, reader, embedder, clock }: AddingParts): Adding {
  /** The last save of each key that is being saved: one article is saved once at a time. */
  const saving = new Map<string, Promise<unknown>>();

  function oneAtATime<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = saving.get(key) ?? Promise.resolve();
    const after = before.then(task, task);
    saving.set(key, after);
    const forget = () => {
      if (saving.get(key) === after) saving.delete(key);
    };
    after.then(forget, forget);
    return after;
  }

  async function reported(source: string, task: () => Promise<Outcome>): Promise<AddResult> {
    const started = clock();
    const outcome = await task().catch((error: unknown): Outcome => ({ status: 'failed', error: toFailure(error) }));
    return { source, ...outcome, tookMs: clock() - started };
  }

  async function save(
    article: Omit<ArticleToStore, 'cutting'>,
    blocks: ReadArticle['blocks'],
    { signal, onProgress }: AddOptions,
  ): Promise<Outcome> {
    // Before the embedding, which is what costs.
    store.articles.checkRoom(article);
    const model = await embedder();
    const cut = await cutAndEmbed({ ...article, blocks }, model, store, {
      signal,
      onProgress: (done, total) => onProgress?.({ step: 'embedding', done, total }),
    });
    throwIfAborted(signal);
    onProgress?.({ step: 'saving' });
    const { status, added, removed } = store.articles.put({ ...article, cutting: CUTTING_RULES }, model, cut.passages);
    const outcome: Outcome = { status, id: article.id, title: article.title, passages: cut.passages.length };
    return status === 'updated' ? { ...outcome, changed: { added, removed } } : outcome;
  }

  function saveReading(source: Source, reading: ReadArticle, options: AddOptions): Promise<Outcome> {
    const key = articleKey(source, reading);
    return oneAtATime(key, async () => {
      const hash = contentHash(reading);
      const known = store.articles.findByKey(key) ?? store.articles.findByContent(hash);
      const { blocks, validators, ...fields } = reading;
      const isSame = known?.contentHash === hash && (known.key !== key || sameFields(known, reading));
      if (isSame && store.articles.isIntact(known.id)) {
        if (known.key === key) store.articles.setValidators(known.id, plainValidators(validators));
        return { status: 'unchanged', id: known.id, title: known.title, passages: known.passages };
      }
      const article = {
        ...fields,
        id: known?.id ?? articleId(key),
        key: known?.key ?? key,
        origin: originOf(source),
        contentHash: hash,
        validators: plainValidators(validators),
        headings: blocks.filter(({ level }) => level > 0).map(({ start, end, level }) => ({ start, end, level })),
      };
      return save(article, blocks, options);
    });
  }

  function refresh(article: StoredArticle, options: AddOptions = {}): Promise<AddResult> {
    return reported(sourceName(article.origin), async () => {
      const unchanged: Outcome = {
        status: 'unchanged',
        id: article.id,
        title: article.title,
        passages: article.passages,
      };
      if (article.origin.kind === 'bytes') return unchanged;
      const { sha256 = '', etag = null, lastModified = null } = article.validators;
      // A text that is not what was stored is read again whatever its server says.
      const known = store.articles.isIntact(article.id) ? { sha256, etag, lastModified } : undefined;
      const readOptions = {
        signal: options.signal,
        onStep: (step: 'fetching' | 'reading') => options.onProgress?.({ step }),
      };
      const reading = known
        ? await reader.readIfChanged(article.origin, known, readOptions)
        : await reader.read(article.origin, readOptions);
      return reading ? saveReading(article.origin, reading, options) : unchanged;
    });
  }

  return {
    add: (source, options = {}) =>
      reported(sourceName(originOf(source)), async () => {
        // The model loads while the source is read; a failure is met where the model is needed.
        embedder().catch(() => undefined);
        const reading = await reader.read(source, {
          signal: options.signal,
          onStep: (step) => options.onProgress?.({ step }),
        });
        return saveReading(source, reading, options);
      }),

    refresh,

    async *refreshAll(ids, options) {
      for (const id of ids) {
        throwIfAborted(options?.signal);
        const article = store.articles.find(id);
        if (article) yield { ...(await refresh(article, options)), id };
        else yield { source: id, status: 'failed', tookMs: 0, error: toFailure(unknownId(id)) };
      }
    },

    restore: (article, options = {}) =>
      reported(sourceName(article.origin), () =>
        oneAtATime(article.key, async () => {
          const hash = contentHash(article);
          const known = store.articles.findByKey(article.key) ?? store.articles.findByContent(hash);
          if (known && store.articles.isIntact(known.id)) {
            return { status: 'unchanged', id: known.id, title: known.title, passages: known.passages };
          }
          const blocks = await reader.outline(article.text, article.headings, article.language, options.signal);
          return save({ ...article, contentHash: hash }, blocks, options);
        }),
      ),
  };
}

/** How people see where an article came from. */
export function sourceName(origin: Origin): string {
  switch (origin.kind) {
    case 'url':
      return origin.url;
    case 'file':
      return origin.path;
    case 'bytes':
      return origin.name;
  }
}

function originOf(source: Source): Origin {
  return source.kind === 'bytes' ? { kind: 'bytes', name: source.name } : source;
}

function sameFields(known: StoredArticle, reading: ReadArticle): boolean {
  const fields = ['byline', 'siteName', 'publishedAt', 'language', 'url'] as const;
  return fields.every((field) => known[field] === reading[field]);
}

/** Without what the server did not say. */
function plainValidators(validators: ReadArticle['validators']): Record<string, string> {
  const { sha256, etag, lastModified } = validators;
  return { sha256, ...(etag !== null && { etag }), ...(lastModified !== null && { lastModified }) };
}

export function unknownId(id: string): FootnoteError {
  return new FootnoteError(
    'unknown-id',
    `No article has the id ${JSON.stringify(id)}. "list" shows the ids there are.`,
  );
}
