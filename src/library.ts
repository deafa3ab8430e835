import type { Answer } from './answer/answer.js';
import type { ArticleMeta, Reading, Source, Span } from './article/article.js';
import type { Failure } from './errors.js';

export type { Answer, Excerpt, Highlight } from './answer/answer.js';
export type { Reading, Source, Span } from './article/article.js';

/** Longest question, in UTF-16 units. */
export const MAX_QUESTION_LENGTH = 500;

/** An article as a list shows it. */
export interface ArticleSummary extends ArticleMeta {
  /** Ten letters and digits; the same source has the same id in every library. */
  readonly id: string;
  /** Where it was read from: an address, a file's absolute path, or the name of an attachment or pasted text. */
  readonly source: string;
  readonly passages: number;
  /** Length of the text in UTF-16 units. */
  readonly characters: number;
  /** ISO 8601, UTC. */
  readonly addedAt: string;
  readonly updatedAt: string;
}

export interface ArticleDetails extends ArticleSummary {
  readonly text: string;
}

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

export interface AskOptions {
  /** Excerpts wanted. @default 5 */
  readonly top?: number | undefined;
  /** What was asked before, oldest first, where this question follows up on it. */
  readonly previous?: readonly string[] | undefined;
  /** Note the question under `gaps` when it is not answered. @default true */
  readonly record?: boolean | undefined;
  /** Where it was asked, e.g. a channel's id; shown with a gap. */
  readonly where?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A passage with what stands around it; each piece is a slice of the article's text, one after the other. */
export interface PassageInContext {
  readonly article: ArticleSummary;
  readonly before: string;
  readonly passage: string;
  readonly after: string;
}

/** Questions without an answer that mean the same. */
export interface Gap {
  /** The most frequent wording. */
  readonly question: string;
  /** Other wordings, most frequent first. */
  readonly variants: readonly string[];
  readonly times: number;
  /** Where they were asked, most frequent first; empty for the command line. */
  readonly places: readonly string[];
  /** ISO 8601, UTC. */
  readonly lastAskedAt: string;
}

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
}

export interface LibraryStatus {
  readonly library: string;
  readonly articles: number;
  readonly passages: number;
  readonly model: string;
  /** Bytes on disk: database and index. */
  readonly bytes: number;
  /** Distinct unanswered questions that are kept. */
  readonly gaps: number;
  readonly helpful: number;
  readonly notHelpful: number;
  readonly lastChangedAt: string | null;
  /** A reindex that runs, or was cut off and goes on with the next `reindex`. */
  readonly reindex: 'none' | 'running' | 'interrupted';
  /** `ok`, or each problem in a sentence. */
  readonly health: 'ok' | readonly string[];
}

/** What a library's people may set; kept in the library and carried by its export. */
export interface LibrarySettings {
  /** Ids of channels in which every message is a question. */
  readonly askChannels: readonly string[];
  /** Where questions in channels are answered. */
  readonly answerIn: 'channel' | 'thread';
  /** Excerpts an answer shows, 1 to 3. */
  readonly excerpts: number;
  /** Confidence (0 to 1) below which an answer is declined; null: the program's `ANSWER_THRESHOLD`. */
  readonly answerThreshold: number | null;
}

/**
 * Small notes a surface keeps across restarts (which answer a button belongs to, a reindex's message).
 * They expire, and are no part of an export.
 */
export interface Notes {
  get(key: string): unknown;
  /** @param ttlMs how long to keep it, in milliseconds */
  put(key: string, value: unknown, ttlMs: number): void;
  delete(key: string): void;
  /** Keys (and values) that begin with `prefix`, oldest first. */
  entries(prefix: string): readonly (readonly [key: string, value: unknown])[];
}

/**
 * The articles of one Discord server, or of one command-line user.
 * Failures are thrown as `FootnoteError`; `add` and `refresh` report those of a source in its result.
 */
export interface Library {
  readonly id: string;
  readonly notes: Notes;
  readonly settings: LibrarySettings;
  /** Changes the given settings, keeps the others. @throws bad-setting */
  configure(changes: Partial<LibrarySettings>): LibrarySettings;

  add(source: Source, options?: AddOptions): Promise<AddResult>;
  /** What `add` would store; stores nothing. */
  read(source: Source, options?: AddOptions): Promise<Reading>;
  /** Reads articles again from where they came (all, or those named). Pasted texts and attachments stay as they are. */
  refresh(ids?: readonly string[], options?: AddOptions): AsyncIterable<AddResult>;
  /** @throws unknown-id */
  remove(id: string): ArticleSummary;

  ask(question: string, options?: AskOptions): Promise<Answer>;
  /** Newest first; with `search`, those whose title, site or address holds every word of it. */
  list(search?: string): readonly ArticleSummary[];
  /** @throws unknown-id */
  show(id: string): ArticleDetails;
  /** The passage at `span` with up to `characters` of text on each side, cut at sentence ends. @throws unknown-id */
  context(id: string, span: Span, characters?: number): PassageInContext;
  /** Someone found the answer to `question`, out of the article `id`, helpful or not. */
  rate(question: string, id: string, helpful: boolean): void;
  /** Unanswered questions, near-identical ones together, most frequent first. */
  gaps(): Promise<readonly Gap[]>;
  clearGaps(): number;

  /** Asked twice at once it runs once. Questions are answered from the old index until the new one is complete. */
  reindex(options?: ReindexOptions): Promise<ReindexReport>;
  status(): LibraryStatus;
  /** The whole library, one JSON object a line; the first line names format and settings. */
  export(): Iterable<string>;
  /** Reads such lines; articles that are there already are left alone. */
  import(lines: AsyncIterable<string> | Iterable<string>, options?: AddOptions): AsyncIterable<AddResult>;
  close(): Promise<void>;
}
