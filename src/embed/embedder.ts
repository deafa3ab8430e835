import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FootnoteError } from '../errors.js';
import { readMeans, type Means } from './means.js';
import { cardOf } from './models.js';
import type { Task, TaskResults, WorkerMessage, WorkerSettings } from './protocol.js';

/** A passage as the model gets it. */
export interface PassageInput {
  /** What the passage is about beside its own words: title and headings; may be empty. */
  readonly context: string;
  /** The passage's text in pieces, one a sentence, in order; joined they are what is embedded. */
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
  embedQuestion(question: string, options?: EmbedOptions): Promise<QuestionEmbedding>;
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
  /** Threads, each with a copy of the model (about 150 MB for the default one). */
  readonly threads: number;
  readonly onDownload?: ((progress: DownloadProgress) => void) | undefined;
  /** A thread that had its model died; another takes its place when there is work for it. */
  readonly onThreadLost?: (() => void) | undefined;
  /** @default the built worker beside this file */
  readonly workerUrl?: URL | undefined;
}

/** Raised when the same text would get other vectors from the same model. */
const METHOD_VERSION = 2;

/** Texts counted in one task: some milliseconds of work, so that a question does not wait behind a book. */
const COUNT_BATCH = 64;

type Kind = keyof TaskResults;

/** Questions that wait at most: ten seconds' work. More are turned away at once rather than kept waiting. */
const MOST_QUESTIONS = 500;

/** A task, and what to do with its outcome. */
interface Job {
  readonly task: Task & { readonly kind: Kind };
  readonly signal: AbortSignal | undefined;
  readonly resolve: (result: TaskResults[Kind]) => void;
  readonly reject: (error: unknown) => void;
  /** Times a thread died on it. */
  deaths: number;
}

/** What a loaded model says of itself. */
interface ModelFacts {
  readonly dimensions: number;
  /** Size of its weights on disk. */
  readonly bytes: number;
}

interface Thread {
  readonly worker: Worker;
  /** Resolves when the thread has ended or is kept for another embedder. */
  readonly left: Promise<void>;
  readonly leave: () => void;
  /** Listens to it no more. */
  readonly release: () => void;
  /** Null until the model is loaded. */
  model: ModelFacts | null;
  job: Job | null;
}

/**
 * Threads whose embedder was closed, by what they were started with; the next embedder of the same model takes them over.
 * They are not ended, because the runtime cannot be taken down and set up again in one process: it keeps a reference into
 * the last thread that loaded it and follows that when the next one does (onnxruntime-node 1.14, a segmentation fault).
 */
const kept = new Map<string, { readonly worker: Worker; readonly model: ModelFacts }[]>();

/**
 * Starts one embedding thread and waits for its model; the others start when there is work for them.
 *
 * @throws model-missing when the model is neither on disk nor to be had, model-failed when it does not load
 */
export async function createEmbedder(settings: EmbedderSettings): Promise<Embedder> {
  await keepRuntimeLoaded();
  const card = cardOf(settings.model);
  const workerUrl = settings.workerUrl ?? new URL('./worker.js', import.meta.url);
  const workerData: WorkerSettings = {
    model: settings.model,
    card,
    modelsDir: settings.modelsDir,
    downloadDir: settings.downloadDir,
  };
  const keptUnder = JSON.stringify([workerUrl, workerData]);
  const threads = new Set<Thread>();
  /** Questions, then counts, then passages. */
  const queues: Record<Kind, Job[]> = { question: [], count: [], passage: [] };
  let closing = false;

  function startThread(): Promise<ModelFacts> {
    const before = kept.get(keptUnder)?.pop();
    const worker = before?.worker ?? new Worker(workerUrl, { workerData });
    const { promise: left, resolve: leave } = withResolvers<undefined>();
    const { promise: loaded, resolve, reject } = withResolvers<ModelFacts>();
    const release = () => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const thread: Thread = {
      worker,
      left,
      leave: () => leave(undefined),
      release,
      model: before?.model ?? null,
      job: null,
    };
    threads.add(thread);
    if (before) resolve(before.model);
    let failure: unknown = new Error('the thread ended');
    const onMessage = (message: WorkerMessage) => {
      switch (message.kind) {
        case 'download':
          settings.onDownload?.(message);
          return;
        case 'ready':
          thread.model = message;
          resolve(message);
          break;
        case 'unusable':
          failure = new Error(message.reason);
          void worker.terminate();
          return;
        case 'done':
          takeJob(thread)?.resolve(message.result);
          break;
        case 'failed':
          takeJob(thread)?.reject(
            new FootnoteError('model-failed', `The embedding model could not read a text: ${message.reason}.`),
          );
      }
      dispatch();
    };
    const onError = (error: unknown) => {
      failure = error;
    };
    const onExit = () => {
      threads.delete(thread);
      thread.leave();
      if (thread.model && !closing) settings.onThreadLost?.();
      // Settles the promise only if the thread never was ready.
      reject(unusable(settings, failure));
      const job = takeJob(thread);
      if (job) retryOrFail(job, failure);
      dispatch();
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    return loaded;
  }

  function takeJob(thread: Thread): Job | null {
    const { job } = thread;
    thread.job = null;
    // An idle thread keeps no process alive; close() need not be called for a clean end.
    thread.worker.unref();
    return job;
  }

  function retryOrFail(job: Job, cause: unknown): void {
    job.deaths += 1;
    if (closing) {
      job.reject(closed());
    } else if (job.deaths === 1) {
      queues[job.task.kind].unshift(job);
    } else {
      job.reject(
        new FootnoteError('embedder-down', 'The embedding thread died twice on the same text; try again.', { cause }),
      );
    }
  }

  /** Gives waiting jobs to idle threads, and starts threads while there is more to do than they can take. */
  function dispatch(): void {
    if (closing) {
      keepIdleThreads();
      return;
    }
    for (const thread of threads) {
      if (!thread.model || thread.job) continue;
      const job = nextJob();
      if (!job) return;
      thread.job = job;
      thread.worker.ref();
      thread.worker.postMessage(job.task);
    }
    const waiting = queues.question.length + queues.count.length + queues.passage.length;
    const starting = [...threads].filter(({ model }) => !model).length;
    if (waiting > starting && threads.size < settings.threads) {
      startThread().catch((error: unknown) => {
        if (threads.size === 0) failAll(error);
      });
    }
  }

  /** Also, a thread that is stopped in the middle of a run takes the whole process with it. */
  function keepIdleThreads(): void {
    for (const thread of threads) {
      const { worker, model, job, leave } = thread;
      if (!model || job) continue;
      threads.delete(thread);
      thread.release();
      worker.unref();
      const others = kept.get(keptUnder) ?? [];
      const entry = { worker, model };
      kept.set(keptUnder, [...others, entry]);
      worker.once('exit', () =>
        kept.set(
          keptUnder,
          (kept.get(keptUnder) ?? []).filter((one) => one !== entry),
        ),
      );
      leave();
    }
  }

  function nextJob(): Job | undefined {
    for (const queue of [queues.question, queues.count, queues.passage]) {
      for (let job = queue.shift(); job; job = queue.shift()) {
        if (!job.signal?.aborted) return job;
        job.reject(aborted(job.signal));
      }
    }
    return undefined;
  }

  function failAll(error: unknown): void {
    for (const queue of Object.values(queues)) for (const job of queue.splice(0)) job.reject(error);
  }

  function submit<K extends Kind>(task: Task & { kind: K }, signal?: AbortSignal): Promise<TaskResults[K]> {
    return new Promise((resolve, reject) => {
      if (closing) {
        reject(closed());
        return;
      }
      if (task.kind === 'question' && queues.question.length >= MOST_QUESTIONS) {
        reject(new FootnoteError('busy', 'Too many questions are waiting already. Ask again in a few seconds.'));
        return;
      }
      queues[task.kind].push({
        task,
        signal,
        resolve: resolve as Job['resolve'],
        reject,
        deaths: 0,
      });
      dispatch();
    });
  }

  const { dimensions, bytes } = await startThread();

  return {
    fingerprint: `${settings.model}:${bytes}:${METHOD_VERSION}`,
    dimensions,
    means: readMeans(settings.modelsDir, settings.model, dimensions),
    maxTokens: card.maxTokens,

    async countTokens(texts, { signal } = {}) {
      const batches: (readonly string[])[] = [];
      for (let at = 0; at < texts.length; at += COUNT_BATCH) batches.push(texts.slice(at, at + COUNT_BATCH));
      const counts = await Promise.all(batches.map((batch) => submit({ kind: 'count', texts: batch }, signal)));
      return counts.flat();
    },

    async embedPassages(inputs, { signal, onProgress } = {}) {
      let done = 0;
      return Promise.all(
        inputs.map(async (input) => {
          const embedding = await submit({ kind: 'passage', ...input }, signal);
          onProgress?.(++done, inputs.length);
          return embedding;
        }),
      );
    },

    embedQuestion(question, { signal } = {}) {
      return submit({ kind: 'question', text: question }, signal);
    },

    async close() {
      closing = true;
      failAll(closed());
      const leaving = [...threads];
      keepIdleThreads();
      await Promise.all(leaving.map(({ left }) => left));
    },
  };
}

/**
 * The runtime's native part registers itself once a process: when the last thread that loaded it ends, no later thread can
 * ("Module did not self-register", onnxruntime-node 1.14). Loaded here too, it stays for threads that replace others.
 */
async function keepRuntimeLoaded(): Promise<void> {
  await import('onnxruntime-node');
}

/** As `Promise.withResolvers`, which Node 20 has not. */
function withResolvers<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

function closed(): FootnoteError {
  return new FootnoteError('closed', 'The library was closed before this was done.');
}

function aborted(signal: AbortSignal): FootnoteError {
  if (signal.reason instanceof FootnoteError) return signal.reason;
  return new FootnoteError('cancelled', 'Stopped before it was finished.', { cause: signal.reason });
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
