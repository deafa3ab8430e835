/** Articles for the tests, made alike by the tests and by the processes they start. */

import { Buffer } from 'node:buffer';

export const dimensions = 16;

export const KIND = { fingerprint: 'test-model', dimensions };

/** A unit vector of its own for every text: the same one each time. */
export function vectorOf(text) {
  let state = 2166136261;
  for (const char of text) state = Math.imul(state ^ char.codePointAt(0), 16777619) >>> 0;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const vector = Float32Array.from({ length: dimensions }, random);
  const length = Math.hypot(...vector);
  return vector.map((component) => component / length);
}

/** An article named `name`, a passage from each of `texts`, each of one sentence per full stop. */
export function toStore(name, texts, fingerprint = KIND.fingerprint) {
  let at = 0;
  const passages = texts.map((text) => {
    const start = at;
    at += text.length + 2;
    const sentences = [...text.matchAll(/[^.]+\.?/g)].map(({ index, 0: sentence }) => ({
      start: start + index,
      end: start + index + sentence.length,
    }));
    const body = text.toLowerCase().replaceAll('.', '');
    const terms = { title: name.toLowerCase(), heading: '', body };
    return { start, end: start + text.length, heading: '', sentences, hash: `${fingerprint} ${text}`, terms };
  });
  const embeddings = texts.map((text) => ({
    hash: `${fingerprint} ${text}`,
    vector: vectorOf(text),
    sentences: Float32Array.from([...text.matchAll(/[^.]+\.?/g)].flatMap(([sentence]) => [...vectorOf(sentence)])),
    states: Buffer.from(`states of ${text}`),
  }));
  const article = {
    id: name,
    key: `key of ${name}`,
    origin: { kind: 'file', path: `/articles/${name}.txt` },
    title: name,
    byline: null,
    siteName: 'Example',
    publishedAt: '2024-11-14',
    language: 'en',
    url: null,
    contentHash: texts.join('|'),
    cutting: '1',
    validators: {},
    text: texts.join('\n\n'),
    headings: [],
  };
  return { article, passages, embeddings };
}
