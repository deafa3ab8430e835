import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openTestStore, temporaryFolder, vectorOf } from './fixture.js';

const DAY = 86_400_000;

/** A store whose clock the test turns. */
async function clockedStore(folder = temporaryFolder()) {
  const clock = { time: Date.UTC(2025, 0, 1) };
  return { clock, folder, store: await openTestStore({ folder, now: () => clock.time }) };
}

describe('notes', () => {
  it('are kept until they expire, across a restart', async () => {
    const { clock, folder, store } = await clockedStore();
    store.notes.put('answer:1', { question: 'Why?' }, 1_000);
    store.notes.put('answer:2', [1, 2], 5_000);
    store.notes.put('other', undefined, 5_000);
    await store.close();
    const again = await openTestStore({ folder, now: () => clock.time });
    expect(again.notes.get('answer:1')).toEqual({ question: 'Why?' });
    expect(again.notes.get('other')).toBeNull();
    expect(again.notes.get('none')).toBeUndefined();
    expect(again.notes.entries('answer:').map(([key]) => key)).toEqual(['answer:1', 'answer:2']);
    clock.time += 1_000;
    expect(again.notes.get('answer:1')).toBeUndefined();
    expect(again.notes.entries('answer:').map(([key]) => key)).toEqual(['answer:2']);
    again.notes.put('answer:2', 'changed', 5_000);
    expect(again.notes.get('answer:2')).toBe('changed');
    again.notes.delete('answer:2');
    expect(again.notes.get('answer:2')).toBeUndefined();
  });

  it('of any name are told apart: wildcards are text', async () => {
    const { store } = await clockedStore();
    for (const key of ['a%b', 'axb', 'a_b', 'A%b', 'ä']) store.notes.put(key, key, 1_000);
    expect(store.notes.entries('a%').map(([key]) => key)).toEqual(['a%b']);
    expect(store.notes.entries('')).toHaveLength(5);
  });
});

it('settings are kept one by one', async () => {
  const { folder, store } = await clockedStore();
  store.settings.put({ excerpts: 2, askChannels: ['1', '2'] });
  store.settings.put({ excerpts: 3, answerThreshold: null });
  await store.close();
  const again = await openTestStore({ folder });
  expect(again.settings.all()).toEqual({ excerpts: 3, askChannels: ['1', '2'], answerThreshold: null });
});

describe('questions', () => {
  const question = (text: string) => ({
    text,
    normalised: text.toLowerCase(),
    fingerprint: 'm',
    vector: vectorOf(text),
    place: null,
  });

  it('are kept for 90 days, and forgotten on request', async () => {
    const { clock, store } = await clockedStore();
    store.questions.record({ ...question('What?'), place: 'channel' });
    clock.time += 1;
    store.questions.record(question('WHAT?'));
    store.questions.record(question('Why?'));
    expect(store.questions.count()).toBe(2);
    expect(store.questions.all()).toEqual([
      { ...question('What?'), place: 'channel', askedAt: '2025-01-01T00:00:00.000Z' },
      { ...question('WHAT?'), askedAt: '2025-01-01T00:00:00.001Z' },
      { ...question('Why?'), askedAt: '2025-01-01T00:00:00.001Z' },
    ]);
    clock.time += 90 * DAY - 1;
    expect(store.questions.all().map(({ text }) => text)).toEqual(['WHAT?', 'Why?']);
    store.questions.record(question('When?'));
    expect(store.questions.clear()).toBe(3);
    expect(store.questions.count()).toBe(0);
  });

  it('too old are gone from the disk with the next one', async () => {
    const { clock, folder, store } = await clockedStore();
    store.questions.record(question('Secret?'));
    clock.time += 91 * DAY;
    store.questions.record(question('New?'));
    const database = new Sqlite(join(folder, 'library.db'), { readonly: true });
    expect(database.prepare('SELECT text FROM questions').pluck().all()).toEqual(['New?']);
    database.close();
  });
});

it('ratings are counted by article', async () => {
  const { store } = await clockedStore();
  store.ratings.add('a', true);
  store.ratings.add('a', true);
  store.ratings.add('a', false);
  store.ratings.add('b', false);
  expect(store.ratings.of('a')).toEqual({ helpful: 2, notHelpful: 1 });
  expect(store.ratings.of('c')).toEqual({ helpful: 0, notHelpful: 0 });
  expect(store.ratings.totals()).toEqual({ helpful: 2, notHelpful: 2 });
});
