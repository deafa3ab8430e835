#!/usr/bin/env node
// The limit of adding: the plain call of the model on one core. Its own process with one session of one compute thread gets
// the very passages of a library, one a call; only the time within the model's runs counts, after some that do not.
//
//   node bench/plain-call.mjs LIBRARY-FOLDER MODELS-FOLDER MODEL   prints {passages, tokens, seconds} as JSON
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { AutoTokenizer, env } from '@xenova/transformers';
import onnxruntime from 'onnxruntime-node';
import { cardOf } from '../dist/embed/models.js';
import { openStore } from '../dist/store/store.js';

const WARM_UP = 10;
const [folder, modelsDir, model] = process.argv.slice(2);
const card = cardOf(model);
env.localModelPath = modelsDir;
env.allowRemoteModels = false;
const tokenizer = await AutoTokenizer.from_pretrained(model);
const session = await onnxruntime.InferenceSession.create(join(modelsDir, model, 'onnx', 'model_quantized.onnx'), {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
});

const inputs = (await passages()).map((text) => tokenizer.encode(card.passagePrefix + text).slice(0, card.maxTokens));
for (const ids of inputs.slice(0, WARM_UP)) await call(ids);
let seconds = 0;
for (const ids of inputs) seconds += await call(ids);
const tokens = inputs.reduce((sum, ids) => sum + ids.length, 0);
console.log(JSON.stringify({ passages: inputs.length, tokens, seconds }));

/** What is embedded of each passage: its heading and text. */
async function passages() {
  const store = await openStore({ folder, now: Date.now });
  const found = store.articles.ids().flatMap((id) => {
    const { text } = store.articles.text(id);
    return store.articles
      .passages(id)
      .map(({ heading, start, end }) => (heading === '' ? '' : `${heading}\n`) + text.slice(start, end));
  });
  await store.close();
  return found;
}

/** @returns seconds within the model */
async function call(ids) {
  const tensor = (values) => new onnxruntime.Tensor('int64', values, [1, ids.length]);
  const feeds = {
    input_ids: tensor(BigInt64Array.from(ids, BigInt)),
    attention_mask: tensor(new BigInt64Array(ids.length).fill(1n)),
    token_type_ids: tensor(new BigInt64Array(ids.length)),
  };
  const wanted = Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]]));
  const started = performance.now();
  await session.run(wanted);
  return (performance.now() - started) / 1000;
}
