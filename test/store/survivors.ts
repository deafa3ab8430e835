import Sqlite from 'better-sqlite3';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isSound } from '../../src/store/soundness.js';
import { nearestTexts, openTestStore, textsWith, vectorOf } from './fixture.js';

/** What processes/writer.mjs says. */
export type Said =
  | {
      readonly begun: 'put' | 'remove';
      readonly done?: undefined;
      readonly name: string;
      readonly texts?: readonly string[];
    }
  | { readonly done: 'put' | 'remove'; readonly name: string; readonly texts?: readonly string[] }
  | { readonly done: 'reindex' | 'backup' | 'reopen'; readonly name?: undefined }
  | { readonly warned: string; readonly done?: undefined };

/** Whether the tables agree with each other, asked without the store. */
export function audit(folder: string): void {
  const database = new Sqlite(join(folder, 'library.db'), { readonly: true });
  const rows = (sql: string) => database.prepare(sql).pluck().all();
  const { edition } = database.prepare<[], { edition: number }>('SELECT edition FROM library').get()!;
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.pragma('foreign_key_check')).toEqual([]);
  expect(rows(`SELECT id FROM passages WHERE edition = ${edition} ORDER BY id`)).toEqual(
    rows(`SELECT rowid FROM keywords_${edition % 2} ORDER BY rowid`),
  );
  expect(rows('SELECT id FROM articles EXCEPT SELECT article_id FROM texts')).toEqual([]);
  expect(rows(`SELECT id FROM articles EXCEPT SELECT article_id FROM cuts WHERE edition = ${edition}`)).toEqual([]);
  expect(
    rows(
      'SELECT (SELECT count(*) FROM passages p WHERE (p.article_id, p.edition) = (c.article_id, c.edition)) - passages FROM cuts c',
    ).every((gap) => gap === 0),
  ).toBe(true);
  database.close();
}

/**
 * Expects that a library holds what its writer said it had done before it was cut off, whole and found in every way, and
 * that its backups are sound.
 * @param model texts by article of what was there before; brought up to date
 */
export async function expectSurvived(
  folder: string,
  said: readonly Said[],
  model: Map<string, readonly string[]>,
): Promise<void> {
  let open: Said | undefined;
  for (const one of said) {
    if ('warned' in one) throw new Error(`The index was not caught up: ${one.warned}`);
    open = one.done === undefined ? one : undefined;
    if (one.done === 'put') model.set(one.name, one.texts!);
    if (one.done === 'remove') model.delete(one.name);
  }
  const hadIndex = existsSync(join(folder, 'index.hnsw'));
  const store = await openTestStore({ folder });
  audit(folder);
  // What was begun and not said to be done is there wholly or not at all.
  if (open && 'begun' in open) {
    const { begun, name, texts } = open;
    const isDone =
      begun === 'put' ? store.articles.text(name)?.text === texts!.join('\n\n') : !store.articles.find(name);
    if (isDone && begun === 'put') model.set(name, texts!);
    if (isDone && begun === 'remove') model.delete(name);
  }
  // The very first index file may be missing where it was cut off before it got its name.
  expect(store.logged.filter((line) => hadIndex || !line.includes('the file is missing'))).toEqual([]);
  expect(store.articles.ids().sort()).toEqual([...model.keys()].sort());
  for (const [id, texts] of model) {
    expect(store.articles.text(id)!.text).toBe(texts.join('\n\n'));
    expect(store.articles.isIntact(id)).toBe(true);
  }
  const all = [...model.values()].flat();
  expect(nearestTexts(store, vectorOf('?'), all.length + 10).sort()).toEqual([...all].sort());
  expect(textsWith(store, ['version'], all.length + 10).sort()).toEqual([...all].sort());
  await store.close();
  const backups = join(folder, 'backups');
  const copies = existsSync(backups) ? readdirSync(backups).filter((name) => /^library-.*\.db$/.test(name)) : [];
  expect(copies.filter((name) => !isSound(join(backups, name)))).toEqual([]);
  expect(copies.length).toBeGreaterThanOrEqual(Math.min(3, said.filter(({ done }) => done === 'backup').length));
}
