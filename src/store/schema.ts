/** Marks a database as a library of Footnote ("Foot"). */
export const APPLICATION_ID = 0x466f6f74;

/**
 * The tables. Each entry brings the database from the version before to the next; entries are never changed, only added.
 *
 * An *edition* is one cutting and embedding of the whole library; `library.edition` says which one is live. A reindex
 * fills the next edition beside it and switches by changing that one number. The keyword tables alternate with it
 * (edition modulo 2), because document counts and average lengths must not mix two editions.
 * Times are milliseconds since 1970, checksums CRC-32.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE library (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL DEFAULT 0,  -- +1 with every change of the live passages
    changed_at INTEGER,
    edition INTEGER NOT NULL DEFAULT 0,
    fingerprint TEXT,                       -- model and method of the live vectors; NULL before the first
    dimensions INTEGER,
    next_edition INTEGER,                   -- a reindex under way, or cut off; NULL without
    next_fingerprint TEXT,
    next_dimensions INTEGER,
    next_started_at INTEGER,
    index_files TEXT NOT NULL DEFAULT '[]'  -- what index.hnsw may be: [{sha256, fingerprint, dimensions}]
  ) STRICT;
  INSERT INTO library (id) VALUES (1);

  CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL UNIQUE,               -- what makes it the same article when it is read again
    version INTEGER NOT NULL,               -- the generation that wrote it
    origin TEXT NOT NULL,                   -- JSON
    title TEXT NOT NULL,
    byline TEXT,
    site_name TEXT,
    published_at TEXT,
    language TEXT,
    url TEXT,
    checksum INTEGER NOT NULL,              -- of the six above
    characters INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    validators TEXT NOT NULL,               -- JSON: etag and the like
    added_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX articles_by_content ON articles (content_hash);

  CREATE TABLE texts (                      -- apart from articles, so that lists do not read through them
    article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    headings TEXT NOT NULL,                 -- JSON: [{start, end, level}]
    checksum INTEGER NOT NULL               -- of both
  ) STRICT;

  CREATE TABLE vectors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,   -- the label in the index: never given twice
    hash TEXT NOT NULL UNIQUE,              -- of what was embedded, and the fingerprint
    fingerprint TEXT NOT NULL,
    vector BLOB NOT NULL,                   -- float32
    sentences BLOB NOT NULL,                -- float32 scales, then int8 components, of each sentence
    checksum INTEGER NOT NULL,              -- of the two above
    made_at INTEGER NOT NULL,
    states BLOB NOT NULL,                   -- packed token states, for the best candidates of a question; last: seldom read
    states_checksum INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE cuts (                       -- an article as cut in an edition
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    edition INTEGER NOT NULL,
    cutting TEXT NOT NULL,                  -- version of the rules it was cut by
    passages INTEGER NOT NULL,
    PRIMARY KEY (article_id, edition)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id INTEGER NOT NULL,
    edition INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    heading TEXT NOT NULL,
    sentences TEXT NOT NULL,                -- JSON: [start, end, start, end, …]
    checksum INTEGER NOT NULL,              -- of the four above
    vector_id INTEGER NOT NULL REFERENCES vectors (id),
    FOREIGN KEY (article_id, edition) REFERENCES cuts (article_id, edition) ON DELETE CASCADE
  ) STRICT;
  CREATE UNIQUE INDEX passages_by_article ON passages (article_id, edition, ordinal);
  CREATE INDEX passages_by_vector ON passages (vector_id, edition);

  -- Terms arrive analysed. The ascii tokenizer splits at ASCII spaces and signs only and leaves all else as it is.
  -- Their contents are kept: a contentless table forgets to count deleted rows out, and its ranks drift with every update.
  CREATE VIRTUAL TABLE keywords_0 USING fts5 (title, heading, body, tokenize = 'ascii');
  CREATE VIRTUAL TABLE keywords_1 USING fts5 (title, heading, body, tokenize = 'ascii');
  CREATE VIRTUAL TABLE terms_0 USING fts5vocab (keywords_0, row);
  CREATE VIRTUAL TABLE terms_1 USING fts5vocab (keywords_1, row);

  CREATE TABLE questions (                  -- without an answer
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    text TEXT NOT NULL,
    normalised TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    vector BLOB NOT NULL,
    place TEXT,
    asked_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX questions_by_time ON questions (asked_at);

  CREATE TABLE ratings (
    article TEXT PRIMARY KEY,               -- public id; kept when the article goes
    helpful INTEGER NOT NULL DEFAULT 0,
    not_helpful INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE notes (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,                    -- JSON
    put_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX notes_by_expiry ON notes (expires_at);

  CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL                     -- JSON
  ) STRICT, WITHOUT ROWID;
  `,
];
