import type { Database } from './database.js';
import { asBytes, vectorOf } from './embeddings.js';

/** Small values a surface keeps across restarts; they expire. */
export interface Notes {
  get(key: string): unknown;
  /** @param ttlMs how long to keep it, in milliseconds */
  put(key: string, value: unknown, ttlMs: number): void;
  delete(key: string): void;
  /** Keys (and values) that begin with `prefix`, oldest first. */
  entries(prefix: string): readonly (readonly [key: string, value: unknown])[];
}

/** What people set; kept for ever, as JSON. */
export interface Settings {
  all(): Readonly<Record<string, unknown>>;
  put(changes: Readonly<Record<string, unknown>>): void;
}

export interface UnansweredQuestion {
  readonly text: string;
  /** What equal questions have in common. */
  readonly normalised: string;
  /** Of the model that made `vector`. */
  readonly fingerprint: string;
  readonly vector: Float32Array;
  /** Where it was asked, e.g. a channel's id; null for the command line. */
  readonly place: string | null;
}

export interface StoredQuestion extends UnansweredQuestion {
  /** ISO 8601, UTC. */
  readonly askedAt: string;
}

/** Questions without an answer; nothing is kept of who asked. */
export interface Questions {
  /** Keeps a question, and forgets those that are too old. */
  record(question: UnansweredQuestion): void;
  /** Oldest first. */
  all(): StoredQuestion[];
  /** Distinct questions. */
  count(): number;
  /** Forgets all. Returns how many there were. */
  clear(): number;
}

/** How often answers out of an article were found helpful. */
export interface Ratings {
  add(articleId: string, helpful: boolean): void;
  of(articleId: string): RatingCounts;
  totals(): RatingCounts;
}

export interface RatingCounts {
  readonly helpful: number;
  readonly notHelpful: number;
}

/** Unanswered questions are kept this long (docs/privacy.md). */
const QUESTION_TTL_MS = 90 * 86_400_000;

export function notes(database: Database, now: () => number): Notes {
  const get = database.statement<{ value: string }>('SELECT value FROM notes WHERE key = ? AND expires_at > ?');
  const put = database.statement('INSERT OR REPLACE INTO notes (key, value, put_at, expires_at) VALUES (?, ?, ?, ?)');
  const remove = database.statement('DELETE FROM notes WHERE key = ?');
  const expire = database.statement('DELETE FROM notes WHERE expires_at <= ?');
  const entries = database.statement<{ key: string; value: string }>(
    'SELECT key, value FROM notes WHERE substr(key, 1, length(?)) = ? AND expires_at > ? ORDER BY put_at, rowid',
  );
  return {
    get(key) {
      const note = get.get(key, now());
      return note && (JSON.parse(note.value) as unknown);
    },
    put(key, value, ttlMs) {
      database.write(() => {
        expire.run(now());
        put.run(key, toJson(value), now(), now() + ttlMs);
      });
    },
    delete: (key) => void remove.run(key),
    entries: (prefix) =>
      entries.all(prefix, prefix, now()).map(({ key, value }) => [key, JSON.parse(value) as unknown] as const),
  };
}

export function settings(database: Database): Settings {
  const all = database.statement<{ key: string; value: string }>('SELECT key, value FROM settings');
  const put = database.statement('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)');
  return {
    all: () => Object.fromEntries(all.all().map(({ key, value }) => [key, JSON.parse(value) as unknown])),
    put(changes) {
      database.write(() => {
        for (const [key, value] of Object.entries(changes)) put.run(key, toJson(value));
      });
    },
  };
}

export function questions(database: Database, now: () => number): Questions {
  interface Row {
    readonly text: string;
    readonly normalised: string;
    readonly fingerprint: string;
    readonly vector: Uint8Array;
    readonly place: string | null;
    readonly asked_at: number;
  }
  const insert = database.statement(
    'INSERT INTO questions (text, normalised, fingerprint, vector, place, asked_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const expire = database.statement('DELETE FROM questions WHERE asked_at <= ?');
  const all = database.statement<Row>('SELECT * FROM questions WHERE asked_at > ? ORDER BY asked_at, id');
  const count = database.statement<{ count: number }>(
    'SELECT count(DISTINCT normalised) AS count FROM questions WHERE asked_at > ?',
  );
  const clear = database.statement('DELETE FROM questions');
  const oldest = () => now() - QUESTION_TTL_MS;
  return {
    record({ text, normalised, fingerprint, vector, place }) {
      database.write(() => {
        expire.run(oldest());
        insert.run(text, normalised, fingerprint, asBytes(vector), place, now());
      });
    },
    all: () =>
      all.all(oldest()).map(({ text, normalised, fingerprint, vector, place, asked_at }) => ({
        text,
        normalised,
        fingerprint,
        vector: vectorOf(vector),
        place,
        askedAt: new Date(asked_at).toISOString(),
      })),
    count: () => count.get(oldest())!.count,
    clear: () => clear.run().changes,
  };
}

export function ratings(database: Database): Ratings {
  const add = database.statement(
    `INSERT INTO ratings (article, helpful, not_helpful) VALUES (?, ?, ?)
     ON CONFLICT (article) DO UPDATE SET helpful = helpful + excluded.helpful, not_helpful = not_helpful + excluded.not_helpful`,
  );
  const columns = 'coalesce(sum(helpful), 0) AS helpful, coalesce(sum(not_helpful), 0) AS notHelpful';
  const of = database.statement<RatingCounts>(`SELECT ${columns} FROM ratings WHERE article = ?`);
  const totals = database.statement<RatingCounts>(`SELECT ${columns} FROM ratings`);
  return {
    add: (articleId, helpful) => void add.run(articleId, helpful ? 1 : 0, helpful ? 0 : 1),
    of: (articleId) => of.get(articleId)!,
    totals: () => totals.get()!,
  };
}

/** JSON, also of what JSON has no word for. */
function toJson(value: unknown): string {
  return JSON.stringify(value ?? null);
}
