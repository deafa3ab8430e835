import Sqlite from 'better-sqlite3';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FootnoteError } from '../../src/errors.js';
import { openStore } from '../../src/store/store.js';
import {
  failureOf,
  KIND,
  nearestTexts,
  openTestStore,
  put,
  temporaryFolder,
  textsWith,
  toStore,
  vectorOf,
  WEIGHTS,
} from './fixture.js';

const TEXTS = Array.from({ length: 60 }, (_, i) => `Passage number ${i} of many.`);

/** A closed library of 60 passages in 20 articles, with its index. */
async function library(): Promise<string> {
  const folder = temporaryFolder();
  const store = await openTestStore({ folder });
  for (let i = 0; i < 60; i += 3) put(store, `article-${i}`, TEXTS.slice(i, i + 3));
  await store.close();
  expect(readdirSync(folder).sort()).toEqual(['index.hnsw', 'library.db']);
  return folder;
}

/** What a question finds, in all ways. */
function answers(store: Awaited<ReturnType<typeof openTestStore>>) {
  return [nearestTexts(store, vectorOf('A question?'), 10), textsWith(store, ['7', 'passage'], 10)];
}

function changeByte(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at]! ^= 0x10;
  writeFileSync(file, bytes);
}

/** What opening says is wrong. */
async function openingFailure(folder: string): Promise<FootnoteError> {
  try {
    await (await openStore({ folder, now: Date.now })).close();
  } catch (error) {
    if (error instanceof FootnoteError) return error;
    throw error;
  }
  throw new Error('It opened.');
}

describe('an index file that is', () => {
  const index = (folder: string) => join(folder, 'index.hnsw');
  const damages: readonly (readonly [string, (folder: string, older: string) => void])[] = [
    ['missing', (folder) => rmSync(index(folder))],
    ['empty', (folder) => truncateSync(index(folder))],
    ['truncated', (folder) => truncateSync(index(folder), 1_000)],
    ['changed in one bit of a vector', (folder) => changeByte(index(folder), 2_000)],
    ['changed in one bit of its header', (folder) => changeByte(index(folder), 8)],
    ['another library’s', (folder, other) => copyFileSync(index(other), index(folder))],
  ];

  it.each(damages)('%s is built anew, said in the log, and the answers are the same', async (_, damage) => {
    const folder = await library();
    const other = temporaryFolder();
    const stranger = await openTestStore({ folder: other });
    put(stranger, 'stranger', ['Strange.', 'Stranger.']);
    await stranger.close();
    const before = await openTestStore({ folder });
    const expected = answers(before);
    expect(before.logged).toEqual([]);
    await before.close();

    damage(folder, other);
    const store = await openTestStore({ folder });
    expect(store.logged).toEqual([expect.stringMatching(/index\.hnsw is built anew/)]);
    // At once, and when the graph is complete.
    expect(answers(store)).toEqual(expected);
    await store.settled();
    expect(store.status().indexing).toBe(0);
    expect(answers(store)).toEqual(expected);
    await store.close();

    const after = await openTestStore({ folder });
    expect(after.logged).toEqual([]);
    expect(after.status().indexing).toBe(0);
    expect(answers(after)).toEqual(expected);
  });

  it('of an earlier state is caught up with, without building it anew', async () => {
    const folder = await library();
    const earlier = join(temporaryFolder(), 'earlier.hnsw');
    copyFileSync(index(folder), earlier);
    let store = await openTestStore({ folder });
    put(store, 'later', ['Written later.']);
    store.articles.remove('article-0');
    const expected = answers(store);
    await store.close();

    copyFileSync(earlier, index(folder));
    store = await openTestStore({ folder });
    expect(store.logged).toEqual([]);
    expect(answers(store)).toEqual(expected);
    expect(nearestTexts(store, vectorOf('Written later.'), 1)).toEqual(['Written later.']);
  });

  it('older than the two last saved is built anew', async () => {
    const folder = await library();
    const earlier = join(temporaryFolder(), 'earlier.hnsw');
    copyFileSync(index(folder), earlier);
    for (const name of ['one', 'two']) {
      const store = await openTestStore({ folder });
      put(store, name, [`${name} more.`]);
      await store.close();
    }
    copyFileSync(earlier, index(folder));
    const store = await openTestStore({ folder });
    expect(store.logged).toEqual([expect.stringMatching(/another state of the database/)]);
    expect(nearestTexts(store, vectorOf('two more.'), 1)).toEqual(['two more.']);
  });

  it('half finished by a process that was killed is swept away, one of a running process is not', async () => {
    const folder = await library();
    const dead = join(folder, 'index.hnsw.tmp-999999999-abc');
    const alive = join(folder, `index.hnsw.tmp-${process.pid}-abc`);
    writeFileSync(dead, '');
    writeFileSync(alive, '');
    await openTestStore({ folder });
    expect([existsSync(dead), existsSync(alive)]).toEqual([false, true]);
  });

  it('impossible to write costs nothing but the time to build it', async () => {
    const folder = await library();
    rmSync(index(folder));
    let store = await openTestStore({ folder });
    const expected = answers(store);
    // A folder in its place: it cannot be renamed over.
    await store.settled();
    mkdirSync(index(folder));
    await store.close();
    expect(store.logged.at(-1)).toMatch(/could not be saved/);
    store = await openTestStore({ folder });
    expect(answers(store)).toEqual(expected);
  });
});

describe('a database that is', () => {
  const file = (folder: string) => join(folder, 'library.db');

  it.each<[string, (folder: string) => void]>([
    ['of no bytes beside an index', (folder) => truncateSync(file(folder))],
    ['gone beside an index', (folder) => rmSync(file(folder))],
    [
      'of no bytes beside backups',
      (folder) => {
        truncateSync(file(folder));
        rmSync(join(folder, 'index.hnsw'));
      },
    ],
    ['no database', (folder) => writeFileSync(file(folder), 'This is a text file. '.repeat(500))],
    ['cut off', (folder) => truncateSync(file(folder), 20_480)],
    [
      'overwritten in the middle',
      (folder) => writeFileSync(file(folder), readFileSync(file(folder)).fill(0x5a, 8_192, 40_960)),
    ],
    [
      'another program’s',
      (folder) => {
        rmSync(file(folder));
        new Sqlite(file(folder)).exec('CREATE TABLE other (x)').close();
      },
    ],
  ])('%s is refused with the remedy, and left as it is', async (_, damage) => {
    const folder = await library();
    const healthy = await openTestStore({ folder });
    const backup = await healthy.backups.make('whole');
    await healthy.close();
    damage(folder);
    const before = existsSync(file(folder)) ? readFileSync(file(folder)) : undefined;

    const failure = await openingFailure(folder);
    expect(failure).toMatchObject({ code: 'database-damaged' });
    expect(failure.message).toContain(basename(backup));
    expect(failure.message).toContain('footnote import');
    expect(existsSync(file(folder)) ? readFileSync(file(folder)) : undefined).toEqual(before);

    // What the message says works.
    for (const end of ['', '-wal', '-shm']) rmSync(file(folder) + end, { force: true });
    copyFileSync(backup, file(folder));
    const restored = await openTestStore({ folder });
    expect(restored.articles.list()).toHaveLength(20);
    expect(nearestTexts(restored, vectorOf(TEXTS[30]!), 1)).toEqual([TEXTS[30]]);
  });

  it('overwritten among its vectors opens, and is refused with the remedy when one is read', async () => {
    const folder = await library();
    const healthy = await openTestStore({ folder });
    const backup = await healthy.backups.make('whole');
    await healthy.close();
    const database = new Sqlite(file(folder));
    const root = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'vectors'").pluck().get() as number;
    const size = database.pragma('page_size', { simple: true }) as number;
    database.close();
    writeFileSync(file(folder), readFileSync(file(folder)).fill(0x5a, (root - 1) * size, root * size));

    const store = await openTestStore({ folder });
    const failure = failureOf(() => textsWith(store, ['7']));
    expect(failure).toMatchObject({ code: 'database-damaged' });
    expect(failure!.message).toContain(basename(backup));
    expect(failure!.message).toContain('footnote import');
    await expect(store.backups.make('whole')).rejects.toMatchObject({ code: 'database-damaged' });
  });

  it('of no bytes without anything else is a new library', async () => {
    const folder = temporaryFolder();
    writeFileSync(file(folder), '');
    const store = await openTestStore({ folder });
    expect(put(store, 'a', ['New.']).status).toBe('added');
  });

  it('written by a newer version is refused', async () => {
    const folder = await library();
    const database = new Sqlite(file(folder));
    database.pragma('user_version = 999');
    database.close();
    expect(await openingFailure(folder)).toMatchObject({
      code: 'bad-config',
      message: expect.stringMatching(/newer.*Update/) as string,
    });
  });

  it('not to be written to says so', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'in-the-way'), '');
    expect(await openingFailure(join(folder, 'in-the-way'))).toMatchObject({ code: 'bad-config' });
  });
});

describe('one letter changed in the database', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['of a text', "UPDATE texts SET text = replace(text, 'number 7', 'number 1') WHERE text LIKE '%number 7 %'"],
    ['of a title', "UPDATE articles SET title = 'article-9' WHERE title = 'article-6'"],
    ['of an address', "UPDATE articles SET url = 'https://example.org/' WHERE title = 'article-6'"],
    ['of a passage’s place', 'UPDATE passages SET start = start + 1 WHERE ordinal = 1'],
    ['of a sentence’s place', "UPDATE passages SET sentences = '[28,40]' WHERE ordinal = 1"],
    ['of a heading', "UPDATE passages SET heading = 'x' WHERE ordinal = 1"],
    ['of a vector', "UPDATE vectors SET vector = zeroblob(length(vector)) WHERE hash LIKE '%number 7 %'"],
    [
      'of a sentence’s vector',
      "UPDATE vectors SET sentences = zeroblob(length(sentences)) WHERE hash LIKE '%number 7 %'",
    ],
  ];

  it.each(cases)('%s is noticed, and nothing is quoted from it', async (_, change) => {
    const folder = await library();
    const database = new Sqlite(join(folder, 'library.db'));
    expect(database.prepare(change).run().changes).toBeGreaterThan(0);
    database.close();

    const store = await openTestStore({ folder });
    const hits = store.search.byTerms(['7'], 5, WEIGHTS);
    expect(hits).toHaveLength(1);
    const { candidates, damaged } = store.search.candidates(hits.map(({ passageId }) => passageId));
    expect(candidates).toEqual([]);
    expect(damaged).toHaveLength(1);
    expect(damaged[0]!.error).toMatchObject({ code: 'text-damaged' });
    expect(damaged[0]!.error.message).toContain('footnote refresh article-6');
    expect(store.articles.isIntact('article-6')).toBe(false);

    // Storing it again repairs it.
    const { article, embeddings, passages } = toStore('article-6', TEXTS.slice(6, 9));
    const missing = new Set(store.embeddings.missing(passages.map(({ hash }) => hash)));
    store.embeddings.put(
      KIND.fingerprint,
      embeddings.filter(({ hash }) => missing.has(hash)),
    );
    store.articles.put(article, KIND, passages);
    expect(store.articles.isIntact('article-6')).toBe(true);
    expect(textsWith(store, ['7'])).toEqual([TEXTS[7]]);
    expect(nearestTexts(store, vectorOf(TEXTS[7]!), 1)).toEqual([TEXTS[7]]);
  });

  it('of token states leaves them out, and storing them again repairs them', async () => {
    const folder = await library();
    new Sqlite(join(folder, 'library.db'))
      .exec("UPDATE vectors SET states = zeroblob(9) WHERE hash LIKE '%number 7 %'")
      .close();
    const store = await openTestStore({ folder });
    const ids = store.articles.passages('article-6').map(({ passageId }) => passageId);
    expect([...store.search.states(ids).keys()]).toEqual([ids[0], ids[2]]);
    expect(store.articles.isIntact('article-6')).toBe(false);
    const { embeddings } = toStore('article-6', TEXTS.slice(6, 9));
    expect(store.embeddings.missing(embeddings.map(({ hash }) => hash))).toEqual([embeddings[1]!.hash]);
    store.embeddings.put(KIND.fingerprint, embeddings);
    expect(Buffer.from(store.search.states(ids).get(ids[1]!)!).toString()).toBe(`states of ${TEXTS[7]}`);
    expect(store.articles.isIntact('article-6')).toBe(true);
  });

  it('of a text is noticed by everything that reads it', async () => {
    const folder = await library();
    new Sqlite(join(folder, 'library.db')).exec("UPDATE texts SET text = replace(text, 'many', 'mane')").close();
    const store = await openTestStore({ folder });
    expect(failureOf(() => store.articles.text('article-0'))?.code).toBe('text-damaged');
    expect(store.articles.list()).toHaveLength(20);
    expect(store.articles.remove('article-0')).toMatchObject({ id: 'article-0' });
  });

  it('of a source leaves the article without one; the others are listed, and the health tells', async () => {
    const folder = await library();
    new Sqlite(join(folder, 'library.db'))
      .exec(
        `UPDATE articles SET origin = replace(origin, '":"', '":!'), validators = '{' WHERE public_id = 'article-6'`,
      )
      .close();
    const store = await openTestStore({ folder });
    expect(store.articles.list()).toHaveLength(20);
    expect(store.articles.find('article-6')).toMatchObject({ origin: { kind: 'bytes' }, validators: {} });
    expect(store.articles.damage('article-6')?.message).toContain('The source of "article-6"');
    expect(put(store, 'article-6', TEXTS.slice(6, 9)).status).toBe('updated');
    expect(store.articles.isIntact('article-6')).toBe(true);
  });

  it('of a vector is said in the log when the index is built anew; its passage is found by words', async () => {
    const folder = await library();
    rmSync(join(folder, 'index.hnsw'));
    new Sqlite(join(folder, 'library.db'))
      .exec("UPDATE vectors SET vector = zeroblob(64) WHERE hash LIKE '%number 7 %'")
      .close();
    const store = await openTestStore({ folder });
    expect(store.logged).toEqual([
      expect.stringMatching(/built anew/),
      expect.stringMatching(/A vector of "article-6".*footnote reindex --library footnote-store-/s),
    ]);
    expect(store.search.byVector(vectorOf('?'), KIND.fingerprint, 100)).toHaveLength(59);
    expect(store.search.byTerms(['7'], 5, WEIGHTS)).toHaveLength(1);
  });
});

describe('a full disk', () => {
  it('fails what is written, and leaves what was there', async () => {
    const folder = await library();
    const pages = readFileSync(join(folder, 'library.db')).length / 4_096;
    const store = await openTestStore({ folder, maxPages: pages + 4 });
    const long = Array.from({ length: 40 }, (_, i) => `${'long '.repeat(300)}${i}.`);
    expect(failureOf(() => put(store, 'article-6', long))).toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('Free some disk space') as string,
    });
    expect(store.articles.isIntact('article-6')).toBe(true);
    expect(nearestTexts(store, vectorOf(TEXTS[7]!), 1)).toEqual([TEXTS[7]]);
    await store.close();

    const roomy = await openTestStore({ folder });
    expect(roomy.articles.list()).toHaveLength(20);
    expect(put(roomy, 'article-6', long)).toEqual({ status: 'updated', added: 40, removed: 3 });
  });
});
