// A made-up library of any size: words by Zipf's law, vectors from bench/vectors.mjs. What a question costs depends on how many
// passages there are and how long, not on what they say.
import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { openStore } from '../dist/store/store.js';
import { CUTTING_RULES } from '../dist/library/cutting.js';

const WORDS_PER_SENTENCE = 18;
const SENTENCES_PER_PASSAGE = 5;
const PASSAGES_PER_ARTICLE = 20;
const VOCABULARY = 20_000;

/** Same numbers every time (mulberry32). */
export function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A word of the made-up vocabulary; small numbers are frequent. */
export function wordAt(rank) {
  let word = '';
  for (let rest = rank + 27; rest > 0; rest = Math.floor(rest / 20))
    word += 'bcdfghjklmnpqrstvwxz'[rest % 20] + 'aeiou'[rest % 5];
  return word;
}

function zipf(random) {
  return Math.min(VOCABULARY - 1, Math.floor(VOCABULARY ** random()) - 1);
}

/** Ranks below this stand for stop words, which are in the passages and which the search leaves out of a question. */
const STOP_WORDS = 100;

function contentWord(random) {
  for (;;) {
    const rank = zipf(random);
    if (rank >= STOP_WORDS) return wordAt(rank);
  }
}

/** A question of 3 to 8 words; with the pieces of made-up words it is as long for the model as people's questions are (19). */
export function makeQuestion(random, length = 3 + Math.floor(random() * 6)) {
  return `${Array.from({ length }, () => contentWord(random)).join(' ')}?`;
}

/** Token states of a passage, in the layout of src/embed/states.ts: two layers, a token and a half a word. */
function makeStates(random, dimensions) {
  const tokens = Math.round(WORDS_PER_SENTENCE * 1.5);
  const states = new Uint8Array(SENTENCES_PER_PASSAGE * 2 + 2 * SENTENCES_PER_PASSAGE * tokens * (dimensions / 8));
  for (let at = SENTENCES_PER_PASSAGE * 2; at < states.length; at++) states[at] = Math.floor(random() * 256);
  for (let s = 0; s < SENTENCES_PER_PASSAGE; s++) states[2 * s] = tokens;
  return states;
}

/**
 * Writes a library into `folder`.
 * @param vectors of its passages and sentences, as bench/vectors.mjs makes them
 * @param hasStates whether its model gives token states
 * @returns seconds until all was stored, and from then until the vector index was complete and saved
 */
export async function writeLibrary(folder, passages, { fingerprint, dimensions, vectors, hasStates }) {
  const kind = { fingerprint, dimensions };
  const random = randomNumbers(7);
  const passageVectors = vectors.passages();
  const sentenceVectors = vectors.sentences();
  const started = performance.now();
  const store = await openStore({ folder, now: Date.now });
  for (let article = 0; article * PASSAGES_PER_ARTICLE < passages; article++) {
    const cut = [];
    const embeddings = [];
    let text = '';
    for (let p = 0; p < PASSAGES_PER_ARTICLE; p++) {
      const start = text.length;
      const sentences = [];
      const words = [];
      for (let s = 0; s < SENTENCES_PER_PASSAGE; s++) {
        const chosen = Array.from({ length: WORDS_PER_SENTENCE }, () => wordAt(zipf(random)));
        words.push(...chosen);
        const from = text.length;
        text += `${chosen.join(' ')}.`;
        sentences.push({ start: from, end: text.length });
        text += ' ';
      }
      const hash = createHash('sha256').update(`${article} ${p}`).digest('hex');
      const ofSentences = new Float32Array(SENTENCES_PER_PASSAGE * dimensions);
      for (let s = 0; s < SENTENCES_PER_PASSAGE; s++) ofSentences.set(sentenceVectors.next().value, s * dimensions);
      const states = hasStates ? makeStates(random, dimensions) : new Uint8Array();
      embeddings.push({ hash, vector: passageVectors.next().value, sentences: ofSentences, states });
      const terms = { title: wordAt(article), heading: '', body: words.join(' ') };
      cut.push({ start, end: text.length - 1, heading: '', sentences, hash, terms });
      text += '\n\n';
    }
    store.embeddings.put(fingerprint, embeddings);
    store.articles.put(articleOf(article, text), kind, cut);
  }
  const stored = performance.now();
  await store.settled();
  await store.close(Infinity);
  return { rowsSeconds: (stored - started) / 1000, indexSeconds: (performance.now() - stored) / 1000 };
}

function articleOf(number, text) {
  const id = createHash('sha256').update(String(number)).digest('hex').slice(0, 10);
  return {
    id,
    key: `text:${id}`,
    origin: { kind: 'bytes', name: id },
    title: `Article ${number}`,
    byline: null,
    siteName: null,
    publishedAt: null,
    language: 'en',
    url: null,
    contentHash: id,
    cutting: CUTTING_RULES,
    validators: {},
    text,
    headings: [],
  };
}
