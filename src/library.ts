import type { Answer } from './answer/answer.js';
import type { ArticleMeta, Reading, Source, Span } from './article/article.js';
import type { Reader } from './article/reader.js';
import { sentencesOf } from './article/sentences.js';
import type { Embedder } from './embed/embedder.js';
import { likenessOf } from './embed/models.js';
import { toFailure, type ErrorCode } from './errors.js';
import { adding, sourceName, unknownId, type AddOptions, type AddResult } from './library/adding.js';
import { asking, type AskOptions } from './library/asking.js';
import { damage, type DamagedArticle } from './library/damage.js';
import { groupGaps, type Gap } from './library/gaps.js';
import { reindex, type ReindexOptions, type ReindexReport } from './library/reindexing.js';
import { changeSettings, DEFAULT_SETTINGS, type LibrarySettings } from './library/settings.js';
import { exportLines, importLines } from './library/transfer.js';
import { upkeep } from './library/upkeep.js';
import { openStore, type Notes, type Quota, type StoredArticle, type StoreLog } from './store/store.js';

export type { Answer, Excerpt } from './answer/answer.js';
export type { Reading, Source, Span } from './article/article.js';
export { expandSource } from './article/sources.js';
export type { AddOptions, AddProgress, AddResult } from './library/adding.js';
export { MAX_QUESTION_LENGTH, type AskOptions } from './library/asking.js';
export type { DamagedArticle } from './library/damage.js';
export type { Gap } from './library/gaps.js';
export type { ReindexOptions, ReindexReport } from './library/reindexing.js';
export type { LibrarySettings } from './library/settings.js';
export type { Notes } from './store/store.js';

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

/** A passage with what stands around it; each piece is a slice of the article's text, one after the other. */
export interface PassageInContext {
  readonly article: ArticleSummary;
  readonly before: string;
  readonly passage: string;
  readonly after: string;
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
  readonly lastBackupAt: string | null;
  /** A reindex that runs, or was cut off and goes on with the next `reindex`. */
  readonly reindex: 'none' | 'running' | 'interrupted';
  /** `ok`, or each problem in a sentence. */
  readonly health: 'ok' | readonly string[];
}

/**
 * The articles of one Discord server, or of one command-line user.
 * Failures are thrown as `FootnoteError`; `add` and `refresh` report those of a source in its result.
 */
export interface Library {
  readonly id: string;
  readonly notes: Notes;
  readonly settings: LibrarySettings;
  /** Nothing is asked, added, checked or made anew at the moment. */
  readonly isIdle: boolean;
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
  /** Counts, and in `health` what was met so far. */
  status(): LibraryStatus;
  /** Reads all that is stored, between other work; `status` then tells of all damage there is. @throws cancelled */
  check(signal?: AbortSignal): Promise<void>;
  /**
   * The whole library, one JSON object a line; the first line names format and settings.
   * @param onDamaged hears of each article that is left out because its text is damaged
   */
  export(onDamaged: (article: DamagedArticle) => void): Iterable<string>;
  /** Reads such lines; articles that are there already are left alone. */
  import(lines: AsyncIterable<string> | Iterable<string>, options?: AddOptions): AsyncIterable<AddResult>;
  close(): Promise<void>;
}

/** Hears what becomes of questions, never what was asked or by whom. */
export interface QuestionWatch {
  answered(answer: Pick<Answer, 'answered' | 'tookMs'>): void;
  failed(code: ErrorCode): void;
}

/** What a library works with; shared between libraries. */
export interface LibraryParts {
  readonly reader: Reader;
  /** The embedder, its model loaded on first use. */
  readonly embedder: () => Promise<Embedder>;
  /** Name of the model `embedder` loads. */
  readonly model: string;
  readonly quota: Quota;
  /** Confidence (0 to 1) from which on a question counts as answered. */
  readonly answerThreshold: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds from any start, for durations. */
  readonly clock: () => number;
  readonly log: StoreLog;
  readonly watch?: QuestionWatch | undefined;
}

/** Text shown on each side of a passage in its context, in characters. */
const CONTEXT_CHARACTERS = 700;

/**
 * Opens the library in `folder`, or makes one.
 * @throws database-damaged, database-locked, disk-full
 */
export async function openLibrary(id: string, folder: string, parts: LibraryParts): Promise<Library> {
  const { reader, embedder, quota, clock, now, log } = parts;
  const damaged = damage(log);
  const store = await openStore({ folder, quota, now, log, onDamage: damaged.note });
  const articles = adding({ store, reader, embedder, clock });
  const daily = upkeep({ id, store, damage: damaged, now, log });
  let reindexing: Promise<ReindexReport> | undefined;
  let settings = readSettings();
  let tasks = 0;
  const threshold = () => settings.answerThreshold ?? parts.answerThreshold;
  const ask = asking({ store, embedder, damage: damaged, threshold, clock, log });

  function readSettings(): LibrarySettings {
    try {
      return changeSettings(DEFAULT_SETTINGS, store.settings.all());
    } catch (error) {
      // Written by a newer version, or by hand: the library is worth more than its settings.
      log.warn(`The settings of library ${id} were not understood and are passed over: ${toFailure(error).message}`);
      return DEFAULT_SETTINGS;
    }
  }

  function configure(changes: unknown): LibrarySettings {
    settings = changeSettings(settings, changes);
    store.settings.put({ ...settings });
    return settings;
  }

  function existing(articleId: string): StoredArticle {
    const article = store.articles.find(articleId);
    if (!article) throw unknownId(articleId);
    return article;
  }

  function textOf(articleId: string): string {
    try {
      const stored = store.articles.text(articleId);
      if (!stored) throw unknownId(articleId);
      return stored.text;
    } catch (error) {
      damaged.note(error);
      throw error;
    }
  }

  async function working<T>(task: () => Promise<T>): Promise<T> {
    tasks += 1;
    try {
      return await task();
    } finally {
      tasks -= 1;
    }
  }

  async function* workingThrough<T>(items: AsyncIterable<T>): AsyncIterable<T> {
    tasks += 1;
    try {
      yield* items;
    } finally {
      tasks -= 1;
    }
  }

  return {
    id,
    notes: store.notes,
    get settings() {
      return settings;
    },
    get isIdle() {
      return tasks === 0;
    },
    configure,

    add: (source, options) =>
      working(async () => {
        const result = await articles.add(source, options);
        if (result.status !== 'failed') await daily();
        return result;
      }),
    read: (source, { signal, onProgress } = {}) =>
      reader.read(source, { signal, onStep: (step) => onProgress?.({ step }) }),
    refresh: (ids, options) => workingThrough(articles.refreshAll(ids ?? store.articles.ids(), options)),
    remove(articleId) {
      const removed = store.articles.remove(articleId);
      if (!removed) throw unknownId(articleId);
      return toSummary(removed);
    },

    async ask(question, options = {}) {
      try {
        const answer = await working(() => ask(question, options));
        parts.watch?.answered(answer);
        return answer;
      } catch (error) {
        parts.watch?.failed(toFailure(error).code);
        throw error;
      }
    },
    list(search = '') {
      const words = search.toLowerCase().split(/\s+/).filter(Boolean);
      const matches = ({ title, siteName, url }: StoredArticle) => {
        const text = [title, siteName, url].join(' ').toLowerCase();
        return words.every((word) => text.includes(word));
      };
      return store.articles.list().filter(matches).map(toSummary);
    },
    show: (articleId) => ({ ...toSummary(existing(articleId)), text: textOf(articleId) }),
    context(articleId, { start, end }, characters = CONTEXT_CHARACTERS) {
      const article = existing(articleId);
      const text = textOf(articleId);
      const from = Math.max(0, Math.min(start, text.length));
      const to = Math.max(from, Math.min(end, text.length));
      const first = Math.max(0, from - characters);
      const last = Math.min(text.length, to + characters);
      // Whole sentences only; the piece at a cut edge is left out.
      const before = sentencesOf(text, first, from, article.language).find((one) => first === 0 || one.start > first);
      const after = sentencesOf(text, to, last, article.language).findLast(
        (one) => last === text.length || one.end < last,
      );
      return {
        article: toSummary(article),
        before: text.slice(before?.start ?? from, from),
        passage: text.slice(from, to),
        after: text.slice(to, after?.end ?? to),
      };
    },
    rate: (_question, articleId, helpful) => store.ratings.add(existing(articleId).id, helpful),
    gaps: () => Promise.resolve(groupGaps(store.questions.all(), likenessOf(parts.model))),
    clearGaps: () => store.questions.clear(),

    reindex(options) {
      reindexing ??= working(() =>
        reindex({ store, reader, embedder, adding: articles, damage: damaged, clock }, options),
      ).finally(() => {
        reindexing = undefined;
      });
      return reindexing;
    },
    status() {
      const { reindex: pending, changedAt, ...counts } = store.status();
      const problems = [
        ...problemsOf(store.kind()?.fingerprint, parts.model, counts.articles),
        ...damaged.problems(store),
      ];
      return {
        library: id,
        articles: counts.articles,
        passages: counts.passages,
        model: parts.model,
        bytes: counts.bytes,
        gaps: store.questions.count(),
        ...store.ratings.totals(),
        lastChangedAt: changedAt,
        lastBackupAt: counts.latestBackupAt,
        reindex: reindexing ? 'running' : pending ? 'interrupted' : 'none',
        health: problems.length === 0 ? 'ok' : problems,
      };
    },
    check: (signal) => working(() => damaged.check(store, signal)),
    export: (onDamaged) =>
      exportLines(id, store, settings, (error) => {
        damaged.note(error);
        onDamaged({ id: error.articleId, error: toFailure(error) });
      }),
    import: (lines, options) => workingThrough(importLines(lines, articles, configure, options)),
    close: () => store.close(),
  };
}

function problemsOf(fingerprint: string | undefined, model: string, articles: number): string[] {
  if (articles === 0 || fingerprint === undefined || fingerprint.startsWith(`${model}:`)) return [];
  return [`The vectors are of another model than ${model}: answers come from keywords alone until a reindex.`];
}

function toSummary(article: StoredArticle): ArticleSummary {
  const { id, title, byline, siteName, publishedAt, language, url, passages, characters, addedAt, updatedAt } = article;
  const source = sourceName(article.origin);
  return { id, title, byline, siteName, publishedAt, language, url, source, passages, characters, addedAt, updatedAt };
}
