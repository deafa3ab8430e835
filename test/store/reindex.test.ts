import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store.js';
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
} from './fixture.js';

const OTHER = { fingerprint: 'other-model', dimensions: KIND.dimensions };

/** Stages an article cut into sentences instead of paragraphs. */
function stage(store: Store, id: string, kind = OTHER): boolean {
  const stored = store.articles.text(id)!;
  const sentences = stored.text.split(/(?<=\.)\s+/).filter((sentence) => sentence !== '');
  const { article, embeddings, passages } = toStore(id, sentences, kind.fingerprint);
  store.embeddings.put(kind.fingerprint, embeddings);
  // Offsets of the sentences in the text as it is stored.
  let at = 0;
  const placed = passages.map((passage, i) => {
    const start = stored.text.indexOf(sentences[i]!, at);
    at = start + sentences[i]!.length;
    return { ...passage, start, end: at, sentences: [{ start, end: at }] };
  });
  return store.reindex.stage(article.id, store.articles.find(id)!.contentHash, '2', placed);
}

function nearestIn(store: Store, kind: typeof OTHER, text: string, k: number): string[] {
  const hits = store.search.byVector(vectorOf(text), kind.fingerprint, k);
  return store.search.candidates(hits.map(({ passageId }) => passageId)).candidates.map((candidate) => candidate.text);
}

describe('a reindex', () => {
  it('serves the old edition until it switches to the new one, whole', async () => {
    const store = await openTestStore();
    put(store, 'a', ['One. Two.', 'Three.']);
    put(store, 'b', ['Four. Five.']);
    await store.reindex.begin(OTHER);
    expect(store.reindex.state()).toEqual({ kind: OTHER, startedAt: '2023-11-14T22:13:20.000Z', staged: 0 });
    expect(store.reindex.pending('2')).toEqual(['a', 'b']);
    expect(await store.reindex.finish('2')).toBe(false);

    stage(store, 'a');
    expect(store.reindex.pending('2')).toEqual(['b']);
    expect(store.status()).toMatchObject({ passages: 3, reindex: { staged: 1 } });
    expect(textsWith(store, ['one'])).toEqual(['One. Two.']);
    expect(nearestTexts(store, vectorOf('Three.'), 10)).toHaveLength(3);
    expect(store.search.documentCounts(['one', 'five'])).toEqual([1, 1]);

    stage(store, 'b');
    expect(await store.reindex.finish('2')).toBe(true);
    expect(store.reindex.state()).toBeNull();
    expect(store.kind()).toEqual(OTHER);
    expect(textsWith(store, ['one'])).toEqual(['One.']);
    expect(nearestIn(store, OTHER, 'Five.', 10).sort()).toEqual(['Five.', 'Four.', 'One.', 'Three.', 'Two.']);
    expect(failureOf(() => store.search.byVector(vectorOf('?'), KIND.fingerprint, 1))?.code).toBe('bad-config');
    expect(store.articles.find('a')).toMatchObject({ passages: 3, cutting: '2' });
    expect(store.articles.isIntact('b')).toBe(true);
    expect(store.search.passageCount()).toBe(5);
  });

  it('does not lose what is added, updated and removed meanwhile', async () => {
    const store = await openTestStore();
    for (const name of ['a', 'b', 'c']) put(store, name, [`${name} one. ${name} two.`]);
    await store.reindex.begin(OTHER);
    for (const id of store.reindex.pending('2')) stage(store, id);
    put(store, 'a', ['a new.']);
    store.articles.remove('b');
    put(store, 'd', ['d one. d two.']);
    expect(store.reindex.pending('2')).toEqual(['a', 'd']);
    expect(await store.reindex.finish('2')).toBe(false);
    expect(store.reindex.stage('a', 'as it was before', '2', [])).toBe(false);
    expect(store.reindex.stage('b', 'gone', '2', [])).toBe(false);
    for (const id of store.reindex.pending('2')) stage(store, id);
    expect(await store.reindex.finish('2')).toBe(true);
    expect(nearestIn(store, OTHER, '?', 10).sort()).toEqual(['a new.', 'c one.', 'c two.', 'd one.', 'd two.']);
    expect(textsWith(store, ['b'])).toEqual([]);
  });

  it('keeps an article that cannot be cut anew, with its vectors and words', async () => {
    const store = await openTestStore();
    for (const name of ['a', 'b']) put(store, name, [`${name} one.`, `${name} two.`]);
    const before = store.articles.passages('a').map(({ start, end, sentences }) => ({ start, end, sentences }));
    await store.reindex.begin(KIND);
    store.reindex.keep('a', '2');
    store.reindex.keep('gone', '2');
    expect(store.reindex.pending('2')).toEqual(['b']);
    stage(store, 'b', KIND);
    expect(await store.reindex.finish('2')).toBe(true);
    expect(store.articles.isIntact('a')).toBe(true);
    expect(store.articles.passages('a').map(({ start, end, sentences }) => ({ start, end, sentences }))).toEqual(
      before,
    );
    expect(textsWith(store, ['a']).sort()).toEqual(['a one.', 'a two.']);
    expect(textsWith(store, ['one'])).toHaveLength(2);
    expect(nearestTexts(store, vectorOf('a two.'), 1)).toEqual(['a two.']);
    store.articles.remove('a');
    expect(textsWith(store, ['a'])).toEqual([]);
    expect(nearestTexts(store, vectorOf('a two.'), 9)).toHaveLength(2);
  });

  it('keeps of such an article the text alone where the vectors are of another kind', async () => {
    const store = await openTestStore();
    for (const name of ['a', 'b']) put(store, name, [`${name} one.`]);
    await store.reindex.begin(OTHER);
    store.reindex.keep('a', '2');
    stage(store, 'b');
    expect(await store.reindex.finish('2')).toBe(true);
    expect(store.articles.text('a')?.text).toBe('a one.');
    expect(store.articles.find('a')).toMatchObject({ passages: 0 });
    expect(nearestIn(store, OTHER, 'a one.', 5)).toEqual(['b one.']);
  });

  it('goes on where it was cut off, unless another kind is wanted', async () => {
    const folder = temporaryFolder();
    let store = await openTestStore({ folder });
    put(store, 'a', ['One.']);
    put(store, 'b', ['Two.']);
    await store.reindex.begin(OTHER);
    stage(store, 'a');
    await store.close();

    store = await openTestStore({ folder });
    expect(store.reindex.state()).toMatchObject({ staged: 1 });
    expect(await store.embeddings.collectGarbage(0)).toBe(0);
    await store.reindex.begin(OTHER);
    expect(store.reindex.pending('2')).toEqual(['b']);
    // Cut by other rules meanwhile: all again.
    expect(store.reindex.pending('3')).toEqual(['a', 'b']);
    const third = { ...KIND, fingerprint: 'third-model' };
    await store.reindex.begin(third);
    expect(store.reindex.state()).toMatchObject({ kind: third, staged: 0 });
    for (const id of store.reindex.pending('2')) stage(store, id, third);
    expect(await store.reindex.finish('2')).toBe(true);
    expect(nearestIn(store, third, 'One.', 1)).toEqual(['One.']);
  });

  it('is dropped by cancel, and leaves the library as it was', async () => {
    const store = await openTestStore();
    put(store, 'a', ['One. Two.']);
    await store.reindex.begin(OTHER);
    stage(store, 'a');
    await store.reindex.cancel();
    expect(store.reindex.state()).toBeNull();
    expect(textsWith(store, ['one'])).toEqual(['One. Two.']);
    expect(failureOf(() => stage(store, 'a'))?.code).toBe('busy');
    await expect(store.reindex.finish('2')).rejects.toMatchObject({ code: 'busy' });
    // Nothing staged is left to be found by the next one.
    await store.reindex.begin(OTHER);
    expect(store.reindex.pending('2')).toEqual(['a']);
  });

  it('keeps vectors of the same model, and can follow on another', async () => {
    const store = await openTestStore();
    put(store, 'a', ['One. Two.', 'Three.']);
    for (let round = 0; round < 3; round++) {
      await store.reindex.begin(KIND);
      stage(store, 'a', KIND);
      expect(await store.reindex.finish('2')).toBe(true);
      expect(nearestTexts(store, vectorOf('Three.'), 10).sort()).toEqual(['One.', 'Three.', 'Two.']);
      expect(textsWith(store, ['three'])).toEqual(['Three.']);
      expect(store.search.documentCounts(['one'])).toEqual([1]);
    }
  });

  it('of a model with other dimensions switches the index too', async () => {
    const folder = temporaryFolder();
    let store = await openTestStore({ folder });
    put(store, 'a', ['One.']);
    const wide = { fingerprint: 'wide-model', dimensions: 2 };
    await store.reindex.begin(wide);
    const hash = 'wide one';
    const vector = Float32Array.of(0, 1);
    store.embeddings.put(wide.fingerprint, [{ hash, vector, sentences: vector, states: new Uint8Array() }]);
    const [passage] = toStore('a', ['One.']).passages;
    store.reindex.stage('a', store.articles.find('a')!.contentHash, '2', [{ ...passage!, hash }]);
    expect(await store.reindex.finish('2')).toBe(true);
    expect(store.search.byVector(vector, wide.fingerprint, 1)[0]!.similarity).toBeCloseTo(1);
    await store.close();
    store = await openTestStore({ folder });
    expect(store.search.byVector(vector, wide.fingerprint, 1)[0]!.similarity).toBeCloseTo(1);
  });

  it('lets other work have its turn: questions are answered all the while', async () => {
    const store = await openTestStore();
    for (let i = 0; i < 60; i++)
      put(
        store,
        `n${i}`,
        Array.from({ length: 10 }, (_, p) => `text ${i} part ${p}.`),
      );
    await store.settled();
    await store.reindex.begin(OTHER);
    for (const id of store.reindex.pending('2')) stage(store, id);
    const progress = { isDone: false };
    const finishing = store.reindex.finish('2').finally(() => (progress.isDone = true));
    let asked = 0;
    while (!progress.isDone) {
      const kind = store.kind()!;
      expect(nearestIn(store, kind, 'text 7 part 3.', 1)).toEqual(['text 7 part 3.']);
      expect(store.search.passageCount()).toBe(600);
      asked++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await finishing).toBe(true);
    expect(asked).toBeGreaterThan(10);
  });

  it('agrees with a Map, whatever happens between its steps', async () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const text = fc.constantFrom('red one. blue two.', 'green three.', 'red four. green five.');
    const step = fc.oneof(
      fc.record({ do: fc.constant('put' as const), name, text }),
      fc.record({ do: fc.constant('remove' as const), name }),
      fc.record({ do: fc.constant('stage' as const), name }),
      fc.record({ do: fc.constantFrom('begin' as const, 'finish' as const, 'cancel' as const, 'reopen' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const folder = temporaryFolder();
        let store = await openTestStore({ folder });
        const model = new Map<string, string>();
        const cutFine = new Set<string>();
        for (const one of steps) {
          const isUnderWay = store.reindex.state() !== null;
          if (one.do === 'put') {
            put(store, one.name, [one.text]);
            model.set(one.name, one.text);
            cutFine.delete(one.name);
          } else if (one.do === 'remove') {
            store.articles.remove(one.name);
            model.delete(one.name);
          } else if (one.do === 'stage') {
            if (isUnderWay && model.has(one.name)) expect(stage(store, one.name, KIND)).toBe(true);
          } else if (one.do === 'begin') {
            await store.reindex.begin(KIND);
          } else if (one.do === 'cancel') {
            await store.reindex.cancel();
          } else if (one.do === 'finish') {
            const isSwitched = isUnderWay && (await store.reindex.finish('2'));
            if (isSwitched) for (const article of model.keys()) cutFine.add(article);
          } else {
            await store.close();
            store = await openTestStore({ folder });
          }
          const expected = [...model].flatMap(([id, whole]) => (cutFine.has(id) ? whole.split(/(?<=\.) /) : [whole]));
          expect(nearestTexts(store, vectorOf('?'), 50).sort()).toEqual(expected.sort());
          const red = expected.filter((passage) => passage.includes('red'));
          expect(textsWith(store, ['red']).sort()).toEqual(red);
          expect(store.search.documentCounts(['red'])).toEqual([red.length]);
          expect(store.search.passageCount()).toBe(expected.length);
        }
        await store.close();
      }),
      { numRuns: 60 },
    );
  });
});
