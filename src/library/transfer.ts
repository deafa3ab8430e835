import { z } from 'zod';
import { FootnoteError, throwIfAborted, toFailure } from '../errors.js';
import { ArticleDamaged, type ArticleToStore, type Store } from '../store/store.js';
import type { Adding, AddOptions, AddResult } from './adding.js';
import { readText } from './damage.js';
import type { LibrarySettings } from './settings.js';

/** First line of an export. */
const HEADER = z.object({ footnote: z.literal(1), settings: z.record(z.string(), z.unknown()) });

const ORIGIN = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('url'), url: z.url({ protocol: /^https?$/ }) }),
  z.object({ kind: z.literal('file'), path: z.string().min(1) }),
  z.object({ kind: z.literal('bytes'), name: z.string() }),
]);

const ARTICLE = z
  .object({
    id: z.string().regex(/^[0-9a-z]{10}$/),
    key: z.string().regex(/^(?:url|file|text):./),
    origin: ORIGIN,
    title: z.string().min(1),
    byline: z.string().nullable(),
    siteName: z.string().nullable(),
    publishedAt: z.string().nullable(),
    language: z.string().nullable(),
    url: z.url({ protocol: /^https?$/ }).nullable(),
    addedAt: z.iso.datetime(),
    validators: z.record(z.string(), z.string()),
    headings: z.array(z.object({ start: z.int().min(0), end: z.int().min(1), level: z.int().min(1).max(6) })),
    text: z.string().min(1),
  })
  .refine(({ text, headings }) => headings.every(({ start, end }) => start < end && end <= text.length), {
    message: 'a heading lies outside the text',
  });

/** An article of an export, ready to be stored. */
export type ExportedArticle = Omit<ArticleToStore, 'cutting' | 'contentHash'>;

/** One line of an export as it is read. */
export type ExportLine =
  | { readonly kind: 'header'; readonly settings: Readonly<Record<string, unknown>> }
  | { readonly kind: 'article'; readonly article: ExportedArticle };

/**
 * A library as JSON lines: a header with format and settings, then one whole article a line, oldest first.
 * @param onDamage hears of each article that is left out because it is not what was stored
 */
export function* exportLines(
  library: string,
  store: Store,
  settings: LibrarySettings,
  onDamage: (damaged: ArticleDamaged) => void,
): Generator<string> {
  yield JSON.stringify({ footnote: 1, library, settings });
  for (const id of store.articles.ids()) {
    const article = store.articles.find(id);
    const stored = readText(store, id);
    if (stored instanceof ArticleDamaged) {
      onDamage(stored);
      continue;
    }
    if (!article || !stored) continue; // Removed while this was written.
    const { key, origin, title, byline, siteName, publishedAt, language, url, addedAt, updatedAt, validators } =
      article;
    const fields = {
      id,
      key,
      origin,
      title,
      byline,
      siteName,
      publishedAt,
      language,
      url,
      addedAt,
      updatedAt,
      validators,
    };
    yield JSON.stringify({ ...fields, headings: stored.headings, text: stored.text });
  }
}

/** Stores the articles of an export that are not there yet, line by line, and takes over its settings. @throws cancelled */
export async function* importLines(
  lines: AsyncIterable<string> | Iterable<string>,
  articles: Pick<Adding, 'restore'>,
  configure: (settings: unknown) => void,
  options: AddOptions = {},
): AsyncIterable<AddResult> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    throwIfAborted(options.signal);
    const place = `line ${number}`;
    try {
      const read = readExportLine(line, place);
      if (read.kind === 'article') yield await articles.restore(read.article, options);
      else configure(read.settings);
    } catch (error) {
      yield { source: place, status: 'failed', tookMs: 0, error: toFailure(error) };
    }
  }
}

/**
 * Reads one line of an export.
 * @param place for the message, e.g. `line 3`
 * @throws bad-import when it is none
 */
function readExportLine(line: string, place: string): ExportLine {
  const json = parseJson(line, place);
  const header = HEADER.safeParse(json);
  if (header.success) return { kind: 'header', settings: header.data.settings };
  const article = ARTICLE.safeParse(json);
  if (article.success) return { kind: 'article', article: article.data };
  const [issue] = article.error.issues;
  throw badImport(place, issue ? `${issue.path.join('.')}: ${issue.message}` : 'not an article', article.error);
}

function parseJson(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw badImport(place, 'not JSON', cause);
  }
}

function badImport(place: string, what: string, cause: unknown): FootnoteError {
  return new FootnoteError(
    'bad-import',
    `${place} is no line of an export (${what}). Import what "footnote export" wrote, unchanged.`,
    { cause },
  );
}
