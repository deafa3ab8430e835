import Sqlite from 'better-sqlite3';
import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureOf, openTestStore, put, temporaryFolder, vectorOf } from './fixture.js';

const DAY = 86_400_000;

/** A store whose clock the test turns. */
async function clockedStore(folder = temporaryFolder()) {
  const clock = { time: Date.UTC(2025, 0, 1) };
  return { clock, folder, store: await openTestStore({ folder, now: () => clock.time }) };
}

/** The day of the month each backup is of, and `!` behind one of a damaged library. */
function daysKept(folder: string): string[] {
  return readdirSync(join(folder, 'backups'))
    .sort()
    .map((name) => `${/^library-2025-01-0?(\d+)T/.exec(name)![1]!}${name.endsWith('-damaged.db') ? '!' : ''}`);
}

describe('backups', () => {
  it('are whole libraries, of which the last three are kept', async () => {
    const { clock, folder, store } = await clockedStore();
    expect(store.backups.latestAt()).toBeNull();
    for (let day = 0; day < 5; day++) {
      put(store, `article-${day}`, [`Day ${day}.`]);
      await store.backups.make('whole');
      expect(store.backups.latestAt()).toBe(new Date(clock.time).toISOString());
      clock.time += DAY;
    }
    const names = readdirSync(join(folder, 'backups')).sort();
    expect(names).toEqual([3, 4, 5].map((day) => `library-2025-01-0${day}T00-00-00.000Z.db`));

    const restored = temporaryFolder();
    new Sqlite(join(folder, 'backups', names[1]!)).exec(`VACUUM INTO '${join(restored, 'library.db')}'`).close();
    const copy = await openTestStore({ folder: restored });
    expect(copy.articles.list()).toHaveLength(4);
    expect(copy.search.byVector(vectorOf('Day 3.'), 'test-model', 9)).toHaveLength(4);
  });

  it('are made while articles are added', async () => {
    const { folder, store } = await clockedStore();
    for (let i = 0; i < 40; i++) put(store, `before-${i}`, [`${'word '.repeat(200)}${i}.`]);
    const making = store.backups.make('whole');
    put(store, 'during', ['Meanwhile.']);
    const file = await making;
    await store.close();
    rmSync(join(folder, 'library.db'));
    rmSync(join(folder, 'index.hnsw'), { force: true });
    new Sqlite(file).exec(`VACUUM INTO '${join(folder, 'library.db')}'`).close();
    const restored = await openTestStore({ folder });
    expect(restored.articles.list().length).toBeGreaterThanOrEqual(40);
    expect(restored.articles.ids().every((id) => restored.articles.isIntact(id))).toBe(true);
  });

  it('of a damaged database are thrown away, and the earlier ones stay', async () => {
    const { clock, folder, store } = await clockedStore();
    put(store, 'a', ['One.']);
    const good = await store.backups.make('whole');
    clock.time += DAY;
    const database = new Sqlite(join(folder, 'library.db'));
    // A page that belongs to two tables at once: what a failing disk leaves.
    database.unsafeMode(true);
    database.pragma('writable_schema = ON');
    database.exec(
      "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'texts') WHERE name = 'ratings'",
    );
    database.close();
    await expect(store.backups.make('whole')).rejects.toMatchObject({ code: 'database-damaged' });
    expect(readdirSync(join(folder, 'backups')).map((name) => join(folder, 'backups', name))).toEqual([good]);
  });

  it('that cannot be written fail alone', async () => {
    const { folder, store } = await clockedStore();
    put(store, 'a', ['One.']);
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'backups'), 'in the way');
    await expect(store.backups.make('whole')).rejects.toMatchObject({ code: 'bad-config' });
    expect(existsSync(join(folder, 'backups'))).toBe(true);
    expect(store.articles.isIntact('a')).toBe(true);
  });

  it('of a damaged library never push out the newest whole one, and go when there is a newer', async () => {
    const { clock, folder, store } = await clockedStore();
    put(store, 'a', ['One.']);
    const kept: string[] = [];
    for (const wholeness of [
      'damaged',
      'whole',
      'whole',
      'whole',
      'damaged',
      'damaged',
      'damaged',
      'damaged',
      'whole',
      'whole',
    ] as const) {
      await store.backups.make(wholeness);
      expect(store.backups.latestAt()).toBe(new Date(clock.time).toISOString());
      kept.push(daysKept(folder).join(' '));
      clock.time += DAY;
    }
    expect(kept).toEqual(['1!', '2', '2 3', '2 3 4', '3 4 5!', '4 5! 6!', '4 6! 7!', '4 7! 8!', '4 9', '4 9 10']);
  });

  it('are the remedy of a damaged text where they hold it, and only there', async () => {
    const { clock, folder, store } = await clockedStore();
    put(store, 'a', ['One.']);
    const good = await store.backups.make('whole');
    clock.time += DAY;
    put(store, 'b', ['Two.']);
    await store.backups.make('damaged');
    new Sqlite(join(folder, 'library.db')).exec('UPDATE texts SET text = upper(text)').close();
    expect(failureOf(() => store.articles.text('a'))?.message).toContain(`backups/${basename(good)}`);
    expect(failureOf(() => store.articles.text('b'))?.message).toMatch(/import an export\.$/);
  });

  it('are the remedy of a damaged database: the newest that is sound, and whole where there is such a one', async () => {
    const { clock, folder, store } = await clockedStore();
    put(store, 'a', ['One.']);
    const files: string[] = [];
    for (const wholeness of ['whole', 'whole', 'damaged', 'damaged'] as const) {
      files.push(await store.backups.make(wholeness));
      clock.time += DAY;
    }
    expect(daysKept(folder)).toEqual(['2', '3!', '4!']);
    await store.close();
    truncateSync(join(folder, 'library.db'), 8_192);
    const remedy = async () => {
      const failure = await openTestStore({ folder }).then(
        () => undefined,
        (error: unknown) => error,
      );
      return /copy (.*); or move|(no backup .*): move/.exec(String(failure))!.slice(1).join('');
    };
    const [, whole, damaged, later] = files.map((file) => `backups/${basename(file)}`);
    expect(await remedy()).toBe(`${whole!} to library.db (${later!} is newer, but an article in it is damaged)`);
    truncateSync(join(folder, later!), 8_192);
    expect(await remedy()).toBe(`${whole!} to library.db (${damaged!} is newer, but an article in it is damaged)`);
    truncateSync(join(folder, whole!), 8_192);
    expect(await remedy()).toBe(`${damaged!} to library.db`);
    rmSync(join(folder, damaged!));
    expect(await remedy()).toBe('no backup that could be used');
  });
});
