// A made-up library of any size: words by Zipf's law, vectors from bench/vectors.mjs. What a question costs depends on how many
// passages there are and how long, not on what they say.
import { performance } from 'node:perf_hooks';
import { createReader } from '../dist/article/reader.js';
import { openLibrary } from '../dist/library.js';
import { openStore } from '../dist/store/store.js';
import { realParagraphs } from './prose.mjs';
import { randomNumbers } from './random.mjs';

const WORDS_PER_SENTENCE = 18;
const SENTENCES_PER_PASSAGE = 5;
const PASSAGES_PER_ARTICLE = 20;
const VOCABULARY = 20_000;
/** The frequent part of the vocabulary are words of the project's prose, the rest are made up. */
const MOST_REAL_WORDS = 1_500;
/** Ranks below this stand for stop words, which are in the passages and which the search leaves out of a question. */
const STOP_WORDS = 100;

const realWords = frequentWords();
const vocabulary = [
  ...realWords,
  ...Array.from({ length: VOCABULARY - realWords.length }, (_, rank) => madeUpWord(rank)),
];

/** The most frequent first. */
function frequentWords() {
  const counts = new Map();
  for (const word of realParagraphs()
    .flat(2)
    .join(' ')
    .toLowerCase()
    .match(/\b[a-z]+\b/g))
    counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([word]) => word);
  return words.slice(0, MOST_REAL_WORDS);
}

function madeUpWord(rank) {
  let word = '';
  for (let rest = rank + 27; rest > 0; rest = Math.floor(rest / 20))
    word += 'bcdfghjklmnpqrstvwxz'[rest % 20] + 'aeiou'[rest % 5];
  return word;
}

function zipf(random) {
  return Math.min(VOCABULARY - 1, Math.floor(VOCABULARY ** random()) - 1);
}

function contentWord(random) {
  for (;;) {
    const rank = zipf(random);
    if (rank >= STOP_WORDS) return vocabulary[rank];
  }
}

/** A question of 5 to 9 words: 20 pieces with prefix and marks, where those of test/quality have 17. */
export function makeQuestion(random) {
  return `${Array.from({ length: 5 + Math.floor(random() * 5) }, () => contentWord(random)).join(' ')}?`;
}

/** A question of words that no article has. */
export function makeNonsense(random) {
  const words = Array.from({ length: 3 + Math.floor(random() * 6) }, () => vocabulary[madeUpRank(random)]);
  return `${words.join(' ')}?`;
}

function madeUpRank(random) {
  return realWords.length + Math.floor(random() * (VOCABULARY - realWords.length));
}

function makeSentence(random) {
  const words = Array.from({ length: WORDS_PER_SENTENCE }, () => vocabulary[zipf(random)]).join(' ');
  return `${words[0].toUpperCase()}${words.slice(1)}.`;
}

function makeParagraph(random) {
  return Array.from({ length: SENTENCES_PER_PASSAGE }, () => makeSentence(random)).join(' ');
}

/**
 * Writes a library into `folder`, as the program adds articles, but for the model's runs.
 * @param embedder of the model, for its tokens and its name
 * @param vectors of bench/vectors.mjs, in place of what the model would give
 * @returns seconds until all was stored and the vector index complete and saved
 */
export async function writeLibrary(folder, passages, embedder, vectors) {
  const random = randomNumbers(7);
  const stand = standIn(embedder, vectors);
  const started = performance.now();
  const limits = { allowPrivateHosts: [], maxBytes: Infinity, timeoutMs: 20_000, maxRedirects: 0, userAgent: 'bench' };
  const reader = createReader(limits);
  const library = await openLibrary('bench', folder, {
    reader,
    embedder: () => Promise.resolve(stand),
    model: embedder.fingerprint,
    quota: { maxArticles: Infinity, maxBytes: Infinity },
    answerThreshold: 0.5,
    now: Date.now,
    clock: () => performance.now(),
    log: { info() {}, warn: console.error },
  });
  for (let article = 1; ; article++) {
    const missing = passages - library.status().passages;
    if (missing <= 0) break;
    const paragraphs = Array.from({ length: Math.min(missing, PASSAGES_PER_ARTICLE) }, () => makeParagraph(random));
    const text = [`# Article ${article}`, ...paragraphs].join('\n\n');
    const { error } = await library.add({
      kind: 'bytes',
      name: `${article}.md`,
      bytes: new TextEncoder().encode(text),
    });
    if (error) throw new Error(error.message);
  }
  await library.close();
  await reader.close();
  const store = await openStore({ folder, now: Date.now });
  await store.settled();
  await store.close(Infinity);
  return (performance.now() - started) / 1000;
}

/** An embedder that counts as the model does and gives made-up vectors at once. */
function standIn(embedder, vectors) {
  const passageVectors = vectors.passages();
  const sentenceVectors = vectors.sentences();
  const random = randomNumbers(3);
  const { dimensions, means } = embedder;
  const counts = new Map();
  const wordsOf = (text) => text.split(/\s+/).filter(Boolean);
  return {
    ...embedder,
    /** Pieces do not cross spaces, so that a sentence has as many as its words. */
    async countTokens(texts) {
      const unknown = [...new Set(texts.flatMap(wordsOf))].filter((word) => !counts.has(word));
      (await embedder.countTokens(unknown)).forEach((count, index) => counts.set(unknown[index], count));
      return texts.map((text) => wordsOf(text).reduce((sum, word) => sum + counts.get(word), 0));
    },
    embedPassages: (inputs) =>
      Promise.resolve(
        inputs.map(({ sentences }) => {
          const ofSentences = new Float32Array(sentences.length * dimensions);
          for (let s = 0; s < sentences.length; s++) ofSentences.set(sentenceVectors.next().value, s * dimensions);
          const tokens = sentences.map((text) => wordsOf(text).reduce((sum, word) => sum + counts.get(word), 0));
          const states = means === null ? new Uint8Array() : makeStates(tokens, dimensions, random);
          return { vector: passageVectors.next().value, sentences: ofSentences, states };
        }),
      ),
  };
}

/** Token states of a passage, in the layout of src/embed/states.ts, two layers. */
function makeStates(tokens, dimensions, random) {
  const all = tokens.reduce((sum, count) => sum + count, 0);
  const states = new Uint8Array(tokens.length * 2 + (2 * all * dimensions) / 8);
  for (let at = 0; at < states.length; at++) states[at] = Math.floor(random() * 256);
  const counts = new DataView(states.buffer);
  tokens.forEach((count, sentence) => counts.setUint16(2 * sentence, count, true));
  return states;
}
