import { expect, it } from 'vitest';
import { failureOf, nearestTexts, openTestStore, put, temporaryFolder, vectorOf } from './fixture.js';

it('holds as many articles as it may, and says so', async () => {
  const store = await openTestStore({ quota: { maxArticles: 2, maxBytes: 1_000 } });
  put(store, 'a', ['First.']);
  put(store, 'b', ['Second.']);
  const before = store.status().changedAt;
  expect(failureOf(() => put(store, 'c', ['Third.']))).toMatchObject({
    code: 'quota-exceeded',
    message: expect.stringMatching(/2 articles.*LIBRARY_MAX_ARTICLES allows 2.*Remove/) as string,
  });
  expect(store.articles.ids()).toEqual(['a', 'b']);
  expect(store.status().changedAt).toBe(before);
  expect(nearestTexts(store, vectorOf('?'), 5)).toHaveLength(2);
  expect(put(store, 'b', ['Second, and longer than before.']).status).toBe('updated');
  store.articles.remove('a');
  expect(put(store, 'c', ['Third.']).status).toBe('added');
});

it('holds as many bytes of text as it may, to the byte', async () => {
  // Three bytes a letter.
  const store = await openTestStore({ quota: { maxArticles: 9, maxBytes: 30 } });
  put(store, 'a', ['一'.repeat(6)]);
  expect(failureOf(() => put(store, 'b', ['x'.repeat(13)]))?.code).toBe('quota-exceeded');
  expect(failureOf(() => put(store, 'a', ['x'.repeat(31)]))?.code).toBe('quota-exceeded');
  expect(store.articles.text('a')?.text).toBe('一'.repeat(6));
  expect(put(store, 'b', ['x'.repeat(12)]).status).toBe('added');
  expect(failureOf(() => store.articles.checkRoom({ key: 'text:c', text: 'x' }))).toMatchObject({
    code: 'quota-exceeded',
    message: expect.stringContaining('31 bytes') as string,
  });
});

it('lets an article be replaced by one that is no longer, although the limit was lowered since', async () => {
  const folder = temporaryFolder();
  const roomy = await openTestStore({ folder });
  put(roomy, 'a', ['x'.repeat(20)]);
  put(roomy, 'b', ['y'.repeat(20)]);
  await roomy.close();
  const store = await openTestStore({ folder, quota: { maxArticles: 1, maxBytes: 10 } });
  expect(put(store, 'a', ['z'.repeat(20)]).status).toBe('updated');
  expect(failureOf(() => put(store, 'a', ['z'.repeat(21)]))?.code).toBe('quota-exceeded');
  expect(nearestTexts(store, vectorOf('?'), 5)).toHaveLength(2);
});
