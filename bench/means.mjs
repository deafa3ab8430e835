#!/usr/bin/env node
// Makes models/<model>/means.json: what the vectors of all texts of a language have in common, so that it can be taken off.
//
//   node bench/means.mjs en=FILE.json zh=FILE.json > models/e5-small-zh-en/means.json
//
// FILE.json: articles with paragraphs and questions in the format of SQuAD. Only the means are kept; any few hundred texts do.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AutoModel, AutoTokenizer, env, Tensor } from '@xenova/transformers';
import { sentencesOf } from '../dist/article/sentences.js';
import { cardOf } from '../dist/embed/models.js';

const name = process.env.EMBEDDING_MODEL ?? 'e5-small-zh-en';
const card = cardOf(name);
env.localModelPath = process.env.MODELS_DIR ?? fileURLToPath(new URL('../models', import.meta.url));
env.allowRemoteModels = false;
const tokenizer = await AutoTokenizer.from_pretrained(name);
const encoder = await AutoModel.from_pretrained(name, { quantized: true });
const dimensions = encoder.config.hidden_size;

/** A running mean of vectors. */
function mean() {
  const sum = new Float64Array(dimensions);
  let count = 0;
  return {
    add(rows, from, to) {
      for (let row = from; row < to; row++, count++)
        for (let i = 0; i < dimensions; i++) sum[i] += rows[row * dimensions + i];
    },
    packed: () => Buffer.from(Float32Array.from(sum, (value) => value / count).buffer).toString('base64'),
  };
}

function pooled(rows, from, to) {
  const vector = new Float32Array(dimensions);
  for (let row = from; row < to; row++) for (let i = 0; i < dimensions; i++) vector[i] += rows[row * dimensions + i];
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

async function run(text) {
  const ids = tokenizer.encode(text).slice(0, card.maxTokens);
  const shape = [1, ids.length];
  const output = await encoder({
    input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
  });
  return { layers: [...card.middleLayers, 'last_hidden_state'].map((layer) => output[layer].data), length: ids.length };
}

const result = {};
for (const argument of process.argv.slice(2)) {
  const [group, file] = argument.split('=');
  const paragraphs = JSON.parse(readFileSync(file, 'utf8')).data.flatMap((article) => article.paragraphs);
  const means = { passage: mean(), sentence: mean(), question: mean() };
  const layerCount = card.middleLayers.length + 1;
  const passageTokens = Array.from({ length: layerCount }, mean);
  const questionTokens = Array.from({ length: layerCount }, mean);
  const prefixes = [card.passagePrefix, card.questionPrefix].map((prefix) => tokenizer.encode(prefix).length - 1);
  for (const { context, qas } of paragraphs) {
    const { layers, length } = await run(card.passagePrefix + context);
    means.passage.add(pooled(layers.at(-1), 0, length), 0, 1);
    layers.forEach((rows, layer) => passageTokens[layer].add(rows, prefixes[0], length - 1));
    let from = prefixes[0];
    for (const { start, end } of sentencesOf(context, 0, context.length, group)) {
      const to = Math.min(from + tokenizer.encode(context.slice(start, end)).length - 2, length - 1);
      if (to > from) means.sentence.add(pooled(layers.at(-1), from, to), 0, 1);
      from = to;
    }
    for (const { question } of qas) {
      const asked = await run(card.questionPrefix + question);
      means.question.add(pooled(asked.layers.at(-1), 0, asked.length), 0, 1);
      asked.layers.forEach((rows, layer) => questionTokens[layer].add(rows, prefixes[1], asked.length - 1));
    }
  }
  result[group] = {
    ...Object.fromEntries(Object.entries(means).map(([key, value]) => [key, value.packed()])),
    passageTokens: passageTokens.map((value) => value.packed()),
    questionTokens: questionTokens.map((value) => value.packed()),
  };
}
process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
