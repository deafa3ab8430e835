// The program's libraries and models as the benchmarks open them: in a folder of their own, without limits or a network.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { openLibraries } from '../dist/libraries.js';

const OWN_MODELS = fileURLToPath(new URL('../models', import.meta.url));

export const model = process.env.EMBEDDING_MODEL ?? 'e5-small-zh-en';
export const modelsDir = modelsDirOf(model);

/**
 * The first folder that has a model; MODELS_DIR where none has. The project's own goes first: beside the weights stand their means.
 * @param others where else to look
 */
export function modelsDirOf(name, others = []) {
  const elsewhere = process.env.MODELS_DIR ?? OWN_MODELS;
  const isThere = (folder) => existsSync(join(folder, name, 'config.json'));
  return [OWN_MODELS, elsewhere, ...others].find(isThere) ?? elsewhere;
}

/** @param threads that embed */
export function librariesIn(dataDir, threads, wanted = { model, modelsDir }) {
  return openLibraries({
    dataDir,
    modelsDir: wanted.modelsDir,
    embedding: { model: wanted.model, threads },
    quota: { maxArticles: Infinity, maxBytes: Infinity },
    answerThreshold: 0.5,
    version: 'bench',
    now: () => Date.now(),
    clock: () => performance.now(),
    fetch: { allowPrivateHosts: [], maxBytes: 20e6, timeoutMs: 20e3, maxRedirects: 5 },
    log: { info() {}, warn: console.error },
  });
}
