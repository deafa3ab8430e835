#!/usr/bin/env node
// What a question costs in a library of 10,000 passages, how long a start takes, how fast articles are added.
//
//   npm run bench            10,000 passages, 300 questions
//   npm run bench -- 2000    another size
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { expandSource } from '../dist/article/sources.js';
import { createEmbedder } from '../dist/embed/embedder.js';
import { makeQuestion, randomNumbers, writeLibrary } from './corpus.mjs';
import { librariesIn, model, modelsDir } from './libraries.mjs';

const passages = Number(process.argv[2] ?? 10_000);
const QUESTIONS = 300;
const dataDir = await mkdtemp(join(tmpdir(), 'footnote-bench-'));
const threads = Math.min(4, availableParallelism());
const ms = (value) => `${value.toFixed(1)} ms`;
const quantile = (values, q) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))];

try {
  console.log(
    `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}, ${model}, ${threads} threads`,
  );
  const embedder = await createEmbedder({ model, modelsDir, downloadDir: join(dataDir, '.models'), threads: 1 });
  const { fingerprint, dimensions } = embedder;
  await embedder.close();
  await writeLibrary(join(dataDir, 'large'), passages, { fingerprint, dimensions });

  const started = performance.now();
  const libraries = librariesIn(dataDir, threads);
  const library = await libraries.of('large');
  const opened = performance.now();
  const random = randomNumbers(11);
  await library.ask(makeQuestion(random), { record: false });
  console.log(
    `start: library open after ${ms(opened - started)}, first answer after ${ms(performance.now() - started)}`,
  );

  const times = [];
  for (let i = 0; i < QUESTIONS; i++) times.push((await library.ask(makeQuestion(random), { record: false })).tookMs);
  console.log(
    `a question at ${library.status().passages} passages: median ${ms(quantile(times, 0.5))}, p95 ${ms(quantile(times, 0.95))} (${QUESTIONS} questions)`,
  );

  const small = await libraries.of('small');
  const addStarted = performance.now();
  let words = 0;
  for (const source of await expandSource(fileURLToPath(new URL('../data', import.meta.url)))) {
    const { id } = await small.add(source);
    words += small.show(id).text.split(/\s+/).length;
  }
  const seconds = (performance.now() - addStarted) / 1000;
  console.log(`adding data/: ${words} words in ${seconds.toFixed(1)} s, ${Math.round(words / seconds)} words a second`);
  console.log(`memory: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB resident`);
  await libraries.close();
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
