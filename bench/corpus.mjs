// A made-up library of any size: words by Zipf's law, vectors in clusters. What a question costs depends on how many
// passages there are and how long, not on what they say.
import { createHash } from 'node:crypto';
import { openStore } from '../dist/store/store.js';
import { CUTTING_RULES } from '../dist/library/cutting.js';

const WORDS_PER_SENTENCE = 18;
const SENTENCES_PER_PASSAGE = 5;
const PASSAGES_PER_ARTICLE = 20;
const VOCABULARY = 20_000;
const CLUSTERS = 200;

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

function unit(vector) {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

function near(centre, random) {
  return unit(centre.map((value) => value + (random() - 0.5) * 0.08));
}

/** Token states of a passage, in the layout of src/embed/states.ts: two layers, a token and a half a word. */
function makeStates(random, dimensions) {
  const tokens = Math.round(WORDS_PER_SENTENCE * 1.5);
  const states = new Uint8Array(SENTENCES_PER_PASSAGE * 2 + 2 * SENTENCES_PER_PASSAGE * tokens * (dimensions / 8));
  for (let at = SENTENCES_PER_PASSAGE * 2; at < states.length; at++) states[at] = Math.floor(random() * 256);
  for (let s = 0; s < SENTENCES_PER_PASSAGE; s++) states[2 * s] = tokens;
  return states;
}

/** Writes a library of `passages` passages into `folder`, as `kind` of vectors. */
export async function writeLibrary(folder, passages, kind, now = Date.now) {
  const random = randomNumbers(7);
  const centres = Array.from({ length: CLUSTERS }, () =>
    unit(Float32Array.from({ length: kind.dimensions }, () => random() - 0.5)),
  );
  const store = await openStore({ folder, now });
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
      const centre = centres[Math.floor(random() * CLUSTERS)];
      const hash = createHash('sha256').update(`${article} ${p}`).digest('hex');
      const vectors = new Float32Array(SENTENCES_PER_PASSAGE * kind.dimensions);
      for (let s = 0; s < SENTENCES_PER_PASSAGE; s++) vectors.set(near(centre, random), s * kind.dimensions);
      embeddings.push({
        hash,
        vector: near(centre, random),
        sentences: vectors,
        states: makeStates(random, kind.dimensions),
      });
      cut.push({
        start,
        end: text.length - 1,
        heading: '',
        sentences,
        hash,
        terms: { title: wordAt(article), heading: '', body: words.join(' ') },
      });
      text += '\n\n';
    }
    const id = createHash('sha256').update(String(article)).digest('hex').slice(0, 10);
    store.embeddings.put(kind.fingerprint, embeddings);
    store.articles.put(
      {
        id,
        key: `text:${id}`,
        origin: { kind: 'bytes', name: id },
        title: `Article ${article}`,
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
      },
      kind,
      cut,
    );
  }
  await store.settled();
  await store.close(600_000);
}
