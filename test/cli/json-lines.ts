import { z } from 'zod';

/** The lines of `--json` as docs/design.md promises them; nothing else may be in them. */

const failure = z.strictObject({ code: z.string().regex(/^[a-z]+(-[a-z]+)*$/), message: z.string().min(1) });
const id = z.string().regex(/^[0-9a-z]{10}$/);
const text = z.string().min(1);
const url = z.url().nullable();

export const FAILURE_LINE = z.strictObject({
  source: z.string().optional(),
  question: z.string().optional(),
  id: z.string().optional(),
  error: failure,
});

export const ADD_LINE = z.union([
  z.strictObject({
    source: text,
    status: z.enum(['added', 'updated', 'unchanged']),
    id,
    title: text,
    chunks: z.int().min(1),
  }),
  z.strictObject({
    source: text,
    status: z.literal('failed'),
    id: id.optional(),
    title: text.optional(),
    error: failure,
  }),
]);

const meta = {
  title: text,
  byline: z.string().nullable(),
  siteName: z.string().nullable(),
  publishedAt: z.string().nullable(),
  language: z.string().nullable(),
  url,
};

export const READ_LINE = z.strictObject({ source: text, ...meta, text });

const highlight = z.strictObject({ text, start: z.int(), end: z.int() });

const excerpt = z.strictObject({
  rank: z.int().min(1),
  articleId: id,
  title: text,
  url,
  publishedAt: z.string().nullable(),
  text,
  start: z.int(),
  end: z.int(),
  highlight,
  score: z.number(),
});

const answer = {
  question: z.string(),
  answered: z.boolean(),
  confidence: z.number().min(0).max(1),
  tookMs: z.number().min(0),
};

export const ASK_LINE = z.strictObject({ ...answer, excerpts: z.array(excerpt) });

export const EXPLAINED_LINE = z.strictObject({
  ...answer,
  understoodAs: z.string().nullable(),
  excerpts: z.array(excerpt.extend({ signals: z.record(z.string(), z.number()) })),
});

const summary = {
  id,
  source: text,
  ...meta,
  passages: z.int().min(1),
  characters: z.int().min(1),
  addedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
};

export const LIST_LINE = z.strictObject(summary);
export const SHOW_LINE = z.strictObject({ ...summary, text });

export const REINDEX_LINE = z.strictObject({
  articles: z.int(),
  passages: z.int(),
  embedded: z.int(),
  reused: z.int(),
  seconds: z.number().min(0),
});

export const STATUS_LINE = z.strictObject({
  library: text,
  articles: z.int(),
  passages: z.int(),
  model: text,
  bytes: z.int(),
  gaps: z.int(),
  helpful: z.int(),
  notHelpful: z.int(),
  lastChangedAt: z.iso.datetime().nullable(),
  lastBackupAt: z.iso.datetime().nullable(),
  reindex: z.enum(['none', 'running', 'interrupted']),
  health: z.union([z.literal('ok'), z.array(text).min(1)]),
});

export const GAP_LINE = z.strictObject({
  question: text,
  variants: z.array(text),
  times: z.int().min(1),
  places: z.array(z.string()),
  lastAskedAt: z.iso.datetime(),
});
