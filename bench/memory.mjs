#!/usr/bin/env node
// Whether memory stays flat: asks many questions of a library of real passages and prints what the process holds at each
// tenth of the run, after a full collection of garbage.
//
//   npm run bench:memory             100,000 questions: about an hour
//   npm run bench:memory -- 5000     another number
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { expandSource } from '../dist/article/sources.js';
import { makeNonsense } from './corpus.mjs';
import { randomNumbers } from './random.mjs';
import { librariesIn, model } from './libraries.mjs';

const TENTHS = 10;
const questions = Number(process.argv[2] ?? 100_000);
/** Questions with words that no article has: each is noted as a gap, and its words are new to every cache. */
const UNANSWERABLE = 0.2;
const MEGABYTE = 2 ** 20;
if (globalThis.gc === undefined) throw new Error('Run it by npm run bench:memory, which lets it collect garbage.');

const dataDir = await mkdtemp(join(tmpdir(), 'footnote-memory-'));
const libraries = librariesIn(dataDir, 1);

try {
  const library = await libraries.of('memory');
  for (const source of await expandSource(fileURLToPath(new URL('../data', import.meta.url))))
    await library.add(source);
  const sentences = library.list().flatMap(({ id }) => library.show(id).text.split(/(?<=[.?!。])\s+/));
  const random = randomNumbers(17);
  console.log(
    `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}, ${model}, ` +
      `${library.status().passages} passages, ${questions} questions`,
  );
  console.log('questions       RSS      heap  external   ms each');

  const tenths = [];
  let [asked, answered] = [0, 0];
  for (let tenth = 1; tenth <= TENTHS; tenth++) {
    const [first, started] = [asked, performance.now()];
    for (; asked < Math.round((questions * tenth) / TENTHS); asked++) {
      const question = random() < UNANSWERABLE ? makeNonsense(random) : questionFrom(sentences, random);
      answered += Number((await library.ask(question)).answered);
    }
    const each = (performance.now() - started) / Math.max(1, asked - first);
    tenths.push(measure());
    const { rss, heapUsed, external } = tenths.at(-1);
    console.log(
      `${String(asked).padStart(9)} ${[rss, heapUsed, external].map((bytes) => megabytes(bytes).padStart(9)).join(' ')} ${each.toFixed(1).padStart(9)}`,
    );
  }
  const [first, last] = [tenths[0], tenths.at(-1)];
  const growth = ['rss', 'heapUsed', 'external'].map((key) => megabytes(last[key] - first[key], true));
  console.log(
    `growth from the first tenth to the last: RSS ${growth[0]}, heap ${growth[1]}, external ${growth[2]} (${answered} answered)`,
  );
} finally {
  await libraries.close();
  await rm(dataDir, { recursive: true, force: true });
}

/** After all garbage is gone; what the first collection sets free for others takes a second. */
function measure() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage();
}

/** Some words of one sentence, in their order. */
function questionFrom(sentences, random) {
  const words = sentences[Math.floor(random() * sentences.length)].split(/\s+/);
  const from = Math.floor(random() * Math.max(1, words.length - 4));
  const question = words.slice(from, from + 3 + Math.floor(random() * 6)).join(' ');
  return /[\p{L}\p{N}]/u.test(question) ? `${question.slice(0, 400)}?` : 'Which of them?';
}

function megabytes(bytes, isSigned = false) {
  const amount = bytes / MEGABYTE;
  return `${isSigned && amount >= 0 ? '+' : ''}${amount.toFixed(1)} MB`;
}
