// The program's libraries as the benchmarks open them: in a folder of their own, without limits or a network.
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { openLibraries } from '../dist/libraries.js';

export const model = process.env.EMBEDDING_MODEL ?? 'e5-small-zh-en';
export const modelsDir = process.env.MODELS_DIR ?? fileURLToPath(new URL('../models', import.meta.url));

/** @param threads that embed */
export function librariesIn(dataDir, threads) {
  return openLibraries({
    dataDir,
    modelsDir,
    embedding: { model, threads },
    quota: { maxArticles: Infinity, maxBytes: Infinity },
    answerThreshold: 0.5,
    version: 'bench',
    now: () => Date.now(),
    clock: () => performance.now(),
    fetch: { allowPrivateHosts: [], maxBytes: 20e6, timeoutMs: 20e3, maxRedirects: 5 },
    log: { info() {}, warn: console.error },
  });
}
