#!/usr/bin/env node
// The stack of most tutorials: text cut every 1,000 characters, all-MiniLM-L6-v2, an HNSW index, the nearest are the answer.
// For comparison only; the project's `npm run bench` and `npm run bench:quality` start it.
//
//   obvious.mjs add FOLDER INDEX   the files of a folder into an index that is saved in another
//   obvious.mjs ask INDEX          standard input: a question a line; standard output: {"question", "tookMs", "excerpts"} a line
//   obvious.mjs                    all at once, in memory:
//     standard input:  {"top": 5, "articles": [{"text"}], "questions": [{"question", "without"?}]}
//     standard output: for each question {"excerpts": [{"article", "text", "score"}]}, all in one array
//
// `article` and `without` are places in `articles` (in the folder's order); passages of `without` are passed over.
// MODEL is another model, MODELS_DIR a folder that has it; unset, the model comes from the hub.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text as readAll } from 'node:stream/consumers';
import { HuggingFaceTransformersEmbeddings } from '@langchain/community/embeddings/hf_transformers';
import { HNSWLib } from '@langchain/community/vectorstores/hnswlib';
import { RecursiveCharacterTextSplitter } from '@langchain/textsplitters';
import { env } from '@xenova/transformers';

const TOP = 5;

if (process.env.MODELS_DIR) {
  env.localModelPath = process.env.MODELS_DIR;
  env.allowRemoteModels = false;
}
const embeddings = new HuggingFaceTransformersEmbeddings({ model: process.env.MODEL || 'Xenova/all-MiniLM-L6-v2' });
const [command, ...folders] = process.argv.slice(2);

switch (command) {
  case 'add': {
    const [folder, saved] = folders;
    const files = readdirSync(folder).sort();
    const index = await indexOf(files.map((file) => readFileSync(join(folder, file), 'utf8')));
    await index.save(saved);
    break;
  }
  case 'ask': {
    const index = await HNSWLib.load(folders[0], embeddings);
    for await (const question of createInterface({ input: process.stdin })) {
      const started = performance.now();
      const excerpts = await ask(index, question, TOP);
      process.stdout.write(`${JSON.stringify({ question, tookMs: performance.now() - started, excerpts })}\n`);
    }
    break;
  }
  default: {
    const { top, articles, questions } = JSON.parse(await readAll(process.stdin));
    const index = await indexOf(articles.map(({ text }) => text));
    const answers = [];
    for (const { question, without } of questions) {
      const passOver = without === undefined ? undefined : ({ metadata }) => metadata.article !== without;
      answers.push({ excerpts: await ask(index, question, top, passOver) });
    }
    process.stdout.write(JSON.stringify(answers));
  }
}

async function indexOf(texts) {
  const splitter = new RecursiveCharacterTextSplitter({ chunkSize: 1000, chunkOverlap: 200 });
  const documents = await splitter.createDocuments(
    texts,
    texts.map((_, article) => ({ article })),
  );
  return HNSWLib.fromDocuments(documents, embeddings);
}

async function ask(index, question, top, passOver) {
  const count = Math.min(top, index.index.getCurrentCount());
  const found = await index.similaritySearchWithScore(question, count, passOver);
  return found.map(([{ metadata, pageContent }, distance]) => ({
    article: metadata.article,
    text: pageContent,
    score: 1 - distance,
  }));
}
