#!/usr/bin/env node
// The stack of most tutorials: text cut every 1,000 characters, all-MiniLM-L6-v2, an HNSW index, the nearest are the answer.
// For comparison only; `npm run bench:quality` in the project starts it.
//
//   standard input:  {"top": 5, "articles": [{"text"}], "questions": [{"question", "without"?}]}
//   standard output: for each question {"excerpts": [{"article", "text", "score"}]}, all in one array
//
// `article` and `without` are places in `articles`; passages of `without` are passed over. MODELS_DIR is a folder with
// Xenova/all-MiniLM-L6-v2; unset, the model comes from the hub.
import { text as readAll } from 'node:stream/consumers';
import { HuggingFaceTransformersEmbeddings } from '@langchain/community/embeddings/hf_transformers';
import { HNSWLib } from '@langchain/community/vectorstores/hnswlib';
import { RecursiveCharacterTextSplitter } from '@langchain/textsplitters';
import { env } from '@xenova/transformers';

const MODEL = 'Xenova/all-MiniLM-L6-v2';

if (process.env.MODELS_DIR) {
  env.localModelPath = process.env.MODELS_DIR;
  env.allowRemoteModels = false;
}
const { top, articles, questions } = JSON.parse(await readAll(process.stdin));
const splitter = new RecursiveCharacterTextSplitter({ chunkSize: 1000, chunkOverlap: 200 });
const documents = await splitter.createDocuments(
  articles.map(({ text }) => text),
  articles.map((_, article) => ({ article })),
);
const index = await HNSWLib.fromDocuments(documents, new HuggingFaceTransformersEmbeddings({ model: MODEL }));
const answers = [];
for (const { question, without } of questions) {
  const passOver = without === undefined ? undefined : ({ metadata }) => metadata.article !== without;
  const found = await index.similaritySearchWithScore(question, Math.min(top, documents.length), passOver);
  answers.push({
    excerpts: found.map(([{ metadata, pageContent }, distance]) => ({
      article: metadata.article,
      text: pageContent,
      score: 1 - distance,
    })),
  });
}
process.stdout.write(JSON.stringify(answers));
