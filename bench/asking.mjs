#!/usr/bin/env node
// What a question costs in a library, and how much of that is its embedding; whether the vector index finds what an exact
// search finds. A process of its own, started by bench.mjs.
//
//   node bench/asking.mjs DATA-DIR LIBRARY MODELS-FOLDER MODEL   prints the figures as JSON; times in milliseconds
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createEmbedder } from '../dist/embed/embedder.js';
import { openStore } from '../dist/store/store.js';
import { quantile } from '../test/quality/measure.mjs';
import { makeQuestion } from './corpus.mjs';
import { randomNumbers } from './random.mjs';
import { librariesIn } from './libraries.mjs';
import { dot, vectorsOf } from './vectors.mjs';

/** Asked in blocks, each followed by the embedding of the same questions alone, so that both meet the same machine. */
const BLOCKS = 6;
const BLOCK = 50;
const WARM_UP = 20;
const TOP = 10;
/** Two vectors as near as this are as near. */
const SAME = 1e-6;

const [dataDir, id, modelsDir, model] = process.argv.slice(2);
// Questions come one at a time: one thread each.
const libraries = librariesIn(dataDir, 1, { model, modelsDir });
const started = performance.now();
const library = await libraries.of(id);
const openMs = performance.now() - started;
const embedder = await createEmbedder({ model, modelsDir, downloadDir: join(dataDir, '.models'), threads: 1 });
const { passages } = library.status();
const figures = { passages, openMs, ...(await timeQuestions()) };
await libraries.close();
console.log(JSON.stringify({ ...figures, ...(await recall()) }));
await embedder.close();
process.exit();

async function timeQuestions() {
  const random = randomNumbers(11);
  const ask = async (question) => (await library.ask(question, { record: false })).tookMs;
  const embed = async (question) => {
    const before = performance.now();
    await embedder.embedQuestion(question);
    return performance.now() - before;
  };
  const asked = [];
  const embedded = [];
  for (let block = -1; block < BLOCKS; block++) {
    const questions = Array.from({ length: block < 0 ? WARM_UP : BLOCK }, () => makeQuestion(random));
    const times = [];
    for (const question of questions) times.push(await ask(question));
    const alone = [];
    for (const question of questions) alone.push(await embed(question));
    if (block < 0) continue;
    asked.push(...times);
    embedded.push(...alone);
  }
  return {
    questions: asked.length,
    questionMs: { median: quantile(asked, 0.5), p95: quantile(asked, 0.95) },
    embeddingMs: { median: quantile(embedded, 0.5), p95: quantile(embedded, 0.95) },
  };
}

/** Of the vectors that are nearest to a question by comparing with all, the share that the index finds. */
async function recall() {
  const vectors = await vectorsOf(embedder);
  const questions = await vectors.questions();
  const nearest = questions.map(() => []);
  const all = vectors.passages();
  for (let passage = 0; passage < passages; passage++) {
    const { value: vector } = all.next();
    questions.forEach((question, index) => keepBest(nearest[index], dot(question, vector)));
  }
  const store = await openStore({ folder: join(dataDir, id), now: Date.now });
  await store.settled();
  let found = 0;
  questions.forEach((question, index) => {
    const hits = store.search.byVector(question, embedder.fingerprint, TOP);
    const { candidates } = store.search.candidates(hits.map(({ passageId }) => passageId));
    const enough = nearest[index].at(-1) - SAME;
    found += candidates.filter(({ vector }) => dot(question, vector) >= enough).length;
  });
  await store.close();
  return { recallAtTen: found / (TOP * questions.length), recallQuestions: questions.length };
}

/** `best` is in descending order and keeps TOP. */
function keepBest(best, similarity) {
  if (best.length === TOP && similarity <= best[TOP - 1]) return;
  let place = best.length;
  while (place > 0 && best[place - 1] < similarity) place--;
  best.splice(place, 0, similarity);
  if (best.length > TOP) best.pop();
}
