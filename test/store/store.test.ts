import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

describe('articles', () => {
  it('come back as they were stored', async () => {
    const store = await openTestStore();
    const { article, embeddings, passages } = toStore('whales', [
      'Whales sing. They are heard far away.',
      'Krill is small.',
    ]);
    store.embeddings.put(KIND.fingerprint, embeddings);
    const headings = [{ start: 0, end: 6, level: 2 }];
    const validators = { etag: '"a"' };
    const result = store.articles.put({ ...article, headings, validators }, KIND, passages);

    expect(result).toEqual({ status: 'added', added: 2, removed: 0 });
    expect(store.articles.find('whales')).toEqual({
      id: 'whales',
      key: 'key of whales',
      origin: { kind: 'file', path: '/articles/whales.txt' },
      title: 'whales',
      byline: null,
      siteName: 'Example',
      publishedAt: '2024-11-14',
      language: 'en',
      url: null,
      contentHash: article.contentHash,
      cutting: '1',
      validators,
      passages: 2,
      characters: article.text.length,
      addedAt: '2023-11-14T22:13:20.000Z',
      updatedAt: '2023-11-14T22:13:20.000Z',
    });
    expect(store.articles.findByKey('key of whales')).toEqual(store.articles.find('whales'));
    expect(store.articles.text('whales')).toEqual({ text: article.text, headings });
    expect(store.articles.passages('whales').map(({ start, end }) => article.text.slice(start, end))).toEqual([
      'Whales sing. They are heard far away.',
      'Krill is small.',
    ]);
    expect(store.articles.isIntact('whales')).toBe(true);
  });

  it('are replaced whole by their next version, which counts what is new and gone', async () => {
    const store = await openTestStore();
    put(store, 'tides', ['The moon pulls.', 'The sun pulls too.', 'Spring tides are high.']);
    const result = put(store, 'tides', ['The moon pulls.', 'Neap tides are low.']);
    expect(result).toEqual({ status: 'updated', added: 1, removed: 2 });
    expect(store.articles.find('tides')!.passages).toBe(2);
    expect(textsWith(store, ['pulls'])).toEqual(['The moon pulls.']);
    expect(nearestTexts(store, vectorOf('The sun pulls too.'), 10).sort()).toEqual([
      'Neap tides are low.',
      'The moon pulls.',
    ]);
  });

  it('keep the day they were added, or take it from an import', async () => {
    let time = Date.UTC(2024, 0, 1);
    const store = await openTestStore({ now: () => time });
    put(store, 'old', ['One.']);
    time = Date.UTC(2024, 5, 1);
    put(store, 'old', ['Two.']);
    expect(store.articles.find('old')).toMatchObject({
      addedAt: '2024-01-01T00:00:00.000Z',
      updatedAt: '2024-06-01T00:00:00.000Z',
    });
    const { article } = toStore('imported', []);
    store.articles.put({ ...article, addedAt: '2020-02-02T02:02:02.000Z' }, KIND, []);
    expect(store.articles.list().map(({ id }) => id)).toEqual(['old', 'imported']);
    expect(store.articles.ids()).toEqual(['old', 'imported']);
  });

  it('leave nothing findable behind when removed', async () => {
    const store = await openTestStore();
    put(store, 'a', ['Shared words.', 'Only here.']);
    put(store, 'b', ['Shared words.']);
    expect(store.articles.remove('a')).toMatchObject({ id: 'a', passages: 2 });
    expect(store.articles.remove('a')).toBeUndefined();
    expect(store.articles.find('a')).toBeUndefined();
    expect(store.articles.text('a')).toBeUndefined();
    expect(store.articles.passages('a')).toEqual([]);
    expect(store.articles.isIntact('a')).toBe(false);
    expect(textsWith(store, ['only', 'shared'])).toEqual(['Shared words.']);
    expect(nearestTexts(store, vectorOf('Only here.'), 5)).toEqual(['Shared words.']);
    expect(store.search.passageCount()).toBe(1);
    expect(store.search.documentCounts(['only', 'shared'])).toEqual([0, 1]);
  });

  it('are stored without lone surrogates, at the same offsets, and with NULs', async () => {
    const store = await openTestStore();
    put(store, 'odd', ['A lone \ud800 surrogate.', 'A NUL \0 inside.', 'Emoji 🐋 whole.']);
    expect(store.articles.isIntact('odd')).toBe(true);
    const ids = store.articles.passages('odd').map(({ passageId }) => passageId);
    expect(store.search.candidates(ids).candidates.map(({ text }) => text)).toEqual([
      'A lone \ufffd surrogate.',
      'A NUL \0 inside.',
      'Emoji 🐋 whole.',
    ]);
  });

  it('are refused, and nothing of them stored, when a vector is missing or of another model', async () => {
    const store = await openTestStore();
    const { article, passages } = toStore('early', ['Not embedded.']);
    expect(failureOf(() => store.articles.put(article, KIND, passages))?.code).toBe('internal');
    expect(store.articles.list()).toEqual([]);

    put(store, 'first', ['One model.']);
    const other = toStore('second', ['Another model.'], 'other-model');
    store.embeddings.put('other-model', other.embeddings);
    const otherKind = { ...KIND, fingerprint: 'other-model' };
    for (const attempt of [
      () => store.articles.put(other.article, otherKind, other.passages),
      () => store.articles.put(other.article, KIND, other.passages),
      () => store.search.byVector(vectorOf('?'), 'other-model', 3),
    ]) {
      expect(failureOf(attempt)).toMatchObject({
        code: 'bad-config',
        message: expect.stringContaining('reindex') as string,
      });
    }
    expect(store.articles.ids()).toEqual(['first']);
  });

  it('of another model are taken once the library is empty', async () => {
    const store = await openTestStore();
    put(store, 'first', ['One model.']);
    store.articles.remove('first');
    const other = toStore('second', ['Another model.'], 'other-model');
    store.embeddings.put('other-model', other.embeddings);
    store.articles.put(other.article, { ...KIND, fingerprint: 'other-model' }, other.passages);
    expect(store.search.byVector(vectorOf('Another model.'), 'other-model', 3)).toHaveLength(1);
  });
});

describe('candidates', () => {
  it('are slices of their article, with what ranking needs, in the order asked for', async () => {
    const store = await openTestStore();
    const texts = ['First sentence. Second sentence.', 'Third sentence.'];
    const { article } = toStore('sliced', texts);
    put(store, 'sliced', texts);
    const ids = store.articles.passages('sliced').map(({ passageId }) => passageId);
    const { candidates, damaged } = store.search.candidates([ids[1]!, 999, ids[0]!]);
    expect(damaged).toEqual([]);
    expect(candidates.map(({ ordinal }) => ordinal)).toEqual([1, 0]);
    for (const { text, start, end, sentences, vector, sentenceVectors, article: cited } of candidates) {
      expect(article.text.slice(start, end)).toBe(text);
      expect(cited).toMatchObject({ id: 'sliced', title: 'sliced', siteName: 'Example', publishedAt: '2024-11-14' });
      expect([...vector]).toEqual([...vectorOf(text)]);
      expect(sentenceVectors).toHaveLength(sentences.length * KIND.dimensions);
      sentences.forEach((sentence, i) => {
        const exact = vectorOf(article.text.slice(sentence.start, sentence.end));
        const kept = sentenceVectors.subarray(i * KIND.dimensions, (i + 1) * KIND.dimensions);
        const cosine = exact.reduce((sum, x, d) => sum + x * kept[d]!, 0) / Math.hypot(...kept);
        expect(cosine).toBeGreaterThan(0.9999);
        expect(Math.hypot(...kept)).toBeCloseTo(1, 1);
      });
    }
  });

  it('share the vector of a text that stands in two articles', async () => {
    const store = await openTestStore();
    expect(store.embeddings.missing(['test-model Same.', 'test-model Same.', 'none'])).toEqual([
      'test-model Same.',
      'none',
    ]);
    put(store, 'a', ['Same.', 'Other.']);
    put(store, 'b', ['Same.']);
    expect(store.embeddings.missing(['test-model Same.'])).toEqual([]);
    expect(nearestTexts(store, vectorOf('Same.'), 2)).toEqual(['Same.', 'Same.']);
    expect(nearestTexts(store, vectorOf('Same.'), 1)).toEqual(['Same.']);
  });
});

describe('keywords', () => {
  it('rank by where a term stands', async () => {
    const store = await openTestStore();
    put(store, 'krill', ['Nothing of it here at all.']);
    put(store, 'body', ['Some krill is eaten here.']);
    put(store, 'none', ['Whales are large.']);
    put(store, 'more', ['Seals are smaller.']);
    put(store, 'rest', ['Gulls are loud.']);
    expect(textsWith(store, ['krill'])).toEqual(['Nothing of it here at all.', 'Some krill is eaten here.']);
    const bodyOnly = store.search.byTerms(['krill'], 5, { title: 0, heading: 0, body: 1 });
    expect(bodyOnly[0]!.score).toBeGreaterThan(bodyOnly[1]!.score);
    expect(store.search.candidates([bodyOnly[0]!.passageId]).candidates[0]!.article.id).toBe('body');
  });

  it('take query syntax for text', async () => {
    const store = await openTestStore();
    put(store, 'a', ['near or not and body.']);
    for (const term of [
      '"',
      '""',
      '*',
      'near(',
      'body:',
      '-',
      '^a',
      '(',
      'a"b',
      '\0',
      '',
      ' ',
      "'; DROP TABLE articles; --",
    ]) {
      expect(() => store.search.byTerms([term, 'zebra'], 5, WEIGHTS)).not.toThrow();
      expect(textsWith(store, ['zebra', term].slice(0, 1))).toEqual([]);
    }
    expect(textsWith(store, ['near', 'or', 'not', 'and'])).toEqual(['near or not and body.']);
  });

  it('find every term that is stored: words of any script, bigrams, digits, marks', async () => {
    const store = await openTestStore();
    const term = fc.oneof(
      fc.stringMatching(/^[\p{L}\p{N}\p{M}]{1,12}$/u),
      fc.constantFrom(
        '公司',
        '香港',
        'naïve',
        'straße',
        'çà',
        '2024',
        '३४',
        'हिन्दी',
        'ไทย',
        '𠮷野',
        'e\u0301te',
        'ﬁ',
        'дом',
        'ⅷ',
        '①',
      ),
    );
    fc.assert(
      fc.property(fc.uniqueArray(term, { minLength: 1, maxLength: 5 }), (terms) => {
        const words = terms.map((word) => word.toLowerCase()).filter((word) => word.isWellFormed());
        put(store, 'probe', [`${words.join(' ')}.`]);
        for (const word of words) {
          expect(store.search.documentCounts([word])).toEqual([1]);
          expect(store.search.byTerms([word], 5, WEIGHTS)).toHaveLength(1);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('looks a question’s frequent words up only where the rarer ones leave time for it', async () => {
    const store = await openTestStore();
    for (let article = 0; article < 9; article++) {
      const passages = Array.from({ length: 2_100 }, (_, i) =>
        i % 2_100 < 1_000 ? `common ${article} ${i}` : `${article} ${i}`,
      );
      put(store, `article-${article}`, [...passages, `krill ${article}`]);
    }
    expect(store.search.byTerms(['common', 'krill'], 20, WEIGHTS)).toHaveLength(9);
    expect(store.search.byTerms(['common'], 20, WEIGHTS)).toHaveLength(20);
  });

  it('weigh the same after changes as in a library that never held anything else', async () => {
    const [changed, fresh] = [await openTestStore(), await openTestStore()];
    for (let i = 0; i < 20; i++) put(changed, `gone-${i}`, [`whale krill ${'filler '.repeat(i)}.`, 'seal gull.']);
    put(changed, 'kept', ['whale song.', 'seal cry.', 'gull wing feather.', 'tide.']);
    for (let i = 0; i < 20; i++) changed.articles.remove(`gone-${i}`);
    put(changed, 'kept', ['whale song.', 'seal.', 'gull wing.', 'tide.']);
    put(fresh, 'kept', ['whale song.', 'seal.', 'gull wing.', 'tide.']);
    const terms = ['whale', 'seal', 'gull', 'krill', 'cry'];
    expect(changed.search.documentCounts(terms)).toEqual([1, 1, 1, 0, 0]);
    const scores = (store: typeof fresh) => store.search.byTerms(terms, 10, WEIGHTS).map(({ score }) => score);
    expect(scores(fresh)).toHaveLength(3);
    expect(scores(changed)).toEqual(scores(fresh));
  });
});

describe('keywords of more than 1,000 passages', () => {
  it('are looked up without the terms that half of them have, unless there are no others', async () => {
    const store = await openTestStore();
    for (let i = 0; i < 12; i++)
      put(
        store,
        `n${i}`,
        Array.from({ length: 100 }, (_, p) => `common word ${i}x${p}.`),
      );
    put(store, 'rare', ['common whale.', 'a whale.']);
    expect(textsWith(store, ['common', 'whale']).sort()).toEqual(['a whale.', 'common whale.']);
    expect(textsWith(store, ['common'], 2_000)).toHaveLength(1_201);
    expect(textsWith(store, ['common', 'unknown'], 2_000)).toHaveLength(1_201);
  });
});

describe('vectors', () => {
  it('without a passage are collected after a day, others never', async () => {
    let time = 0;
    const store = await openTestStore({ now: () => time });
    put(store, 'kept', ['Used.']);
    store.embeddings.put(KIND.fingerprint, toStore('x', ['Waiting.', 'Waiting too.']).embeddings);
    time += 86_400_000 - 1;
    expect(await store.embeddings.collectGarbage()).toBe(0);
    time += 1;
    expect(await store.embeddings.collectGarbage()).toBe(2);
    expect(await store.embeddings.collectGarbage()).toBe(0);
    expect(store.embeddings.missing(['test-model Used.', 'test-model Waiting.'])).toEqual(['test-model Waiting.']);
  });

  it('are all collected, and other work has its turn meanwhile', async () => {
    const store = await openTestStore();
    put(store, 'kept', ['Used.', 'Used too.']);
    const waiting = Array.from({ length: 1_500 }, (_, at) => `Waiting ${at}.`);
    store.embeddings.put(KIND.fingerprint, toStore('x', waiting).embeddings);
    let turns = 0;
    const turn = setInterval(() => (turns += 1), 0);
    expect(await store.embeddings.collectGarbage(0)).toBe(1_500);
    clearInterval(turn);
    expect(turns).toBeGreaterThan(2);
    expect(store.articles.isIntact('kept')).toBe(true);
    expect(nearestTexts(store, vectorOf('?'), 5)).toHaveLength(2);
  });

  it.each([
    ['of a buffer', new Uint8Array()],
    ['of no memory at all', structuredClone(new Uint8Array(), { transfer: [] })],
    ['of a larger buffer', new Uint8Array(8).subarray(8)],
  ])('without token states are whole, be the empty array %s', async (_, states) => {
    const store = await openTestStore();
    const { article, embeddings, passages } = toStore('plain', ['One.', 'Two.']);
    const plain = embeddings.map((embedding) => ({ ...embedding, states }));
    store.embeddings.put(KIND.fingerprint, plain);
    store.articles.put(article, KIND, passages);
    expect(store.articles.isIntact(article.id)).toBe(true);
    expect(store.embeddings.missing(plain.map(({ hash }) => hash))).toEqual([]);
  });

  it('must fit their sentences', async () => {
    const store = await openTestStore();
    const [embedding] = toStore('x', ['One.']).embeddings;
    const put = () => store.embeddings.put('m', [{ ...embedding!, sentences: new Float32Array(KIND.dimensions + 1) }]);
    expect(failureOf(put)?.code).toBe('internal');
  });
});

it('an empty library finds nothing', async () => {
  const store = await openTestStore();
  expect(store.kind()).toBeNull();
  expect(store.search.byVector(vectorOf('?'), KIND.fingerprint, 5)).toEqual([]);
  expect(store.search.byTerms(['a'], 5, WEIGHTS)).toEqual([]);
  expect(store.search.candidates([])).toEqual({ candidates: [], damaged: [] });
  expect(store.search.passageCount()).toBe(0);
  expect(store.search.languages()).toEqual([]);
  expect(store.status()).toMatchObject({
    articles: 0,
    passages: 0,
    changedAt: null,
    latestBackupAt: null,
    reindex: null,
  });
});

it('a closed library says so', async () => {
  const store = await openTestStore();
  await store.close();
  await store.close();
  for (const attempt of [
    () => store.articles.list(),
    () => put(store, 'a', ['Late.']),
    () => store.search.byTerms(['a'], 5, WEIGHTS),
  ]) {
    expect(failureOf(attempt)?.code).toBe('closed');
  }
});

/** Whatever is added, updated and removed, and however often it is opened again: what is found is what a plain Map holds. */
it('agrees with a Map', async () => {
  const names = ['ant', 'bee', 'cat', 'dog'];
  const word = fc.constantFrom('red', 'green', 'blue', 'grey', 'pink', 'gold');
  const passage = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => `${words.join(' ')}.`);
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('put' as const),
        name: fc.constantFrom(...names),
        passages: fc.array(passage, { maxLength: 4 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), name: fc.constantFrom(...names) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom('reopen' as const, 'settle' as const, 'collect' as const) }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const folder = temporaryFolder();
      const model = new Map<string, readonly string[]>();
      let store = await openTestStore({ folder });
      for (const one of steps) {
        if (one.do === 'put') {
          expect(put(store, one.name, one.passages).status).toBe(model.has(one.name) ? 'updated' : 'added');
          model.set(one.name, one.passages);
        } else if (one.do === 'remove') {
          expect(store.articles.remove(one.name) !== undefined).toBe(model.delete(one.name));
        } else if (one.do === 'reopen') {
          await store.close();
          store = await openTestStore({ folder });
          expect(store.logged).toEqual([]);
        } else if (one.do === 'settle') {
          await store.settled();
        } else {
          await store.embeddings.collectGarbage(0);
        }
        const all = [...model.values()].flat();
        expect(store.search.passageCount()).toBe(all.length);
        expect(nearestTexts(store, vectorOf('red.'), 100).sort()).toEqual([...all].sort());
        for (const term of ['red', 'gold']) {
          const holding = all.filter((text) => text.slice(0, -1).split(' ').includes(term));
          expect(store.search.documentCounts([term])).toEqual([holding.length]);
          expect(textsWith(store, [term]).sort()).toEqual(holding.sort());
        }
      }
      expect(
        store.articles
          .list()
          .map(({ id }) => id)
          .sort(),
      ).toEqual([...model.keys()].sort());
      await store.close();
    }),
    { numRuns: 60 },
  );
});
