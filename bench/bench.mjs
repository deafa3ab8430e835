#!/usr/bin/env node
// Measures what README.md promises about speed; bench/README.md explains every part.
//
//   npm run bench                                       everything: about an hour
//   npm run bench -- adding starting                    some parts
//   npm run bench -- growth --sizes 1000,10000          other sizes
//   npm run bench -- adding --rounds 1                  fewer rounds
import { cp, mkdtemp, rm, stat, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createEmbedder } from '../dist/embed/embedder.js';
import { measureAdding } from './adding.mjs';
import { GUILD } from './bot.mjs';
import { drawGrowth } from './chart.mjs';
import { makeQuestion, writeLibrary } from './corpus.mjs';
import { randomNumbers } from './random.mjs';
import { measureDiscord } from './discord.mjs';
import { E5, MAIN_SIZE, MINILM, SIZES } from './goals.mjs';
import { modelsDirOf } from './libraries.mjs';
import { run } from './processes.mjs';
import { goalsTable } from './report.mjs';
import { measureMemory } from './resident.mjs';
import { readResults, saveResult } from './results.mjs';
import { measureReindex, measureStarting } from './starting.mjs';
import { vectorsOf } from './vectors.mjs';

/** Each part's sizes in passages, where `--sizes` names no others. */
const PARTS = {
  adding: [],
  writing: SIZES,
  asking: SIZES,
  starting: [MAIN_SIZE],
  memory: [MAIN_SIZE],
  discord: [MAIN_SIZE],
  reindex: [MAIN_SIZE],
};
/** Several parts at several sizes, which make the chart. */
const GROWTH = ['writing', 'asking', 'starting', 'memory'];
const DEFAULT_ROUNDS = 5;
const ASKING = fileURLToPath(new URL('asking.mjs', import.meta.url));

const { parts, rounds, sizes } = readArguments();
const folder = await mkdtemp(join(tmpdir(), 'footnote-bench-'));
/** Models that were asked for: what they are, or why they cannot be had. Libraries that were written, by folder. */
const models = new Map();
const libraries = new Map();
const say = (text) => console.error(text);

try {
  for (const { part, key, model, size } of plan()) {
    say(`${part}: ${key}`);
    const found = await modelOf(model);
    if (found.absent) {
      say(`not measured: ${found.absent}`);
      if (!readResults()[part]?.[key]?.measured) saveResult(part, key, { absent: found.absent });
      continue;
    }
    saveResult(part, key, await measure(part, found, size));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
drawGrowth(readResults());
console.log(goalsTable(readResults()));
// The embedding threads, which made vectors for the libraries, are of no more use.
process.exit();

function readArguments() {
  const { values, positionals } = parseArgs({
    options: { rounds: { type: 'string' }, sizes: { type: 'string' } },
    allowPositionals: true,
  });
  const numbers = (text) => text.split(',').map(Number);
  const wanted = { rounds: numbers(values.rounds ?? String(DEFAULT_ROUNDS)), sizes: numbers(values.sizes ?? '1000') };
  const names = [...Object.keys(PARTS), 'growth'];
  const unknown = positionals.filter((name) => !names.includes(name));
  const isNumber = [...wanted.rounds, ...wanted.sizes].every((number) => Number.isInteger(number) && number > 0);
  if (unknown.length > 0 || !isNumber || wanted.rounds.length !== 1) {
    console.error(`npm run bench -- [${names.join('|')}]… [--rounds N] [--sizes 1000,10000]`);
    process.exit(2);
  }
  return {
    parts: positionals.length > 0 ? positionals : names,
    rounds: wanted.rounds[0],
    sizes: values.sizes === undefined ? undefined : wanted.sizes,
  };
}

/** What is to be measured, each once. */
function plan() {
  const steps = new Map();
  const add = (part, model, size) => {
    const key = [part === 'adding' || part === 'memory' ? model : undefined, size].filter(Boolean).join(' ');
    steps.set(`${part} ${key}`, { part, key, model, size });
  };
  for (const part of Object.keys(PARTS)) {
    const ownSizes = parts.includes(part) ? (sizes ?? PARTS[part]) : [];
    const isGrowing = parts.includes('growth') && GROWTH.includes(part);
    if (part === 'adding' && parts.includes(part)) for (const model of [MINILM, E5]) add(part, model);
    if (part === 'adding') continue;
    if (part === 'memory') for (const size of ownSizes) add(part, MINILM, size);
    for (const size of [...ownSizes, ...(isGrowing ? (sizes ?? SIZES) : [])]) add(part, E5, size);
  }
  return [...steps.values()];
}

async function measure(part, { model, modelsDir }, size) {
  const setting = { model, modelsDir, rounds, say };
  if (part === 'adding') return measureAdding({ ...setting, folder: await mkdtemp(join(folder, 'adding-')) });
  const { dataDir, written } = await libraryOf(model, size);
  switch (part) {
    case 'writing':
      return written;
    case 'asking':
      return JSON.parse((await run([ASKING, dataDir, 'local', modelsDir, model])).output);
    case 'starting':
      return measureStarting({ ...setting, dataDir, question: makeQuestion(randomNumbers(19)) });
    case 'memory':
      return withCopy(dataDir, GUILD, (copy) => measureMemory({ ...setting, dataDir: copy }));
    case 'discord':
      return withCopy(dataDir, GUILD, (copy) => measureDiscord({ ...setting, dataDir: copy }));
    case 'reindex':
      return withCopy(dataDir, 'local', (copy) => measureReindex({ ...setting, dataDir: copy }));
  }
}

/** A library of made-up passages, written once a run: {dataDir, written: {seconds, bytes on disk}}. */
function libraryOf(model, size) {
  const dataDir = join(folder, 'libraries', model, String(size));
  if (!libraries.has(dataDir)) libraries.set(dataDir, write());
  return libraries.get(dataDir);

  async function write() {
    const { embedder, vectors } = await modelOf(model);
    const library = join(dataDir, 'local');
    const seconds = await writeLibrary(library, size, embedder, vectors);
    const files = await Promise.all((await readdir(library)).map((name) => stat(join(library, name))));
    const bytes = files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
    return { dataDir, written: { seconds, bytes } };
  }
}

/** What writes into a library gets a copy of it, under another name. */
async function withCopy(dataDir, id, use) {
  const copy = await mkdtemp(join(folder, 'copy-'));
  await cp(join(dataDir, 'local'), join(copy, id), { recursive: true });
  try {
    return await use(copy);
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** @returns where a model is, its embedder and vectors made of what it gives, or {absent} and why */
function modelOf(model) {
  if (!models.has(model)) models.set(model, find());
  return models.get(model);

  async function find() {
    const modelsDir = modelsDirOf(model);
    const downloadDir = join(tmpdir(), 'footnote-bench-models');
    try {
      const embedder = await createEmbedder({ model, modelsDir, downloadDir, threads: 1 });
      // A download is kept in the layout of a models' folder, so that no process downloads it again.
      return { model, modelsDir: modelsDirOf(model, [downloadDir]), embedder, vectors: await vectorsOf(embedder) };
    } catch (error) {
      if (error.code !== 'model-missing') throw error;
      return { absent: 'the model is not here' };
    }
  }
}
