import Sqlite from 'better-sqlite3';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.js';
import { MIGRATIONS } from '../../src/store/schema.js';
import { failureOf, nearestTexts, openTestStore, put, temporaryFolder, textsWith, vectorOf } from './fixture.js';

/** A folder with the library that the first version wrote. */
function firstLibrary(): string {
  const folder = temporaryFolder();
  new Sqlite(join(folder, 'library.db')).exec(readFileSync(new URL('library-v1.sql', import.meta.url), 'utf8')).close();
  return folder;
}

it('opens a library of the first format, with all that is in it', async () => {
  const store = await openTestStore({ folder: firstLibrary() });
  expect(store.articles.ids()).toEqual(['whales', '海']);
  expect(store.articles.ids().every((id) => store.articles.isIntact(id))).toBe(true);
  expect(textsWith(store, ['krill'])).toEqual(['Krill is small.']);
  expect(textsWith(store, ['深'])).toEqual(['海 很 深.']);
  expect(nearestTexts(store, vectorOf('海 很 深.'), 1)).toEqual(['海 很 深.']);
  expect(store.questions.count()).toBe(1);
  expect(store.ratings.of('whales')).toEqual({ helpful: 1, notHelpful: 0 });
  expect(store.settings.all()).toEqual({ excerpts: 2 });
  expect(put(store, 'whales', ['Krill is small.'])).toEqual({ status: 'updated', added: 0, removed: 1 });
});

it('has the tables of the first format still, where nothing was migrated', () => {
  const tablesOf = (file: string) => {
    const database = new Sqlite(file, { readonly: true });
    const names = database
      .prepare("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
      .pluck()
      .all();
    database.close();
    return names;
  };
  const fresh = join(temporaryFolder(), 'library.db');
  openDatabase(fresh, { migrations: MIGRATIONS.slice(0, 1) }).close();
  expect(tablesOf(fresh)).toEqual(tablesOf(join(firstLibrary(), 'library.db')));
});

it('migrates step by step, each once, all or nothing', () => {
  const file = join(firstLibrary(), 'library.db');
  const second = 'ALTER TABLE vectors ADD COLUMN tokens BLOB';
  const third = "UPDATE articles SET title = title || '!'";
  const titles = () => {
    const database = openDatabase(file, { migrations: [...MIGRATIONS.slice(0, 1), second, third] });
    const rows = database.statement<{ title: string }>('SELECT title FROM articles ORDER BY id').all();
    database.close();
    return rows.map(({ title }) => title);
  };
  const broken = [...MIGRATIONS.slice(0, 1), second, 'NO SUCH STATEMENT'];
  expect(() => openDatabase(file, { migrations: broken })).toThrow(/syntax error/);
  expect(titles()).toEqual(['whales!', '海!']);
  expect(titles()).toEqual(['whales!', '海!']);
  expect(failureOf(() => openDatabase(file, { migrations: MIGRATIONS.slice(0, 1) }))?.code).toBe('bad-config');
});
