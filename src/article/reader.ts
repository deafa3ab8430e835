import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Block, Reading, Source } from './article.js';
import type { CacheKeys, Fetcher, FetchOptions } from './fetch.js';
import { readFileBytes } from './files.js';
import type { Heading } from './outline.js';
import type { ParseInput } from './parse.js';
import { createReadingThread } from './reading-thread.js';
import { tooLarge } from './unpack.js';

export interface ReaderOptions extends FetchOptions {
  /** Longest time to parse one article, in milliseconds. @default 20 000 */
  readonly parseTimeoutMs?: number;
  /** Largest heap for parsing one article, in megabytes. @default 512 */
  readonly parseMemoryMb?: number;
  /** The built file of the reading thread. @default beside this file */
  readonly workerUrl?: URL;
}

/** What tells whether a source changed since it was read. */
export interface Validators extends CacheKeys {
  /** Of the bytes that were read, in hexadecimal. */
  readonly sha256: string;
}

/** An article with what is needed to ask whether it changed. */
export interface ReadArticle extends Reading {
  readonly validators: Validators;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((step: 'fetching' | 'reading') => void) | undefined;
}

/** Reads articles: fetches within limits, parses in a thread of its own. */
export interface Reader {
  /** @throws every code of `FootnoteError` that is about where an article comes from and what it holds */
  read(source: Source, options?: ReadOptions): Promise<ReadArticle>;
  /** Like `read`; null when the source is what it was when `known` was noted. */
  readIfChanged(source: Source, known: Validators, options?: ReadOptions): Promise<ReadArticle | null>;
  /** Cuts a stored text into blocks and sentences, in the thread. */
  outline(text: string, headings: readonly Heading[], language: string | null, signal?: AbortSignal): Promise<Block[]>;
  /** Ends the thread and all connections; what is being read fails with `closed`. */
  close(): Promise<void>;
}

const PARSE_TIMEOUT_MS = 20_000;
const PARSE_MEMORY_MB = 512;

export function createReader(options: ReaderOptions): Reader {
  // Loaded with the first address: a library of files needs no HTTP, which takes a tenth of a second to load.
  let fetcher: Promise<Fetcher> | undefined;
  const fetcherOnce = () => (fetcher ??= import('./fetch.js').then(({ createFetcher }) => createFetcher(options)));
  const thread = createReadingThread({
    workerUrl: options.workerUrl ?? new URL('./read-worker.js', import.meta.url),
    timeoutMs: options.parseTimeoutMs ?? PARSE_TIMEOUT_MS,
    memoryMb: options.parseMemoryMb ?? PARSE_MEMORY_MB,
  });

  /** The bytes of a source with what is known of them; null for a page that its server says did not change. */
  async function take(source: Source, known: Validators | undefined, { signal, onStep }: ReadOptions) {
    switch (source.kind) {
      case 'url': {
        onStep?.('fetching');
        const page = await (await fetcherOnce()).fetch(source.url, { signal, known });
        if (!page) return null;
        const { bytes, contentType, url, etag, lastModified } = page;
        return { input: { bytes, name: lastPart(url), contentType, url }, keys: { etag, lastModified } };
      }
      case 'file': {
        const bytes = await readFileBytes(source.path, options.maxBytes, signal);
        return { input: { bytes, name: basename(source.path), url: null }, keys: NO_KEYS };
      }
      case 'bytes': {
        const { bytes, name, contentType } = source;
        if (bytes.length > options.maxBytes) throw tooLarge(options.maxBytes);
        return { input: { bytes, name, contentType, url: null }, keys: NO_KEYS };
      }
    }
  }

  async function readUnless(source: Source, known: Validators | undefined, readOptions: ReadOptions) {
    const taken: { input: ParseInput; keys: CacheKeys } | null = await take(source, known, readOptions);
    if (!taken) return null;
    const sha256 = createHash('sha256').update(taken.input.bytes).digest('hex');
    if (sha256 === known?.sha256) return null;
    readOptions.onStep?.('reading');
    const reading = await thread.run('parse', taken.input, readOptions.signal);
    return { ...reading, validators: { ...taken.keys, sha256 } };
  }

  return {
    async read(source, readOptions = {}) {
      // Without validators to compare with, there is always an article.
      return (await readUnless(source, undefined, readOptions))!;
    },
    readIfChanged: (source, known, readOptions = {}) => readUnless(source, known, readOptions),
    outline: (text, headings, language, signal) => thread.run('outline', { text, headings, language }, signal),
    async close() {
      await Promise.all([thread.close(), fetcher?.then((one) => one.close())]);
    },
  };
}

const NO_KEYS: CacheKeys = { etag: null, lastModified: null };

/** The last part of an address's path, decoded; the host where there is none. */
function lastPart(address: string): string {
  const url = new URL(address);
  const part = url.pathname.split('/').findLast((piece) => piece !== '') ?? url.hostname;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
