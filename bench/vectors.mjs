// Vectors for a library of any size, made of a few hundred real ones: a real passage's vector plus some differences of real
// sentences' vectors, so large that two made of the same passage are as near each other as two passages of one article are.
// So they spread in the directions in which real ones do, where random directions would be harder to search than texts are.
import { ownSet, mean } from '../test/quality/measure.mjs';
import { randomNumbers } from './random.mjs';
import { realParagraphs } from './prose.mjs';

/** Differences of sentences' vectors added to each. More would make the spread rounder, not wider. */
const DIFFERENCES = 4;
/** Made of each real question beside the question itself. */
const QUESTION_VARIANTS = 3;
const PASSAGE_SEED = 31;
const SENTENCE_SEED = 37;
const QUESTION_SEED = 41;

/** @returns the real vectors, and endless made-up ones, the same every time */
export async function vectorsOf(embedder) {
  const texts = realParagraphs();
  const inputs = texts.flat().map((sentences) => ({ context: '', sentences, language: 'en' }));
  const embeddings = await embedder.embedPassages(inputs);
  const passages = embeddings.map(({ vector }) => vector);
  const sentences = embeddings.flatMap(({ sentences: rows }) =>
    Array.from({ length: rows.length / embedder.dimensions }, (_, row) =>
      rows.slice(row * embedder.dimensions, (row + 1) * embedder.dimensions),
    ),
  );
  const size = sizeOfDifferences(passagesByText(texts, passages), sentences);
  const made = (sources, seed) => perturbed(sources, sentences, size, randomNumbers(seed));
  return {
    passages: () => made(passages, PASSAGE_SEED),
    sentences: () => made(sentences, SENTENCE_SEED),
    /** Of the questions of test/quality, and some made of each. */
    async questions() {
      const { answerable, unanswerable } = ownSet();
      const real = [];
      for (const { question } of [...answerable, ...unanswerable])
        real.push((await embedder.embedQuestion(question)).vector);
      const variants = made(real, QUESTION_SEED);
      return [...real, ...Array.from({ length: QUESTION_VARIANTS * real.length }, () => variants.next().value)];
    },
  };
}

function passagesByText(texts, passages) {
  let next = 0;
  return texts.map((paragraphs) => passages.slice(next, (next += paragraphs.length)));
}

/** So that two vectors made of one passage have, on average, the cosine of two passages of one text. */
function sizeOfDifferences(byText, sentences) {
  const together = mean(
    byText.flatMap((passages) => passages.flatMap((a, i) => passages.slice(i + 1).map((b) => dot(a, b)))),
  );
  const random = randomNumbers(29);
  const pick = () => sentences[Math.floor(random() * sentences.length)];
  const squared = mean(Array.from({ length: 1_000 }, () => 2 - 2 * dot(pick(), pick())));
  // Of v + a and v + b with a and b at right angles to each other and to v, the cosine is 1 / (1 + |a|²).
  return Math.sqrt((1 / together - 1) / (DIFFERENCES * squared));
}

function* perturbed(sources, sentences, size, random) {
  const pick = (from) => from[Math.floor(random() * from.length)];
  for (;;) {
    const vector = Float32Array.from(pick(sources));
    for (let difference = 0; difference < DIFFERENCES; difference++) {
      const [a, b, amount] = [pick(sentences), pick(sentences), size * normal(random)];
      for (let i = 0; i < vector.length; i++) vector[i] += amount * (a[i] - b[i]);
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < vector.length; i++) vector[i] /= norm;
    yield vector;
  }
}

/** Box and Muller. */
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
