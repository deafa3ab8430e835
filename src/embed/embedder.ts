import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FootnoteError } from '../errors.js';
import { readMeans, type Means } from './means.js';
import { cardOf, modelFile } from './models.js';
import { startPool } from './pool.js';
import type { ModelFacts, ModelPlace, ModelWork, SpellingWork } from './protocol.js';

/** A passage as the model gets it. */
export interface PassageInput {
  /** What the passage is about beside its own words: title and headings; may be empty. */
  readonly context: string;
  /** The passage's sentences in order, without the white space between them, which a model does not read. */
  readonly sentences: readonly string[];
  /** BCP 47 tag. */
  readonly language: string | null;
}

/** What one pass of the model over a passage gives. */
export interface PassageEmbedding {
  /** Unit length, `dimensions` long: mean of the token states. */
  readonly vector: Float32Array;
  /** One unit-length vector per sentence, one after the other: mean of the sentence's token states in the passage's own pass. */
  readonly sentences: Float32Array;
  /** The sentences' token states, see {@link packStates}; empty for models that have no means of theirs. */
  readonly states: Uint8Array;
}

/** What one pass over a question gives. */
export interface QuestionEmbedding {
  /** Unit length. */
  readonly vector: Float32Array;
  /** Without what all questions of its language have in common, unit length; null for models without means. */
  readonly centred: Float32Array | null;
  /** The question as the model's vocabulary spells it, piece by piece; `▁` begins a word. */
  readonly pieces: readonly string[];
  /** Centred unit-length states: layer by layer, piece by piece, `dimensions` each; null for models without means. */
  readonly states: Float32Array | null;
}

export interface EmbedOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after each text: how many of this call's texts are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface QuestionOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called when the model has the question, or it waits for the model: from then on the caller's thread is of no use to it. */
  readonly onHandedOver?: (() => void) | undefined;
}

/** Texts to vectors, off the main thread. Questions go before passages that wait. */
export interface Embedder {
  /** Names model and method: vectors with different fingerprints cannot be compared. */
  readonly fingerprint: string;
  readonly dimensions: number;
  /** What texts of one language have in common in this model's vectors; null where nobody measured it. */
  readonly means: Means | null;
  /** Longest passage the model reads, in its tokens, context included. */
  readonly maxTokens: number;
  /** Tokens of each text, without the model's own marks. */
  countTokens(texts: readonly string[], options?: EmbedOptions): Promise<number[]>;
  /** In the order of the inputs; the same input gives the same vectors every time. */
  embedPassages(inputs: readonly PassageInput[], options?: EmbedOptions): Promise<PassageEmbedding[]>;
  /** @throws busy when too many questions wait */
  embedQuestion(question: string, options?: QuestionOptions): Promise<QuestionEmbedding>;
  close(): Promise<void>;
}

/** A model that is not on disk is being downloaded. Sizes in bytes. */
export interface DownloadProgress {
  readonly file: string;
  readonly loaded: number;
  readonly total: number;
}

export interface EmbedderSettings {
  /** A folder's name below `modelsDir`, or a model's name on the hub. */
  readonly model: string;
  readonly modelsDir: string;
  /** Where a model that is not in `modelsDir` is downloaded to. */
  readonly downloadDir: string;
  /** Threads that embed, each with a copy of the model's weights. */
  readonly threads: number;
  readonly onDownload?: ((progress: DownloadProgress) => void) | undefined;
  /** A thread that had loaded died; another takes its place when there is work for it. */
  readonly onThreadLost?: (() => void) | undefined;
  /** The built threads' files. @default those beside this file */
  readonly threadFiles?: { readonly spelling: URL; readonly model: URL } | undefined;
}

/** Raised when the same text would get other vectors from the same model. */
const METHOD_VERSION = 3;

/** Texts counted in one task: some milliseconds of work, so that a question does not wait behind a book. */
const COUNT_BATCH = 64;

/** The vocabulary is a tree of some hundred thousand nodes: an eighth of its loading goes, for ten megabytes. */
const SPELLING_YOUNG_MB = 128;

/** Questions at once at most: ten seconds' work. More are turned away at once rather than kept waiting. */
const MOST_QUESTIONS = 500;

/**
 * Loads the model's vocabulary in one thread and its weights in another; more threads get the weights when there is work
 * for them.
 *
 * @throws model-missing when the model is neither on disk nor to be had, model-failed when it does not load
 */
export async function createEmbedder(settings: EmbedderSettings): Promise<Embedder> {
  await keepRuntimeLoaded();
  const { model, modelsDir, downloadDir, threads, onDownload, onThreadLost } = settings;
  const card = cardOf(model);
  const files = settings.threadFiles ?? {
    spelling: new URL('./worker.js', import.meta.url),
    model: new URL('./model-worker.js', import.meta.url),
  };
  const workerData: ModelPlace = { model, card, modelsDir, downloadDir };
  const common = { workerData, onDownload, onThreadLost, unusable: (cause: unknown) => unusable(settings, cause) };
  const spellingPool = startPool<SpellingWork, null>({
    ...common,
    file: files.spelling,
    threads: 1,
    youngMb: SPELLING_YOUNG_MB,
    kinds: ['question', 'count', 'passage'],
  });
  const startModels = () =>
    startPool<ModelWork, ModelFacts>({ ...common, file: files.model, threads, kinds: ['question', 'passage'] });
  // The first thread downloads what is not there.
  const isHere = [modelsDir, downloadDir].some((folder) => existsSync(modelFile(folder, model)));
  const [spelling, models] = await both(spellingPool, isHere ? startModels() : spellingPool.then(startModels));
  const { dimensions, bytes } = models.facts;
  let questions = 0;

  return {
    fingerprint: `${model}:${bytes}:${METHOD_VERSION}`,
    dimensions,
    means: readMeans(modelsDir, model, dimensions),
    maxTokens: card.maxTokens,

    async countTokens(texts, { signal } = {}) {
      const batches: (readonly string[])[] = [];
      for (let at = 0; at < texts.length; at += COUNT_BATCH) batches.push(texts.slice(at, at + COUNT_BATCH));
      const counts = await Promise.all(batches.map((batch) => spelling.run('count', { texts: batch }, signal)));
      return counts.flat();
    },

    async embedPassages(inputs, { signal, onProgress } = {}) {
      let done = 0;
      return Promise.all(
        inputs.map(async (input) => {
          const embedding = await models.run('passage', await spelling.run('passage', input, signal), signal);
          onProgress?.(++done, inputs.length);
          return embedding;
        }),
      );
    },

    async embedQuestion(text, { signal, onHandedOver } = {}) {
      if (questions >= MOST_QUESTIONS) {
        throw new FootnoteError('busy', 'Too many questions are waiting already. Ask again in a few seconds.');
      }
      questions += 1;
      try {
        const { pieces, ...spelled } = await spelling.run('question', { text }, signal);
        const embedding = models.run('question', spelled, signal);
        onHandedOver?.();
        return { pieces, ...(await embedding) };
      } finally {
        questions -= 1;
      }
    },

    async close() {
      await Promise.all([spelling.close(), models.close()]);
    },
  };
}

interface Closable {
  close(): Promise<void>;
}

/** Both pools, or neither: where one cannot start the other is closed. */
async function both<A extends Closable, B extends Closable>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  try {
    return await Promise.all([first, second]);
  } catch (error) {
    const started = await Promise.allSettled([first, second]);
    for (const one of started) if (one.status === 'fulfilled') await one.value.close();
    throw error;
  }
}

/**
 * The runtime's native part registers itself once a process: when the last thread that loaded it ends, no later thread can
 * ("Module did not self-register", onnxruntime-node 1.14). Loaded here too, it stays for threads that replace others.
 */
async function keepRuntimeLoaded(): Promise<void> {
  await import('onnxruntime-node');
}

function unusable({ model, modelsDir, downloadDir }: EmbedderSettings, cause: unknown): FootnoteError {
  if (existsSync(join(modelsDir, model, 'config.json'))) {
    return new FootnoteError(
      'model-failed',
      `The embedding model ${model} in ${modelsDir} does not load; its files may be damaged (models/README.md has their checksums).`,
      { cause },
    );
  }
  return new FootnoteError(
    'model-missing',
    `The embedding model ${model} is not in ${modelsDir} and could not be downloaded. Check EMBEDDING_MODEL and the network, ` +
      `or put the model's folder into MODELS_DIR (downloads go to ${downloadDir}).`,
    { cause },
  );
}
