-- A library of format 1, as the first version wrote it. Never changed: what opens it today must open it for ever.
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
INSERT INTO library (id, generation, changed_at, edition, fingerprint, dimensions, next_edition, next_fingerprint, next_dimensions, next_started_at, index_files) VALUES (1, 3, 1700000000000, 0, 'test-model', 16, NULL, NULL, NULL, NULL, '[{"sha256":"54d21500e9f17b4a5d1298e451fc537b916480e64bb1e0ca0021508fc39651c7","fingerprint":"test-model","dimensions":16}]');
INSERT INTO articles (id, public_id, key, version, origin, title, byline, site_name, published_at, language, url, checksum, characters, content_hash, validators, added_at, updated_at) VALUES (1, 'whales', 'key of whales', 2, '{"kind":"file","path":"/articles/whales.txt"}', 'whales', NULL, 'Example', '2024-11-14', 'en', NULL, 1037813342, 54, 'Whales sing. They are heard far away.|Krill is small.', '{}', 1700000000000, 1700000000000);
INSERT INTO articles (id, public_id, key, version, origin, title, byline, site_name, published_at, language, url, checksum, characters, content_hash, validators, added_at, updated_at) VALUES (2, '海', 'key of 海', 3, '{"kind":"file","path":"/articles/海.txt"}', '海', NULL, 'Example', '2024-11-14', 'en', NULL, 1121896080, 6, '海 很 深.', '{}', 1700000000000, 1700000000000);
INSERT INTO texts (article_id, text, headings, checksum) VALUES (1, 'Whales sing. They are heard far away.

Krill is small.', '[]', 924729242);
INSERT INTO texts (article_id, text, headings, checksum) VALUES (2, '海 很 深.', '[]', 1544777489);
INSERT INTO vectors (id, hash, fingerprint, vector, sentences, checksum, made_at, states, states_checksum) VALUES (1, 'test-model Whales sing. They are heard far away.', 'test-model', X'85cfb7be7387f03cb46c3a3d8f15a5bd6d4fa53ee1d974be6df9cb3e8741c7bded91f1bda72cde3da569033f76fc91bd74aa27be9f8f36be17484fbd8c32d73e', X'845f7e3b94b4813b4b41e355c01e046d12e13a548117e2d0cd3b2fee92143df97feeb3ebd4385044', 1830193614, 1700000000000, X'737461746573206f66205768616c65732073696e672e2054686579206172652068656172642066617220617761792e', 1326219315);
INSERT INTO vectors (id, hash, fingerprint, vector, sentences, checksum, made_at, states, states_checksum) VALUES (2, 'test-model Krill is small.', 'test-model', X'13d0763ebd2c853e5b40b93e0993b9be18a7a03d1615fc3cc6350c3ea13067be08e1dd3ef5cb813e86add13ddd5e9e3eb7d5f83d15c08b3d9edbbebe88720b3e', X'49a05f3b474c6a96170928be7f4a1e5b24149328', 511720432, 1700000000000, X'737461746573206f66204b72696c6c20697320736d616c6c2e', 1029853978);
INSERT INTO vectors (id, hash, fingerprint, vector, sentences, checksum, made_at, states, states_checksum) VALUES (3, 'test-model 海 很 深.', 'test-model', X'e39260bd3e49bdbe80f4f53e5b04a6bd346fe13ea97f56befc83dfbd75d8493e5940e43dce5732bec7a544be6f83bd3d2ddd7abe188ab33b1606713e8330b93e', X'49e4773bf29e7feb74c9e3341dd2cd18bf013e60', 2826479731, 1700000000000, X'737461746573206f6620e6b5b720e5be8820e6b7b12e', 2208526553);
INSERT INTO cuts (article_id, edition, cutting, passages) VALUES (1, 0, '1', 2);
INSERT INTO cuts (article_id, edition, cutting, passages) VALUES (2, 0, '1', 1);
INSERT INTO passages (id, article_id, edition, ordinal, start, "end", heading, sentences, checksum, vector_id) VALUES (1, 1, 0, 0, 0, 37, '', '[0,12,12,37]', 2434913152, 1);
INSERT INTO passages (id, article_id, edition, ordinal, start, "end", heading, sentences, checksum, vector_id) VALUES (2, 1, 0, 1, 39, 54, '', '[39,54]', 2786069953, 2);
INSERT INTO passages (id, article_id, edition, ordinal, start, "end", heading, sentences, checksum, vector_id) VALUES (3, 2, 0, 0, 0, 6, '', '[0,6]', 1509195955, 3);
INSERT INTO questions (id, text, normalised, fingerprint, vector, place, asked_at) VALUES (1, 'Why?', 'why', 'test-model', X'54154ebe156bb1bde38727be365a24bddf34bc3eb739b53e0b388abe385a3a3eb80ecbbe8f7b943d2bbaf23e4f8d61bd8003b93eb81b1cbeca527e3d3b91c43d', NULL, 1700000000000);
INSERT INTO ratings (article, helpful, not_helpful) VALUES ('whales', 1, 0);
INSERT INTO notes (key, value, put_at, expires_at) VALUES ('a', '1', 1700000000000, 2700000000000);
INSERT INTO settings (key, value) VALUES ('excerpts', '2');
INSERT INTO keywords_0 (rowid, title, heading, body) VALUES (1, 'whales', '', 'whales sing they are heard far away');
INSERT INTO keywords_0 (rowid, title, heading, body) VALUES (2, 'whales', '', 'krill is small');
INSERT INTO keywords_0 (rowid, title, heading, body) VALUES (3, '海', '', '海 很 深');
PRAGMA application_id = 1181708148;
PRAGMA user_version = 1;
